"""What is changed in the generated front end, or the build stops. Node.js runs the Vite plugins."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cers_app.frontend import plugin

RUN = """
import portal from "FILE";
const plugins = portal({ words: { stopped: "a < b" }, routes: {}, cookie: {} });
const error = (message) => { throw new Error(message); };
const one = (code, id, each) => each.transform?.call({ error }, code, id)?.code ?? code;
const after = (code, id) => plugins.reduce((code, each) => one(code, id, each), code);
const told = async (act) => {
    try { return { result: await act() }; } catch (problem) { return { problem: problem.message }; }
};
const resolve = (source) => ({ id: `${source}.jsx` });
const found = (source, importer) =>
    plugins.find((each) => each.name === "with-each-page").resolveId.call({ resolve }, source, importer);
const config = (build) => plugins.forEach((each) => each.name === "few-chunks" && each.config({ build })) ?? build;
const end = () => plugins.forEach((each) => each.generateBundle?.call({ error }));
console.log(JSON.stringify(await told(() => ASK)));
""".replace("FILE", str(plugin.APP / "frontend/portal.vite.js"))
DOCUMENT = """import reflexGlobalStyles from "./styles.css?url"
jsx("link",{href:reflexGlobalStyles,rel:"stylesheet"},),jsx("script",{},"\\n// Only run in browser\\n"),jsx("meta",{})
"""
ROOT_ROUTE = """import * as react from "react"
  useEffect(() => {
    // Make contexts and state objects available globally
    window.__reflex = { react };
  }, []);
export default function App() {
"""
STATE = """endpoint.hostname = frontend_hostname;
endpoint.port = "";
io({ reconnection: false, });
failed_attempts = Math.min(failed_attempts + 1, 10);
socket.on(STATE_MISMATCH_EVENT, handleStateMismatch);
"""
ENTRY = "hydrateRoot(document, createElement(HydratedRouter));"
FILES = {
    "/w/app/entry.client.js": ENTRY,
    "/w/app/_document.js": DOCUMENT,
    "/w/app/root.jsx": ROOT_ROUTE,
    "/w/utils/state.js": STATE,
    "/w/dom/ssr/routeModules.js": "window.location.reload();",
    "/w/dom/ssr/components.js": "let isHydrated = false;",
    "/w/transports/webtransport.js": "export class WT {}",
    "/w/universal-cookie/esm/index.mjs": "export default class Cookies {}",
    "/w/utils/helpers/upload.js": "export const uploadFiles = 1;",
    "/w/lib/router/instrumentation.js": "export {};",
    "/w/dom/ssr/fog-of-war.js": "export {};",
}
LOOKED_FOR = [
    ("/w/app/_document.js", "import reflexGlobalStyles"),
    ("/w/app/_document.js", "href:reflexGlobalStyles"),
    ("/w/app/_document.js", "// Only run in browser"),
    ("/w/app/root.jsx", "import * as"),
    ("/w/app/root.jsx", "// Make contexts"),
    ("/w/app/root.jsx", "export default function App() {"),
    ("/w/utils/state.js", "endpoint.hostname = frontend_hostname;"),
    ("/w/utils/state.js", 'endpoint.port = "";'),
    ("/w/utils/state.js", "reconnection: false,"),
    ("/w/utils/state.js", "failed_attempts = Math.min(failed_attempts + 1, 10);"),
    ("/w/utils/state.js", "(STATE_MISMATCH_EVENT, handleStateMismatch)"),
    ("/w/app/entry.client.js", "hydrateRoot(document"),
    ("/w/dom/ssr/routeModules.js", "window.location.reload();"),
    ("/w/dom/ssr/components.js", "let isHydrated = false;"),
]


def asked(script: str) -> dict[str, Any]:
    """What Vite's plugins answer."""
    node = Path(sys.executable).parent / "node"
    command = [str(node), "--input-type=module", "-e", RUN.replace("ASK", script)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def changed(path: str, code: str) -> dict[str, Any]:
    return asked(f"after({json.dumps(code)}, {json.dumps(path)})")


def test_the_document_and_the_root_keep_only_what_pages_use() -> None:
    document = changed("/w/app/_document.js", DOCUMENT)["result"]
    root = changed("/w/app/root.jsx?__react-router-build-client-route", ROOT_ROUTE)["result"]

    assert document.strip() == 'jsx("meta",{})'
    assert root == ('export { Stopped as ErrorBoundary } from "$/utils/portal";\nexport default function App() {\n')


def test_a_module_that_no_page_uses_is_left_out() -> None:
    found = changed("/w/universal-cookie/esm/index.mjs", FILES["/w/universal-cookie/esm/index.mjs"])["result"]
    other = changed("/w/transports/webtransport.js", FILES["/w/transports/webtransport.js"])["result"]

    assert (found, other) == ("export default class {};", "export const WT = () => {};")


def test_a_page_connects_to_where_it_came_from_and_tries_the_other_way() -> None:
    state = changed("/w/utils/state.js", STATE)["result"]

    assert "endpoint.port = window.location.port;" in state
    assert 'endpoint.port = "";' not in state
    assert "timeout: 3000," in state
    assert "opts.transports = [" in state


@pytest.mark.parametrize(("path", "text"), LOOKED_FOR)
def test_a_text_that_is_gone_stops_the_build(path: str, text: str) -> None:
    code = FILES[path]
    assert text in code

    assert (
        f"the generated {path.removeprefix('/w')} no longer contains"
        in changed(path, code.replace(text, "else"))["problem"]
    )


@pytest.mark.parametrize("left_out", FILES)
def test_a_file_that_never_comes_by_stops_the_build(left_out: str) -> None:
    calls = [f"after({json.dumps(FILES[path])}, {json.dumps(path)})" for path in FILES if path != left_out]

    assert left_out.removeprefix("/w") in asked(f"({', '.join([*calls, 'end()'])})")["problem"]
    assert "problem" not in asked(
        f"({', '.join([*calls, f'after({json.dumps(FILES[left_out])}, {json.dumps(left_out)})', 'end()'])})"
    )


def test_what_pages_share_is_one_file_or_the_build_stops() -> None:
    groups = '{ rollupOptions: { output: { codeSplitting: { groups: [{ name: "NAME", test: /env.json/ }] } } } }'

    found = asked(f"((build) => (config(build), build))({groups.replace('NAME', 'reflex-env')})")["result"]
    assert found["rollupOptions"]["output"]["codeSplitting"]["groups"][0]["name"] == "app"
    assert "no longer has the group" in asked(f"config({groups.replace('NAME', 'other')})")["problem"]
    assert "no longer has the group" in asked("config({})")["problem"]


def test_what_two_pages_use_comes_with_each_of_them() -> None:
    one, other = (asked(f"found('/w/portal/strength', '/w/{page}.jsx')")["result"] for page in "ab")

    assert one.startswith("/w/portal/strength.jsx?of=")
    assert one != other
    assert asked("found('/w/utils/portal', '/w/a.jsx')") == {"result": None}


def test_a_style_outside_the_style_sheet_stops_the_build() -> None:
    assert "not in the style sheet" in changed("/w/app/routes/p.jsx", 'jsx("p",{css:{}})')["problem"]
    assert changed("/w/app/routes/p.jsx", 'jsx("p",{})') == {"result": 'jsx("p",{})'}


def test_our_plugins_are_the_first_in_the_configuration_or_the_build_stops() -> None:
    config = "export default defineConfig((config) => ({\n  plugins: [\n    reactRouter(),\n  ],\n}));\n"

    found = plugin.listed(config)

    assert found.startswith('import portal from "./portal.vite.js";\n')
    assert "  plugins: [\n    portal(portalValues),\n    reactRouter()," in found
    with pytest.raises(ValueError, match="no longer contains"):
        plugin.listed(config.replace("plugins", "extensions"))
