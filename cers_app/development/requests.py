"""`/dev/requests/<reference or id>/` shows the path of a request. In development the portal prints this address.

Operators use the command `trace`.
"""

import contextlib
import logging
import sys
from collections import deque
from collections.abc import AsyncIterator, Iterator
from typing import TextIO

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cers_app.development.mailbox import PAGES, STYLE, html
from cers_app.logs import processes
from cers_app.provided import provided
from cers_app.settings import settings
from cers_app.storage import audit
from cers_app.storage.database import Database
from cers_app.support.trace import NEITHER, NOTHING, find, read_name, written
from cers_app.ui import theme
from cers_app.web import policy

TABLE = """
table { border-collapse: collapse; font-size: .875rem; }
th, td { border-top: 1px solid var(--hair); padding: .3rem .75rem .3rem 0; text-align: left; vertical-align: top; }
td { overflow-wrap: anywhere; } td:first-child, td:nth-child(2) { white-space: nowrap; }
"""
REMEMBERED = 256
"""Requests whose address was printed. A request writes several rows, all of them within moments."""


def page(request: Request) -> Response:
    """The path of one request, as the command `trace` shows it."""
    name = read_name(request.path_params["name"])
    if not name:
        return PlainTextResponse(NEITHER, 404)
    with provided(Database).reading() as session:
        found = find(session, name)
    found = found.with_lines(processes.kept_lines(settings(), found.ids))
    if not found.steps:
        return PlainTextResponse(NOTHING, 404)
    css = theme.sheet() + STYLE + TABLE
    told = {"title": written(name), "facts": found.facts(), "steps": found.timed(), "written": written, "css": css}
    shown = PAGES.get_template("requests.jinja").render(told)
    return html(shown, policy.of_plain_page(css))


ROUTES = [Route(f"/dev/requests/{{name}}{slash}", page, methods=["GET"]) for slash in ("", "/")]


@contextlib.asynccontextmanager
async def lifespan() -> AsyncIterator[None]:
    """Print the addresses of requests while the portal runs."""
    with printing(settings().base_url):
        yield


@contextlib.contextmanager
def printing(base_url: str) -> Iterator[None]:
    """Print one line with the address of its page for each request that leaves a row in the audit."""
    links = _Links(base_url)
    audit.log.addHandler(links)
    try:
        yield
    finally:
        audit.log.removeHandler(links)


class _Links(logging.StreamHandler[TextIO]):
    """Writes to standard output, which terminals turn into links."""

    def __init__(self, base_url: str) -> None:
        super().__init__(sys.stdout)
        self._base_url = base_url
        self._printed: deque[str] = deque(maxlen=REMEMBERED)

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether this is the first row of a browser's request. The rows of workers and commands are none."""
        request_id = vars(record).get("request_id", "")
        if vars(record).get("actor") != "visitor" or not request_id or request_id in self._printed:
            return False
        self._printed.append(request_id)
        return True

    def format(self, record: logging.LogRecord) -> str:
        """`request K7RM-2XPD  http://localhost:3000/dev/requests/K7RM2XPD/`."""
        name = vars(record).get("reference") or vars(record)["request_id"]
        return f"request {written(name)}  {self._base_url}/dev/requests/{name}/"
