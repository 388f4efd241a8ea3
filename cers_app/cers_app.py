"""The Reflex app: pages, routes, middleware, lifespan tasks; nothing else."""

import contextlib
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import reflex as rx
from starlette.applications import Starlette
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp

from cers_app.account.pages import AccountState, account_page
from cers_app.mail import run
from cers_app.reset_password import routes as reset_routes
from cers_app.reset_password.pages import changed_page, new_password_page, reset_page, sent_page
from cers_app.reset_password.states import NewPasswordState, ResetRequestState
from cers_app.services import services
from cers_app.settings import settings
from cers_app.sign_in import routes as sign_in_routes
from cers_app.sign_in.pages import SignInState, forgot_page, sign_in_page
from cers_app.ui import theme
from cers_app.ui.layout import PageHeading, link, page, title, title_with_problems
from cers_app.ui.texts import account as account_texts
from cers_app.ui.texts import common
from cers_app.ui.texts import reset_password as reset_texts
from cers_app.ui.texts import sign_in as sign_in_texts
from cers_app.verification import routes as verification_routes
from cers_app.web import dev_mailbox, health
from cers_app.web.cookies import Cookies
from cers_app.web.door import Door
from cers_app.web.guards import Guards
from cers_app.web.headers import Headers

ROUTES = [
    *sign_in_routes.ROUTES,
    *reset_routes.ROUTES,
    *verification_routes.ROUTES,
    *health.ROUTES,
    *dev_mailbox.routes(settings()),
]


def door(inner: ASGIApp) -> ASGIApp:
    """Everything a request passes on its way in, the outermost last."""
    hosts = [urlsplit(origin).hostname or "" for origin in settings().origins]
    inner = TrustedHostMiddleware(Guards(inner), allowed_hosts=hosts, www_redirect=False)
    return Headers(Door(inner, Cookies.of(settings()), settings().trusted_hops))


@contextlib.asynccontextmanager
async def mail_worker() -> AsyncIterator[None]:
    """The mail worker inside the portal, unless one runs beside it."""
    if not settings().mail_worker:
        yield
        return
    async with run.running(services().worker, settings().mail_interval_seconds):
        yield


def index_page() -> rx.Component:
    """`/` leads on to the sign-in page; the server does it first where it serves the page."""
    return page(PageHeading.create(sign_in_texts.HEADING), link(common.SIGN_IN, "/sign-in/"))


def missing_page() -> rx.Component:
    """What stands at an address where nothing is."""
    return page(
        PageHeading.create(common.NO_PAGE), rx.el.p(common.NO_PAGE_WORDS), rx.el.p(link(common.SIGN_IN, "/sign-in/"))
    )


def _add_pages(portal: rx.App) -> None:
    portal.add_page(index_page, route="/", title=title(sign_in_texts.HEADING), on_load=rx.redirect("/sign-in/"))
    portal.add_page(
        sign_in_page,
        route="/sign-in",
        title=title_with_problems(sign_in_texts.HEADING, SignInState.problems),
        on_load=SignInState.load,
    )
    portal.add_page(forgot_page, route="/forgot", title=title(sign_in_texts.FORGOT))
    portal.add_page(
        reset_page,
        route="/reset-password",
        title=title_with_problems(reset_texts.HEADING, ResetRequestState.problems),
        on_load=ResetRequestState.load,
    )
    portal.add_page(
        sent_page,
        route="/reset-password/sent",
        title=title(reset_texts.CHECK_EMAIL),
        on_load=ResetRequestState.load_sent,
    )
    portal.add_page(
        new_password_page,
        route="/reset-password/new",
        title=rx.cond(
            NewPasswordState.stage == "dead",
            title(reset_texts.CANNOT_USE),
            title_with_problems(reset_texts.CHOOSE, NewPasswordState.problems),
        ),
        on_load=NewPasswordState.load,
    )
    portal.add_page(changed_page, route="/reset-password/changed", title=title(reset_texts.CHANGED))
    portal.add_page(account_page, route="/account", title=title(account_texts.HEADING), on_load=AccountState.load)
    portal.add_page(missing_page, route="404", title=title(common.NO_PAGE))


app = rx.App(
    toaster=None,
    html_lang="en",
    head_components=[
        theme.style(),
        rx.el.link(rel="icon", type="image/svg+xml", href="/favicon.svg"),
        rx.el.meta(name="robots", content="noindex"),
    ],
    api_transformer=[Starlette(routes=ROUTES), door],
)
app.register_lifespan_task(mail_worker)
_add_pages(app)
