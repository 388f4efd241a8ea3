"""Each step of the journeys passes its own kill points: the statements that the points name are the real ones."""

import re
from collections.abc import Callable

import pytest

from cers_app.accounts.models import Account
from cers_app.accounts.sessions import Sessions
from cers_app.mail.smtp import SmtpMailer
from cers_app.reset_password.store import ResetStore
from cers_app.sign_in.store import SignInStore
from cers_app.storage.database import Database
from cers_app.storage.kill_points import POINTS
from cers_app.values.digests import sha256
from tests.integration.conftest import Post
from tests.support.doubles import ANN
from tests.support.looking import accepted, opened, statements_of
from tests.support.smtp import MoodyInbox

Passed = Callable[[Callable[[], object]], list[str]]
QUEUED = ["request.queued", "request.kept"]
MAIL = ["mail.leased", "mail.accepted", "mail.recorded"]


@pytest.fixture
def passed(database: Database) -> Passed:
    """The points that a step passes, each as often as a unit of work passes it."""
    seen = statements_of(database, 0)

    def passed(step: Callable[[], object]) -> list[str]:
        seen.clear()
        step()
        units = "".join(f"{statement};" for statement in seen).split("BEGIN")
        return [point for unit in units for point, sought in POINTS.items() if re.search(sought, unit, re.DOTALL)]

    return passed


@pytest.mark.parametrize("key", ["anngause", "nobodyatall", "stranger@example.com"])
def test_a_request_and_its_mail_pass_their_points(
    passed: Passed, ann: Account, resets: ResetStore, post: Post, smtp: SmtpMailer, key: str
) -> None:
    worker = post.worker(smtp)
    assert ann.username == "anngause"

    assert passed(worker.work) == []
    assert passed(lambda: resets.ask(key, ANN)) == QUEUED
    assert passed(lambda: resets.ask(key, ANN)) == [], "merged with the first"
    assert passed(worker.work) == MAIL
    assert passed(worker.work) == []


@pytest.mark.parametrize("answer", ["451 later", "550 no such mailbox"])
def test_a_mail_that_is_refused_passes_the_first_point_alone(
    passed: Passed, ann: Account, resets: ResetStore, post: Post, smtp: SmtpMailer, inbox: MoodyInbox, answer: str
) -> None:
    inbox.answers = [answer]
    resets.ask(ann.username, ANN)

    assert passed(post.worker(smtp).work) == MAIL[:1]


def test_signing_in_and_using_a_link_pass_their_points(
    passed: Passed,
    ann: Account,
    signing_in: SignInStore,
    sessions: Sessions,
    resets: ResetStore,
    post: Post,
    smtp: SmtpMailer,
    inbox: MoodyInbox,
) -> None:
    claims: list[str] = []
    assert passed(lambda: claims.append(accepted(signing_in, ann.username))) == ["sign_in.kept"]
    assert passed(lambda: opened(sessions, claims[0], ANN)) == ["session.kept"]
    assert passed(lambda: opened(sessions, claims[0], ANN)) == []
    resets.ask(ann.username, ANN)
    post.worker(smtp).work()
    digest = sha256(inbox.to(ann.email)[0].token)
    assert passed(lambda: resets.opened(digest, ANN)) == []
    assert passed(lambda: resets.consume(digest, "new hash", ANN)) == [
        *QUEUED,  # the notice
        "reset.used",
        "reset.replaced",
        "reset.kept",
    ]
    assert passed(lambda: resets.consume(digest, "new hash", ANN)) == []
