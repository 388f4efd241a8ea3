"""The real world: the system's clock and its random numbers."""

import secrets
import time
from datetime import UTC, datetime
from functools import partial

from cers_app.values.world import World

now = partial(datetime.now, UTC)
new_token = partial(secrets.token_urlsafe, 32)
new_id = partial(secrets.token_hex, 16)
REAL = World(now, new_token, new_id, secrets.choice, secrets.SystemRandom().random, time.sleep)
