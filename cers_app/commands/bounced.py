"""`mail bounced` takes in a delivery report from standard input. A mail server starts the command for each report."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from pydantic import ValidationError

from cers_app.commands import operator
from cers_app.commands.wrong_settings import problems
from cers_app.mail import bounces, delivery_report
from cers_app.mail.bounces import Bounced, NotYet
from cers_app.mail.delivery_report import Ignored, Report
from cers_app.mail.letters import Letterhead
from cers_app.mail.meanings import meaning, numbers
from cers_app.provided import provided
from cers_app.settings import UnreadableFileError, settings
from cers_app.values.digests import IdentifierHash

LARGEST = 1_000_000
"""Bytes. What a report says comes first, and the mail that it returns comes last."""
CHUNK = 65_536


class TryAgainError(click.ClickException):
    """The portal cannot take a report in now. The mail server keeps the report and tries again (sysexits.h)."""

    exit_code = os.EX_TEMPFAIL


@click.command()
def bounced() -> None:
    """Take in a delivery report from standard input, and mark the mail that came back as failed.

    Exits with 0 if the report was taken in or ignored, and with 75 if the mail server must try again later.
    """
    with _again_later():
        outcome = _outcome(delivery_report.read(_piped(), Letterhead.of(settings()).id_domain))
    click.echo(_told(outcome))


def _outcome(report: Report | Ignored) -> Bounced | Ignored:
    if isinstance(report, Ignored):
        return report
    with operator.writing() as session:
        outcome = bounces.take_in(session, report, operator.act(), provided(IdentifierHash))
    if isinstance(outcome, NotYet):
        raise click.ClickException("The mail worker still has this mail. Try again later.")
    return outcome


def _told(outcome: Bounced | Ignored) -> str:
    if isinstance(outcome, Ignored):
        return f"Nothing was changed: {outcome}."
    words = f"The mail {outcome.mail_id} came back: {meaning(outcome.why)} ({numbers(outcome.why)})."
    return f"{words} Its reset link was canceled." if outcome.links else words


def _piped() -> bytes:
    if not sys.stdin:
        raise click.ClickException("The report comes from standard input, but standard input is closed.")
    report = sys.stdin.buffer.read(LARGEST)
    while sys.stdin.buffer.read(CHUNK):
        pass  # a mail server may take it for a failure if nobody reads to the end
    return report


@contextmanager
def _again_later() -> Iterator[None]:
    try:
        yield
    except click.ClickException as wrong:
        raise TryAgainError(wrong.message) from None
    except ValidationError as wrong:
        raise TryAgainError("\n".join(problems(wrong))) from None
    except UnreadableFileError as wrong:
        raise TryAgainError(str(wrong)) from None
