"""Every outcome of every form that also works by a native post, by event and by post: one question, one answer.

The outcomes come from the flows' return types, so nobody can add one and forget what a person is told.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, get_args, get_type_hints
from urllib.parse import urlencode

import pytest
import reflex as rx
from starlette.requests import Request
from starlette.routing import Route

from cers_app.accounts.models import Account
from cers_app.accounts.sessions import Sessions
from cers_app.background.pools import Busy
from cers_app.composition import build
from cers_app.mail_request.answers import REFUSALS as REQUEST_REFUSALS
from cers_app.mail_request.outcomes import Asked, CheckNeeded, Receipt
from cers_app.new_password.outcomes import PasswordChanged
from cers_app.new_password.policy import Strong, Weak
from cers_app.provided import provide, provided
from cers_app.recover_username.flow import RecoverUsername
from cers_app.recover_username.pages import JOURNEY as USERNAME
from cers_app.recover_username.pages import UsernameState
from cers_app.recover_username.routes import ROUTES as USERNAME_ROUTES
from cers_app.reset_password import answers as reset_answers
from cers_app.reset_password.answers import RENEWED, USELESS, Useless, answer_to_link
from cers_app.reset_password.flow import PasswordReset, ResetRequest
from cers_app.reset_password.links import LinkLive
from cers_app.reset_password.routes import ROUTES as RESET_ROUTES
from cers_app.reset_password.states import JOURNEY as LINK
from cers_app.reset_password.states import NewPasswordState, ResetRequestState
from cers_app.settings import settings
from cers_app.sign_in import answers as sign_in_answers
from cers_app.sign_in.flow import Attempt, Bucket, SignedIn, SignIn
from cers_app.sign_in.pages import SignInState
from cers_app.sign_in.routes import ROUTES as SIGN_IN_ROUTES
from cers_app.storage.database import Database
from cers_app.values import addresses
from cers_app.values.answers import SOME_TIME, Refused
from cers_app.values.digests import sha256
from cers_app.web import cookies
from cers_app.web.cookies import BROWSER, RESET
from tests.support import loops
from tests.support.doubles import ANN, cheap_passwords
from tests.support.states import send, tab

COOKIES = {BROWSER: "b" * 43, RESET: "r" * 43}
DIGESTS = {kind: sha256(value) for kind, value in COOKIES.items()}
SHORTEST = 15
ENDS = {
    Asked: (Asked("", Receipt("ann", SOME_TIME, SOME_TIME), SOME_TIME, "K7QDM4XW"), ""),
    SignedIn: (SignedIn("a claim"), addresses.ACCOUNT),
    PasswordChanged: (PasswordChanged(), addresses.PASSWORD_CHANGED),
    LinkLive: (LinkLive("public", "ann", SOME_TIME), addresses.NEW_PASSWORD),
}
"""What refuses nothing: an example, and where a native post leads then."""
DEAD = [useless for useless in USELESS if not isinstance(useless, reset_answers.Refusal)]
"""Why a link sets no password, apart from the password itself."""
PASSES = {"verify": Attempt("ann", "secret", Bucket("key", is_own=False)), "change": Strong("secret")}
"""What lets a form pass to the method that hashes."""


def of_new_password(outcome: Any) -> Refused | Useless:
    """The answer to a new password, which depends on the link as well."""
    if isinstance(outcome, reset_answers.Refusal):
        return reset_answers.answer_to(outcome, SHORTEST)
    return answer_to_link(outcome)


@dataclass(frozen=True)
class Form:
    """A form: who answers it, and by which two ways it comes."""

    flow: type
    method: str
    state: type[rx.State]
    routes: list[Route]
    path: str
    page: str
    answer: Callable[[Any], Refused | Useless]
    refusals: tuple[object, ...]
    fields: dict[str, str] = field(default_factory=dict)
    sent: str = ""
    hashes: str = ""
    """The method that follows in the pool for hashing, if the first one lets the form pass."""

    def kinds(self, method: str) -> set[type]:
        """What a method of the flow may return."""
        return set(get_args(get_type_hints(getattr(self.flow, method))["return"])) if method else set()

    @property
    def outcomes(self) -> Iterator[object]:
        """One of each that its flow may have; a bare type where this test knows no example."""
        kinds = self.kinds(self.method) | self.kinds(self.hashes) | ({Busy} if self.hashes else set())
        kinds -= {type(each) for each in PASSES.values()}
        yield from (refusal for refusal in self.refusals if type(refusal) in kinds)
        # In one order, as several workers collect the tests.
        for kind in sorted(kinds - {type(refusal) for refusal in self.refusals}, key=lambda kind: kind.__name__):
            yield ENDS[kind][0] if kind in ENDS else kind


FORMS = {
    "sign in": Form(
        SignIn, "admit", SignInState, SIGN_IN_ROUTES, addresses.SESSION, addresses.SIGN_IN,
        sign_in_answers.answer_to, sign_in_answers.REFUSALS, {"username": "ann", "password": "secret"}, hashes="verify",
    ),
    "recover my username": Form(
        RecoverUsername, "request", UsernameState, USERNAME_ROUTES, USERNAME.form_path, USERNAME.form_path,
        USERNAME.answer_to, REQUEST_REFUSALS, {"email": "ann@example.com", "characters": "ACDEFG"}, USERNAME.sent_path,
    ),
    "reset my password": Form(
        ResetRequest, "request", ResetRequestState, RESET_ROUTES, LINK.form_path, LINK.form_path,
        LINK.answer_to, REQUEST_REFUSALS, {"identifier": "ann", "characters": "ACDEFG"}, LINK.sent_path,
    ),
    "new password": Form(
        PasswordReset, "decide", NewPasswordState, RESET_ROUTES, addresses.NEW_PASSWORD, addresses.NEW_PASSWORD,
        of_new_password, (*reset_answers.REFUSALS, *DEAD), {"link": "public", "password": "secret"}, hashes="change",
    ),
    "new link": Form(
        PasswordReset, "renew", NewPasswordState, RESET_ROUTES, addresses.RENEW_LINK, addresses.NEW_PASSWORD,
        answer_to_link, USELESS, sent=f"{addresses.NEW_PASSWORD}#{RENEWED}",
    ),
}  # fmt: skip
TABLE = [(name, outcome) for name, form in FORMS.items() for outcome in form.outcomes]


@dataclass
class Told:
    """A flow that has one outcome, and what it was asked."""

    form: Form
    outcome: object
    asked: list[tuple[object, ...]] = field(default_factory=list)

    def flow(self) -> object:
        """An object of the flow's class, which answers with the outcome."""
        flow: Any = object.__new__(self.form.flow)
        setattr(flow, self.form.method, self.answer)
        setattr(flow, self.form.hashes or "none", lambda *_: self.outcome)
        flow.state_of = lambda _digest: ENDS[LinkLive][0]
        return flow

    def answer(self, *arguments: Any) -> object:
        """Keep the question; each request has an id of its own."""
        *rest, visit = arguments
        self.asked.append((*rest, replace(visit, request_id="")))
        is_last = type(self.outcome) not in self.form.kinds(self.form.hashes)
        return self.outcome if is_last else PASSES[self.form.hashes]


@pytest.fixture
def given(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Form, object], Told]]:
    """The portal's own parts, but the form's flow has one outcome."""
    monkeypatch.setenv("CERS_MODE", "test")
    monkeypatch.setenv("CERS_DATABASE_URL", url)
    settings.cache_clear()

    def prepare(form: Form, outcome: object) -> Told:
        told = Told(form, outcome)
        provide(lambda: [*build(settings(), passwords=cheap_passwords()), told.flow()])
        return told

    yield prepare
    provided(Database).close()
    settings.cache_clear()


def by_event(form: Form) -> rx.State:
    """Send it as the live page does."""
    state = tab(form.state, **DIGESTS)
    send(state, "renew") if form.method == "renew" else send(state, "submit", form.fields)
    return state


def by_post(form: Form) -> str:
    """Send it as a browser does; where the answer leads."""
    (route,) = [each for each in form.routes if each.path == form.path and "POST" in (each.methods or ())]
    header = "; ".join(f"{cookies.name(kind)}={value}" for kind, value in COOKIES.items())
    headers = {
        "cookie": header,
        "content-type": "application/x-www-form-urlencoded",
        "sec-fetch-site": "same-origin",
    }
    scope = {
        "type": "http", "method": "POST", "path": form.path, "query_string": b"", "client": ("192.0.2.7", 1),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": urlencode(form.fields).encode()}

    answer = loops.run(route.endpoint(Request(scope, receive)))
    assert answer.status_code == 303
    return str(answer.headers["location"])


@pytest.mark.parametrize(("name", "outcome"), TABLE, ids=[f"{name}: {outcome}"[:70] for name, outcome in TABLE])
def test_event_and_post_ask_the_same_and_are_told_the_same(
    given: Callable[[Form, object], Told], ann: Account, name: str, outcome: object
) -> None:
    assert not isinstance(outcome, type), f"nobody knows what to tell of {outcome}"
    form = FORMS[name]
    told = given(form, outcome)
    if isinstance(outcome, SignedIn):
        visitor = replace(ANN, browser=sha256(COOKIES[BROWSER]))
        with provided(Database).writing() as session:
            told.outcome = SignedIn(provided(Sessions).promise(session, session.get_one(Account, ann.id), visitor))

    state: Any = by_event(form)
    location = by_post(form)

    by_event_asked, by_post_asked = told.asked
    assert by_event_asked == by_post_asked
    assert by_event_asked[0] != "", "the question holds what was sent"
    if type(outcome) in ENDS:
        assert location == (ENDS[type(outcome)][1] or form.sent)
        assert not getattr(state, "problems", None)
        return
    answer = form.answer(outcome)
    assert location == f"{form.page}#{answer.id}"
    if isinstance(outcome, CheckNeeded):
        assert (state.problems, state.effort) == ({}, outcome.effort), "the live page does the check by itself"
    elif isinstance(answer, Refused):
        assert state.problems == answer.shown
    else:
        assert (answer.precisely or answer.why) in {state.why, state.status}


def test_the_table_has_each_way_a_password_may_be_weak() -> None:
    assert {("new password", weak) for weak in Weak} <= set(TABLE)


def test_every_outcome_of_a_form_has_an_address_of_its_own() -> None:
    for form in FORMS.values():
        refused = [outcome for outcome in form.outcomes if type(outcome) not in ENDS]
        ids = [form.answer(outcome).id for outcome in refused]
        assert len(ids) == len(set(ids)), ids
