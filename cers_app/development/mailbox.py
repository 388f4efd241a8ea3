"""`/dev/mailbox/` shows every mail that the portal wrote."""

import email
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from cers_app.development import mail_previews
from cers_app.mail.letters import Sender, compose
from cers_app.settings import settings
from cers_app.ui import theme
from cers_app.values import addresses
from cers_app.web import policy

NAME = re.compile(r"[0-9a-f]{32}")
SANDBOX = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'"
STYLE = """
.columns.one { grid-template-columns: minmax(0, 1fr); }
article { border-top: 1px solid var(--hair); padding-block: 1rem; }
iframe { width: 100%; height: 34rem; border: 1px solid var(--hair); border-radius: 4px; background: #fff; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: .875rem/1.5 ui-monospace, monospace; margin: .5rem 0; }
summary { cursor: pointer; color: var(--link); padding: .3rem 0; }
"""
PAGES = Environment(loader=PackageLoader("cers_app.development", "."), autoescape=select_autoescape(["jinja"]))


@dataclass(frozen=True, slots=True)
class Shown:
    """A mail as the mailbox shows it."""

    id: str
    to: str
    sender: str
    subject: str
    date: str
    reference: str
    """Empty if no request asked for the mail."""
    text: str
    html: str
    source: str


def page(_request: Request) -> Response:
    """Every mail with its text, its HTML and its source, newest first."""
    return _page(read_all(settings().mailbox))


def previews(_request: Request) -> Response:
    """A preview of every mail, written by the current templates."""
    return _page(_previews(), is_preview=True)


def _previews() -> list[Shown]:
    sender, at = Sender(settings().mail_from, settings().support_email), mail_previews.AT
    mails = mail_previews.all_of(settings())
    return [shown_as(f"previews/{name}", bytes(compose(mail, sender, at))) for name, mail in mails.items()]


def _page(mails: Sequence[Shown], *, is_preview: bool = False) -> Response:
    css = theme.sheet() + STYLE
    smtp = f"{settings().smtp_host}:{settings().smtp_port}" if settings().smtp_host else ""
    facts = {
        "mails": mails,
        "css": css,
        "smtp": smtp,
        "is_preview": is_preview,
        "ask": addresses.RESET_PASSWORD,
    }
    page = PAGES.get_template("mailbox.jinja").render(facts)
    return html(page, f"{policy.of_plain_page(css)}; frame-src 'self'")


def html(page: str, allowed: str) -> Response:
    """A page with its content security policy."""
    return HTMLResponse(page, headers={"content-security-policy": allowed})


def listing(_request: Request) -> Response:
    """The mailbox as JSON, for automated browsers."""
    return JSONResponse([asdict(mail) for mail in read_all(settings().mailbox)])


def one_part(request: Request) -> Response:
    """The `text`, `html` or `source` of one mail or preview."""
    name, part = request.path_params["name"], request.path_params["part"]
    found = read_one(settings().mailbox, name) or next((mail for mail in _previews() if mail.id == name), None)
    if found is None or part not in {"text", "html", "source"}:
        return PlainTextResponse("no such mail", 404)
    if part == "html":
        return html(found.html, SANDBOX)
    return PlainTextResponse(found.text if part == "text" else found.source)


ROUTES = [
    Route("/dev/mailbox", page, methods=["GET"]),
    Route("/dev/mailbox/", page, methods=["GET"]),
    Route("/dev/mailbox/mails.json", listing, methods=["GET"]),
    Route("/dev/mailbox/previews/", previews, methods=["GET"]),
    Route("/dev/mailbox/{name:path}/{part}", one_part, methods=["GET"]),
]


def read_all(folder: Path) -> list[Shown]:
    """Every mail in the folder, newest first."""
    files = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return [shown_as(path.stem, path.read_bytes()) for path in files]


def read_one(folder: Path, name: str) -> Shown | None:
    """The mail with this name, or `None`."""
    path = folder / f"{name}.eml"
    return shown_as(name, path.read_bytes()) if NAME.fullmatch(name) and path.is_file() else None


def shown_as(name: str, source: bytes) -> Shown:
    """The parts of a mail, read from its source as sent."""
    mail = email.message_from_bytes(source, policy=default)
    return Shown(
        id=name,
        to=str(mail["To"]),
        sender=str(mail["From"]),
        subject=str(mail["Subject"]),
        date=str(mail["Date"]),
        reference=str(mail["X-CERS-Reference"] or ""),
        text=_body(mail, "plain"),
        html=_body(mail, "html"),
        source=source.decode("utf-8", "replace"),
    )


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    # A mail server passes lines on with the ends that mail has.
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""
