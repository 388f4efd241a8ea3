// If a browser refuses storage or has no room left, the page's scripts use memory instead. The probe is longer than
// anything they store.
for (const name of ["sessionStorage", "localStorage"]) {
  try {
    const storage = globalThis[name], text = "x".repeat(1000);
    storage.setItem("probe", text);
    if (storage.getItem("probe") !== text) throw new Error("nothing is kept");
    storage.removeItem("probe");
  } catch {
    const kept = new Map();
    const value = {
      getItem: (key) => kept.get(String(key)) ?? null,
      setItem: (key, text) => void kept.set(String(key), String(text)),
      removeItem: (key) => void kept.delete(String(key)),
      clear: () => kept.clear(),
      key: (at) => [...kept.keys()][at] ?? null,
      get length() {
        return kept.size;
      },
    };
    Object.defineProperty(globalThis, name, { value, configurable: true });
  }
}
document.addEventListener("DOMContentLoaded", () => {
  if (!navigator.cookieEnabled) document.getElementById("cookies-refused")?.removeAttribute("hidden");
});
