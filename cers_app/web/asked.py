"""What a browser without a socket is told after asking for a mail: a masked address, in a signed cookie."""

from starlette.requests import Request
from starlette.responses import Response

from cers_app.web.cookies import ASKED
from cers_app.web.notes import Note

SECONDS = 900


def remember(response: Response, purpose: str, masked: str, browser: str) -> None:
    """Keep a masked address (or none) for a quarter of an hour, for this browser."""
    Note(ASKED, purpose, SECONDS).leave(response, masked, browser)


def recall(request: Request, purpose: str, browser: str) -> str | None:
    """The masked address; empty where a username was typed, `None` when this browser has not asked lately."""
    return Note(ASKED, purpose, SECONDS).read(request, browser)
