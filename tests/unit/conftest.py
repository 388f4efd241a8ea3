"""What unit tests share."""

from collections.abc import Callable, Iterator

import pytest

from cers_app.settings import settings
from tests.support.doubles import DIGEST, NOON, link_owner
from tests.unit.reset_desk import HOUR, Desk


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Serves the portal at another address than `http://localhost:3000`."""

    def at(public_url: str) -> None:
        monkeypatch.setenv("CERS_PUBLIC_URL", public_url)
        settings.cache_clear()

    monkeypatch.setenv("CERS_MODE", "test")
    at("http://localhost:3000")
    yield at
    settings.cache_clear()


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def opened(desk: Desk) -> Desk:
    """With a live link opened in this browser."""
    desk.tables.owners[DIGEST] = link_owner(expires_at=NOON + HOUR)
    return desk
