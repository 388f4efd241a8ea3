"""Recovering a username by native posts."""

from cers_app.mail_request import routes
from cers_app.recover_username.pages import JOURNEY

ROUTES = routes.routes(JOURNEY)
