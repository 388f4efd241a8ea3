"""Fields and the error summary."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx
from reflex_base.vars.base import Var

from cers_app.ui.form import ALWAYS, Anchor, StateVar
from cers_app.ui.texts import common


class ErrorSummary(rx.el.Div):
    """Takes the focus each time `answered` changes while there is a problem."""

    _memoization_mode = ALWAYS

    @classmethod
    def create(cls, *children: Any, problem: StateVar, answered: StateVar, **props: Any) -> "ErrorSummary":  # noqa: ANN401
        """`problem` says whether there is one."""
        summary = super().create(*children, **{"id": "problems", "tab_index": -1, **props})
        summary._watched = (problem, answered)
        return summary

    def add_imports(self) -> dict[str, list[str]]:
        """React's effect."""
        return {"react": ["useEffect", "useRef"]}

    def add_hooks(self) -> list[Var[Any]]:
        """Focus after each refusal, equal ones too."""
        if not hasattr(self, "_watched"):
            return []
        problem, answered = self._watched
        is_hydrated: StateVar = rx.State.is_hydrated
        merged = problem._get_all_var_data().merge(
            problem._get_all_var_data(), answered._get_all_var_data(), is_hydrated._get_all_var_data()
        )
        # What is there until the page has begun anew comes from an earlier visit.
        seen = f"seen_{self.get_ref()}"
        script = f"""
    const {seen} = useRef(0);
    useEffect(() => {{
        if ({is_hydrated} && {problem} && {seen}.current !== {answered}) {self.get_ref()}.current.focus();
        {seen}.current = {answered};
    }}, [{answered}, {is_hydrated}])"""
        return [Var(script, _var_data=merged)]


class WatchedField(rx.el.Div):
    """Does something with the box in it when `watched` changes, once the page has begun: older values do not count."""

    _memoization_mode = ALWAYS
    _effect = ""
    """A script; `former` is `null` at first."""

    @classmethod
    def create(cls, *children: Any, watched: StateVar, **props: Any) -> "WatchedField":  # noqa: ANN401
        """Needs an `id`."""
        holder = super().create(*children, **props)
        holder._watched = watched
        return holder

    def add_imports(self) -> dict[str, list[str]]:
        """React's effect."""
        return {"react": ["useEffect", "useRef"]}

    def add_hooks(self) -> list[Var[Any]]:
        """Run the script."""
        if not hasattr(self, "_watched"):
            return []
        watched: StateVar = self._watched
        is_hydrated: StateVar = rx.State.is_hydrated
        merged = watched._get_all_var_data().merge(watched._get_all_var_data(), is_hydrated._get_all_var_data())
        script = f"""
    const kept = useRef(null);
    useEffect(() => {{
        if (!{is_hydrated}) return;
        const [box, former, now] = [{self.get_ref()}.current.querySelector("input"), kept.current, {watched}];
        {self._effect}
        kept.current = now;
    }}, [{watched}, {is_hydrated}])"""
        return [Var(script, _var_data=merged)]


class EmptiedField(WatchedField):
    """Empties the box when `watched` becomes another one: what was typed there was for the former."""

    _effect = 'if (former !== null && former !== now) box.value = "";'


class RestoredField(WatchedField):
    """Puts what was typed earlier into a box that is empty, and leaves alone a person who is about to type there."""

    _effect = "if (now && !box.value && document.activeElement !== box) box.value = now;"


@dataclass(frozen=True, slots=True)
class Field:
    """A labelled field of one line."""

    name: str
    id: str
    label: str
    hint: str = ""
    kind: StateVar = "text"


def field(spec: Field, problems: StateVar, *extra: rx.Component, **attributes: Any) -> rx.Component:  # noqa: ANN401
    """A field with its label, hint, its problem when there is one, and `extra` beside the box."""
    hint_id, problem_id = f"{spec.id}-hint", f"{spec.id}-problem"
    has_problem = problems.contains(spec.id)
    described = " ".join(([hint_id] if spec.hint else []) + [problem_id])
    box = rx.el.input(
        type=spec.kind,
        name=spec.name,
        id=spec.id,
        spell_check=False,
        auto_capitalize=attributes.pop("auto_capitalize", "none"),
        aria_describedby=described,
        aria_invalid=has_problem,
        custom_attrs={"autoCorrect": "off", **attributes.pop("custom_attrs", {})},
        **attributes,
    )
    return rx.el.div(
        rx.el.label(spec.label, html_for=spec.id),
        rx.el.p(spec.hint, id=hint_id, class_name="hint") if spec.hint else rx.fragment(),
        rx.el.div(rx.cond(has_problem, rx.el.p(problems[spec.id], class_name="error"), rx.fragment()), id=problem_id),
        rx.el.div(box, *extra, class_name="reveal") if extra else box,
        class_name=rx.cond(has_problem, "field bad", "field"),
    )


def password_field(
    spec: Field,
    problems: StateVar,
    shown: StateVar,
    toggle: Any,  # noqa: ANN401 - an event handler
    **attributes: Any,  # noqa: ANN401
) -> rx.Component:
    """A password field with a button that shows and hides what was typed."""
    button = rx.el.button(
        rx.cond(shown, common.HIDE, common.SHOW),
        type="button",
        class_name="quiet small",
        on_click=toggle,
        aria_controls=spec.id,
        aria_label=rx.cond(shown, common.HIDE_PASSWORD, common.SHOW_PASSWORD),
    )
    return field(
        Field(spec.name, spec.id, spec.label, spec.hint, rx.cond(shown, "text", "password")),
        problems,
        button,
        rx.el.span(rx.cond(shown, common.VISIBLE, ""), role="status", class_name="unseen"),
        **attributes,
    )


def renewed_key(answered: StateVar) -> StateVar:
    """A key that makes a new, empty field after each answer: a password is not kept for a second try."""
    return answered.to_string()


def announcement(words: StateVar, said: StateVar, **attributes: Any) -> rx.Component:  # noqa: ANN401
    """What a screen reader is told; `said` counts, so that the same words are told again."""
    return rx.el.p(rx.el.span(words, key=said.to_string()), role="status", **attributes)


def summary(
    problems: StateVar, answered: StateVar, fields: Sequence[str], ways_out: rx.Component | None = None
) -> rx.Component:
    """What is wrong, above the form, each with a link to its field.

    `form` is for problems of no single field; with one of them the `ways_out` are shown.
    """
    has_problems = rx.State.is_hydrated & (problems.length() > 0)
    entries = [
        rx.cond(
            problems.contains(name),
            rx.el.li(Anchor.create(problems[name], href=f"#{name}") if name != "form" else problems[name]),
            rx.fragment(),
        )
        for name in ("form", *fields)
    ]
    return ErrorSummary.create(
        rx.cond(
            has_problems,
            rx.el.div(
                rx.el.h2(common.THERE_IS_A_PROBLEM),
                rx.el.ul(*entries),
                rx.cond(problems.contains("form"), ways_out, rx.fragment()) if ways_out else rx.fragment(),
                class_name="summary",
            ),
            rx.fragment(),
        ),
        problem=has_problems,
        answered=answered,
        role="alert",
    )
