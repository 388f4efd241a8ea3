"""`trace` shows the path of one request: audit rows, mails, links and lines of the log, in order of time."""

from collections.abc import Iterator
from typing import BinaryIO

import click

from cers_app.commands import operator
from cers_app.logs import processes
from cers_app.logs.lines import Line, lines_of
from cers_app.settings import settings
from cers_app.support.trace import NEITHER, NOTHING, Trace, find, read_name, written
from cers_app.values.events import Event

NO_LOG = "The portal keeps no log in production. Give the command one: --log FILE, or --log - for standard input."


@click.command()
@click.argument("name", metavar="REFERENCE|REQUEST_ID")
@click.option("--log", type=click.File("rb"), help="the log to search, or - for standard input")
@operator.reason
def trace(name: str, log: BinaryIO | None) -> None:
    """Show what happened to one request, step by step.

    The REFERENCE is on the caller's page and in the email, and the REQUEST_ID is in the log. Outside production, the
    command finds the log by itself. The audit log records that you looked.
    """
    wanted = read_name(name)
    if not wanted:
        raise click.ClickException(NEITHER)
    # No index has the ids of requests: among a million rows the search takes half a second.
    with operator.reading() as session:
        found = find(session, wanted)
    if whose := found.whose:
        with operator.writing() as session:
            act, identifier = operator.act(), whose.identifiers[0]
            act.record(session, Event.ACCOUNT_SHOWN, whose.account_id, "traced", identifier=identifier)
    found = found.with_lines(_lines(log, found))
    if not found.steps:
        raise click.ClickException(NOTHING)
    click.echo("\n".join(_told(found)))
    if log is None and settings().log_file is None:
        click.echo(NO_LOG, err=True)


def _lines(log: BinaryIO | None, found: Trace) -> Iterator[Line]:
    if log is None:
        return processes.kept_lines(settings(), found.ids)
    return lines_of(log, found.ids, processes.redactor(settings()))


def _told(found: Trace) -> Iterator[str]:
    for name, value in found.facts():
        yield f"{name + ':':<9} {value}"
    yield "All times are in UTC."
    for each in found.timed():
        other = f", see {written(each.step.other)}" if each.step.other else ""
        yield f"{each.at}  {each.after:>12}  {each.step.source:<5}  {each.step.words}{other}"
