"""The native posts of the page that asks for a username."""

from cers_app.mail_request import routes
from cers_app.recover_username.pages import JOURNEY

ROUTES = routes.routes(JOURNEY)
