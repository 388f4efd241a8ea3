// What Vite does for hot reload (`make dev`). A build contains none of it.
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";

const FILE = "/broken.txt"; // `cers_app/hot_reload/broken.py` writes what is broken into it.
const TOLD = "portal:told";
const WAIT = { stabilityThreshold: 30, pollInterval: 10 }; // ms

// Replaces the style sheet in open pages, and tells them what is broken. A style sheet with an error stays as it was.
const openPages = ({ sheet }) => {
  const added = `import "$/portal/hot_reload.js";\nimport ${JSON.stringify(sheet)};\n`;
  let style = "";
  let lastGood = "";
  let tell = () => {};
  return {
    name: "open-pages",
    apply: "serve",
    enforce: "pre",
    // Without a wait, Vite's watcher drops the second of two saves within 50 ms.
    config: () => ({ server: { fs: { allow: [".", sheet] }, watch: { awaitWriteFinish: WAIT } } }),
    configureServer({ config, hot, watcher }) {
      const file = config.root + FILE;
      const words = () => [existsSync(file) && readFileSync(file, "utf-8"), style].filter(Boolean).join("\n\n");
      tell = (page = hot) => page.send(TOLD, words());
      watcher.add(file).on("all", (_event, path) => path === file && tell());
      hot.on(TOLD, (_data, page) => tell(page));
    },
    async transform(code, id) {
      if (id.endsWith("/app/entry.client.js")) return { code: added + code, map: null };
      if (id !== sheet) return null;
      const { default: postcss } = await import("postcss");
      try {
        postcss.parse(code);
        [lastGood, style] = [code, ""];
      } catch ({ line, reason }) {
        style = `assets/${basename(sheet)}, line ${line}: ${reason}\nPages keep the style they had.`;
      }
      tell();
      return { code: lastGood, map: null };
    },
  };
};

// While the sources are broken, no server answers. A native post then leads back to its page, which says what is broken.
const onError = (_error, { method, headers }, response) => {
  if (method === "POST" && headers.referer) response.writeHead(303, { Location: headers.referer }).end();
};

// Vite serves the pages on the portal's port, so Vite sets the browser cookie. Vite also forwards the server's own
// routes. A route and a page may share an address, so the method decides.
const onePort = ({ host, backend, routes, cookie }) => ({
  name: "hot-reload",
  apply: "serve",
  config() {
    const configure = (proxy) => proxy.on("error", onError);
    const rule = ([pattern, methods]) => [
      pattern,
      { target: backend, configure, bypass: ({ method, url }) => (methods.includes(method) ? undefined : url) },
    ];
    // The framework would open Vite to the network, but a developer's machine needs only this address.
    return { server: { host, proxy: Object.fromEntries(Object.entries(routes).map(rule)) } };
  },
  configureServer(server) {
    server.middlewares.use((request, response, next) => {
      const { accept = "", cookie: known = "" } = request.headers;
      if (accept.includes("text/html") && !known.includes(`${cookie.name}=`)) {
        const value = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
        const flags = `HttpOnly; Max-Age=${cookie.seconds}; Path=/; SameSite=Lax`;
        response.setHeader("Set-Cookie", `${cookie.name}=${value}; ${flags}`);
      }
      next();
    });
  },
});

export const hotReload = (values) => [openPages(values), onePort(values)];
