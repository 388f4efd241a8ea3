// Changes the front end that Reflex generates. PATCHES.md lists each plugin by its name, and says what it is for.
// After an upgrade, the build stops if the text that a change replaces is gone, or its file.
import { hotReload } from "./hot_reload.vite.js";

const SHARED = /node_modules\/(?!altcha)|\/(utils|components|env\.json|reflex\.json)|preload-helper/;
const CONNECT_MS = 3000; // The page waits this long for a connection, then tries the other transport.

const ROOT = "hydrateRoot(document, createElement(HydratedRouter))";
const CHANGES = {
  // Foreign elements in a page are no error. React builds the page again, and `typed.js` fills in the fields.
  "built-again": {
    "/app/entry.client.js": [
      [ROOT, `${ROOT.slice(0, -1)}, { onRecoverableError: globalThis.typed.builtAgain })`],
    ],
  },
  // The portal's own style sheet is in the head and needs no round trip.
  "style-sheet": {
    "/app/_document.js": [
      [/jsx\("link",\{[^{}]*reflexGlobalStyles[^{}]*\},?\),?/g, ""],
      [/^import reflexGlobalStyles .*\n/m, ""],
    ],
  },
  // The style sheet follows `prefers-color-scheme` by itself.
  "no-color-script": {
    "/app/_document.js": [[/jsx\("script",\{\},"\\n\/\/ Only run in browser.*?\\n"\),/s, ""]],
  },
  // No page runs a component from source text. That needs eval, which the policy refuses.
  "no-eval": {
    "/app/root.jsx": [
      [/^ {2}useEffect\(\(\) => \{\n {4}\/\/ Make contexts.*?\n {2}\}, \[\]\);\n/ms, ""],
      [/^import \* as .*\n/gm, ""],
    ],
  },
  "error-boundary": {
    "/app/root.jsx": [
      [/^(?=export default function App\(\) \{)/m, 'export { Stopped as ErrorBoundary } from "$/utils/portal";\n'],
    ],
  },
};

// What a module exports in place of its own code.
const NOTHING = "() => {}";
const standsIn = (names) => {
  const said = ([name, value]) => `export ${name.startsWith("default") ? `${name} ` : `const ${name} = `}${value};`;
  return [[/[^]+/, Object.entries(names).map(said).join("\n")]];
};

// These changes are for built pages only.
const BUILT = {
  // Built pages contain no port, so they serve every portal. The framework would build in the port and drop it behind
  // https. The name and the port are set separately, because a `host` without a port keeps the old port (WHATWG URL
  // standard). After each failed or late attempt the page tries the other transport.
  connection: {
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
      // An update of the portal does not reload a page that a person is using.
      [
        "(STATE_MISMATCH_EVENT, handleStateMismatch)",
        "(STATE_MISMATCH_EVENT, (info) => globalThis.typed.isInUse() || handleStateMismatch(info))",
      ],
    ],
    // After an update, the script of a link may be gone. The browser then loads the whole page.
    "/dom/ssr/routeModules.js": [
      ["window.location.reload();", "window.location.assign(`/${route.path ? route.path + `/` : ``}`);"],
    ],
  },
  // The page has its scripts before React builds it, so React does not request them again.
  "asked-once": {
    "/dom/ssr/components.js": [["let isHydrated = false;", "let isHydrated = !import.meta.env.SSR;"]],
  },
  // No page uses these modules. If something imports a further name from one of them, the build stops.
  unused: {
    "/transports/webtransport.js": standsIn({ WT: NOTHING }),
    "/universal-cookie/esm/index.mjs": standsIn({ "default class": "{}" }),
    "/utils/helpers/upload.js": standsIn({ uploadFiles: NOTHING }),
    "/lib/router/instrumentation.js": standsIn({
      consumeInstrumentationClientResultMetaReceiver: NOTHING,
      getRouteInstrumentationUpdates: NOTHING,
      instrumentClientSideRouter: NOTHING,
      instrumentHandler: NOTHING,
      instrumentationResultMetaContext: NOTHING,
    }),
    "/dom/ssr/fog-of-war.js": standsIn({
      getManifestPath: NOTHING,
      getPartialManifest: NOTHING,
      getPatchRoutesOnNavigationFunction: NOTHING,
      getPathsWithAncestors: NOTHING,
      handleClientVersionMismatch: NOTHING,
      isFogOfWarEnabled: NOTHING,
      useFogOFWarDiscovery: NOTHING,
    }),
  },
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

// A browser has six connections, and each request costs a round trip. So one file has the code that all pages share.
// The code of a single page comes with that page, and ALTCHA comes on demand.
const fewChunks = {
  name: "few-chunks",
  apply: "build",
  config({ build }) {
    const group = build?.rollupOptions?.output?.codeSplitting?.groups?.find(({ name }) => name === "reflex-env");
    if (!group) throw new Error('the generated vite.config.js no longer has the group "reflex-env"');
    Object.assign(group, { name: "app", test: SHARED });
  },
};

// React itself makes all elements, with one function. Emotion would only serve styles outside the style sheet, and the
// portal has none.
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

// Each page carries its own copy of code that two pages use. A separate file would cost one more request.
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

// The words of the portal's own components.
const words = (said) => ({
  name: "portal-words",
  resolveId: (id) => (id === "virtual:portal-words" ? `\0${id}` : null),
  load: (id) => (id === "\0virtual:portal-words" ? `export default ${JSON.stringify(said)};` : null),
});

export default (values) => [
  ...Object.entries(CHANGES).map(([name, files]) => changed(name, files)),
  ...Object.entries(BUILT).map(([name, files]) => changed(name, files, { apply: "build" })),
  fewChunks,
  plainJsx,
  withEachPage,
  words(values.words),
  ...hotReload(values),
];
