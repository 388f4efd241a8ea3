"""The outcome of a new password that the policy accepts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PasswordChanged:
    """The new password is set, and every session of the account has ended."""
