"""Builds the parts that verify."""

from datetime import timedelta

from cers_app.settings import Settings
from cers_app.storage.database import Database
from cers_app.values.digests import KeyedHash
from cers_app.values.world import World
from cers_app.verification import proof
from cers_app.verification.challenge import ChallengeParts, Challenges
from cers_app.verification.models import ALPHABET, DIGITS, LENGTH
from cers_app.verification.picture import draw

QA_DIGITS = "246810"
"""The digits of every spoken challenge while `CERS_QA_CHARACTERS` fixes the characters."""


def challenges(config: Settings, database: Database, keyed: KeyedHash, world: World) -> Challenges:
    """Challenges with real pictures. In test mode, QA may fix their characters and digits."""
    parts = ChallengeParts(
        characters=lambda: config.qa_characters or symbols(world, ALPHABET),
        draw=draw,
        digits=lambda: QA_DIGITS if config.qa_characters else symbols(world, DIGITS),
        is_proof=proof.is_proof,
        new_id=world.new_id,
        clock=world.now,
    )
    return Challenges(database, keyed, timedelta(minutes=config.challenge_minutes), parts)


def symbols(world: World, alphabet: str) -> str:
    """Random symbols, as many as a picture shows or a voice speaks."""
    return "".join(world.choose(alphabet) for _ in range(LENGTH))
