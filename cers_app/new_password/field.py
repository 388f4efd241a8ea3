"""The field for a new password on every page: the username, the rule, show and hide, and the strength meter."""

import reflex as rx
from reflex_base.vars.base import Var

from cers_app.settings import settings
from cers_app.ui.fields import Field, password_field
from cers_app.ui.form import SelfSubmittingForm, StateVar
from cers_app.ui.layout import PageHeading
from cers_app.values.forms import LONGEST_PASSWORD
from cers_app.words import common
from cers_app.words import password as texts

NEW_PASSWORD = "new-password"  # noqa: S105 - the id of a field


def _typed_and_number(typed: Var[str], number: Var[int]) -> tuple[Var[str], Var[int]]:
    return typed, number


class StrengthMeter(rx.Component):
    """A meter with a few words for the password field with the id `field`. May be anywhere on the page."""

    library = "$/portal/strength"
    tag = "StrengthMeter"

    field: Var[str]
    shortest: Var[int]
    longest: Var[int] = Var.create(LONGEST_PASSWORD)
    words: Var[dict[str, str]] = Var.create(texts.STRENGTH)
    judged: Var[int]
    verdict: Var[str]
    is_fine: Var[bool]
    on_judge: rx.EventHandler[_typed_and_number]  # type: ignore[type-arg,valid-type]


def new_password_field(state: StateVar) -> rx.Component:
    """`state` has `username`, `problems` and `answered`, and is a `JudgingState`."""
    shortest = settings().password_min
    return rx.fragment(
        # Password managers save the new password under this username.
        rx.el.input(
            type="text",
            name="username",
            value=state.username,
            read_only=True,
            auto_complete="username",
            class_name="unseen",
            tab_index=-1,
            aria_hidden="true",
            custom_attrs={"data-kept": ""},  # for the sign-in page, which comes next
        ),
        password_field(
            Field("password", NEW_PASSWORD, texts.NEW_PASSWORD, texts.RULE.format(shortest=shortest)),
            state,
            auto_complete="new-password",
            custom_attrs={"passwordrules": f"minlength: {shortest};"},
        ),
        StrengthMeter.create(
            field=NEW_PASSWORD,
            shortest=shortest,
            judged=state.judged,
            verdict=state.verdict,
            is_fine=state.is_fine,
            on_judge=state.judge,
        ),
    )


def leave(done: str) -> rx.Component:
    """Posts a form to `done`, because only the server's response can clear a cookie. The last page follows."""
    return rx.fragment(
        PageHeading.create(texts.CHANGED, key="changed"),
        rx.el.p(common.LOADING, role="status"),
        SelfSubmittingForm.create(action=done),
    )
