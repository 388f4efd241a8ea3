"""Judges new passwords by the policy, and limits how many one account may send."""

from collections.abc import Container

from cers_app.new_password import policy
from cers_app.new_password.policy import Strong, Weak
from cers_app.values.limits import TooManyRequests, Traffic


class Judge:
    """Judges for owners of a link or a session that has proved valid. `key` names the account."""

    def __init__(
        self, shortest: int, *, presses: Traffic, questions: Traffic, blocklist: Container[str] = frozenset()
    ) -> None:
        """`shortest` is the fewest characters. `questions` limits what the page asks while a person types.

        The judge refuses every password in `blocklist`, on top of the bundled list.
        """
        self._shortest, self._presses, self._questions, self._blocklist = shortest, presses, questions, blocklist

    def decide(self, password: str, names: tuple[str, ...], key: str) -> Strong | Weak | TooManyRequests:
        """Whether the owner of `names` may have this password."""
        retry_at = self._presses.take(key)
        return self._check(password, names) if retry_at is None else TooManyRequests(retry_at)

    def advise(self, password: str, names: tuple[str, ...], key: str) -> Strong | Weak | None:
        """The same while a person types. `None` if the page asks too often."""
        return self._check(password, names) if self._questions.take(key) is None else None

    def _check(self, password: str, names: tuple[str, ...]) -> Strong | Weak:
        return policy.check(password, shortest=self._shortest, names=names, blocklist=self._blocklist)
