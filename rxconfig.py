"""Names the app for Reflex; every value comes from `cers_app.settings`."""

import os
from importlib import import_module

# Before `import reflex`: Node.js and npm come from the virtual environment, nothing is looked up elsewhere.
os.environ.setdefault("REFLEX_USE_NPM", "1")
os.environ.setdefault("REFLEX_CHECK_LATEST_VERSION", "false")

import reflex as rx

from cers_app.frontend.plugin import PortalFrontend
from cers_app.settings import settings

config = rx.Config(
    app_name="cers_app",
    backend_host=settings().bind,
    cors_allowed_origins=list(settings().origins),
    transport="websocket",
    # States hold what the handshake carried; in memory they end with the process and lie in no file.
    state_manager_mode="memory",
    telemetry_enabled=False,
    show_built_with_reflex=False,
    # The server prefers the first: brotli is a tenth smaller than gzip here.
    frontend_compression_formats=["brotli", "gzip"],
    plugins=[PortalFrontend(lambda: import_module("cers_app.cers_app").ROUTES)],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
