"""Prints how the rooms of `cers_app/` import one another; ends with 1 when they form a circle."""

import sys
import tomllib
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

import grimp

from tests.support.portal import ROOT

MOST_AT_THE_TOP = 5
"""Modules beside the rooms: the app, the command line, the settings, what is provided, the package itself."""


def rooms_of(modules: dict[str, set[str]]) -> dict[str, set[str]]:
    """Which room imports which other ones; `modules` says what each module imports."""
    rooms: dict[str, set[str]] = {_room(module): set() for module in modules}
    for module, imported in modules.items():
        rooms[_room(module)] |= {_room(each) for each in imported} - {_room(module)}
    return rooms


def circle(rooms: dict[str, set[str]]) -> list[str]:
    """The rooms of a circle; empty when there is none."""
    try:
        TopologicalSorter(rooms).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def imports() -> dict[str, set[str]]:
    """What each module of the portal imports of it."""
    graph = grimp.build_graph("cers_app", cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def layers() -> list[list[str]]:
    """The rooms of the layers contract, the highest first, and how many imports the contracts ignore."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    return [layer.split(" | ") for layer in settings["contracts"][0]["layers"]]


def ignored() -> int:
    """How many imports the contracts ignore."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    return sum(len(contract.get("ignore_imports", [])) for contract in settings["contracts"])


def upward(rooms: dict[str, set[str]]) -> Iterator[str]:
    """The arrows that do not lead down in the layers contract."""
    height = {room: -at for at, layer in enumerate(layers()) for room in layer}
    for room, below in rooms.items():
        yield from (f"{room} -> {each}" for each in sorted(below) if height[each] >= height[room])


def _room(module: str) -> str:
    return [*module.split("."), "__init__"][1]


def main() -> int:
    """Print the figures."""
    rooms = rooms_of(imports())
    rooms.pop("__init__")
    for below in rooms.values():
        below.discard("__init__")
    top = sorted(path.name for path in (ROOT / "cers_app").glob("*.py"))
    arrows, up, found = sum(len(below) for below in rooms.values()), list(upward(rooms)), circle(rooms)
    named = {room for layer in layers() for room in layer}
    sys.stdout.write(
        f"rooms: {len(rooms)}, in the contracts: {len(named & rooms.keys())}, layers: {len(layers())}\n"
        f"arrows: {arrows}, upwards: {len(up)}, circles: {len(found) and 1}, ignored imports: {ignored()}\n"
        f"modules at the top: {len(top)} ({', '.join(top)})\n"
    )
    is_fine = not up and not found and not ignored() and named == rooms.keys() and len(top) <= MOST_AT_THE_TOP
    return 0 if is_fine else 1


if __name__ == "__main__":
    sys.exit(main())
