"""The style sheet in the head of every page. A linked sheet would cost a round trip before the first paint."""

import re
from functools import lru_cache

import reflex as rx

from cers_app.settings import ROOT

SHEET = ROOT / "assets" / "portal.css"


@lru_cache(maxsize=1)
def sheet() -> str:
    """The style sheet without comments and line breaks."""
    css = SHEET.read_text("utf-8")
    return re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)).strip()


def style() -> rx.Component:
    """The element with the style sheet for the head of a page."""
    return rx.el.style(sheet())
