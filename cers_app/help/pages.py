"""The CERS help page, sentence by sentence. Its examples come from the same parts as the real pages and mails."""

import reflex as rx

from cers_app.help import access, examples
from cers_app.mail.letters import SENDER_NAME, Message
from cers_app.mail_request.confirmation import Confirmation, not_received, notice, where_to
from cers_app.recover_username.pages import WORDS as USERNAME_WORDS
from cers_app.reset_password.pages import WORDS as RESET_WORDS
from cers_app.settings import settings
from cers_app.ui.form import AS_IT_IS
from cers_app.ui.layout import PageHeading, link, page, title
from cers_app.ui.page import Page
from cers_app.values import addresses
from cers_app.values.masking import mask
from cers_app.words import common, mail_request, recover_username, reset_password, sign_in, verification
from cers_app.words import help as texts


def help_page() -> rx.Component:
    """The whole page, in the order of the CERS help page."""
    before, after = texts.CLICKING
    return page(
        PageHeading.create(texts.HEADING),
        rx.el.div(
            link(sign_in.RECOVER, addresses.RECOVER_USERNAME, class_name="button primary"),
            link(sign_in.RESET, addresses.RESET_PASSWORD, class_name="button primary"),
            class_name="row stretch",
        ),
        rx.el.p(before, rx.el.strong(link(sign_in.FORGOT, addresses.FORGOT)), after),
        _example(*_choices(), label=texts.EXAMPLE_OF.format(sign_in.FORGOT)),
        rx.el.h2(sign_in.FORGOT_USERNAME),
        rx.el.p(rx.el.em(sign_in.FORGOT_USERNAME_NEEDS)),
        _click(recover_username.HEADING, addresses.RECOVER_USERNAME),
        rx.el.p(recover_username.ENTER_EMAIL, " ", recover_username.ENTER_CHARACTERS),
        rx.el.p(texts.EXAMPLE_CONFIRMATION),
        _confirmation(USERNAME_WORDS, texts.EXAMPLE_ADDRESS, rx.el.p(common.SIGN_IN, class_name="right")),
        rx.el.p(texts.EXAMPLE_USERNAME_MAIL),
        _mail(examples.username_mail(settings())),
        not_received(USERNAME_WORDS),
        rx.el.h2(sign_in.FORGOT_PASSWORD),
        rx.el.p(rx.el.em(sign_in.FORGOT_PASSWORD_NEEDS)),
        _click(reset_password.HEADING, addresses.RESET_PASSWORD),
        rx.el.p(texts.ENTER_IDENTIFIER, " ", recover_username.ENTER_CHARACTERS),
        _example(*_form(), label=texts.EXAMPLE_OF.format(reset_password.HEADING)),
        rx.el.p(texts.EXAMPLE_CONFIRMATION),
        _confirmation(RESET_WORDS, texts.EXAMPLE_OTHER_ADDRESS),
        rx.el.p(texts.EXAMPLE_LINK_MAIL),
        _mail(examples.link_mail(settings())),
        not_received(RESET_WORDS),
        is_broad=True,
    )


def _click(words: str, path: str) -> rx.Component:
    before, after = texts.CLICK_RECOVER
    return rx.el.p(before, link(words, path), after)


def _choices() -> list[rx.Component]:
    """The words of the page that asks whether the visitor forgot the username or the password."""
    both = (
        (sign_in.FORGOT_USERNAME, sign_in.FORGOT_USERNAME_NEEDS, sign_in.RECOVER),
        (sign_in.FORGOT_PASSWORD, sign_in.FORGOT_PASSWORD_NEEDS, sign_in.RESET),
    )
    return [
        part
        for heading, needs, button in both
        for part in (
            rx.el.p(heading, class_name="label"),
            rx.el.p(needs),
            rx.el.p(rx.el.span(button, class_name="like-button")),
        )
    ]


def _form() -> list[rx.Component]:
    """The words of the form that resets a password, without fields that a reader could fill in."""
    before, strong, after = reset_password.PROVIDE
    return [
        rx.el.p(before, rx.el.strong(strong), after),
        rx.el.p(reset_password.IDENTIFIER, class_name="label"),
        rx.el.span(class_name="like-field", aria_hidden="true"),
        rx.el.p(verification.LEGEND, class_name="label"),
        rx.el.p(rx.el.span(verification.REFRESH, class_name="like-button")),
        rx.el.p(verification.SYMBOLS, class_name="label"),
        rx.el.span(class_name="like-field", aria_hidden="true"),
        rx.el.p(
            rx.el.span(common.NEXT, class_name="like-button"), " ", rx.el.span(common.CANCEL, class_name="like-button")
        ),
    ]


def _confirmation(words: Confirmation, address: str, *more: rx.Component) -> rx.Component:
    shown = where_to(words, rx.el.strong(mask(address), custom_attrs=AS_IT_IS))
    return _example(shown, notice(), *more, label=texts.EXAMPLE_OF.format(mail_request.CHECK_EMAIL))


def _mail(message: Message) -> rx.Component:
    """A mail as a mail program shows it: subject, sender, and each paragraph of the plain text."""
    sender = f"{SENDER_NAME} <{settings().mail_from}>"
    # In the CERS help page the link is on the same line as the words before it.
    paragraphs = [line for line in message.text.splitlines() if line.strip() not in {"", texts.LINK_PROVIDED}]
    return _example(
        rx.el.p(rx.el.strong(message.subject)),
        rx.el.p(sender, " ", texts.TO_ME, class_name="hint"),
        *[rx.el.hr() if line == "----" else rx.el.p(_provided(line)) for line in paragraphs],
        label=message.subject,
    )


def _provided(line: str) -> str:
    return f"{texts.LINK_PROVIDED} <{line}>" if line.endswith(f"/r/{texts.EXAMPLE_TOKEN}") else line


def _example(*parts: rx.Component, label: str) -> rx.Component:
    return rx.el.div(*parts, class_name="example", role="group", aria_label=label)


PAGES = [Page(addresses.HELP, help_page, title(texts.HEADING)), *access.PAGES]
