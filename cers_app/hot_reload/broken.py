"""Says on every open page what is broken in the sources. Imports nothing from the portal, which may be broken."""

import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from traceback import FrameSummary

ROOT = Path(__file__).parents[2]
TOLD = "broken.txt"
"""Vite shows the words in this file on every open page (`frontend/hot_reload.vite.js`)."""


def tell(words: str) -> None:
    """Show these words in place of the last ones. Empty words hide them."""
    file = Path(os.environ["REFLEX_WEB_WORKDIR"], TOLD)
    new = file.with_suffix(".new")
    new.write_text(words, "utf-8")
    new.replace(file)  # Vite never reads half of it


@contextmanager
def telling(then: str) -> Iterator[None]:
    """Tell open pages about an error inside the block, with a sentence about what happens `then`."""
    try:
        yield
    except Exception as error:
        tell(f"{where(error)}\n{then}")
        raise


def where(error: Exception, root: Path = ROOT) -> str:
    """The innermost line of the sources in `root` that an error comes from, and what is wrong there."""
    stack: list[FrameSummary] = [*traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError):
        stack.append(FrameSummary(error.filename or "", error.lineno, "", line=error.text))
    own = [frame for frame in stack if _is_in(root, Path(frame.filename))]
    place = (own or stack)[-1]
    file, line = os.path.relpath(place.filename, root), (place.line or "").strip()
    return f"{file}, line {place.lineno}: {_what(error, line)}\n    {line}"


def _is_in(root: Path, file: Path) -> bool:
    return root in file.parents and "site-packages" not in file.parts


def _what(error: Exception, line: str) -> str:
    match error:
        case SyntaxError():
            return error.msg
        case KeyError() if ".format(" in line:
            return f"nothing fills in the placeholder {{{error.args[0]}}}"
        case _:
            return traceback.format_exception_only(error)[0].strip()
