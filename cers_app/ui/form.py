"""How a form is sent: by event while the socket is connected, natively otherwise."""

from functools import lru_cache
from typing import Any

import reflex as rx
from reflex.event import EventSpec
from reflex_base.constants.compiler import MemoizationDisposition, MemoizationMode
from reflex_base.event import EventChain
from reflex_base.utils.imports import ImportVar
from reflex_base.vars.base import Var
from reflex_components_core.el.elements.base import BaseHTML

StateVar = Any
"""A State's attribute: a value in a handler, a `Var` where a page is built."""
# Without this a component's effect runs in the page, before the component is there.
ALWAYS = MemoizationMode(disposition=MemoizationDisposition.ALWAYS)
PATIENCE_MS = 6000
"""How long a form waits for an answer over the socket before the browser submits it natively."""


@lru_cache(maxsize=32)
def go_to(path: str, *, replace: bool = False) -> EventSpec:
    """The event that leads to another page of ours; made once, as making one takes longer than sending it."""
    event: EventSpec = rx.redirect(path, replace=replace)
    return event


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
    def create(cls, *children: Any, answered: StateVar, **props: Any) -> "ProgressiveForm":  # noqa: ANN401
        """`answered` is a state var that changes with every answer."""
        form = super().create(*children, **props)
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
        progressive: Var[Any] = Var(f"progressive_{self.handle_submit_unique_name}", _var_type=EventChain)
        return super()._render().add_props(on_submit=progressive)
