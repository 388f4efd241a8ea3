"""Rewrites the built pages so that their scripts run after the first paint. Reading a page needs no script.

Scripts delay the first paint, and Lighthouse counts each script before it. On a slow line a script can't arrive before
the paint, so the page requests the largest one immediately. `docs/benchmarks.md` has the figures.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path

from reflex_base import constants

from cers_app.frontend.typed import source
from cers_app.values.addresses import MISSING, TROUBLE

PRELOADS = re.compile(r'<link rel="modulepreload" href="([^"]+)"/>')
MODULES = re.compile(
    r'<script type="module" async="">import "(?P<manifest>[^"]+)";\n'
    r'(?P<routes>(?:import \* as route\d+ from "[^"]+";\n)+)'
    r'\s*(?P<named>window\.__reactRouterRouteModules = \{[^}]+\};)\s*import\("(?P<entry>[^"]+)"\);</script>'
)
SCRIPTS = re.compile(r'<script\b.*?</script>|<link rel="modulepreload"[^>]*>', re.DOTALL)
STYLE = "<style>"
ROUTE = re.compile(r'import \* as (route\d+) from "([^"]+)";\n')
HELLO = re.compile(
    r'export const initialStateHashes = (?P<hashes>\[[^\]]*\])\s*export const stateSchema = "(?P<schema>\w+)".*?'
    # Nothing in the browser's storage belongs to a State, so the event has no values from there.
    r'export const clientStorage = \{"cookies": \{\}, "local_storage": \{\}, "session_storage": \{\}\}\n.*?'
    r'payload\["hashes"\] = initialStateHashes;\s*\}\s*return \[ReflexEvent\(\'(?P<name>[\w.]+)\', payload\)\];',
    re.DOTALL,
)


def rewritten(page: str, context: str, read: Callable[[str], str]) -> str:
    """The page with its scripts after the first paint.

    `context` is the generated module with the States. `read` returns the text of a built file by its address. Raises
    `ValueError` if the page loads its scripts in another way, or its client starts with another event.
    """
    found, preloads = MODULES.search(page), PRELOADS.findall(page)
    shared = [path for path in preloads if "/app-" in path]
    if found is None or len(shared) != 1 or page.count(STYLE) != 1:
        msg = "a built page no longer loads its scripts in the known way"
        raise ValueError(msg)
    # The script contains the manifest to save a request, because a browser has six connections.
    manifest = read(found["manifest"])
    if not manifest.startswith("window.__reactRouterManifest={") or "<" in manifest:
        msg = "the manifest of the built pages has changed its form"
        raise ValueError(msg)
    routes = ROUTE.findall(found["routes"])
    files = shared + [path for path in preloads if path not in {*shared, found["manifest"]}]
    parts = {
        "SOCKET": _early_socket(context),
        "FILES": ", ".join(f'"{path}"' for path in files),
        "MANIFEST": manifest,
        "SHARED": shared[0],
        "ROUTES": ", ".join(name for name, _ in routes),
        "IMPORTS": ", ".join(f'import("{path}")' for _, path in routes),
        "NAMED": found["named"],
        "ENTRY": found["entry"],
    }
    # One pass replaces all words, because a value may contain such a word itself.
    first, later = (
        f"<script>{re.sub('|'.join(parts), lambda word: parts[word[0]], source(name))}</script>"
        for name in ("slow_line.js", "after_paint.js")
    )
    return PRELOADS.sub("", f"{page[: found.start()]}{later}{page[found.end() :]}").replace(STYLE, first + STYLE)


def _early_socket(context: str) -> str:
    found = HELLO.search(context)
    if found is None:
        msg = "the framework's client no longer starts with the known event"
        raise ValueError(msg)
    event = {"name": found["name"], "payload": {"hashes": json.loads(found["hashes"])}}
    hello = json.dumps({"event": event, "state_schema": found["schema"]})
    return source("early_socket.js").replace("VERSION", constants.Reflex.VERSION).replace("HELLO", hello)


def rewrite(folder: Path, context: str) -> None:
    """Rewrite every built page. The two error pages lose their scripts."""
    for page in folder.rglob("*.html"):
        if f"/{page.relative_to(folder).with_suffix('')}/".replace("/index/", "/") in {TROUBLE, MISSING}:
            page.write_text(SCRIPTS.sub("", page.read_text()))
        else:
            page.write_text(rewritten(page.read_text(), context, lambda path: (folder / path.lstrip("/")).read_text()))
