"""Keeps secrets, people's whole addresses, control characters and endless text out of log lines.

A password can look like anything, so patterns alone cannot find it. The redactor therefore cuts the text of other
libraries where a value may begin. Our own messages hold no passwords, and patterns catch other secrets that slip in.
"""

import re
import traceback
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from cers_app.values.masking import mask

LONGEST_TEXT = 1_000
"""Characters in one value of a line."""
LONGEST_READ = 8_000
"""Characters that the redactor reads. Reading more would let a hostile value take too much time."""
LONGEST_FOREIGN = 300
MOST_ITEMS, DEEPEST = 20, 3
MOST_FRAMES, MOST_CAUSES = 8, 4
SHORT, REMEMBERED = 40, 512
"""The most characters in a text that is remembered as harmless, and how many such texts are remembered."""
SHORTEST_SECRET = 4
"""Characters. A shorter setting would be found inside ordinary words."""
GONE = "[redacted]"
CUT = "[cut]"
ROOT = Path(__file__).resolve().parents[1]

WORDS = (
    r"passw(?:or)?d|passwd|pwd|secret|token|cookie|authori[sz]ation|credential|api[_-]?key|signature|session|claim"
    r"|characters|answer|payload|parameters|event data|cers_browser|cers_reset|cers_known|cers_not_me"
)
NAMED = re.compile(rf"(?i)(?:{WORDS})[a-z0-9_-]{{0,40}}+[\\\"']*+\s{{0,9}}+(?:[:=]>?|%3d|(?<=[\"'])\s*,)")
"""The name of a secret and the sign before its value. No pattern can tell where the value ends."""
CREDENTIALS = re.compile(r"(?i)\b(bearer\s+|basic\s+(?=[A-Za-z0-9+/]+=))[A-Za-z0-9+/._~=-]+")
SECRET_KEY = re.compile(rf"(?i){WORDS}|email|address|username|headers?$")
TOKEN = re.compile(r"[A-Za-z0-9_-]{40,}+=*")
"""The portal's tokens have 43 characters (256 bits), and its digests have 64."""
OUTSIDE = r"\s<>()\[\]{},;:\"'=|/\\&?"
EMAIL = re.compile(rf"(?<![^{OUTSIDE}])([^{OUTSIDE}@]++)@([^{OUTSIDE}@]++)")
ENCODED_EMAIL = re.compile(r"(?<![A-Za-z0-9._+-])([A-Za-z0-9._+-]++)%40([A-Za-z0-9.-]++)")
ARGON = re.compile(r"\$argon2\w*\$[^\s'\"]*")
LINK = re.compile(r"/(r|not-me)/[^\s\"'<>]+")
VALUE = re.compile(r"[:=\"'{\[(<`\r\n]")
"""The signs where a value may begin in the text of another library."""


class Redactor:
    """Makes texts, values and exceptions fit for a line. A second pass changes nothing more."""

    def __init__(self, known: Iterable[str] = (), *, tells_messages: bool = False) -> None:
        """`known` are secrets of this process, which are redacted wherever they appear.

        With `tells_messages` (only in development), the log shows the messages of exceptions and all messages of
        libraries, both without the secrets that patterns find.
        """
        self._known = sorted({text for text in known if len(text) >= SHORTEST_SECRET}, key=len, reverse=True)
        self._tells_messages = tells_messages
        # The names of events, loggers and values repeat from line to line.
        self._harmless: set[str] = set()

    def text(self, raw: object, longest: int = LONGEST_TEXT) -> str:
        """A text without secrets, on one line, of at most `longest` characters."""
        given = _as_text(raw)
        if given in self._harmless and len(given) <= longest:
            return given
        told = self._redacted(given, longest)
        if told == given and len(given) <= SHORT:
            if len(self._harmless) >= REMEMBERED:
                self._harmless.clear()
            self._harmless.add(given)
        return told

    def _redacted(self, given: str, longest: int) -> str:
        found = _bounded(given)
        for secret in self._known:
            found = found.replace(secret, GONE)
        named = NAMED.search(found)
        # No pattern can tell where such a value ends, because a password may hold quotes, commas and line ends.
        if named and found[named.end() :].strip():
            found = f"{found[: named.end()].rstrip()} {GONE}"
        return _shortened(escaped(without_secrets(found)), longest)

    def foreign(self, message: object, *, template: object = None) -> str:
        """A library's message: only the library's own words, or in development everything but secrets.

        If the values came apart from a `template`, the result is the template without values.
        """
        if self._tells_messages:
            return self.text(message)
        own = _bounded(_as_text(message if template is None else template), LONGEST_FOREIGN)
        if template is None and (begin := VALUE.search(own)):
            own = f"{own[: begin.start()].rstrip()} {CUT}".strip()
        return self.text(own, LONGEST_FOREIGN)

    def value(self, key: str, raw: object, depth: int = DEEPEST) -> Any:  # noqa: ANN401 - what JSON can hold
        """The value that a caller logs under the name `key`, without secrets."""
        if raw is None:
            return None
        if SECRET_KEY.search(key):
            return self.text(raw) if _is_masked(raw) else GONE
        if isinstance(raw, bool | int | float):
            return raw
        if depth and isinstance(raw, Mapping):
            items = list(raw.items())[:MOST_ITEMS]
            return {self.text(name, 40): self.value(str(name), item, depth - 1) for name, item in items}
        if depth and isinstance(raw, list | tuple | set | frozenset):
            return [self.value(key, item, depth - 1) for item in list(raw)[:MOST_ITEMS]]
        return self.text(raw)

    def fault(self, broken: BaseException) -> dict[str, Any]:
        """Describe an exception: its type, the exceptions that led to it, and the places in our own code."""
        told: dict[str, Any] = {"fault": self.text(" < ".join(_chain(broken))), "at": _positions(broken)}
        if self._tells_messages:
            told["says"] = self.text(broken)
        return told


def escaped(text: str) -> str:
    """Spell out every character that could begin a line, color a terminal or turn the reading order."""
    return "".join(char if char.isprintable() else _spelled(ord(char)) for char in text)


def _spelled(code: int) -> str:
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004 - one byte


def _as_text(raw: object) -> str:
    """The object as text, or the name of its type if the object is broken."""
    try:
        return raw if isinstance(raw, str) else str(raw)
    except Exception:  # noqa: BLE001 - logging must not break the code it reports on
        return f"<{type(raw).__name__}>"


def _bounded(text: str, longest: int = LONGEST_READ) -> str:
    """The beginning of a long text, without the last word if that was cut, because it may be half of a token."""
    if len(text) <= longest:
        return text
    begin = text[:longest]
    return f"{begin[: begin.rfind(' ') + 1].rstrip()} {CUT}".lstrip()


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - len(CUT) - 1]} {CUT}"


def _masked(found: re.Match[str]) -> str:
    return mask(f"{found[1]}@{found[2]}")


PATTERNS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (CREDENTIALS, rf"\1{GONE}"),
    (ARGON, GONE),
    (LINK, r"/\1/..."),
    (TOKEN, GONE),
    (EMAIL, _masked),
    (ENCODED_EMAIL, _masked),
)


def without_secrets(text: str) -> str:
    """A text of the portal without what patterns find: whole addresses, links, tokens and hashes.

    A `Redactor` also drops everything after the name of a secret, as in `password_changed: 250 2.0.0 queued`.
    """
    for pattern, instead in PATTERNS:
        text = pattern.sub(instead, text)
    return text


def _is_masked(raw: object) -> bool:
    return isinstance(raw, str) and "*" in raw and len(raw) <= LONGEST_FOREIGN


def _chain(broken: BaseException) -> list[str]:
    names: list[str] = []
    link: BaseException | None = broken
    while link is not None and len(names) < MOST_CAUSES:
        names.append(type(link).__name__)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return names


def _positions(broken: BaseException) -> list[str]:
    places = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(broken.__traceback__)]
    ours = [(Path(name), line) for name, line in places if Path(name).is_relative_to(ROOT)]
    return [f"{path.relative_to(ROOT.parent)}:{line}" for path, line in ours[-MOST_FRAMES:]]
