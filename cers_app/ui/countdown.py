"""A time until which somebody has to wait, counted down beside it."""

import json
from typing import Any

import reflex as rx
from reflex_base.vars.base import Var

from cers_app.ui.form import ALWAYS, StateVar

# It counts from the moment the page hears how long there is to wait: the visitor's own clock may be wrong.
COUNT_DOWN = """
const countDown = (line, until, seconds, now) => {
    const end = Date.now() + seconds * 1000;
    const tick = () => {
        const left = Math.ceil((end - Date.now()) / 1000);
        const shown = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
        line.textContent = left > 0 ? `${until} (in ${shown})` : now;
        if (left <= 0) clearInterval(timer);
    };
    const timer = setInterval(tick, 500);
    tick();
    return () => clearInterval(timer);
};"""


class Countdown(rx.el.P):
    """A line that says until when, and how long that still is."""

    _memoization_mode = ALWAYS

    @classmethod
    def create(cls, until: StateVar, seconds: StateVar, now: str, **props: Any) -> "Countdown":  # noqa: ANN401
        """`until` says the time, `seconds` are left from when it was said; `now` is said after that. Needs an `id`.

        The script alone writes into it.
        """
        line = super().create(**props)
        line._counted = (until, seconds, now)  # noqa: SLF001 - the framework has no other way
        return line

    def add_imports(self) -> dict[str, list[str]]:
        """React's effect."""
        return {"react": ["useEffect"]}

    def add_custom_code(self) -> list[str]:
        """The function, once for all lines of a page."""
        return [COUNT_DOWN]

    def add_hooks(self) -> list[Var[Any]]:
        """Count as long as the line is there."""
        if not hasattr(self, "_counted"):
            return []
        until, seconds, now = self._counted
        data = until._get_all_var_data().merge(until._get_all_var_data(), seconds._get_all_var_data())  # noqa: SLF001
        call = f"countDown({self.get_ref()}.current, {until!s}, {seconds!s}, {json.dumps(now)})"
        return [Var(f"useEffect(() => {call}, [{until!s}, {seconds!s}])", _var_data=data)]
