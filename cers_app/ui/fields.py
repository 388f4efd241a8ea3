"""Fields."""

from dataclasses import dataclass
from typing import Any

import reflex as rx
from reflex_base.vars.base import Var

from cers_app.ui.form import ALWAYS, StateVar, said
from cers_app.words import common


class Watched(rx.el.Div):
    """Does something when `watched` changes, once the page has begun: older values do not count."""

    _memoization_mode = ALWAYS
    _effect = ""
    """A script for `element` and the `box` in it; `former` is `null` at first."""

    @classmethod
    def create(cls, *children: Any, watched: StateVar, **props: Any) -> "Watched":  # noqa: ANN401
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
        const element = {self.get_ref()}.current, box = element.querySelector("input");
        const [former, now] = [kept.current, {watched}];
        {self._effect}
        kept.current = now;
    }}, [{watched}, {is_hydrated}])"""
        return [Var(script, _var_data=merged)]


class EmptiedField(Watched):
    """Empties the box when `watched` becomes another one: what was typed there was for the former.

    The first value that the page hears of is no other one, as what it stands for was there before.
    """

    _effect = """if (former !== null && former !== "" && former !== now && box.value) {
            box.value = "";
            box.dispatchEvent(new Event("input", { bubbles: true }));
        }"""


class FieldHolder(rx.el.Div):
    """Puts back what was typed into its box before the page was live, or when the form was sent."""

    _memoization_mode = ALWAYS

    def add_imports(self) -> dict[str, list[str]]:
        """React's effect."""
        return {"react": ["useEffect"]}

    def add_hooks(self) -> list[str]:
        """Once, when the box is there."""
        return [f'useEffect(() => globalThis.typed.restore({self.get_ref()}.current.querySelector("input")), [])']


@dataclass(frozen=True, slots=True)
class Field:
    """A labelled field of one line."""

    name: str
    id: str
    label: str
    hint: str = ""
    kind: StateVar = "text"
    is_kept: bool = False
    """Kept in the tab from the moment the form is sent, for coming back."""


def field(spec: Field, problems: StateVar, *extra: rx.Component, **attributes: Any) -> rx.Component:  # noqa: ANN401
    """A field with its label, hint, its problem when there is one, and `extra` beside the box."""
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


def password_field(
    spec: Field,
    state: StateVar,
    shown: StateVar,
    toggle: Any,  # noqa: ANN401 - an event handler
    **attributes: Any,  # noqa: ANN401
) -> rx.Component:
    """A password field with a button that shows and hides what was typed. Each answer empties it.

    `state` has `problems` and `answered`.
    """
    button = rx.el.button(
        said(rx.cond(shown, common.HIDE, common.SHOW)),
        type="button",
        class_name="quiet small",
        on_click=toggle,
        aria_controls=spec.id,
        aria_label=rx.cond(shown, common.HIDE_PASSWORD, common.SHOW_PASSWORD),
    )
    box = field(
        Field(spec.name, spec.id, spec.label, spec.hint, rx.cond(shown, "text", "password")),
        state.problems,
        button,
        rx.el.span(said(rx.cond(shown, common.VISIBLE, "")), role="status", class_name="unseen"),
        **attributes,
    )
    return EmptiedField.create(box, watched=state.answered, id=f"{spec.id}-holder")


def announcement(words: StateVar, said: StateVar, **attributes: Any) -> rx.Component:  # noqa: ANN401
    """What a screen reader is told; `said` counts, so that the same words are told again."""
    return rx.el.p(rx.el.span(words, key=said.to_string() + words), role="status", **attributes)
