"""`/dev/pages/` shows every page in every stage.

The pages are the portal's own, at their own addresses. `?stage=…` names a stage, and the page's State then takes its
facts instead of looking them up. All else about such a page is real, and it changes with the code.
"""

import inspect
from collections import defaultdict
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import reflex as rx
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cers_app.development import mailbox, stages
from cers_app.development.stages import STAGE, Stage, Without
from cers_app.recover_username.pages import UsernameState
from cers_app.reset_password.states import NewPasswordState, ResetRequestState
from cers_app.settings import settings
from cers_app.sign_in.pages import SignInState
from cers_app.ui import theme
from cers_app.values import addresses
from cers_app.web import policy
from cers_app.your_account.states import AccountState, ChangePasswordState

STYLE = """
.columns.one { max-width: none; grid-template-columns: minmax(0, 1fr); }
fieldset { display: flex; gap: 1.5rem; padding: .75rem 1rem; margin-top: 1rem; }
fieldset input:not([type=hidden], [type=checkbox]) { width: auto; min-height: 0; }
summary { cursor: pointer; color: var(--link); padding: .3rem 0; font-weight: 600; }
.stages { display: flex; flex-wrap: wrap; gap: 1.5rem; padding: 0; list-style: none; }
.stages div { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; }
iframe { box-sizing: content-box; width: 1280px; height: 800px; zoom: .4375; border: 2px solid var(--hair); }
iframe.mail { width: 720px; height: 1000px; }
.phone iframe, .phone iframe.mail { width: 320px; height: 640px; zoom: 1; border-width: 1px; }
"""
SCRIPT = Path(__file__).with_name("pages.js")
LACKS = {
    Without.NOTHING: {},
    Without.SCRIPTS: {"script-src": "'none'"},
    Without.CONNECTION: {"connect-src": "'none'"},
}
HANDLERS: dict[type[rx.State], tuple[str, ...]] = {
    SignInState: ("load",),
    UsernameState: ("load", "recognize"),
    ResetRequestState: ("load", "recognize"),
    NewPasswordState: ("load",),
    AccountState: ("load",),
    ChangePasswordState: ("load",),
}
"""What the pages call when they open."""


@cache
def every() -> dict[str, Stage]:
    """Every stage by its name."""
    return stages.all_of(settings())


def take_facts() -> None:
    """Make the States take the facts of a stage that the page's address names, after they looked up their own.

    The handlers keep their names, so the built pages are the same as in production.
    """
    for state, names in HANDLERS.items():
        for name in names:
            state._add_event_handler(name, _with_facts(state.event_handlers[name].fn))  # noqa: SLF001


def _with_facts(handle: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(handle)
    async def handled(self: rx.State, **arguments: object) -> Any:  # noqa: ANN401 - as the handler
        found = handle(self, **arguments)
        leads_to = await found if inspect.isawaitable(found) else found
        asked = self.router.url.query_parameters
        stage = every().get(asked[STAGE]) if STAGE in asked else None
        if stage is None or stage.state is None:
            return leads_to
        stage.arrange(await self.get_state(stage.state))
        return None

    return handled


def listing(_request: Request) -> Response:
    """Every stage in a frame, page by page."""
    pages = defaultdict(list)
    for stage in every().values():
        pages[stage.path.partition("previews/")[0]].append(stage)
    css, script = theme.sheet() + STYLE, SCRIPT.read_text("utf-8")
    facts = {"pages": pages, "css": css, "script": script, "number": len(every())}
    shown = mailbox.PAGES.get_template("pages.jinja").render(facts)
    return mailbox.html(shown, f"{policy.of_plain_page(css, script)}; frame-src 'self'")


ROUTES = [Route(path, listing, methods=["GET"]) for path in ("/dev/pages", "/dev/pages/")]


def _stage_of(scope: Scope) -> Stage | None:
    """The stage that a request asks for."""
    if scope["type"] != "http":
        return None
    asked = dict(parse_qsl(scope["query_string"].decode("latin-1")))
    # Arranging the facts of every stage takes a fifth of a second, which a start without them saves.
    stage = every().get(asked[STAGE]) if STAGE in asked else None
    return stage if stage and stage.path.rstrip("/") == scope["path"].rstrip("/") else None


class Ungated:
    """ASGI middleware beside the gate that asks for a sign-in. A stage shows nobody's account, so it needs none."""

    def __init__(self, app: ASGIApp, gate: ASGIApp) -> None:
        self._app, self._gate = app, gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a stage through."""
        stage = _stage_of(scope)
        if stage and stage.page == addresses.TROUBLE:
            raise RuntimeError("this stage shows what a failed service shows")
        await (self._app if stage else self._gate)(scope, receive, send)


class Staged:
    """ASGI middleware outside everything. A stage may be in a frame of `/dev/pages/`, and it lacks what it names."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Change the content security policy of a stage. The browser then runs no script, or opens no connection."""
        stage = _stage_of(scope)

        async def sending(message: Message) -> None:
            if stage and message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if allowed := headers.get("content-security-policy"):
                    headers["content-security-policy"] = _policy(stage, allowed)
            await send(message)

        await self._app(scope, receive, sending)


def _policy(stage: Stage, allowed: str) -> str:
    changed = {"frame-ancestors": "'self'"} | LACKS[stage.without]
    rules = [rule.partition(" ") for rule in allowed.split("; ") if rule]
    return "; ".join(f"{name} {changed.get(name, sources)}" for name, _, sources in rules)
