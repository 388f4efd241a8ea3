"""Which new passwords are accepted (NIST SP 800-63B 3.1.1.2: length and a blocklist, no composition rules)."""

import re
from collections.abc import Container
from dataclasses import dataclass
from enum import Enum, auto
from threading import Lock
from typing import Any

from cers_app.new_password.common import is_common, squeezed
from cers_app.values.forms import LONGEST_PASSWORD
from cers_app.values.passwords import prepared

SERVICE = (
    "environmental", "california", "protection", "reporting", "business", "unified", "program", "agency", "calepa",
    "portal", "system", "cers", "cupa",
)  # fmt: skip
"""Words from the names of the service. No word contains another."""
ESTIMATED = 72
"""Characters that the estimator sees. The estimator refuses more."""
READINGS, ESTIMATED_WHEN_COSTLY = 64, 24
"""The estimator reads a password once for each way to read @ as a, 3 as e and so on, up to 736 times.

With more than 64 ways, the estimator sees only 24 characters. The worst input found then takes 0.3 s instead of 1.7 s.
"""
ENOUGH = 3
"""The score that is enough, of 4. The estimator calls more than 100 million guesses safe where guesses are limited."""
ENOUGH_OF_REST = 4
"""The score that is enough, of 4, for what is left without the words that everybody would try first.

That is 10 billion guesses. A season with a year, such as `Autumn-2026`, has more than 100 million.
"""
AGAIN = re.compile(r"([^\W_]{4,16})(.*?)[\W_]*+\1", re.IGNORECASE)
"""A word of four to sixteen letters or digits, what follows it, and the word again. Longer words have shorter parts."""
SHORTEST_WORD = 3
"""Letters. A shorter part of a name is also a part of many other words."""


class Weak(Enum):
    """Why the portal refuses a password. `TOO_EASY` names the longest part that the estimator recognizes."""

    EMPTY = auto()
    TOO_LONG = auto()
    TOO_SHORT = auto()
    NOT_TEXT = auto()
    IS_YOUR_NAME = auto()
    CONTEXT_WORD = auto()
    COMMON = auto()
    TOO_EASY_REPEAT = auto()
    TOO_EASY_ROW = auto()
    TOO_EASY_KEYBOARD = auto()
    TOO_EASY_DATE = auto()
    TOO_EASY_COMMON_PART = auto()
    TOO_EASY_OWN_WORD = auto()
    TOO_EASY_FEW_WORDS = auto()


@dataclass(frozen=True, slots=True)
class Strong:
    """The portal accepts the password. `password` is prepared."""

    password: str


def check(
    password: str, *, shortest: int, names: tuple[str, ...], blocklist: Container[str] = frozenset()
) -> Strong | Weak:
    """Check a new password of at least `shortest` characters (counted after preparing it) for the owner of `names`.

    `blocklist` adds to the bundled list of common passwords. This may take 0.9 s, so call it only after the visitor has
    proved that they own the account.
    """
    if weak := _not_usable(password):
        return weak
    composed = prepared(password)
    if weak := _known(composed, shortest, names):
        return weak
    if composed in blocklist:
        return Weak.COMMON
    return _too_easy(composed, names) or Strong(composed)


def _not_usable(password: str) -> Weak | None:
    if not password:
        return Weak.EMPTY
    if len(password) > LONGEST_PASSWORD:
        return Weak.TOO_LONG
    has_half = any("\ud800" <= character <= "\udfff" for character in password)
    return Weak.NOT_TEXT if has_half else None


def _known(composed: str, shortest: int, names: tuple[str, ...]) -> Weak | None:
    if len(composed) < shortest:
        return Weak.TOO_SHORT
    folded = composed.casefold()
    own = {name.casefold() for name in names}
    if folded in own or squeezed(folded) in {squeezed(name) for name in own} - {""}:
        return Weak.IS_YOUR_NAME
    if _names_the_service(squeezed(folded)):
        return Weak.CONTEXT_WORD
    return Weak.COMMON if is_common(composed) else None


def _names_the_service(letters: str) -> bool:
    rest = letters
    for word in SERVICE:
        rest = rest.replace(word, "")
    return bool(letters) and not rest


_one_at_a_time = Lock()
"""The estimator keeps its caller's words in a global variable, so two parallel calls would mix up their names."""


def _too_easy(composed: str, names: tuple[str, ...]) -> Weak | None:
    # A line feed makes the estimator's date patterns fail with ValueError.
    seen = composed[:ESTIMATED].replace("\n", " ")
    return _estimated(seen, names, ENOUGH) or _rest_too_easy(seen, names) or _repeats(seen, names)


def _repeats(seen: str, names: tuple[str, ...]) -> Weak | None:
    """Judge the password without the words that come again. The estimator counts each as one more hard part."""
    once = seen
    while (shorter := AGAIN.sub(r"\1\2", once)) != once:
        once = shorter
    return Weak.TOO_EASY_REPEAT if once != seen and _estimated(once, names, ENOUGH) else None


def _rest_too_easy(seen: str, names: tuple[str, ...]) -> Weak | None:
    """Judge what is left without the words of the service and the owner's names.

    Each such word, and the signs around it, would otherwise count as one more hard part.
    """
    words = sorted({*SERVICE, *names, *_parts(names)}, key=len, reverse=True)
    taken = "|".join(re.escape(word) for word in words if len(word) >= SHORTEST_WORD)
    rest = re.sub(rf"[\W_]*(?:{taken})[\W_]*", "", seen, flags=re.IGNORECASE)
    if rest == seen:
        return None
    weak = _estimated(rest, names, ENOUGH_OF_REST) if rest else Weak.TOO_EASY_OWN_WORD
    return Weak.TOO_EASY_OWN_WORD if weak and 2 * len(rest) < len(seen) else weak


def _parts(names: tuple[str, ...]) -> list[str]:
    """The words in names. The ending of an email address, such as `com`, says nothing about its owner."""
    return [part for name in names for part in re.split(r"[\W_]+", re.sub(r"(@.*)\.\w+$", r"\1", name)) if part]


def _estimated(seen: str, names: tuple[str, ...], enough: int) -> Weak | None:
    # The estimator brings long lists of words, which a start of the portal does without.
    from zxcvbn import matching, zxcvbn

    substitutions = matching.relevant_l33t_subtable(seen, matching.L33T_TABLE)
    if len(matching.enumerate_l33t_subs(substitutions)) > READINGS:
        seen = seen[:ESTIMATED_WHEN_COSTLY]
    with _one_at_a_time:
        estimate = zxcvbn(seen, user_inputs=[*names, *_parts(names), *SERVICE], max_length=ESTIMATED)
    if estimate["score"] >= enough:
        return None
    return _easy_part(max(estimate["sequence"], key=lambda match: len(match["token"])))


def _easy_part(match: dict[str, Any]) -> Weak:
    """What kind of part this is. The estimator defines the keys."""
    patterns = {
        "repeat": Weak.TOO_EASY_REPEAT,
        "sequence": Weak.TOO_EASY_ROW,
        "spatial": Weak.TOO_EASY_KEYBOARD,
        "date": Weak.TOO_EASY_DATE,
        "regex": Weak.TOO_EASY_DATE,
    }
    dictionaries = {"passwords": Weak.TOO_EASY_COMMON_PART, "user_inputs": Weak.TOO_EASY_OWN_WORD}
    return patterns.get(match["pattern"]) or dictionaries.get(match.get("dictionary_name", ""), Weak.TOO_EASY_FEW_WORDS)
