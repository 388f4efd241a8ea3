"""Keeps typed text when a page goes live late, when its scripts build it again, and when it answers a native post."""

import re
from functools import lru_cache
from pathlib import Path

import reflex as rx
from reflex_base.vars.base import Var

from cers_app.values import addresses
from cers_app.values.next_path import ENDED

FOLDER = Path(__file__).parent
COMMENT = re.compile(r"^\s*//.*\n", re.MULTILINE)
SCRIPTS = ("foreign.js", "storage.js", "typed.js")


def source(name: str) -> str:
    """A script of this folder without comments, because every page carries it."""
    return COMMENT.sub("", (FOLDER / name).read_text("utf-8")).strip()


@lru_cache(maxsize=1)
def script() -> rx.Component:
    """The scripts for the head of every page. They run before all other scripts."""
    over = {"data-over": f"{addresses.ACCOUNT} {addresses.SIGNED_OUT} {addresses.SIGN_IN}#{ENDED}"}
    element: rx.Component = rx.el.script("\n".join(map(source, SCRIPTS)), custom_attrs=over)
    return element


def said() -> Var[str]:
    """The name or address that a person typed last in this tab, or empty."""
    return Var("globalThis.typed.said()", _var_type=str)
