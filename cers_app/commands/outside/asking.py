"""Reads what the operator typed. The machine may have none of the portal's settings."""

import click
from pydantic import ValidationError

from cers_app.commands.outside.sender import Domains
from cers_app.settings import UnreadableFileError, settings
from cers_app.values.hosts import NOT_AN_ORIGIN, in_ascii, origin
from cers_app.values.identifiers import is_email
from cers_app.values.mailboxes import domain_of

LONGEST_URL = 300


def public_url(_context: click.Context, _parameter: click.Parameter, given: str | None) -> str | None:
    """The origin of a portal. Raises `click.BadParameter` if it is not one, or not https."""
    if given is None:
        return None
    try:
        found = origin(given[:LONGEST_URL])
    except ValueError:
        raise click.BadParameter(NOT_AN_ORIGIN) from None
    if not found.startswith("https://"):
        raise click.BadParameter(NOT_AN_ORIGIN)
    return found


def mail_domain(_context: click.Context, _parameter: click.Parameter, given: str | None) -> str | None:
    """The domain of an address. Raises `click.BadParameter` if it is not one plain address."""
    if given is None:
        return None
    if not is_email(given.lower()):
        raise click.BadParameter("must be one plain email address, such as cers@calepa.ca.gov")
    return in_ascii(domain_of(given))


def domains_in_settings(url: str) -> Domains | None:
    """The domains of mail, if this machine has the settings of the portal at `url`."""
    try:
        config = settings()
    except (ValidationError, UnreadableFileError):
        return None
    if config.public_url != url:
        return None
    return Domains(in_ascii(domain_of(config.mail_from)), in_ascii(domain_of(config.envelope_sender)))
