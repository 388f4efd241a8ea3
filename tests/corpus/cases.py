"""Reads the corpus: what people really typed, pasted, piped and set, and what it means. A new report is one case."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Case = dict[str, Any]
FOLDER = Path(__file__).parent


def cases(kind: str) -> list[Case]:
    """Every case of a kind, which is a file beside this one."""
    found: list[Case] = tomllib.loads((FOLDER / f"{kind}.toml").read_text("utf-8"))["case"]
    return found


def one_of_each_sort(kind: str) -> list[Case]:
    """The first case with a meaning, and the first without one, under each heading of a file. Headings are comments."""
    found: list[Case] = []
    for part in (FOLDER / f"{kind}.toml").read_text("utf-8").split("\n# "):
        by_meaning = {bool(case["right"]): case for case in reversed(tomllib.loads(f"# {part}").get("case", []))}
        found += by_meaning.values()
    return found


def each(kind: str) -> Callable[..., Any]:
    """Run a test once for each case of a kind."""
    found = cases(kind)
    return pytest.mark.parametrize("case", found, ids=[str(number) for number in range(1, len(found) + 1)])
