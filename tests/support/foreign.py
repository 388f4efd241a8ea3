"""What browsers, translators and password managers do to a page, as scripts that run in it before its own."""

REFUSED = """for (const name of ["sessionStorage", "localStorage"]) {
    Object.defineProperty(window, name, { get() { throw new DOMException("", "SecurityError"); } });
}"""
FULL = """const { setItem } = Storage.prototype;
Storage.prototype.setItem = function (key, text) {
    // A few characters are still free, as in a storage that others have filled.
    if (key.length + text.length > 20) throw new DOMException("", "QuotaExceededError");
    setItem.call(this, key, text);
};"""
UNREADABLE = "Storage.prototype.getItem = () => { throw new DOMException('', 'SecurityError'); };"
STORAGES = {"refused": REFUSED, "full": FULL, "unreadable": UNREADABLE}

# Texts become elements of the translator's, again after each change, and attributes are rewritten. `WRAP` also takes
# elements within a line into them, as a translator does that changes the order of words.
TRANSLATOR = """(() => {
    const marked = (text) => (/[a-z]/i.test(text) && !text.startsWith("\u00ab") ? `\u00ab${text}\u00bb` : text);
    const isLeft = (element) => !element || element.closest("script, style, noscript, [translate=no]");
    const font = (...inside) => {
        const [outer, inner] = [document.createElement("font"), document.createElement("font")];
        inner.append(...inside);
        outer.append(inner);
        return outer;
    };
    const translate = () => {
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
        while (texts.nextNode()) found.push(texts.currentNode);
        for (const text of found) {
            const parent = text.parentElement, next = text.nextSibling;
            if (marked(text.data) === text.data || isLeft(parent) || parent.closest("font font")) continue;
            parent.insertBefore(font(marked(text.data)), next);
            text.remove();
        }
        for (const element of document.querySelectorAll("[title], [placeholder], [aria-label], [alt]")) {
            for (const name of ["title", "placeholder", "aria-label", "alt"]) {
                const text = element.getAttribute(name);
                if (text && marked(text) !== text && !isLeft(element)) element.setAttribute(name, marked(text));
            }
        }
        if (marked(document.title) !== document.title) document.title = marked(document.title);
        const within = ":is(p, li, dd, button, legend, h1) > :is(span, strong, a)";
        for (const element of WRAP ? document.querySelectorAll(within) : []) {
            const next = element.nextSibling, parent = element.parentNode;
            parent.insertBefore(font(element), next);
        }
    };
    addEventListener("DOMContentLoaded", () => {
        translate();
        const again = new MutationObserver(translate);
        again.observe(document, { childList: true, subtree: true, characterData: true, attributes: true });
    });
})();"""
TRANSLATORS = {"words": TRANSLATOR.replace("WRAP", "false"), "sentences": TRANSLATOR.replace("WRAP", "true")}

# Around every box the manager puts an element, before it a box and behind it an icon of its own, also in labels and
# buttons; it fills in what it knows, without an event and again and again until the page is live, and then once more.
MANAGER = """(() => {
    const known = KNOWN, made = new Set();
    const dress = () => {
        for (const box of document.querySelectorAll("main input:not([type=hidden], [type=checkbox], [data-own])")) {
            if (made.has(box)) continue;
            made.add(box);
            box.setAttribute("data-managed", "");
            const around = document.createElement("span");
            box.replaceWith(around);
            around.append(box);
            box.insertAdjacentHTML("beforebegin", '<input data-own hidden aria-hidden="true">');
            box.insertAdjacentHTML("afterend", "<i data-icon></i>");
            box.closest("form")?.insertAdjacentHTML("afterbegin", "<i data-icon></i>");
        }
        for (const [id, value] of Object.entries(known)) {
            const box = document.getElementById(id);
            if (!box || box.dataset.filled) continue;
            box.value = value;
            if (document.querySelector("[data-live=true]")) box.dataset.filled = "yes";
        }
    };
    addEventListener("DOMContentLoaded", () => {
        dress();
        new MutationObserver(dress).observe(document, { childList: true, subtree: true, attributes: true });
    });
})();"""
