"""The one plugin that changes what Reflex generates and builds. `PATCHES.md` lists the changes."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import reflex as rx
from reflex.utils import prerequisites
from starlette.routing import Route

from cers_app.frontend.after_paint import rewrite
from cers_app.settings import settings
from cers_app.ui.theme import SHEET
from cers_app.values import addresses
from cers_app.web import cookies
from cers_app.web.cookies import BROWSER, BROWSER_SECONDS
from cers_app.words import common

APP = Path(__file__).parents[1]
CONFIG = "vite.config.js"
PLACES = {
    "frontend/portal.vite.js": "portal.vite.js",
    "frontend/hot_reload.vite.js": "hot_reload.vite.js",
    "frontend/hot_reload.js": "portal/hot_reload.js",
    # `portal.vite.js` puts the code in `utils` into the file that all pages share.
    "frontend/portal.jsx": "utils/portal.jsx",
    "new_password/strength.jsx": "portal/strength.jsx",
    "verification/other_ways.jsx": "portal/other_ways.jsx",
}
"""The places of our files among the generated ones."""
VALUES = "portal.json"
IMPORTS = f'import portal from "./portal.vite.js";\nimport portalValues from "./{VALUES}";\n'
PLUGINS = "  plugins: [\n"


def listed(text: str) -> str:
    """Vite's configuration with our plugins first. Raises `ValueError` if it lists plugins in another way."""
    if text.count(PLUGINS) != 1:
        msg = f"the generated {CONFIG} no longer contains {PLUGINS!r}"
        raise ValueError(msg)
    return IMPORTS + text.replace(PLUGINS, f"{PLUGINS}    portal(portalValues),\n")


def values(routes: Iterable[Route], backend_port: int | None) -> dict[str, Any]:
    """The values that `portal.vite.js` needs."""
    before, after = common.STOPPED_WORDS.split("{support}")
    by_pattern: dict[str, set[str]] = {}
    for route in routes:
        by_pattern.setdefault(_in_node(route.path_regex.pattern), set()).update(route.methods or ())
    return {
        "host": settings().bind,
        "backend": f"http://127.0.0.1:{backend_port}",
        "routes": {pattern: sorted(methods) for pattern, methods in by_pattern.items()},
        "sheet": str(SHEET),
        "cookie": {"name": cookies.name(BROWSER), "seconds": BROWSER_SECONDS},
        "words": {
            "stopped": common.STOPPED,
            "before": before,
            "support": settings().support_email,
            "after": after,
            "signIn": common.SIGN_IN,
            "signInAt": addresses.SIGN_IN,
        },
    }


def _in_node(pattern: str) -> str:
    """A route's pattern for Node.js, where Vite compares it with the path and the query."""
    return pattern.replace("(?P<", "(?<").replace("[^/]+", "[^/?]+").removesuffix("$") + r"(?:\?|$)"


class PortalFrontend(rx.plugins.Plugin):
    """Adds our files to the build, and rewrites the built pages."""

    def __init__(self, routes: Callable[[], Iterable[Route]]) -> None:
        """`routes` returns the server's routes. The app must exist by then."""
        self._routes = routes

    def pre_compile(self, **context: Any) -> None:
        """Add our files and our Vite plugins."""
        context["add_save_task"](self._files)
        context["add_modify_task"](CONFIG, listed)

    def post_build(self, **context: Any) -> None:
        """Rewrite the pages before Reflex compresses them."""
        states = prerequisites.get_web_dir() / "utils/context.jsx"
        rewrite(Path(context["static_dir"]), states.read_text("utf-8"))

    def _files(self) -> list[tuple[str, str]]:
        known = json.dumps(values(self._routes(), rx.config.get_config().backend_port))
        files = [(place, (APP / name).read_text("utf-8")) for name, place in PLACES.items()]
        return [*files, (VALUES, known)]
