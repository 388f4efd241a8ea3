"""Built pages are rewritten so that their scripts come after the first paint, or the build stops."""

import pytest

from cers_app.frontend.after_paint import rewritten

PRELOADS = [
    "/assets/manifest-1.js",
    "/assets/entry.client-1.js",
    "/assets/app-1.js",
    "/assets/root-1.js",
    "/assets/p-1.js",
]
LINKS = "".join(f'<link rel="modulepreload" href="{path}"/>' for path in PRELOADS)
MODULES = (
    '<script type="module" async="">import "/assets/manifest-1.js";\n'
    'import * as route0 from "/assets/root-1.js";\n'
    'import * as route1 from "/assets/p-1.js";\n'
    "  \n"
    '  window.__reactRouterRouteModules = {"root":route0,"routes/p":route1};\n\n'
    'import("/assets/entry.client-1.js");</script>'
)
PAGE = f"<html><head>{LINKS}<style>a{{}}</style></head><body><h1>Sign In</h1>{MODULES}<p>end</p></body></html>"
MANIFEST = 'window.__reactRouterManifest={"version":"1"};'
CONTEXT = """export const initialStateHashes = ["a1", "b2"]
export const stateSchema = "c3"

export const clientStorage = {"cookies": {}, "local_storage": {}, "session_storage": {}}

export const initialEvents = (first = false) => {
    const payload = {};
    if (first) {
        payload["hashes"] = initialStateHashes;
    }
    return [ReflexEvent('state.hydrate_and_load', payload)];
}
"""
HELLO = '{"event": {"name": "state.hydrate_and_load", "payload": {"hashes": ["a1", "b2"]}}, "state_schema": "c3"}'
LISTED = ", ".join(
    f'"{path}"' for path in ["/assets/app-1.js", "/assets/entry.client-1.js", "/assets/root-1.js", "/assets/p-1.js"]
)


def read(path: str) -> str:
    assert path == "/assets/manifest-1.js"
    return MANIFEST


def test_the_page_runs_no_script_before_the_paint_and_all_after_it() -> None:
    page = rewritten(PAGE, CONTEXT, read)

    assert "<link" not in page
    assert "<script type=" not in page
    head, _, script = page.split("<script>")
    assert head == "<html><head>"
    assert script.endswith("</script><p>end</p></body></html>")
    for wanted in (
        f"of [{LISTED}])",
        MANIFEST,
        f"const hello = {HELLO};",
        'await import("/assets/app-1.js");',
        'const [route0, route1] = await Promise.all([import("/assets/root-1.js"), import("/assets/p-1.js")]);',
        'window.__reactRouterRouteModules = {"root":route0,"routes/p":route1};',
        'await import("/assets/entry.client-1.js");',
    ):
        assert script.count(wanted) == 1, wanted


def test_on_a_slow_line_the_page_asks_for_its_largest_script_before_its_style_has_come() -> None:
    first = rewritten(PAGE, CONTEXT, read).split("<script>")[1]

    script, _, rest = first.partition("</script>")
    assert script.startswith("if (performance.now() > 400) {")
    assert 'rel: "modulepreload", fetchPriority: "low", href: "/assets/app-1.js"' in script
    assert "import(" not in script
    assert rest == "<style>a{}</style></head><body><h1>Sign In</h1>"


@pytest.mark.parametrize(
    "changed",
    [
        PAGE.replace("<style>", '<style media="all">'),
        PAGE.replace(' async=""', ""),
        PAGE.replace("__reactRouterRouteModules", "routeModules"),
        PAGE.replace("/assets/app-1.js", "/assets/vendor-1.js"),
        PAGE.replace('rel="modulepreload"', 'rel="preload"'),
        PAGE.replace("/assets/root-1.js", "/assets/app-2.js"),
    ],
)
def test_a_page_that_loads_its_scripts_in_another_way_stops_the_build(changed: str) -> None:
    assert changed != PAGE
    with pytest.raises(ValueError, match="no longer loads its scripts"):
        rewritten(changed, CONTEXT, read)


@pytest.mark.parametrize("manifest", ["export default {}", 'window.__reactRouterManifest={"a":"</script>"};'])
def test_another_manifest_stops_the_build(manifest: str) -> None:
    with pytest.raises(ValueError, match="manifest"):
        rewritten(PAGE, CONTEXT, lambda _: manifest)


@pytest.mark.parametrize(
    ("known", "other"),
    [
        ("initialStateHashes = [", "hashes = ["),
        ("stateSchema", "schema"),
        ('"cookies": {}', '"cookies": {"state.theme": {}}'),
        ('payload["hashes"]', 'payload["digests"]'),
        ("return [ReflexEvent(", "return [clientEvent(), ReflexEvent("),
    ],
)
def test_a_client_that_starts_with_another_event_stops_the_build(known: str, other: str) -> None:
    assert known in CONTEXT
    with pytest.raises(ValueError, match="no longer starts with the known event"):
        rewritten(PAGE, CONTEXT.replace(known, other), read)
