"""Recovering a username without scripts: native posts."""

from cers_app.mail_request import routes
from cers_app.recover_username.pages import PATH, SENT, WORDS, journey

ROUTES = routes.routes(journey, WORDS, (PATH, SENT))
