// Keeps what a person typed. It runs before the page's other scripts, which may come late, or build the page again.
// A browser may refuse or fill up its storage: nothing here may throw.
globalThis.typed = (() => {
  // By field, until the page is live: passwords as well, and in memory alone.
  const early = new Map();
  let isLive = false;

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
  document.addEventListener(
    "input",
    (event) => {
      if (!isLive) early.set(event.target.id, event.target.value);
    },
    true,
  );
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
    // The page's own scripts are about to begin: a password manager fills in fields without telling anybody.
    remember: () => boxes().forEach((box) => box.value && early.set(box.id, box.value)),
    // A field stands in the live page.
    restore: (box) => {
      fill(box, early.get(box.id));
      if ("kept" in box.dataset) fill(box, at(location.pathname));
      setTimeout(() => {
        isLive = true;
        early.clear();
      });
    },
  };
})();
