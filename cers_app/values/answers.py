"""The words people read when the portal refuses a form. An event shows them; a native post leads to their address.

Each problem has an id, and the address of its words ends with that id: `/sign-in/#not-recognized`.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

FORM = "form"
"""The place of a problem that belongs to no single field."""

SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)
"""A time for examples of outcomes. The words that an address leads to name no time."""

Problems = dict[str, str]
"""The words that a State shows, by the id of a field or by `FORM`."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to correct. `place` is the id of its field, or `FORM`."""

    id: str
    place: str
    words: str
    """True at any time, because the page holds these words from the start."""
    precisely: str = ""
    """The same with a detail that only the server knows, such as a time."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the portal refused a form, with at most one problem per place."""

    problems: tuple[Problem, ...]

    @property
    def id(self) -> str:
        """The end of the address that shows these problems."""
        return "-and-".join(problem.id for problem in self.problems)

    @property
    def shown(self) -> Problems:
        """The problems as a State shows them."""
        return {problem.place: problem.precisely or problem.words for problem in self.problems}

    def precisely(self, words: str) -> "Refused":
        """Return a copy with more precise words for its only problem."""
        (problem,) = self.problems
        return Refused((replace(problem, precisely=words),))


def refused(name: str, place: str, words: str) -> Refused:
    """A refusal for one reason."""
    return Refused((Problem(name, place, words),))


def refused_for(*problems: tuple[Problem, bool]) -> Refused:
    """A refusal for each problem that there is."""
    return Refused(tuple(problem for problem, is_there in problems if is_there))
