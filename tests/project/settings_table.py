"""Prints every setting as the rows of the table in `docs/settings.md`."""

import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from pydantic import SecretStr

from cers_app.settings import DEVELOPMENT_KEY, Settings

Row = tuple[str, str, str]
"""A setting's name, its default as a document shows it, and its meaning."""


def rows() -> Iterator[Row]:
    """Every setting, in the order of the code."""
    for name, told in Settings.names().items():
        field = Settings.model_fields[name]
        yield told, _shown(field.default, told), field.description or ""


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
    """Print the rows."""
    sys.stdout.writelines(f"| `{name}` | {default} | {meaning} |\n" for name, default, meaning in rows())
    return 0


if __name__ == "__main__":
    sys.exit(main())
