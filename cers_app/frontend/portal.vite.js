// What is changed in the front end that Reflex generates. PATCHES.md says what each change is for.
// A change whose text is gone stops the build, and so does a file that never comes by, as after an upgrade.

const SHARED = /node_modules\/(?!altcha)|\/(utils|components|env\.json|reflex\.json)|preload-helper/;
const CONNECT_MS = 3000; // How long the page waits for a connection before it tries the other way.

const ROOT = "hydrateRoot(document, createElement(HydratedRouter))";
const DOCUMENT = {
  "/app/entry.client.js": [
    // Foreign elements in a page before its scripts come are no error: React builds the page again, `typed.js` fills it.
    [ROOT, `${ROOT.slice(0, -1)}, { onRecoverableError: globalThis.typed.builtAgain })`],
  ],
  "/app/_document.js": [
    // The portal's own style sheet stands in the head and needs no round trip.
    [/jsx\("link",\{[^{}]*reflexGlobalStyles[^{}]*\},?\),?/g, ""],
    [/^import reflexGlobalStyles .*\n/m, ""],
    // The style sheet follows `prefers-color-scheme` by itself.
    [/jsx\("script",\{\},"\\n\/\/ Only run in browser.*?\\n"\),/s, ""],
  ],
  "/app/root.jsx": [
    // No component comes as source text to be run with eval, which the policy would refuse.
    [/^ {2}useEffect\(\(\) => \{\n {4}\/\/ Make contexts.*?\n {2}\}, \[\]\);\n/ms, ""],
    [/^import \* as .*\n/gm, ""],
    [/^(?=export default function App\(\) \{)/m, 'export { Stopped as ErrorBoundary } from "$/utils/portal";\n'],
  ],
};

// Built pages know no port, and serve every portal: the framework would build in the port, and drop it behind https.
// Name and port are set one by one: setting `host` to an address without a port keeps the port that was built in
// (WHATWG URL standard). After each attempt that failed, or was not answered in time, the page tries the other way.
const CONNECTION = {
  "/utils/state.js": [
    [
      "endpoint.hostname = frontend_hostname;",
      "endpoint.hostname = window.location.hostname; endpoint.port = window.location.port;",
    ],
    ['endpoint.port = "";', ""],
    ["reconnection: false,", `reconnection: false, timeout: ${CONNECT_MS},`],
    [
      "failed_attempts = Math.min(failed_attempts + 1, 10);",
      `failed_attempts = Math.min(failed_attempts + 1, 10);
    const { opts, engine } = socket.current.io;
    opts.transports = [engine.transport.name === "polling" ? "websocket" : "polling"];`,
    ],
    // An update does not load a page again that somebody is using.
    [
      "(STATE_MISMATCH_EVENT, handleStateMismatch)",
      "(STATE_MISMATCH_EVENT, (info) => globalThis.typed.isInUse() || handleStateMismatch(info))",
    ],
  ],
  // A link whose part is gone since an update leads on by a full load.
  "/dom/ssr/routeModules.js": [
    ["window.location.reload();", "window.location.assign(`/${route.path ? route.path + `/` : ``}`);"],
  ],
};

function changed(name, files, more) {
  const missing = new Set(Object.keys(files));
  return {
    name,
    enforce: "pre",
    transform(code, id) {
      const file = Object.keys(files).find((each) => id.split("?")[0].endsWith(each));
      if (!file) return null;
      for (const [old, text] of files[file]) {
        const without = code;
        code = code.replace(old, text);
        if (code === without) this.error(`the generated ${file} no longer contains ${old}`);
      }
      missing.delete(file);
      return { code, map: null };
    },
    generateBundle() {
      if (missing.size) this.error(`the generated front end no longer has ${[...missing]}`);
    },
    ...more,
  };
}

// A browser has six connections, and each request costs a round trip: what all pages share comes as one file.
// What one page alone has comes with that page; ALTCHA when somebody asks for it.
const fewChunks = {
  name: "few-chunks",
  apply: "build",
  config({ build }) {
    const group = build?.rollupOptions?.output?.codeSplitting?.groups?.find(({ name }) => name === "reflex-env");
    if (!group) throw new Error('the generated vite.config.js no longer has the group "reflex-env"');
    Object.assign(group, { name: "app", test: SHARED });
  },
};

// Elements are React's own: no component of ours has a style outside the style sheet, which is Emotion's matter. And one
// function that makes them is enough.
const PLAIN = {
  "@emotion/react": 'export { createElement as jsx } from "react";',
  "react/jsx-runtime": `import { createElement } from "react";
    export const jsx = (type, props, key) => createElement(type, key === undefined ? props : { ...props, key });
    export { jsx as jsxs };`,
};
const plainJsx = {
  name: "plain-jsx",
  apply: "build",
  enforce: "pre",
  resolveId: (id) => (id in PLAIN ? `\0${id}` : null),
  load: (id) => PLAIN[id.slice(1)] ?? null,
  transform(code, id) {
    if (id.endsWith(".jsx") && /[{,]css:/.test(code)) this.error(`a style that is not in the style sheet: ${id}`);
  },
};

// What two pages use comes with each of them: a file of its own would be one more request.
const withEachPage = {
  name: "with-each-page",
  apply: "build",
  enforce: "pre",
  async resolveId(source, importer) {
    if (!/\/portal\/\w+$/.test(source)) return null;
    const { id } = await this.resolve(source, importer, { skipSelf: true });
    return `${id}?of=${encodeURIComponent(importer)}`;
  },
};

// What the portal's own components say.
const words = (said) => ({
  name: "portal-words",
  resolveId: (id) => (id === "virtual:portal-words" ? `\0${id}` : null),
  load: (id) => (id === "\0virtual:portal-words" ? `export default ${JSON.stringify(said)};` : null),
});

// With hot reload Vite serves the pages on the portal's port. It passes the server's own routes on, of which one may
// have the address of a page, and sets the browser cookie, as the door does.
const hotReload = ({ host, backend, routes, cookie }) => ({
  name: "hot-reload",
  apply: "serve",
  config() {
    const rule = ([pattern, methods]) => [
      pattern,
      { target: backend, bypass: ({ method, url }) => (methods.includes(method) ? undefined : url) },
    ];
    // The framework starts Vite for every interface; this is a developer's own machine.
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

export default (values) => [
  changed("document", DOCUMENT),
  changed("connection", CONNECTION, { apply: "build" }),
  fewChunks,
  plainJsx,
  withEachPage,
  words(values.words),
  hotReload(values),
];
