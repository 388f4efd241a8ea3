"""The problems of a sent form, above the form."""

from collections.abc import Iterable, Sequence
from typing import Any

import reflex as rx
from reflex_base.vars.base import Var

from cers_app.ui.form import COMPONENTS, LIVE, Anchor, StateVar, said
from cers_app.values.answers import FORM, Refused, refused
from cers_app.words import common


class ErrorSummary(rx.el.Div):
    """Takes the focus each time `answered` changes while there is a problem."""

    library = COMPONENTS
    tag = "ErrorSummary"

    has_problems: Var[bool]
    answered: Var[Any]
    is_live: Var[bool] = LIVE


def summary(
    problems: StateVar, answered: StateVar, fields: Sequence[str], ways_out: rx.Component | None = None
) -> rx.Component:
    """The problems, each with a link to its field.

    A problem under `FORM` belongs to no single field. With such a problem, the summary also shows the `ways_out`.
    """
    has_problems = rx.State.is_hydrated & (problems.length() > 0)
    entries = [
        rx.cond(
            problems.contains(name),
            rx.el.li(Anchor.create(said(problems[name]), href=f"#{name}") if name != FORM else said(problems[name])),
            rx.fragment(),
        )
        for name in (FORM, *fields)
    ]
    return ErrorSummary.create(
        rx.cond(
            has_problems,
            rx.el.div(
                rx.el.h2(common.THERE_IS_A_PROBLEM),
                rx.el.ul(*entries),
                rx.cond(problems.contains(FORM), ways_out, rx.fragment()) if ways_out else rx.fragment(),
                class_name="summary",
            ),
            rx.fragment(),
        ),
        has_problems=has_problems,
        answered=answered,
    )


NO_COOKIES = refused("no-cookies", FORM, common.NO_COOKIES)
"""The answer to a form that came without the cookie that every page sets."""


class UntilAnswered(rx.el.Div):
    """Disappears when `watched`, the number of answers, changes."""

    library = COMPONENTS
    tag = "UntilAnswered"

    watched: Var[Any]
    is_live: Var[bool] = LIVE


def refusals_by_address(
    refusals: Iterable[Refused], answered: StateVar, ways_out: rx.Component | None = None
) -> rx.Component:
    """The words of every refusal. A native post leads to the address of a refusal, and the style sheet shows its words.

    The words disappear with the next answer of the page's State.
    """
    entries = [
        rx.el.div(
            rx.el.h2(common.THERE_IS_A_PROBLEM),
            rx.el.ul(*[rx.el.li(problem.words) for problem in refusal.problems]),
            ways_out if ways_out and FORM in refusal.shown else rx.fragment(),
            class_name="summary by-address",
            id=refusal.id,
            tab_index=-1,
        )
        for refusal in (*refusals, NO_COOKIES)
    ]
    return UntilAnswered.create(*entries, watched=answered, id="refusals")
