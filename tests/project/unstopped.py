"""In the copy of `make next-reflex`, the build writes down each text that is gone and continues without the change."""

import json
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VITE = ROOT / "tests/project/unstopped.vite.js"
GONE = "gone.jsonl"
"""Where the copy lists the changes whose text is gone: a name and a message per line."""
CHANGES = {"plugin.py": "listed", "after_paint.py": "rewritten"}
"""The functions that stop the build, by their files. Vite's plugins are the others."""


def unstopped(change: Callable[..., str]) -> Callable[..., str]:
    """Make a function that changes a text return the text as it was, instead of raising `ValueError`."""

    def tried(text: str, *more: object) -> str:
        try:
            return change(text, *more)
        except ValueError as gone:
            with (ROOT / GONE).open("a", encoding="utf-8") as listed:
                listed.write(json.dumps([Path(change.__code__.co_filename).name, str(gone)]) + "\n")
            return text

    return tried


def unstop(copy: Path) -> None:
    """Change the copy of the sources."""
    frontend = copy / "cers_app/frontend"
    stopping = (frontend / "portal.vite.js").rename(frontend / "stopping.vite.js")
    vite = VITE.read_text("utf-8").replace("PORTAL", str(stopping)).replace("GONE", str(copy / GONE))
    (frontend / "portal.vite.js").write_text(vite, "utf-8")
    for name, change in CHANGES.items():
        with (frontend / name).open("a", encoding="utf-8") as file:
            file.write(f"\n\nfrom {__name__} import unstopped\n\n{change} = unstopped({change})\n")


def gone_in(copy: Path) -> dict[str, tuple[str, ...]]:
    """What the copy's build wrote down, by the name of the change. It builds for browsers and for the server."""
    found: dict[str, dict[str, None]] = {}
    if (copy / GONE).exists():
        for line in (copy / GONE).read_text("utf-8").splitlines():
            name, message = json.loads(line)
            found.setdefault(name, {})[message] = None
    return {name: tuple(messages) for name, messages in found.items()}
