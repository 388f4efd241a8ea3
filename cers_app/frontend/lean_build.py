"""Leaves out of the generated front end what no page of ours uses, and loads the rest in few requests.

Each change stops the build when the text it changes is gone, as after an upgrade. What each is worth stands in
`docs/benchmarks.md`.
"""

import re
from typing import Any

import reflex as rx

from cers_app.frontend.vite import CONFIG, replacing

ONE_CHUNK = r"node_modules\/(?!altcha)|\/(utils|components|env\.json|reflex\.json)|preload-helper"
PLAIN_JSX = """
    {
      name: "plain-jsx",
      apply: "build",
      enforce: "pre",
      resolveId: (id) => (id === "@emotion/react" ? "\\0plain-jsx" : null),
      load: (id) => (id === "\\0plain-jsx" ? 'export { createElement as jsx } from "react";' : null),
      transform(code, id) {
        if (id.endsWith(".jsx") && /[{,]css:/.test(code)) this.error("a style that is not in the style sheet: " + id);
      },
    },"""


def without(pattern: str, what: str) -> Any:  # noqa: ANN401 - a task, as in the framework
    """A change that removes text and fails when it is gone."""

    def task(text: str) -> str:
        text, found = re.subn(pattern, "", text, flags=re.MULTILINE | re.DOTALL)
        if not found:
            msg = f"the generated front end no longer contains {what}"
            raise ValueError(msg)
        return text

    return task


class FewChunks(rx.plugins.Plugin):
    """What all pages share comes as one file: a browser has six connections, and each request costs a round trip.

    What one page alone has comes with that page.
    """

    def pre_compile(self, **context: Any) -> None:  # noqa: ANN401 - as in the framework
        """Group it. ALTCHA stays apart: it is loaded when somebody asks for it."""
        group = 'test: /env.json/,\n              name: "reflex-env",'
        context["add_modify_task"](CONFIG, replacing(group, f'test: /{ONE_CHUNK}/,\n              name: "app",'))


class PlainJsx(rx.plugins.Plugin):
    """Elements are React's own: no component of ours has a style outside the style sheet, which is Emotion's matter."""

    def pre_compile(self, **context: Any) -> None:  # noqa: ANN401 - as in the framework
        """Put React's function in the place of Emotion's."""
        context["add_modify_task"](CONFIG, replacing("  plugins: [", f"  plugins: [{PLAIN_JSX}"))


class NoThemeScript(rx.plugins.Plugin):
    """The style sheet follows `prefers-color-scheme` by itself: no script has to run before the first paint."""

    def pre_compile(self, **context: Any) -> None:  # noqa: ANN401 - as in the framework
        """Remove the framework's."""
        script = r'jsx\("script",\{\},"\\n// Only run in browser.*?\\n"\),'
        context["add_modify_task"]("app/_document.js", without(script, "the color mode's script"))


class NoEvalGlobals(rx.plugins.Plugin):
    """No component comes as source text to be run with eval, which the policy would refuse."""

    def pre_compile(self, **context: Any) -> None:  # noqa: ANN401 - as in the framework
        """Remove `window.__reflex`, and with it the modules that were loaded for it alone."""
        add = context["add_modify_task"]
        add(
            "app/root.jsx",
            without(r"^  useEffect\(\(\) => \{\n    // Make contexts.*?\n  \}, \[\]\);\n", "the globals"),
        )
        add("app/root.jsx", without(r"^import \* as [^\n]*\n", "their imports"))
