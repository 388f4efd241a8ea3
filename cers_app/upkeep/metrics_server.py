"""Serves the metrics on their own loopback port while the portal or the mail worker runs."""

import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime

from prometheus_client import REGISTRY, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from cers_app.mail import outbox
from cers_app.provided import provided
from cers_app.settings import Settings
from cers_app.storage.database import Database
from cers_app.values.hosts import LOOPBACK
from cers_app.values.world import World

log = logging.getLogger(__name__)


class QueueCollector(Collector):
    """Reads the state of the queue from the database at every request for metrics."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        """`clock` gives the time in UTC."""
        self._database, self._clock = database, clock

    def describe(self) -> list[GaugeMetricFamily]:
        """Return nothing, so registering does not read the database."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Report whether the database answers and, if it does, how long the queue is."""
        try:
            with self._database.reading() as session:
                seen = outbox.look(session)
        except SQLAlchemyError:
            yield GaugeMetricFamily("cers_database_up", "Whether the database answers.", 0)
            return
        age = (self._clock() - seen.oldest).total_seconds() if seen.oldest else 0
        yield GaugeMetricFamily("cers_database_up", "Whether the database answers.", 1)
        yield GaugeMetricFamily("cers_mail_waiting", "Mails waiting to be sent.", seen.waiting)
        yield GaugeMetricFamily("cers_mail_oldest_waiting_seconds", "How long the oldest of them has waited.", age)
        yield GaugeMetricFamily("cers_mail_invitations", "Invitations waiting to be sent.", seen.invitations)
        yield GaugeMetricFamily("cers_mail_failed", "Mails that the worker gave up; see `mail failed`.", seen.failed)


@contextlib.asynccontextmanager
async def running(config: Settings, database: Database) -> AsyncIterator[None]:
    """Serve while the block runs, if a port is set. A taken port only means an error in the log."""
    with contextlib.ExitStack() as stack:
        if config.metrics_port:
            try:
                server, thread = start_http_server(config.metrics_port, LOOPBACK)
            except OSError as taken:
                log.error("no metrics: port %d is taken (%s)", config.metrics_port, taken.strerror)  # noqa: TRY400 - no trace
            else:
                for end in (thread.join, server.server_close, server.shutdown):
                    stack.callback(end)
                collector = QueueCollector(database, provided(World).now)
                REGISTRY.register(collector)
                stack.callback(REGISTRY.unregister, collector)
        yield
