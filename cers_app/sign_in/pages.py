"""The sign-in page, and the page that asks what a visitor forgot."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from cers_app.sign_in.answers import DID_NOT_GO_THROUGH, PASSWORD, REFUSALS, USERNAME, answer_to
from cers_app.sign_in.attempt import attempt
from cers_app.sign_in.flow import SignedIn
from cers_app.ui.fields import field, known_password_field
from cers_app.ui.form import ProgressiveForm, SelfSubmittingForm
from cers_app.ui.layout import PageHeading, link, page, title, title_with_problems
from cers_app.ui.page import Page
from cers_app.ui.summary import UntilAnswered, refusals_by_address, summary
from cers_app.values import addresses
from cers_app.values.answers import Problems
from cers_app.web.visit import Visit
from cers_app.words import common
from cers_app.words import sign_in as texts


class SignInState(rx.State):
    """What a browser shows while a visitor signs in."""

    problems: Problems = {}  # noqa: RUF012 - Reflex copies defaults for each browser tab
    answered: int = 0
    claim: str = ""

    @rx.event
    def load(self) -> None:
        """Clear the problems and the claim of an earlier visit."""
        self.problems, self.claim = {}, ""

    @rx.event
    async def submit(self, form: dict[str, Any]) -> AsyncIterator[None]:
        """Sign in, or show why not."""
        outcome = await attempt(form, Visit.of_event(self))
        self.answered += 1
        self.problems = {}
        if not isinstance(outcome, SignedIn):
            self.problems = answer_to(outcome).shown
            return
        self.claim = outcome.claim
        yield
        # The claim works once. If it stayed, the page would post it again when the visitor comes back.
        self.claim = ""


def index_page() -> rx.Component:
    """`/` leads to the sign-in page. A server that serves the pages redirects before this page loads."""
    return page(PageHeading.create(texts.HEADING), link(common.SIGN_IN, addresses.SIGN_IN))


def sign_in_page() -> rx.Component:
    """The form posts natively until the page is live. The address then leads to the words of a refusal."""
    return page(
        PageHeading.create(texts.HEADING),
        UntilAnswered.create(
            rx.el.p(texts.SIGNED_OUT, class_name="note by-address", id="signed-out", tab_index=-1),
            rx.el.p(texts.ENDED, class_name="note by-address", id="ended", tab_index=-1),
            watched=SignInState.answered,
            id="note",
        ),
        refusals_by_address([*map(answer_to, REFUSALS), DID_NOT_GO_THROUGH], SignInState.answered, _ways_out()),
        summary(SignInState.problems, SignInState.answered, [USERNAME.id, PASSWORD.id], _ways_out()),
        ProgressiveForm.create(
            field(USERNAME, SignInState.problems, auto_complete="username"),
            known_password_field(PASSWORD, SignInState, auto_complete="current-password"),
            rx.el.div(rx.el.button(texts.HEADING, type="submit", class_name="primary"), class_name="row stretch"),
            answered=SignInState.answered,
            on_submit=SignInState.submit,
            action=addresses.SESSION,
        ),
        rx.cond(
            SignInState.claim != "",
            SelfSubmittingForm.create(
                rx.el.input(type="hidden", name="claim", value=SignInState.claim, read_only=True),
                action=addresses.SESSION,
            ),
            rx.fragment(),
        ),
        rx.el.p(link(texts.FORGOT, addresses.FORGOT)),
    )


def forgot_page() -> rx.Component:
    """Asks what the visitor forgot, and says what each way back in needs."""
    return page(
        PageHeading.create(texts.FORGOT),
        _choice(texts.FORGOT_USERNAME, texts.FORGOT_USERNAME_NEEDS, texts.RECOVER, addresses.RECOVER_USERNAME),
        _choice(texts.FORGOT_PASSWORD, texts.FORGOT_PASSWORD_NEEDS, texts.RESET, addresses.RESET_PASSWORD),
        rx.el.p(link(common.SIGN_IN, addresses.SIGN_IN), class_name="right"),
    )


def _choice(heading: str, needs: str, words: str, path: str) -> rx.Component:
    return rx.el.section(
        rx.el.h2(heading), rx.el.p(needs), link(words, path, class_name="button primary"), class_name="choice"
    )


def _ways_out() -> rx.Component:
    ways = ((texts.RECOVER, addresses.RECOVER_USERNAME), (texts.RESET, addresses.RESET_PASSWORD))
    return rx.el.ul(*[rx.el.li(link(words, path)) for words, path in ways], class_name="ways")


PAGES = [
    Page(addresses.INDEX, index_page, title(texts.HEADING), rx.redirect(addresses.SIGN_IN)),
    Page(addresses.SIGN_IN, sign_in_page, title_with_problems(texts.HEADING, SignInState.problems), SignInState.load),
    Page(addresses.FORGOT, forgot_page, title(texts.FORGOT)),
]
