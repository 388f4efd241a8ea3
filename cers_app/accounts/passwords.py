"""Hashes passwords with argon2id in the library's RFC 9106 low-memory profile (ASVS 11.4.2)."""

from base64 import b64encode
from collections.abc import Callable
from typing import Protocol, TypeVar

from argon2 import Parameters, PasswordHasher, Type, extract_parameters
from argon2.exceptions import Argon2Error, InvalidHashError
from argon2.low_level import hash_secret_raw
from argon2.profiles import RFC_9106_LOW_MEMORY

from cers_app.values.forms import LONGEST_PASSWORD
from cers_app.values.passwords import prepared

LEAST_MEMORY = 8
"""KiB per lane: argon2's own minimum."""


Result = TypeVar("Result")


class Runs(Protocol):
    """Runs a computation, in the caller's thread or in another."""

    def __call__(self, work: Callable[[], Result], /) -> Result:
        """Do the work and return its result."""


def here(work: Callable[[], Result], /) -> Result:
    """Do the work in the caller's thread."""
    return work()


def _of_no_password(parameters: Parameters) -> str:
    """An encoded hash that nobody knows a password for. It costs as much to verify as any other."""
    salt, digest = (
        b64encode(bytes(length)).decode().rstrip("=") for length in (parameters.salt_len, parameters.hash_len)
    )
    costs = f"m={parameters.memory_cost},t={parameters.time_cost},p={parameters.parallelism}"
    return f"$argon2id$v={parameters.version}${costs}${salt}${digest}"


class Passwords:
    """Hashes and verifies passwords. Every refusal costs as much as a refusal under today's parameters."""

    def __init__(self, parameters: Parameters = RFC_9106_LOW_MEMORY, runs: Runs = here) -> None:
        """Only tests pass weaker `parameters`. `runs` chooses the thread that computes a hash."""
        self._parameters, self._runs = parameters, runs
        self._hasher = PasswordHasher.from_parameters(parameters)
        self._nobodys = _of_no_password(parameters)

    def hash(self, password: str) -> str:
        """The encoded hash of a password that the policy accepted."""
        return self._runs(lambda: self._hasher.hash(prepared(password)))

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether `password` matches `stored`. `None` (there is no hash) costs the same and never matches.

        A damaged hash, a lone surrogate or an overlong password never matches either, and raises no error.
        """
        if len(password) > LONGEST_PASSWORD:
            return False
        return self._runs(lambda: self._is_right(stored, password))

    def is_outdated(self, stored: str) -> bool:
        """Whether a hash was made with parameters other than today's."""
        return self._hasher.check_needs_rehash(stored)

    def _is_right(self, stored: str | None, password: str) -> bool:
        try:
            secret = prepared(password).encode()
        except UnicodeEncodeError:
            secret, stored = b"", None
        try:
            return self._hasher.verify(stored or self._nobodys, secret) and bool(stored)
        except (Argon2Error, InvalidHashError, UnicodeEncodeError):
            self._add_missing_cost(stored)
            return False

    def _add_missing_cost(self, stored: str | None) -> None:
        """Do the work that a cheaper, older hash saved, so the time of a refusal does not reveal the hash's age."""
        if not stored:
            return
        try:
            old = extract_parameters(stored)
            spent = old.memory_cost * old.time_cost
        except InvalidHashError:
            spent = 0
        today = self._parameters
        missing = today.memory_cost - spent // today.time_cost
        if missing >= LEAST_MEMORY * today.parallelism:
            hash_secret_raw(b"", b"missing cost", today.time_cost, missing, today.parallelism, today.hash_len, Type.ID)
