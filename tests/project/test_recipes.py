"""The blocks of `docs/recipes.md` fit the code, so a reader finds the place of each line."""

import re
from collections.abc import Iterator

import pytest

from tests.support.portal import ROOT

RECIPES = (ROOT / "docs/recipes.md").read_text("utf-8")
BLOCK = re.compile(r"(?P<before>[^`]*(?:`[^`\n]+`[^`]*)*)\n(?P<indent> *)```diff\n(?P<body>.*?)\n *```", re.DOTALL)
FILE = re.compile(r"`((?:cers_app|tests)/[\w/.]+|pyproject\.toml)`")


def changes(recipe: str) -> Iterator[tuple[str, str, str]]:
    """Each place that a recipe changes: the file named last before the block, its lines, and the new ones."""
    file = ""
    for block in BLOCK.finditer(recipe):
        file = [file, *FILE.findall(block["before"])][-1]
        body = [line.removeprefix(block["indent"]) or " " for line in block["body"].split("\n")]
        for place in "\n".join(body).split("\n@@\n"):
            lines = place.split("\n")
            old = "\n".join(line[1:] for line in lines if not line.startswith("+"))
            new = "\n".join(line[1:] for line in lines if not line.startswith("-"))
            yield file, old, new


@pytest.mark.parametrize("recipe", re.split(r"^## ", RECIPES, flags=re.MULTILINE)[1:], ids=lambda text: text[:12])
def test_each_block_of_a_recipe_has_one_place_in_the_code(recipe: str) -> None:
    changed: dict[str, str] = {}
    for file, old, new in changes(recipe):
        text = changed.get(file, (ROOT / file).read_text("utf-8"))
        assert text.count(f"\n{old}\n") == 1, f"{file} has these lines {text.count(old)} times:\n{old}"
        changed[file] = text.replace(f"\n{old}\n", f"\n{new}\n")


def test_the_recipes_have_blocks() -> None:
    assert len(list(changes(RECIPES))) > 30
