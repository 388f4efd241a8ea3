"""Form fields with a label, a hint and a problem."""

from dataclasses import dataclass, replace
from typing import Any

import reflex as rx
from reflex_base.vars.base import Var

from cers_app.ui.form import COMPONENTS, LIVE, StateVar, said
from cers_app.words import common


class EmptiedField(rx.el.Div):
    """Empties the box when `watched` changes. The first value on a live page does not count as a change."""

    library = COMPONENTS
    tag = "EmptiedField"

    watched: Var[Any]
    is_live: Var[bool] = LIVE


class FieldHolder(rx.el.Div):
    """Puts back the text typed before the page was live or sent with the form."""

    library = COMPONENTS
    tag = "FieldHolder"


class RevealButton(rx.Component):
    """Shows and hides the password in the field with the id `box`. A new value of `watched` hides the password."""

    library = COMPONENTS
    tag = "RevealButton"

    box: Var[str]
    watched: Var[Any]
    words: Var[dict[str, str]] = Var.create(
        {
            "show": common.SHOW,
            "hide": common.HIDE,
            "showPassword": common.SHOW_PASSWORD,
            "hidePassword": common.HIDE_PASSWORD,
            "visible": common.VISIBLE,
        }
    )


@dataclass(frozen=True, slots=True)
class Field:
    """A labeled field of one line."""

    name: str
    id: str
    label: str
    hint: str = ""
    kind: str = "text"
    is_kept: bool = False
    """Whether the tab keeps the sent text for a person who comes back."""


def field(spec: Field, problems: StateVar, *extra: rx.Component, **attributes: Any) -> rx.Component:
    """A field with its label, its hint, its problem if any, and `extra` beside the box."""
    hint_id, problem_id = f"{spec.id}-hint", f"{spec.id}-problem"
    has_problem = problems.contains(spec.id)
    problem = rx.cond(has_problem, rx.el.p(said(problems[spec.id]), class_name="error"), rx.fragment())
    described = " ".join(([hint_id] if spec.hint else []) + [problem_id])
    box = rx.el.input(
        type=spec.kind,
        name=spec.name,
        id=spec.id,
        spell_check=False,
        auto_capitalize=attributes.pop("auto_capitalize", "none"),
        aria_describedby=described,
        aria_invalid=has_problem,
        custom_attrs={
            "autoCorrect": "off",
            **({"data-kept": ""} if spec.is_kept else {}),
            **attributes.pop("custom_attrs", {}),
        },
        **attributes,
    )
    return FieldHolder.create(
        rx.el.label(spec.label, html_for=spec.id),
        rx.el.p(spec.hint, id=hint_id, class_name="hint") if spec.hint else rx.fragment(),
        rx.el.div(problem, id=problem_id),
        rx.el.div(box, *extra, class_name="reveal") if extra else box,
        class_name=rx.cond(has_problem, "field bad", "field"),
        id=f"{spec.id}-field",
    )


def password_field(spec: Field, state: StateVar, **attributes: Any) -> rx.Component:
    """A password field with a button that shows and hides the password. Each answer hides it.

    `state` has `problems` and `answered`.
    """
    button = RevealButton.create(box=spec.id, watched=state.answered)
    return field(replace(spec, kind="password"), state.problems, button, **attributes)


def known_password_field(spec: Field, state: StateVar, **attributes: Any) -> rx.Component:
    """The same for a password that the visitor knows. Each answer also empties the field."""
    return EmptiedField.create(
        password_field(spec, state, **attributes), watched=state.answered, id=f"{spec.id}-holder"
    )


def announcement(words: StateVar, said: StateVar, **attributes: Any) -> rx.Component:
    """Words for a screen reader. `said` counts, so a screen reader also announces repeated words."""
    return rx.el.p(rx.el.span(words, key=said.to_string() + words), role="status", **attributes)
