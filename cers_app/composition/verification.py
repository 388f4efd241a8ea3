"""The part of the composition root that verifies."""

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
"""What is spoken where the characters are known, too (`CERS_QA_CHARACTERS`)."""


def challenges(config: Settings, database: Database, keyed: KeyedHash, world: World) -> Challenges:
    """Challenges with real pictures; in test mode with characters and digits that are known."""
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
    """As many as a picture shows, or a voice says."""
    return "".join(world.choose(alphabet) for _ in range(LENGTH))
