// Opens the event socket while the scripts load and asks for the page's State, so a page is live two round trips
// sooner. Only built pages carry this script, because hot reload has another port for events.
// The script makes the token with a secure generator, before the framework would use Math.random. The framework's
// client gets the waiting socket if it asks for the same address. Otherwise the client gets a new socket. The client
// starts with the same hello. This script takes that hello and hands over the answer, which has come by then.
(() => {
  const Native = globalThis.WebSocket;
  try {
    if (!sessionStorage.getItem("token")) sessionStorage.setItem("token", crypto.randomUUID());
    const token = encodeURIComponent(sessionStorage.getItem("token"));
    const address = location.origin.replace("http", "ws") + "/_event/?token=" + token + "&EIO=4&transport=websocket";
    const { pathname, search, hash } = location;
    const hello = HELLO;
    hello.event.router_data = { pathname, asPath: pathname + search + hash };
    if (search) hello.event.router_data.query = Object.fromEntries(new URLSearchParams(search));
    const came = [];
    let early = new Native(address, "VERSION");
    const hold = (event) => {
      event.stopImmediatePropagation();
      if (came.push(event) === 1) event.target.send("40/_event," + JSON.stringify(hello));
    };
    early.addEventListener("message", hold);
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
      const release = () => {
        mine.removeEventListener("message", hold);
        came.slice(1).forEach((event) => mine.onmessage?.(event));
      };
      if (!came.length) mine.removeEventListener("message", hold);
      else mine.send = () => { delete mine.send; queueMicrotask(release); };
      if (mine.readyState === 1) queueMicrotask(() => {
        mine.onopen?.(new Event("open"));
        if (came.length) mine.onmessage?.(came[0]);
      });
      return mine;
    };
    Object.assign(Handed, { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3, prototype: Native.prototype });
    globalThis.WebSocket = Handed;
  } catch { globalThis.WebSocket = Native; }
})();
