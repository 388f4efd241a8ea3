"""The few statistics the benches need; every time is in milliseconds."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist, fmean, median, variance

BAND = (0.45, 0.55)
"""Where the whole interval of an AUC must lie for two sets of times to count as one."""
SURE = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class Auc:
    """How often a time of the first set is longer than one of the second (0.5: no telling), with its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def is_inside(self) -> bool:
        """Whether the whole interval lies in the band."""
        return BAND[0] <= self.low and self.high <= BAND[1]

    @property
    def tells(self) -> bool:
        """Whether the interval leaves out 0.5: chance alone would do that once in twenty times."""
        return not self.low <= 0.5 <= self.high

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def auc(first: Sequence[float], second: Sequence[float]) -> Auc:
    """The area under the ROC curve; its interval by DeLong, DeLong and Clarke-Pearson (Biometrics 44, 1988).

    For each time the share of the other set it is longer than (ties count half); the variance of the mean of
    these shares is the sum of both sets' variances, each divided by its number. At least two times a set.
    """
    longer, shorter = _shares(first, second), _shares(second, first)
    value = fmean(longer)
    margin = SURE * sqrt(variance(longer) / len(longer) + variance(shorter) / len(shorter))
    return Auc(value, max(0.0, value - margin), min(1.0, value + margin))


def _shares(those: Sequence[float], others: Sequence[float]) -> list[float]:
    ordered = sorted(others)
    return [(bisect_left(ordered, time) + bisect_right(ordered, time)) / (2 * len(ordered)) for time in those]


def hidden(times: Sequence[float]) -> float:
    """The constant, in milliseconds, which added to half of `times` scores 0.55: a smaller leak would pass."""
    one, other = times[::2], times[1::2]
    low, high = 0.0, median(times)
    for _ in range(20):
        middle = (low + high) / 2
        is_seen = auc([time + middle for time in one], other).value > BAND[1]
        low, high = (low, middle) if is_seen else (middle, high)
    return high


def percentile(times: Sequence[float], share: float) -> float:
    """The time that a share (0 to 1) of `times` does not exceed."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
