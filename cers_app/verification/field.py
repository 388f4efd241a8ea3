"""The verification field: a picture, a button for another one, and the box for what it shows."""

import reflex as rx

from cers_app.ui.fields import Field, announcement, field
from cers_app.ui.form import StateVar
from cers_app.ui.texts import verification as texts

SYMBOLS = Field("characters", "characters", texts.SYMBOLS)


def verification_field(state: StateVar) -> rx.Component:
    """The fieldset; `state` has `challenge` (a public id), `problems`, `status`, `said` and the handler `refresh`."""
    challenge, problems = state.challenge, state.problems
    picture = rx.cond(
        rx.State.is_hydrated & (challenge != ""),
        rx.el.img(src=f"/verification/{challenge}.png", alt=texts.PICTURE),
        rx.fragment(),
    )
    return rx.el.fieldset(
        rx.el.legend(texts.LEGEND),
        rx.el.div(
            rx.el.div(picture, class_name="picture"),
            rx.el.button(texts.REFRESH, type="button", class_name="quiet small", on_click=state.refresh),
            class_name="row",
        ),
        announcement(state.status, state.said, class_name="unseen"),
        rx.el.input(type="hidden", name="challenge", value=challenge, read_only=True),
        field(
            SYMBOLS,
            problems,
            auto_complete="off",
            auto_capitalize="characters",
            custom_attrs={"inputMode": "text"},
            key=challenge,
        ),
    )
