"""A request for mail that breaks in the middle has not happened, and its characters are as good as before."""

import pytest

from cers_app.accounts.models import Account
from cers_app.accounts.passwords import Passwords
from cers_app.mail.outbox import OutgoingMail
from cers_app.mail_request.flow import RequestForm
from cers_app.mail_request.outcomes import Asked, WrongCharacters
from cers_app.reset_password.flow import ResetRequest
from cers_app.storage.audit import AuditEvent
from cers_app.storage.database import Database
from cers_app.verification.answers import Purpose
from cers_app.verification.challenge import Challenges
from cers_app.verification.models import Challenge
from tests.support.composed import Composed
from tests.support.doubles import ANN, Clock, world_at
from tests.support.looking import everything_stored, rows, statements_of

TEXT = "ACDEFG"


@pytest.mark.parametrize("key", ["anngause", "nobodyatall"])
def test_broken_after_any_of_its_statements_a_request_is_undone_and_its_characters_still_count(
    url: str, passwords: Passwords, database: Database, challenges: Challenges, ann: Account, clock: Clock, key: str
) -> None:
    issued = challenges.issue(Purpose.RESET_PASSWORD, ANN.browser)
    before, broken = everything_stored(database), 0
    while True:
        broken += 1
        composed = Composed(url, world_at(clock), passwords)
        breaking = composed(Database)
        seen = statements_of(breaking, broken)
        try:
            outcome = composed(ResetRequest).request(RequestForm(key, issued, TEXT), ANN)
        except RuntimeError:
            assert everything_stored(database) == before, seen[-1]
            continue
        finally:
            breaking.close()
        break
    assert isinstance(outcome, Asked)
    assert [mail.account_id for mail in rows(database, OutgoingMail)] == [ann.id if key == "anngause" else None]
    assert rows(database, Challenge) == []
    assert broken == len(seen) + 1 > 6, "each statement was broken once"
    assert [word for word in seen if word in {"COMMIT", "BEGIN IMMEDIATE"}] == ["BEGIN IMMEDIATE", "COMMIT"]


def test_wrong_characters_are_burnt_and_written_down_together(
    composed: Composed, database: Database, challenges: Challenges
) -> None:
    issued = challenges.issue(Purpose.RESET_PASSWORD, ANN.browser)

    wrong = composed(ResetRequest).request(RequestForm("anngause", issued, "XXXXXX"), ANN)

    assert isinstance(wrong, WrongCharacters)
    assert rows(database, Challenge) == []
    assert [event.event for event in rows(database, AuditEvent)] == ["verification_failed"]
    assert rows(database, OutgoingMail) == []
