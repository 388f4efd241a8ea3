"""The page that asks for a username, and its confirmation."""

from typing import ClassVar

import reflex as rx

from cers_app.mail_request.answers import Journey
from cers_app.mail_request.confirmation import Confirmation
from cers_app.mail_request.states import MailRequestState
from cers_app.mail_request.view import confirmation_page, next_steps, request_form
from cers_app.recover_username.flow import RecoverUsername
from cers_app.ui.fields import Field
from cers_app.ui.layout import PageHeading, page, steps, title, title_with_problems
from cers_app.ui.page import Page
from cers_app.values import addresses
from cers_app.words import mail_request as request_texts
from cers_app.words import recover_username as texts

JOURNEY = Journey(
    flow=RecoverUsername,
    form_path=addresses.RECOVER_USERNAME,
    sent_path=addresses.USERNAME_SENT,
    who=Field("email", "email", texts.EMAIL, kind="email", is_kept=True),
    missing=texts.EMAIL_MISSING,
    odd=texts.EMAIL_ODD,
)
WORDS = Confirmation(texts.WAS_SENT, texts.ADDRESS, texts.NOW, texts.HELP)


class UsernameState(MailRequestState, rx.State):
    """What a browser shows while a visitor asks for a username."""

    _journey: ClassVar[Journey] = JOURNEY


def recover_page() -> rx.Component:
    """Asks for an email address and the verification characters."""
    return page(
        steps(texts.JOURNEY, current=1),
        PageHeading.create(texts.HEADING),
        request_form(
            UsernameState,
            JOURNEY,
            rx.el.p(texts.ENTER_EMAIL, " ", texts.ENTER_CHARACTERS),
            auto_complete="email",
            custom_attrs={"inputMode": "email"},
        ),
        aside=next_steps(texts.STEPS),
    )


def sent_page() -> rx.Component:
    """The same for an address with and without an account."""
    return page(confirmation_page(UsernameState, WORDS, JOURNEY.form_path, texts.JOURNEY))


PAGES = [
    Page(
        addresses.RECOVER_USERNAME,
        recover_page,
        title_with_problems(texts.HEADING, UsernameState.problems),
        UsernameState.load,
    ),
    Page(addresses.USERNAME_SENT, sent_page, title(request_texts.CHECK_EMAIL)),
]
