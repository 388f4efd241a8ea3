"""Loads the scripts of the built pages once the page was painted: what is read needs none of them.

A browser that has scripts to fetch and to run shows a page later, and Lighthouse counts every script that came before
the first paint. What this is worth stands in `docs/benchmarks.md`.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import reflex as rx

from cers_app.frontend import early_socket
from cers_app.values.addresses import MISSING, TROUBLE

PRELOADS = re.compile(r'<link rel="modulepreload" href="([^"]+)"/>')
MODULES = re.compile(
    r'<script type="module" async="">import "(?P<manifest>[^"]+)";\n'
    r'(?P<routes>(?:import \* as route\d+ from "[^"]+";\n)+)'
    r'\s*(?P<named>window\.__reactRouterRouteModules = \{[^}]+\};)\s*import\("(?P<entry>[^"]+)"\);</script>'
)
SCRIPTS = re.compile(r'<script\b.*?</script>|<link rel="modulepreload"[^>]*>', re.DOTALL)
ROUTE = re.compile(r'import \* as (route\d+) from "([^"]+)";\n')
# Every file is asked for at once. They run one after another, with a moment in between for whoever types already. A
# page that is not looked at is not painted.
SCRIPT = """<script>(() => {
  let begun = false;
  const moment = () => new Promise((go) => setTimeout(go));
  const begin = async () => {
    if (begun) return;
    begun = true;
    SOCKET
    for (const href of [FILES]) {
      document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href }));
    }
    MANIFEST
    await import("SHARED");
    await moment();
    const [ROUTES] = await Promise.all([IMPORTS]);
    NAMED
    await moment();
    globalThis.typed.remember();
    await import("ENTRY");
  };
  if (document.hidden) begin();
  setTimeout(begin, 500);
  new PerformanceObserver(begin).observe({ type: "paint", buffered: true });
})()</script>"""


def rewritten(page: str, read: Callable[[str], str]) -> str:
    """A built page whose scripts come after its first paint; `read` gives the text of a built file by its address.

    Raises `ValueError` when the page loads its scripts in another way.
    """
    found, preloads = MODULES.search(page), PRELOADS.findall(page)
    shared = [path for path in preloads if "/app-" in path]
    if found is None or len(shared) != 1:
        msg = "a built page no longer loads its scripts the way that is known"
        raise ValueError(msg)
    # One request less: a browser has six connections.
    manifest = read(found["manifest"])
    if not manifest.startswith("window.__reactRouterManifest={") or "<" in manifest:
        msg = "the manifest of the built pages is not what it was"
        raise ValueError(msg)
    routes = ROUTE.findall(found["routes"])
    files = shared + [path for path in preloads if path not in {*shared, found["manifest"]}]
    parts = {
        "SOCKET": early_socket.SCRIPT,
        "FILES": ", ".join(f'"{path}"' for path in files),
        "MANIFEST": manifest,
        "SHARED": shared[0],
        "ROUTES": ", ".join(name for name, _ in routes),
        "IMPORTS": ", ".join(f'import("{path}")' for _, path in routes),
        "NAMED": found["named"],
        "ENTRY": found["entry"],
    }
    # All at once: what is filled in may hold such a word itself.
    script = re.sub("|".join(parts), lambda word: parts[word[0]], SCRIPT)
    return PRELOADS.sub("", page[: found.start()] + script + page[found.end() :])


class AfterFirstPaint(rx.plugins.Plugin):
    """Rewrites every page once it is built, and before it is compressed."""

    def post_build(self, **context: Any) -> None:  # noqa: ANN401 - as in the framework
        """Rewrite each page. Those that stand in the place of another lose their scripts."""
        folder = Path(context["static_dir"])
        for page in folder.rglob("*.html"):
            if f"/{page.relative_to(folder).with_suffix('')}/".replace("/index/", "/") in {TROUBLE, MISSING}:
                page.write_text(SCRIPTS.sub("", page.read_text()))
            else:
                page.write_text(rewritten(page.read_text(), lambda path: (folder / path.lstrip("/")).read_text()))
