"""Built pages are rewritten so that their scripts come after the first paint, or the build stops."""

import pytest
from reflex_base import constants

from cers_app.frontend.after_paint import rewritten
from cers_app.frontend.typed import source

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


def read(path: str) -> str:
    assert path == "/assets/manifest-1.js"
    return MANIFEST


def test_nothing_is_asked_for_before_the_paint_and_everything_after_it() -> None:
    page = rewritten(PAGE, read)

    assert "<link" not in page
    assert "<script type=" not in page
    head, script = page.split("<script>")
    assert head.endswith("<h1>Sign In</h1>")
    assert script.endswith("</script><p>end</p></body></html>")
    listed = ", ".join(
        f'"{path}"' for path in ["/assets/app-1.js", "/assets/entry.client-1.js", "/assets/root-1.js", "/assets/p-1.js"]
    )
    for wanted in (
        f"of [{listed}])",
        MANIFEST,
        source("early_socket.js").replace("VERSION", constants.Reflex.VERSION),
        'await import("/assets/app-1.js");',
        'const [route0, route1] = await Promise.all([import("/assets/root-1.js"), import("/assets/p-1.js")]);',
        'window.__reactRouterRouteModules = {"root":route0,"routes/p":route1};',
        'await import("/assets/entry.client-1.js");',
    ):
        assert script.count(wanted) == 1, wanted


@pytest.mark.parametrize(
    "changed",
    [
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
        rewritten(changed, read)


@pytest.mark.parametrize("manifest", ["export default {}", 'window.__reactRouterManifest={"a":"</script>"};'])
def test_another_manifest_stops_the_build(manifest: str) -> None:
    with pytest.raises(ValueError, match="manifest"):
        rewritten(PAGE, lambda _: manifest)
