"""The portal's own parts, as `build` wires them for the settings and the world of a test."""

from typing import Any, TypeVar, cast

from cers_app.accounts.passwords import Passwords
from cers_app.composition import build
from cers_app.settings import Mode, Settings
from cers_app.values.world import World

Part = TypeVar("Part")
KEY = "a-key-for-tests-alone-of-more-than-32-characters"
SETTINGS: dict[str, Any] = {
    "mode": Mode.TEST,
    "secret_key": KEY,
    "mail_from": "cers@example.com",
    "support_email": "support@example.com",
    "demo_notice": False,
    "CERS_MAIL_DELAY_SECONDS": 0,
    "qa_characters": "ACDEFG",
}


class Composed:
    """Every part of one portal, by its class."""

    def __init__(self, url: str, world: World, passwords: Passwords, **settings: Any) -> None:
        config = Settings(database_url=url, _env_file=None, **{**SETTINGS, **settings})
        self._parts = {type(part): part for part in build(config, world, passwords)}

    def __call__(self, kind: type[Part]) -> Part:
        """The part of a class."""
        return cast("Part", self._parts[kind])
