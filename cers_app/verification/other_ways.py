"""Two ways for people who cannot or do not want to read the picture: spoken digits, and a proof by the browser."""

import json
from typing import Any, ClassVar

import reflex as rx
from reflex_base.constants.compiler import MemoizationDisposition, MemoizationMode
from reflex_base.vars.base import Var
from reflex_components_core.el.elements.base import BaseHTML

from cers_app.ui.form import ALWAYS, StateVar
from cers_app.words import verification as texts

# A button that plays and stops, and keeps the focus. React never changes the text of a button that exists.
PLAY = """
const speakDigits = (button, source, words) => {
    let audio = null;
    const show = (playing) => { button.textContent = playing ? words.stop : words.play; };
    const stop = () => { if (audio) { audio.pause(); audio = null; } show(false); };
    const onClick = () => {
        if (audio) return stop();
        // Each request returns new digits. The digits before no longer count.
        audio = new Audio(source + "?" + Date.now());
        audio.addEventListener("ended", stop);
        audio.addEventListener("error", () => { stop(); button.textContent = words.broken; });
        show(true);
        audio.play().catch(() => {});
    };
    button.addEventListener("click", onClick);
    return () => { stop(); button.removeEventListener("click", onClick); };
};"""


class SpokenButton(rx.el.Button):
    """Speaks the digits of a challenge, and stops when the visitor presses it again."""

    _memoization_mode = ALWAYS

    @classmethod
    def create(cls, *children: Any, source: StateVar, **props: Any) -> "SpokenButton":  # noqa: ANN401
        """`source` is the address of the sound."""
        button = super().create(*children, **{"id": "play-digits", "type": "button", **props})
        button._source = source  # noqa: SLF001 - the framework has no other way
        return button

    def add_imports(self) -> dict[str, list[str]]:
        """React's `useEffect`."""
        return {"react": ["useEffect"]}

    def add_custom_code(self) -> list[str]:
        """The script, once per page for all its buttons."""
        return [PLAY]

    def add_hooks(self) -> list[Var[Any]]:
        """Handle presses while the button exists. Another challenge stops the sound."""
        if not hasattr(self, "_source"):
            return []
        words = json.dumps({"play": texts.PLAY, "stop": texts.STOP, "broken": texts.CANNOT_PLAY})
        script = (
            f"useEffect(() => speakDigits({self.get_ref()}.current, {self._source!s}, {words}), [{self._source!s}])"
        )
        return [Var(script, _var_data=self._source._get_all_var_data())]  # noqa: SLF001 - the framework has no other way


OPTIONS = json.dumps({"hideLogo": True, "hideFooter": True})
"""Hides the links to ALTCHA's site. The accessibility page and our documents explain the check."""


class _Widget(BaseHTML):
    """ALTCHA's own element. The framework cannot memoize a tag with a hyphen."""

    tag = "altcha-widget"
    _memoization_mode = MemoizationMode(disposition=MemoizationDisposition.NEVER)


class ProofWidget(rx.el.Div):
    """Loads ALTCHA's code when the widget appears, so other visitors do not download the code."""

    lib_dependencies: ClassVar[list[str]] = ["altcha@3.2.2"]
    _memoization_mode = ALWAYS

    @classmethod
    def create(cls, task: StateVar, **props: Any) -> "ProofWidget":  # noqa: ANN401
        """`task` is the address of the task for the browser."""
        widget = _Widget.create(custom_attrs={"challenge": task, "name": "altcha", "configuration": OPTIONS})
        return super().create(widget, rx.el.p(aria_live="assertive", class_name="error"), **{"id": "proof", **props})

    def add_imports(self) -> dict[str, list[str]]:
        """React's `useEffect`."""
        return {"react": ["useEffect"]}

    def add_custom_code(self) -> list[str]:
        """Loads ALTCHA's style sheet and worker from the portal, because the content policy allows no other source."""
        return [
            """const loadProof = async () => {
  if (!globalThis.isSecureContext) throw new Error("no cryptography without https");
  const [worker] = await Promise.all([import("altcha/workers/pbkdf2?worker"), import("altcha/altcha.css")]);
  await import("altcha/external");
  globalThis.$altcha.algorithms.set("PBKDF2/SHA-256", () => new worker.default());
}"""
        ]

    def add_hooks(self) -> list[str]:
        """Load ALTCHA's code once, when the widget appears."""
        words = json.dumps(texts.CANNOT_PROVE)
        place = f"{self.get_ref()}.current.lastElementChild"
        return [f"useEffect(() => {{ loadProof().catch(() => {{ {place}.textContent = {words} }}) }}, [])"]
