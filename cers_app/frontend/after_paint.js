// Loads a built page's scripts once it was painted. `after_paint.py` puts its values in the place of words in capitals.
// Every file is asked for at once. They run one after another, with a moment in between for whoever types already. A
// page that is not looked at is not painted.
(() => {
  let begun = false;
  const moment = () => new Promise((go) => setTimeout(go));
  const begin = async () => {
    if (begun) return;
    begun = true;
    SOCKET
    for (const href of [FILES]) {
      document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href }));
    }
    MANIFEST
    await import("SHARED");
    await moment();
    const [ROUTES] = await Promise.all([IMPORTS]);
    NAMED
    await moment();
    globalThis.typed.remember();
    await import("ENTRY");
  };
  if (document.hidden) begin();
  setTimeout(begin, 500);
  new PerformanceObserver(begin).observe({ type: "paint", buffered: true });
})();
