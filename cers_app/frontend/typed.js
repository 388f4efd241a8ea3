// Keeps what a person typed. It runs before the page's other scripts, which may come late, or build the page again.
// A browser may refuse or fill up its storage: nothing here may throw.
globalThis.typed = (() => {
  // The boxes by id as they were until the page is live. A box that is replaced keeps its text.
  const early = new Map();
  // The box somebody was last in.
  let last = null;

  const stored = (use) => {
    try {
      return use(globalThis.sessionStorage);
    } catch {
      return null;
    }
  };
  const key = (path) => "typed:" + path.replace(/\/*$/, "/");
  const at = (path) => stored((storage) => storage.getItem(key(path))) ?? "";
  const boxes = () => document.querySelectorAll("input[id]:not([type=hidden], [readonly])");
  const fill = (box, value) => {
    if (box && value && !box.value && document.activeElement !== box) box.value = value;
  };

  // Who asks is kept in this tab from the moment a form is sent: the answer may be another page.
  document.addEventListener(
    "submit",
    (event) => {
      const box = event.target.querySelector("input[data-kept]");
      if (box) stored((storage) => storage.setItem(key(location.pathname), box.value));
    },
    true,
  );
  document.addEventListener("focusin", (event) => (last = event.target));
  document.addEventListener("DOMContentLoaded", () => {
    if (/^\/(account|password-changed)\//.test(location.pathname) || location.hash === "#signed-out") {
      stored((storage) => Object.keys(storage).forEach((each) => each.startsWith("typed:") && storage.removeItem(each)));
    }
    document.querySelectorAll("input[data-kept]").forEach((box) => fill(box, at(location.pathname)));
  });

  return {
    at,
    // A page whose scripts have failed begins again, where the journey is; not twice in ten seconds.
    beginAgain: () => {
      const last = Number(stored((storage) => storage.getItem("began again")) ?? 0);
      stored((storage) => storage.setItem("began again", String(Date.now())));
      if (Date.now() - last > 10000) location.reload();
    },
    // React has built the page again, because somebody had changed it before. The address names no element of it yet.
    builtAgain: (why) => {
      console.info("The page was built again:", why.message);
      const { state } = history;
      if (location.hash) location.replace(location.href);
      history.replaceState(state, "");
    },
    // The page's own scripts are about to begin: a password manager fills in fields without telling anybody.
    remember: () => boxes().forEach((box) => early.set(box.id, box)),
    // A field stands in the live page.
    restore: (box) => {
      const former = early.get(box.id) ?? box;
      fill(box, former.value);
      if ("kept" in box.dataset) fill(box, at(location.pathname));
      if (former !== box && former === last) box.focus();
      setTimeout(() => early.clear());
    },
    // Another version of the portal has come: a page that holds or says something is not loaded again for it.
    isInUse: () => [...boxes()].some((box) => box.value) || document.querySelector("[data-state=sent]") !== null,
  };
})();
