"""How often the owner of a link or a session may have new passwords judged."""

from cers_app.new_password.judge import Judge
from cers_app.new_password.policy import Strong, Weak
from cers_app.values.limits import TooManyRequests
from tests.support.doubles import DIGEST, NEW_PASSWORD, NOON, Gate
from tests.unit.reset_desk import Desk


def test_too_many_new_passwords_are_refused_without_judging_them() -> None:
    presses, questions = Gate(), Gate()
    judge = Judge(15, presses=presses, questions=questions)
    assert judge.decide(NEW_PASSWORD, (), DIGEST) == Strong(NEW_PASSWORD)
    presses.retry_at = NOON

    assert judge.decide(NEW_PASSWORD, (), DIGEST) == judge.decide("short", (), DIGEST) == TooManyRequests(NOON)
    assert judge.advise("short", (), DIGEST) is Weak.TOO_SHORT, "questions count apart"
    assert (presses.taken, questions.taken) == ([DIGEST] * 3, [DIGEST])


def test_a_page_that_asks_too_often_gets_no_verdict_and_may_still_send_the_password() -> None:
    questions = Gate(retry_at=NOON)
    judge = Judge(15, presses=Gate(), questions=questions)

    assert judge.advise(NEW_PASSWORD, (), DIGEST) is None
    assert judge.decide(NEW_PASSWORD, (), DIGEST) == Strong(NEW_PASSWORD)


def test_whoever_has_no_link_is_neither_judged_nor_counted() -> None:
    desk = Desk()
    desk.change(digest="of no link")

    assert desk.flow.advise(NEW_PASSWORD, "of no link") is None
    assert (desk.presses.taken, desk.questions.taken) == ([], [])
