"""The field for a new password on every page: the username, the rule, show and hide, and the strength meter."""

import reflex as rx

from cers_app.new_password.strength import StrengthMeter
from cers_app.settings import settings
from cers_app.ui.fields import Field, password_field
from cers_app.ui.form import StateVar
from cers_app.words import password as texts

NEW_PASSWORD = "new-password"  # noqa: S105 - the id of a field


def new_password_field(state: StateVar) -> rx.Component:
    """`state` has `username`, `problems` and `answered`."""
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
        ),
        password_field(
            Field("password", NEW_PASSWORD, texts.NEW_PASSWORD, texts.RULE.format(shortest=shortest)),
            state,
            auto_complete="new-password",
            custom_attrs={"passwordrules": f"minlength: {shortest};"},
        ),
        StrengthMeter.create(field=NEW_PASSWORD, shortest=shortest),
    )
