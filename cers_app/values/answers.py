"""What a person is told when a form is not accepted. An event shows it; a native post leads to an address that does.

Each problem has an id, which the address of its words ends in: `/sign-in/#not-recognised`.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

FORM = "form"
"""The place of a problem that belongs to no single field."""

SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)
"""For an example of an outcome; the words that an address leads to name no time."""

Problems = dict[str, str]
"""What a State shows: words by the id of a field, or by `FORM`."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to put right, and the id of the field where it is, or `FORM`."""

    id: str
    place: str
    words: str
    """True whenever they are read: the page holds them from the start."""
    precisely: str = ""
    """The same with what only the server knows, such as a time."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a form was not accepted; at most one problem for each place."""

    problems: tuple[Problem, ...]

    @property
    def id(self) -> str:
        """The end of its address."""
        return "-and-".join(problem.id for problem in self.problems)

    @property
    def shown(self) -> Problems:
        """The problems as a State shows them."""
        return {problem.place: problem.precisely or problem.words for problem in self.problems}

    def precisely(self, words: str) -> "Refused":
        """The same with more precise words for its only problem."""
        (problem,) = self.problems
        return Refused((replace(problem, precisely=words),))


def refused(name: str, place: str, words: str) -> Refused:
    """A refusal for one reason."""
    return Refused((Problem(name, place, words),))
