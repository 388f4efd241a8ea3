"""Finds the lines of a `.env` file that would be read wrongly or in part."""

import io
import re
import unicodedata
from collections.abc import Iterator

from dotenv.parser import parse_stream

SETTING = re.compile("CERS_[A-Za-z0-9_]+", re.IGNORECASE | re.ASCII)


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
        elif "${" in value or any(unicodedata.category(character) == "Cc" for character in value):
            yield f"Line {line} has ${{ or an escaped character in its value. Set this one in the environment."
        seen |= {name.upper()} if name else set()
