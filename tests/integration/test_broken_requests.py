"""A request for mail that breaks in the middle has not happened, and its characters are as good as before."""

from datetime import timedelta

import pytest

from cers_app.accounts.models import Account
from cers_app.composition.world import new_id
from cers_app.mail.outbox import MailKind, OutgoingMail
from cers_app.mail_request.flow import AskingRule, MailRequest
from cers_app.mail_request.outcomes import Asked, RequestForm, WrongCharacters
from cers_app.mail_request.store import RequestStore
from cers_app.storage.audit import AuditEvent
from cers_app.storage.database import Database
from cers_app.storage.parts import StoreParts
from cers_app.verification.answers import Purpose
from cers_app.verification.challenge import ChallengeParts, Challenges
from cers_app.verification.models import Challenge
from tests.support.doubles import ANN, Clock, Gate
from tests.support.looking import KEYED, RULE, everything_stored, hashed, rows, statements_of

TEXT = "ACDEFG"
MINUTE = timedelta(minutes=1)


def asking(database: Database, clock: Clock) -> MailRequest:
    """Asking for a link, on a database of the test's own."""
    challenges = challenges_of(database, clock)
    return MailRequest(
        tables=RequestStore(StoreParts(database, hashed, new_id, clock), MailKind.RESET_LINK, RULE),
        traffic=Gate(),
        verify=challenges.for_page(Purpose.RESET_PASSWORD),
        rule=AskingRule(MINUTE, 60 * MINUTE),
        clock=clock,
    )


def challenges_of(database: Database, clock: Clock) -> Challenges:
    """Challenges whose characters are known."""
    parts = ChallengeParts(lambda: TEXT, lambda _: b"", lambda: "246810", lambda *_: False, new_id, clock)
    return Challenges(database, KEYED, 10 * MINUTE, parts)


@pytest.mark.parametrize("key", ["anngause", "nobodyatall"])
def test_broken_after_any_of_its_statements_a_request_is_undone_and_its_characters_still_count(
    url: str, database: Database, ann: Account, clock: Clock, key: str
) -> None:
    issued = challenges_of(database, clock).issue(Purpose.RESET_PASSWORD, ANN.browser)
    before, broken = everything_stored(database), 0
    while True:
        broken += 1
        breaking = Database(url)
        seen = statements_of(breaking, broken)
        try:
            outcome = asking(breaking, clock).request(RequestForm(key, issued, TEXT), ANN)
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


def test_wrong_characters_are_burnt_and_written_down_together(database: Database, clock: Clock) -> None:
    issued = challenges_of(database, clock).issue(Purpose.RESET_PASSWORD, ANN.browser)

    wrong = asking(database, clock).request(RequestForm("anngause", issued, "XXXXXX"), ANN)

    assert isinstance(wrong, WrongCharacters)
    assert rows(database, Challenge) == []
    assert [event.event for event in rows(database, AuditEvent)] == ["verification_failed"]
    assert rows(database, OutgoingMail) == []
