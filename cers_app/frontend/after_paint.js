// Loads a built page's scripts after the first paint. `after_paint.py` replaces the words in capitals.
// The browser requests all files together and runs them one by one, with a pause in between for a person who already
// types. A hidden page starts immediately, because browsers do not paint it.
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
