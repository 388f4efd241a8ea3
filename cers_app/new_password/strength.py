"""Shows how strong a new password looks while a visitor types. The check stays in the browser. The server decides."""

import json
from typing import Any

import reflex as rx

from cers_app.new_password.policy import ESTIMATED
from cers_app.ui.form import ALWAYS
from cers_app.values.forms import LONGEST_PASSWORD
from cers_app.words.password import STRENGTH

PAUSE_MS = 700
"""A screen reader reads the words after this pause in typing, not at each key."""
LEVELS = {"one": 1, "more": 1, "long": 1, "few": 2, "repeated": 2, "rows": 2, "good": 3, "strong": 4}
"""The level of the meter, of 4."""

# Picks the key of `STRENGTH` from the text alone. The script looks at four things: the length in code points after NFC,
# as the server counts; few different characters; a part that repeats; neighbors in the alphabet or on the keyboard.
JUDGE = f"""
const strengthRows = ["abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"];
const areNeighbours = (a, b) => a === b
    || strengthRows.some((row) => row.includes(a + b) || row.includes(b + a));
const judgeStrength = (typed, shortest) => {{
    if (typed.length > 2 * {LONGEST_PASSWORD}) return ["long", 0];
    const all = [...typed.normalize("NFC")];
    if (all.length > {LONGEST_PASSWORD}) return ["long", 0];
    if (all.length < shortest) return [shortest - all.length === 1 ? "one" : "more", shortest - all.length];
    const seen = [...all.join("").toLowerCase()].slice(0, {ESTIMATED});
    const different = new Set(seen).size;
    if (different < 5) return ["few", 0];
    for (let far = 1; far <= seen.length / 2; far++) {{
        const back = seen.filter((one, at) => at >= far && one === seen[at - far]).length;
        if (back >= 0.8 * (seen.length - far)) return ["repeated", 0];
    }}
    const steps = seen.filter((one, at) => at > 0 && areNeighbours(seen[at - 1], one)).length;
    if (steps >= 0.7 * (seen.length - 1)) return ["rows", 0];
    return [seen.length - steps >= 20 && different >= 8 ? "strong" : "good", 0];
}};"""

# The page replaces the field after each answer. So the script listens on the document, and watches for a new field.
WATCH = f"""
const watchStrength = (box, field, shortest, words, levels) => {{
    const [shown, said] = box.children, [meter, text] = shown.children;
    let waiting = 0, known = null;
    const tell = () => {{
        known = document.getElementById(field);
        const typed = known ? known.value : "";
        const [key, count] = judgeStrength(typed, shortest);
        const sentence = typed ? words[key].replace("{{count}}", count) : "";
        shown.classList.toggle("blank", !typed);
        meter.value = typed ? levels[key] : 0;
        text.textContent = sentence;
        clearTimeout(waiting);
        if (!typed) said.textContent = "";
        else waiting = setTimeout(() => {{ said.textContent = sentence; }}, {PAUSE_MS});
    }};
    const onInput = (event) => {{ if (event.target.id === field) tell(); }};
    const watcher = new MutationObserver(() => {{ if (document.getElementById(field) !== known) tell(); }});
    document.addEventListener("input", onInput);
    watcher.observe(document.body, {{childList: true, subtree: true}});
    tell();
    return () => {{
        clearTimeout(waiting);
        watcher.disconnect();
        document.removeEventListener("input", onInput);
    }};
}};"""


class StrengthMeter(rx.el.Div):
    """Writes into its own elements. React never changes these elements after creating them."""

    _memoization_mode = ALWAYS

    @classmethod
    def create(cls, *children: Any, field_id: str, shortest: int, **props: Any) -> "StrengthMeter":  # noqa: ANN401
        """A meter for the field with the id `field_id`."""
        meter = super().create(*children, **{"id": f"{field_id}-strength", **props})
        meter._watched = (field_id, shortest)  # noqa: SLF001 - the framework has no other way
        return meter

    def add_imports(self) -> dict[str, list[str]]:
        """React's `useEffect`."""
        return {"react": ["useEffect"]}

    def add_custom_code(self) -> list[str]:
        """The two scripts, once per page for all its meters."""
        return [JUDGE, WATCH]

    def add_hooks(self) -> list[str]:
        """Watch the field while the meter exists."""
        if not hasattr(self, "_watched"):
            return []
        values = ", ".join(json.dumps(value) for value in (*self._watched, STRENGTH, LEVELS))
        return [f"useEffect(() => watchStrength({self.get_ref()}.current, {values}), [])"]


def strength_meter(field_id: str, shortest: int) -> rx.Component:
    """A meter with a few words for the password field with this id. May be anywhere on the page. Empty at first."""
    return StrengthMeter.create(
        rx.el.div(
            rx.el.meter(min=0, low=2, high=3, optimum=4, max=4, value=0),
            rx.el.p(),
            class_name="strength blank",
            aria_hidden="true",
        ),
        rx.el.p(role="status", class_name="unseen"),
        field_id=field_id,
        shortest=shortest,
    )
