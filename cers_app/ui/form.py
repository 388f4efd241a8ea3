"""Forms: fields, the error summary, and how a form is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx
from reflex_base.constants.compiler import MemoizationDisposition, MemoizationMode
from reflex_base.event import EventChain
from reflex_base.utils.imports import ImportVar
from reflex_base.vars.base import Var
from reflex_components_core.el.elements.base import BaseHTML

from cers_app.ui.texts import common

# Without this a component's effect runs in the page, before the component is there.
ALWAYS = MemoizationMode(disposition=MemoizationDisposition.ALWAYS)
PATIENCE_MS = 6000
"""How long a form waits for an answer over the socket before the browser submits it natively."""


class Anchor(BaseHTML):
    """A link the browser follows by itself: to a place on the page, or to a route of the server."""

    tag = "a"

    href: Var[str]


class PlainForm(rx.el.Form):
    """A form whose native submission is left alone."""

    @classmethod
    def create(cls, *children: Any, **props: Any) -> "PlainForm":  # noqa: ANN401 - as in the framework
        """As any element; `rx.el.form` would stop the browser from submitting."""
        return BaseHTML.create.__func__(cls, *children, **props)


class SelfSubmittingForm(PlainForm):
    """A form that the browser submits as soon as it stands on the page."""

    _memoization_mode = ALWAYS

    @classmethod
    def create(cls, *children: Any, **props: Any) -> "SelfSubmittingForm":  # noqa: ANN401 - as in the framework
        """The effect finds the form by its id."""
        return super().create(*children, **{"id": "hand-off", **props})

    def add_imports(self) -> dict[str, list[str]]:
        """React's effect."""
        return {"react": ["useEffect"]}

    def add_hooks(self) -> list[str]:
        """Submit once, when mounted."""
        return [f"useEffect(() => {{ {self.get_ref()}.current.submit() }}, [])"]


class ProgressiveForm(rx.el.Form):
    """A form that goes by event while the socket is connected; otherwise the browser submits it."""

    @classmethod
    def create(cls, *children: Any, answered: Var[int], **props: Any) -> "ProgressiveForm":  # noqa: ANN401
        """`answered` is a state var that changes with every answer."""
        form = super().create(*children, **props)
        form._answered = answered
        return form

    def add_imports(self) -> dict[str, list[str] | list[ImportVar]]:
        """React's effect, and the framework's way to send events."""
        return {"react": ["useEffect", "useRef"], "$/utils/context": [ImportVar(tag="addEvents")]}

    def add_hooks(self) -> list[Var]:
        """Send by event only when connected, and natively when no answer comes."""
        if not hasattr(self, "_answered"):
            return []
        name, answered = self.handle_submit_unique_name, self._answered
        # Nothing, sent as a temporal event, gives undefined while the socket is down.
        script = f"""
    const waiting_{name} = useRef(0);
    useEffect(() => clearTimeout(waiting_{name}.current), [{answered}]);
    const progressive_{name} = (ev) => {{
        if (!addEvents([], [], {{temporal: true}})) return;
        handleSubmit_{name}(ev);
        clearTimeout(waiting_{name}.current);
        waiting_{name}.current = setTimeout(() => ev.target.submit(), {PATIENCE_MS});
    }}"""
        return [Var(_js_expr=script, _var_data=answered._get_all_var_data())]

    def _render(self) -> Any:  # noqa: ANN401 - as in the framework
        progressive = Var(f"progressive_{self.handle_submit_unique_name}", _var_type=EventChain)
        return super()._render().add_props(on_submit=progressive)


class ErrorSummary(rx.el.Div):
    """Takes the focus each time `answered` changes while there is a problem."""

    _memoization_mode = ALWAYS

    @classmethod
    def create(cls, *children: Any, problem: Var[bool], answered: Var[int], **props: Any) -> "ErrorSummary":  # noqa: ANN401
        """`problem` says whether there is one."""
        summary = super().create(*children, **{"id": "problems", "tab_index": -1, **props})
        summary._watched = (problem, answered)
        return summary

    def add_imports(self) -> dict[str, list[str]]:
        """React's effect."""
        return {"react": ["useEffect"]}

    def add_hooks(self) -> list[Var]:
        """Focus after each refusal, equal ones too."""
        if not hasattr(self, "_watched"):
            return []
        problem, answered = self._watched
        merged = problem._get_all_var_data().merge(problem._get_all_var_data(), answered._get_all_var_data())
        script = f"useEffect(() => {{ if ({problem}) {self.get_ref()}.current.focus() }}, [{answered}])"
        return [Var(script, _var_data=merged)]


@dataclass(frozen=True, slots=True)
class Field:
    """A labelled field of one line."""

    name: str
    id: str
    label: str
    hint: str = ""
    kind: str | Var[str] = "text"


def field(spec: Field, problems: Var[dict[str, str]], *extra: rx.Component, **attributes: Any) -> rx.Component:  # noqa: ANN401
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
    problems: Var[dict[str, str]],
    shown: Var[bool],
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
        **attributes,
    )


def summary(problems: Var[dict[str, str]], answered: Var[int], fields: Sequence[str]) -> rx.Component:
    """What is wrong, above the form, each with a link to its field; `form` is for problems of no single field."""
    has_problems = problems.length() > 0
    entries = [
        rx.cond(
            problems.contains(name),
            rx.el.li(
                Anchor.create(problems[name], href=f"#{name}") if name != "form" else problems[name]
            ),
            rx.fragment(),
        )
        for name in ("form", *fields)
    ]
    return ErrorSummary.create(
        rx.cond(
            has_problems,
            rx.el.div(rx.el.h2(common.THERE_IS_A_PROBLEM), rx.el.ul(*entries), class_name="summary"),
            rx.fragment(),
        ),
        problem=has_problems,
        answered=answered,
        role="alert",
    )
