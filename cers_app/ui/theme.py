"""The one style sheet, which every page carries in its head: a linked one costs a round trip before the first paint."""

import re

import reflex as rx

from cers_app.settings import ROOT

SHEET = ROOT / "assets" / "portal.css"


def style() -> rx.Component:
    """The style sheet as an element of the head."""
    css = SHEET.read_text("utf-8")
    return rx.el.style(re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)).strip())
