"""Serves the metrics on a port of their own, on loopback alone, while the portal or the mail worker runs."""

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
from cers_app.values.loopback import LOOPBACK
from cers_app.values.world import World

log = logging.getLogger(__name__)


class QueueCollector(Collector):
    """Looks into the database whenever somebody asks."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        """`clock` gives the time in UTC."""
        self._database, self._clock = database, clock

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing is looked up to be registered."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Whether the database answers and, if so, what waits in the queue."""
        try:
            with self._database.reading() as session:
                seen = outbox.look(session)
        except SQLAlchemyError:
            yield GaugeMetricFamily("cers_database_up", "Whether the database answers.", 0)
            return
        age = (self._clock() - seen.oldest).total_seconds() if seen.oldest else 0
        yield GaugeMetricFamily("cers_database_up", "Whether the database answers.", 1)
        yield GaugeMetricFamily("cers_mail_waiting", "Mails that wait to be sent.", seen.waiting)
        yield GaugeMetricFamily("cers_mail_oldest_waiting_seconds", "Since when the oldest of them waits.", age)
        yield GaugeMetricFamily("cers_mail_failed", "Mails that were given up; see `mail failed`.", seen.failed)


@contextlib.asynccontextmanager
async def running(config: Settings, database: Database) -> AsyncIterator[None]:
    """Serve while the block runs, where a port is set; a taken one is told in the log, and nothing else suffers."""
    if not config.metrics_port:
        yield
        return
    try:
        server, thread = start_http_server(config.metrics_port, LOOPBACK)
    except OSError as taken:
        log.error("no metrics: port %d is taken (%s)", config.metrics_port, taken.strerror)  # noqa: TRY400 - no trace
        yield
        return
    collector = QueueCollector(database, provided(World).now)
    REGISTRY.register(collector)
    try:
        yield
    finally:
        REGISTRY.unregister(collector)
        server.shutdown()
        server.server_close()
        thread.join()
