// Opens the event socket while the scripts load, so a page is live a round trip sooner. Only built pages carry this
// script, because hot reload has another port for events.
// The script makes the token with a secure generator, before the framework would use Math.random. The framework's
// client gets the waiting socket if it asks for the same address. Otherwise the client gets a new socket.
(() => {
  const Native = globalThis.WebSocket;
  try {
    if (!sessionStorage.getItem("token")) sessionStorage.setItem("token", crypto.randomUUID());
    const token = encodeURIComponent(sessionStorage.getItem("token"));
    const address = location.origin.replace("http", "ws") + "/_event/?token=" + token + "&EIO=4&transport=websocket";
    const came = [];
    let early = new Native(address, "VERSION");
    early.onmessage = (event) => came.push(event);
    const forget = setTimeout(() => { early?.close(); early = null; globalThis.WebSocket = Native; }, 20000);
    const Handed = function (to, protocols) {
      const mine = early;
      clearTimeout(forget);
      early = null;
      globalThis.WebSocket = Native;
      if (!mine || mine.readyState > 1 || String(to) !== address) {
        mine?.close();
        return new Native(to, protocols);
      }
      if (mine.readyState === 1) queueMicrotask(() => {
        mine.onopen?.(new Event("open"));
        came.forEach((event) => mine.onmessage?.(event));
      });
      return mine;
    };
    Object.assign(Handed, { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3, prototype: Native.prototype });
    globalThis.WebSocket = Handed;
  } catch { globalThis.WebSocket = Native; }
})();
