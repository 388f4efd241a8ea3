"""The part of the composition root that verifies."""

from datetime import timedelta

from cers_app.database import Database
from cers_app.digests import KeyedHash
from cers_app.outside import characters, digits, new_id, now
from cers_app.settings import Settings
from cers_app.verification import proof
from cers_app.verification.challenge import ChallengeParts, Challenges
from cers_app.verification.picture import draw

QA_DIGITS = "246810"
"""What is spoken where the characters are known, too (`CERS_QA_CHARACTERS`)."""


def challenges(config: Settings, database: Database, keyed: KeyedHash) -> Challenges:
    """Challenges with real pictures; in test mode with characters and digits that are known."""
    parts = ChallengeParts(
        characters=lambda: config.qa_characters or characters(),
        draw=draw,
        digits=lambda: QA_DIGITS if config.qa_characters else digits(),
        is_proof=proof.is_proof,
        new_id=new_id,
        clock=now,
    )
    return Challenges(database, keyed, timedelta(minutes=config.challenge_minutes), parts)
