"""The outside world that is passed in: the time and chance. Flows and stores get these, or a test's own."""

import secrets
import uuid
from datetime import UTC, datetime

from cers_app.verification.models import ALPHABET, DIGITS, LENGTH


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def new_token() -> str:
    """A token of 256 random bits."""
    return secrets.token_urlsafe(32)


def new_id() -> str:
    """A public name of 122 random bits."""
    return uuid.uuid4().hex


def characters() -> str:
    """New verification characters."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def digits() -> str:
    """As many new digits, to be spoken."""
    return "".join(secrets.choice(DIGITS) for _ in range(LENGTH))
