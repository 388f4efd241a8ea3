"""The real world: the system's clock and its random numbers."""

import secrets
import time
import uuid
from datetime import UTC, datetime

from cers_app.values.world import World


def now() -> datetime:
    """The current time, in UTC."""
    return datetime.now(UTC)


def new_token() -> str:
    """A secret token of 256 random bits."""
    return secrets.token_urlsafe(32)


def new_id() -> str:
    """A public id of 122 random bits."""
    return uuid.uuid4().hex


REAL = World(now, new_token, new_id, secrets.choice, secrets.SystemRandom().random, time.sleep)
