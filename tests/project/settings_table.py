"""Prints every setting as the rows of the table in `docs/settings.md`."""

import sys
from collections.abc import Iterator
from typing import Any

from pydantic import SecretStr

from cers_app.settings import DEVELOPMENT_KEY, Settings

Row = tuple[str, str, str]
"""A setting's name, its default as a document shows it, and its meaning."""


def rows() -> Iterator[Row]:
    """Every setting, in the order of the code."""
    for name, field in Settings.model_fields.items():
        yield f"CERS_{name.upper()}", _shown(field.default), field.description or ""


def _shown(value: Any) -> str:
    if isinstance(value, SecretStr):
        value = "development key" if value.get_secret_value() == DEVELOPMENT_KEY else value.get_secret_value()
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`" if value != "" else "none"


def main() -> int:
    """Print the rows."""
    sys.stdout.writelines(f"| `{name}` | {default} | {meaning} |\n" for name, default, meaning in rows())
    return 0


if __name__ == "__main__":
    sys.exit(main())
