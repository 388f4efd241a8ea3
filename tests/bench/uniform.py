"""Uniform time: whether a stopwatch at the client tells known from unknown."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median

from tests.bench.figures import BAND, Auc, auc, hidden
from tests.bench.people import ACTIVE, DISABLED, NOBODY, NOT_ACTIVATED, OLD_HASH, name
from tests.bench.report import Report
from tests.bench.tabs import SIGN_IN_PATH, Tab
from tests.support.journeys import RECOVER, RESET
from tests.support.portal import Portal

WARM = 10
SAMPLES = 2_000
"""Of each kind. A request of either kind ends within milliseconds of the other's, so fewer cannot decide."""
CONTROL = 0.9
GOAL = f"AUC within {BAND[0]}-{BAND[1]}"
EMAIL = "@example.com"
WRONG_CHARACTERS, NO_HASH = "wrong characters", "no hash"
"""The controls: requests with a real difference in what the server does, which the stopwatch must see."""
Times = Mapping[str, list[float]]
Take = Callable[[str, int], float]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two kinds of visitor that must not be told apart, or a control that must."""

    first: str
    second: str
    is_control: bool = False


def rounds(take: Take, kinds: Iterable[str], number: int) -> Times:
    """Samples, one of each kind a round in a random order: whatever else the machine does meets all kinds alike."""
    order, times = sorted(kinds), {kind: list[float]() for kind in kinds}
    for turn in range(-WARM, number):
        random.shuffle(order)
        for kind in order:
            spent = take(kind, turn)
            if turn >= 0:
                times[kind].append(spent)
    return times


def compare(report: Report, what: str, take: Take, pairs: Sequence[Pair], number: int) -> None:
    """Measure all kinds interleaved and report each pair."""
    times = rounds(take, {kind for pair in pairs for kind in (pair.first, pair.second)}, number)
    report.title(f"{what}: {number} samples a side")
    for kind, spent in times.items():
        if kind.startswith(NOBODY):
            report.say(
                f"  {kind}: median {median(spent):.2f} ms; a constant of {hidden(spent):.3f} ms would score 0.55"
            )
    for pair in pairs:
        found = auc(times[pair.first], times[pair.second])
        words = f"{pair.first} / {pair.second}"
        if pair.is_control:
            found = max(found, auc(times[pair.second], times[pair.first]), key=lambda each: each.value)
            report.figure(f"control: {words}", str(found), met=found.value > CONTROL, goal=f"over {CONTROL}")
        else:
            _report(report, words, found, partial(rounds, take, (pair.first, pair.second), number))


def _report(report: Report, words: str, found: Auc, again: Callable[[], Times]) -> None:
    """Once in twenty times chance alone puts an interval beside 0.5: then fresh samples decide."""
    if found.is_inside or not found.tells:
        report.figure(words, str(found), met=found.is_inside or None, goal=GOAL)
        return
    report.say(f"  {words:<46} {found!s:<26} measured once more")
    first, second = again().values()
    found = auc(first, second)
    met = None if not found.is_inside and not found.tells else found.is_inside
    report.figure(words, str(found), met=met, goal=GOAL)


def asking(report: Report, portal: Portal, path: str, pairs: Sequence[Pair], number: int, where: str = "") -> None:
    """Both requests for a mail; a kind is a group of people, with or without `@example.com`."""

    def take(kind: str, turn: int) -> float:
        if kind == WRONG_CHARACTERS:
            return tab.ask(name(NOBODY, turn), "WRRRRR")
        group, at, domain = kind.partition("@")
        return tab.ask(name(group, turn) + at + domain)

    with Tab.open(portal, path) as tab:
        compare(
            report, f"{'Asking for a link' if path == RESET else 'Asking for a username'}{where}", take, pairs, number
        )


def signing_in(report: Report, portal: Portal, pairs: Sequence[Pair], number: int, where: str = "") -> None:
    """A wrong password; the control's is longer than any may be and costs no hash."""

    def take(kind: str, turn: int) -> float:
        group = NOBODY if kind == NO_HASH else kind.split(maxsplit=1)[0]
        password = "x" * 1025 if kind == NO_HASH else "certainly not the password"
        return tab.sign_in(name(group, turn), password)[0]

    with Tab.open(portal, SIGN_IN_PATH) as tab:
        compare(report, f"Signing in with a wrong password{where}", take, pairs, number)


USERNAMES = [Pair(group, NOBODY) for group in (ACTIVE, DISABLED, NOT_ACTIVATED)]
EMAILS = [Pair(f"{group}{EMAIL}", f"{NOBODY}{EMAIL}") for group in (ACTIVE, DISABLED, NOT_ACTIVATED)]
LINK_PAIRS = [*USERNAMES, EMAILS[0], Pair(WRONG_CHARACTERS, NOBODY, is_control=True)]
SIGN_IN_PAIRS = [Pair(group, NOBODY) for group in (ACTIVE, DISABLED, OLD_HASH)] + [
    Pair(NO_HASH, NOBODY, is_control=True)
]


def all_of(report: Report, portal: Portal, scale: float) -> None:
    """Everything, with the mail server up."""
    asking(report, portal, RESET, LINK_PAIRS, int(SAMPLES * scale))
    asking(report, portal, RECOVER, EMAILS, int(SAMPLES * scale))
    signing_in(report, portal, SIGN_IN_PAIRS, int(SAMPLES * scale))


def shortly(report: Report, portal: Portal, scale: float, where: str) -> None:
    """The chief pair of each request for a mail, somewhere else."""
    asking(report, portal, RESET, USERNAMES[:1], int(SAMPLES * scale), where)
    asking(report, portal, RECOVER, EMAILS[:1], int(SAMPLES * scale), where)


def with_sign_in(report: Report, portal: Portal, scale: float, where: str) -> None:
    """The same with the chief pair of signing in."""
    shortly(report, portal, scale, where)
    signing_in(report, portal, SIGN_IN_PAIRS[:1], int(SAMPLES * scale), where)
