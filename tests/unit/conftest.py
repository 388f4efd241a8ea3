"""What unit tests share."""

import pytest

from tests.support.doubles import DIGEST, NOON, link_owner
from tests.unit.reset_desk import HOUR, Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def opened(desk: Desk) -> Desk:
    """With a live link opened in this browser."""
    desk.tables.owners[DIGEST] = link_owner(expires_at=NOON + HOUR)
    return desk
