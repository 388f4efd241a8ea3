"""The help page."""

from .base import PortalPage


class HelpPage(PortalPage):
    """The CERS help page."""

    PATH, HEADING = "/help/", "I've forgotten my User Name and/or Password? How do I reset?"
