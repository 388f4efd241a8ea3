"""Finds the lines of a `.env` file that would be read wrongly or in part."""

import io
import re
import unicodedata
from collections.abc import Iterator

from dotenv.parser import parse_stream

SETTING = re.compile("CERS_[A-Za-z0-9_]+", re.IGNORECASE | re.ASCII)
SECRETS = {"KEY", "PASSWORD"}
"""How the names of secrets end. A secret may well have # in it."""
COMMENT = re.compile(r"(?:^|\s)#")


def problems(content: bytes) -> Iterator[str]:
    """A sentence for each line that is wrong. The sentences never repeat a value, which may be a secret."""
    if b"\0" in content:
        yield "The file is not in UTF-8 (perhaps in UTF-16). Save it as UTF-8."
        return
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        line = content.count(b"\n", 0, broken.start) + 1
        yield f"Line {line} is not in UTF-8. Save the file as UTF-8."
        return
    seen: set[str] = set()
    for binding in parse_stream(io.StringIO(text.replace("\r\n", "\n"))):
        written = binding.original.string
        # The parser counts the blank lines before a setting as part of it.
        blank = written[: len(written) - len(written.lstrip())].count("\n")
        line, name, value = binding.original.line + blank, binding.key, binding.value
        if binding.error or (name is not None and value is None):
            yield f"Line {line} is not NAME=value, or has a quotation mark that does not end there."
        elif name is None or value is None:
            continue
        elif not SETTING.fullmatch(name):
            yield f"Line {line} is no setting. A setting's name begins with CERS_."
        elif name.upper() in seen:
            yield f"Line {line} sets the same name as a line above it."
        elif half := _half_read(name, value, written.partition("=")[2].strip()):
            yield f"Line {line} {half}."
        elif "${" in value or any(unicodedata.category(character) == "Cc" for character in value):
            yield f"Line {line} has ${{ or an escaped character in its value. Set this one in the environment."
        seen |= {name.upper()} if name else set()


def _half_read(name: str, value: str, written: str) -> str:
    """Why a value is more or less than the operator meant; empty if it is whole. `written` has the quotation marks."""
    if re.search(rf"{SETTING.pattern}\s*=", value, SETTING.flags):
        return "has a second setting in its value. Give each setting its own line"
    if written.startswith(("'", '"')):
        return ""
    if value.endswith(("'", '"')) and value.count(value[-1]) == 1:
        return "has a quotation mark at only one end of its value. Put marks at both ends or at none"
    is_cut = COMMENT.search(written) and name.rpartition("_")[2].upper() in SECRETS
    return "has # in its value. Put the whole value in quotation marks" if is_cut or value.startswith("#") else ""
