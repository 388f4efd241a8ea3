"""How a form is sent: by event while the socket is connected, natively otherwise."""

import json
from functools import lru_cache
from typing import Any

import reflex as rx
from reflex.event import EventSpec
from reflex_base.constants.compiler import MemoizationDisposition, MemoizationMode
from reflex_base.event import EventChain
from reflex_base.utils.imports import ImportVar
from reflex_base.vars.base import LiteralVar, Var
from reflex_components_core.el.elements.base import BaseHTML

from cers_app.settings import settings
from cers_app.words import common

AS_IT_IS = {"translate": "no"}
"""For names and addresses: a translator must not turn `drycleaner` into a word of another language."""
StateVar = Any
"""A State's attribute: a value in a handler, a `Var` where a page is built."""
# Without this a component's effect runs in the page, before the component is there.
ALWAYS = MemoizationMode(disposition=MemoizationDisposition.ALWAYS)
QUICK_MS = 500
"""What is answered within this time needs no word in between."""
PATIENCE_MS = 12_000
"""How long a form waits for an answer over the socket before the browser submits it natively: longer than a database
may be locked, so that somebody reads of that in the page, where what was typed stays."""


@lru_cache(maxsize=32)
def go_to(path: str, *, replace: bool = False) -> EventSpec:
    """The event that leads to another page of ours; made once, as making one takes longer than sending it."""
    event: EventSpec = rx.redirect(path, replace=replace)
    return event


def looked_up(stage: StateVar) -> StateVar:
    """The stage that `load` found; empty until then, as what a State still has is from an earlier visit."""
    return rx.cond(rx.State.is_hydrated, stage, "")


def said(words: StateVar, **attributes: Any) -> rx.Component:  # noqa: ANN401 - as in the framework
    """Words that a State changes, as an element that other words replace.

    A translator puts elements of its own around a text, and a text that React changes in place would stay as it was.
    """
    return rx.el.span(words, key=words, **attributes)


def with_support(words: str) -> list[Any]:
    """A sentence with the address for help in the place of `{support}`."""
    address = settings().support_email
    before, after = words.split("{support}")
    return [before, Anchor.create(address, href=f"mailto:{address}", custom_attrs=AS_IT_IS), after]


class Anchor(BaseHTML):
    """A link the browser follows by itself: to a place on the page, or to a route of the server."""

    tag = "a"

    href: Var[str]
    target: Var[str]


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


class ProgressiveButton(rx.el.Button):
    """A submit button of its own purpose: an event while the socket is connected; otherwise it posts the form."""

    def add_imports(self) -> dict[str, list[str] | list[ImportVar]]:
        """The framework's way to send events."""
        return {"$/utils/context": [ImportVar(tag="addEvents")]}

    def _render(self) -> Any:  # noqa: ANN401 - as in the framework
        click = LiteralVar.create(self.event_triggers["on_click"])
        # Nothing, sent as a temporal event, gives undefined while the socket is down.
        script = f"""((ev) => {{
            if (!addEvents([], [], {{temporal: true}})) return;
            ev.preventDefault();
            ({click!s})(ev);
        }})"""
        pressed: Var[Any] = Var(script, _var_type=EventChain, _var_data=click._get_all_var_data())
        return super()._render().add_props(on_click=pressed)


class ProgressiveForm(rx.el.Form):
    """A form that goes by event while the socket is connected; otherwise the browser submits it."""

    @classmethod
    def create(cls, *children: Any, answered: StateVar, **props: Any) -> "ProgressiveForm":  # noqa: ANN401
        """`answered` is a state var that changes with every answer."""
        form = super().create(*children, rx.el.p(role="status", class_name="sending"), **props)
        form._answered = answered
        return form

    def add_imports(self) -> dict[str, list[str] | list[ImportVar]]:
        """React's effect, and the framework's way to send events."""
        return {"react": ["useEffect", "useRef"], "$/utils/context": [ImportVar(tag="addEvents")]}

    def add_hooks(self) -> list[Var[Any]]:
        """Send by event only when connected, and natively when no answer comes."""
        if not hasattr(self, "_answered"):
            return []
        name, answered = self.handle_submit_unique_name, self._answered
        # Nothing, sent as a temporal event, gives undefined while the socket is down.
        script = f"""
    const waiting_{name} = useRef([]);
    const rest_{name} = () => waiting_{name}.current.forEach((stop) => stop());
    useEffect(rest_{name}, [{answered}]);
    const progressive_{name} = (ev) => {{
        if (!addEvents([], [], {{temporal: true}})) return;
        handleSubmit_{name}(ev);
        rest_{name}();
        const form = ev.target, told = form.querySelector(".sending");
        const slow = setTimeout(() => {{ told.textContent = {json.dumps(common.SENDING)}; }}, {QUICK_MS});
        const late = setTimeout(() => form.submit(), {PATIENCE_MS});
        const failed = setInterval(() => {{
            if (document.querySelector("[data-state=trouble]")) rest_{name}();
        }}, {QUICK_MS});
        waiting_{name}.current = [
            () => {{ [slow, late, failed].forEach(clearTimeout); told.textContent = ""; }}
        ];
    }}"""
        return [Var(_js_expr=script, _var_data=answered._get_all_var_data())]

    def _render(self) -> Any:  # noqa: ANN401 - as in the framework
        progressive: Var[Any] = Var(f"progressive_{self.handle_submit_unique_name}", _var_type=EventChain)
        return super()._render().add_props(on_submit=progressive)
