// Keeps what a person typed. It runs before the page's other scripts, which may load late or build the page again.
// Nothing here may throw when a browser's storage is full or refused.
globalThis.typed = (() => {
  // The addresses below which a journey is over. Nothing typed is kept then.
  const over = document.currentScript.dataset.over.split(" ");
  // The boxes by id before the page is live. React may replace a box, but the old box keeps its text.
  const early = new Map();
  // The element that last had the focus.
  let last = null;

  const stored = (use) => {
    try {
      return use(globalThis.sessionStorage);
    } catch {
      return null;
    }
  };
  const said = () => stored((storage) => storage.getItem("typed")) ?? "";
  const keep = (box) => box.value && stored((storage) => storage.setItem("typed", box.value));
  const boxes = () => document.querySelectorAll("input[id]:not([type=hidden], [readonly])");
  const fill = (box, value) => {
    if (box && value && !box.value && !box.readOnly && document.activeElement !== box) box.value = value;
  };
  // A username does not belong into a box for an email address.
  const fillKept = (box) => (box.type !== "email" || said().includes("@")) && fill(box, said());

  // This tab keeps the username or address that a person typed last, for the answer to a form and for the next page that
  // asks for it. Never in an address, which others may read.
  addEventListener("change", ({ target }) => target.matches("[data-kept]") && keep(target), true);
  addEventListener("submit", ({ target }) => [...target.querySelectorAll("input[data-kept]")].forEach(keep), true);
  document.addEventListener("focusin", (event) => (last = event.target));
  // Back and Forward may change the address of a page whose scripts have not run yet. They would then build the page of
  // the new address beside the old page.
  const opened = location.pathname;
  addEventListener("popstate", () => globalThis.visited || location.pathname === opened || location.reload());
  document.addEventListener("DOMContentLoaded", () => {
    const address = location.pathname + location.hash;
    if (over.some((start) => address.startsWith(start))) {
      stored((storage) => storage.removeItem("typed"));
    }
    document.querySelectorAll("input[data-kept]").forEach(fillKept);
  });

  return {
    said,
    // Reloads a page whose scripts failed, but not twice in ten seconds.
    beginAgain: () => {
      const last = Number(stored((storage) => storage.getItem("began again")) ?? 0);
      stored((storage) => storage.setItem("began again", String(Date.now())));
      if (Date.now() - last > 10000) location.reload();
    },
    // React has built the page again because something had changed it. `:target` must find its new element.
    builtAgain: (why) => {
      console.info("The page was built again:", why.message);
      const { state } = history;
      if (location.hash) location.replace(location.href);
      history.replaceState(state, "");
    },
    // Called just before the page's own scripts run. A password manager fills in fields without an event.
    remember: () => boxes().forEach((box) => early.set(box.id, box)),
    // Called when a field appears in the live page.
    restore: (box) => {
      const former = early.get(box.id) ?? box;
      fill(box, former.value);
      if ("kept" in box.dataset) fillKept(box);
      if (former !== box && former === last) box.focus();
      setTimeout(() => early.clear());
    },
    // Whether a page has typed text or a confirmation, so an update of the portal must not reload it.
    isInUse: () => [...boxes()].some((box) => box.value) || document.querySelector("[data-state=sent]") !== null,
  };
})();
