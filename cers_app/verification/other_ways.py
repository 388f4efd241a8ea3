"""The two ways for those who cannot or will not read the picture: spoken digits, and a proof the browser computes."""

import json
from typing import Any, ClassVar

import reflex as rx
from reflex_base.constants.compiler import MemoizationDisposition, MemoizationMode
from reflex_base.vars.base import Var
from reflex_components_core.el.elements.base import BaseHTML

from cers_app.ui.form import ALWAYS, StateVar
from cers_app.words import verification as texts

# A button that plays and stops; the focus stays on it. React never changes its text after it was made.
PLAY = """
const speakDigits = (button, source, words) => {
    let audio = null;
    const show = (playing) => { button.textContent = playing ? words.stop : words.play; };
    const stop = () => { if (audio) { audio.pause(); audio = null; } show(false); };
    const onClick = () => {
        if (audio) return stop();
        // Each time other digits: what was said before is worth nothing any more.
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
    """Says the digits of a challenge, and stops when it is pressed again."""

    _memoization_mode = ALWAYS

    @classmethod
    def create(cls, *children: Any, source: StateVar, **props: Any) -> "SpokenButton":  # noqa: ANN401
        """`source` is the address of the sound."""
        button = super().create(*children, **{"id": "play-digits", "type": "button", **props})
        button._source = source  # noqa: SLF001 - the framework has no other way
        return button

    def add_imports(self) -> dict[str, list[str]]:
        """React's effect."""
        return {"react": ["useEffect"]}

    def add_custom_code(self) -> list[str]:
        """The function, once for all buttons of a page."""
        return [PLAY]

    def add_hooks(self) -> list[Var[Any]]:
        """Listen to presses as long as the button is there; another challenge stops the sound."""
        if not hasattr(self, "_source"):
            return []
        words = json.dumps({"play": texts.PLAY, "stop": texts.STOP, "broken": texts.CANNOT_PLAY})
        script = (
            f"useEffect(() => speakDigits({self.get_ref()}.current, {self._source!s}, {words}), [{self._source!s}])"
        )
        return [Var(script, _var_data=self._source._get_all_var_data())]  # noqa: SLF001 - the framework has no other way


OPTIONS = json.dumps({"hideLogo": True, "hideFooter": True})
"""No links to another site; the accessibility page and our documents say what it is."""


class _Widget(BaseHTML):
    """ALTCHA's own element; a tag with a hyphen cannot be memoised."""

    tag = "altcha-widget"
    _memoization_mode = MemoizationMode(disposition=MemoizationDisposition.NEVER)


class ProofWidget(rx.el.Div):
    """Loads ALTCHA's code when it appears, and not before: nobody else pays for it."""

    lib_dependencies: ClassVar[list[str]] = ["altcha@3.2.2"]
    _memoization_mode = ALWAYS

    @classmethod
    def create(cls, task: StateVar, **props: Any) -> "ProofWidget":  # noqa: ANN401
        """`task` is the address of what is to be computed."""
        widget = _Widget.create(custom_attrs={"challenge": task, "name": "altcha", "configuration": OPTIONS})
        return super().create(widget, rx.el.p(aria_live="assertive", class_name="error"), **{"id": "proof", **props})

    def add_imports(self) -> dict[str, list[str]]:
        """React's effect."""
        return {"react": ["useEffect"]}

    def add_custom_code(self) -> list[str]:
        """Its style sheet and its worker are files of ours: the policy allows no other."""
        return [
            """const loadProof = async () => {
  if (!globalThis.isSecureContext) throw new Error("no cryptography without https");
  const [worker] = await Promise.all([import("altcha/workers/pbkdf2?worker"), import("altcha/altcha.css")]);
  await import("altcha/external");
  globalThis.$altcha.algorithms.set("PBKDF2/SHA-256", () => new worker.default());
}"""
        ]

    def add_hooks(self) -> list[str]:
        """Once, when it appears."""
        words = json.dumps(texts.CANNOT_PROVE)
        place = f"{self.get_ref()}.current.lastElementChild"
        return [f"useEffect(() => {{ loadProof().catch(() => {{ {place}.textContent = {words} }}) }}, [])"]
