// The switch of `/dev/pages/`.
const DARK = "(prefers-color-scheme: dark)";
const frames = [...document.querySelectorAll("iframe")];
const chosen = () => document.querySelector("[name=look]:checked").value;

// A page follows the color scheme of the system. Here the switch decides whether its rules for dark count.
function color({ styleSheets, documentElement }) {
  const isDark = chosen() === "dark";
  for (const rule of [...styleSheets].flatMap(({ cssRules }) => [...cssRules])) {
    if (!rule.media) continue;
    rule.isForDark ??= rule.media.mediaText.includes(DARK);
    if (rule.isForDark) rule.media.mediaText = isDark ? "all" : "not all";
  }
  documentElement.style.colorScheme = isDark ? "dark" : "light";
}

// A mail runs in a sandbox of its own, so its frame keeps one height and the colors of the system.
function show(frame) {
  const page = frame.contentDocument;
  if (!page?.body) return;
  color(page);
  frame.style.height = "";
  frame.style.height = `${page.documentElement.scrollHeight + 4}px`;
}

for (const frame of frames) {
  frame.addEventListener("load", () => {
    show(frame);
    const page = frame.contentDocument;
    if (page?.body) new ResizeObserver(() => show(frame)).observe(page.body);
  });
}
document.querySelector("fieldset").addEventListener("change", () => {
  document.body.classList.toggle("phone", chosen() === "phone");
  frames.forEach(show);
});
