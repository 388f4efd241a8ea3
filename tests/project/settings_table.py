"""Writes the lists of all settings in `docs/settings.md` and in `.env.example`."""

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from cers_app.settings import DEVELOPMENT_KEY, ROOT, Settings

NAMES = Settings.names().items()


def rows() -> Iterator[str]:
    """A row of the table for each setting, in the order of the code."""
    words = meanings()
    for name, told in NAMES:
        field = Settings.model_fields[name]
        yield f"| `{told}` | {_shown(field.default, told)} | {words[name]} |\n"


def meanings() -> dict[str, str]:
    """What the text below each setting says. Reading it at each start of the portal would take time."""
    (settings,) = ast.parse(inspect.getsource(Settings)).body
    assert isinstance(settings, ast.ClassDef)
    return {
        first.target.id: " ".join(inspect.cleandoc(str(second.value.value)).split())
        for first, second in pairwise(settings.body)
        if isinstance(first, ast.AnnAssign) and isinstance(first.target, ast.Name)
        and isinstance(second, ast.Expr) and isinstance(second.value, ast.Constant)
    }  # fmt: skip


def documents() -> Iterator[tuple[Path, str]]:
    """Each document as it should be. The text around its list stays."""
    examples = [f"# {told}={written(Settings.model_fields[name].default, told)}\n" for name, told in NAMES]
    for name, row, lines in (("docs/settings.md", r"\| `CERS_", rows()), (".env.example", "# CERS_", examples)):
        before, after = re.split(f"(?:{row}.*\n)+", (ROOT / name).read_text("utf-8"))
        yield ROOT / name, "".join([before, *lines, after])


def written(value: Any, name: str) -> str:
    """A default as a settings file has it: a duration as a number of the unit in its name, a secret as nothing."""
    if isinstance(value, SecretStr):
        return ""
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, timedelta):
        return f"{value / timedelta(**{name.rpartition('_')[2].lower(): 1}):g}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _shown(value: Any, name: str) -> str:
    if isinstance(value, SecretStr) and value.get_secret_value() == DEVELOPMENT_KEY:
        return "`development key`"
    return f"`{text}`" if (text := written(value, name)) else "none"


def main() -> int:
    """Write both."""
    for path, text in documents():
        path.write_text(text, "utf-8")
        sys.stdout.write(f"{path.relative_to(ROOT)} lists {len(NAMES)} settings\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
