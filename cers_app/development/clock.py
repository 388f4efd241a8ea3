"""`POST /dev/clock` moves the portal's one clock. Only `test` mode has this route.

`advance=61m` lets time pass for links, sessions, verification characters, limits and mail, and does the housekeeping of
that time. `reset=1` brings back the system's time. The portal must be one process.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cers_app.provided import provided
from cers_app.upkeep.housekeeping import Housekeeping
from cers_app.values.world import World
from cers_app.web import native_forms

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
AMOUNT = re.compile(r"([0-9]{1,7})([smhd])")
FURTHEST = timedelta(days=3650)
"""How far ahead the clock may be. Ten years are longer than anything that the portal keeps."""
REFUSED = "Send advance= and a number of seconds, minutes, hours or days (90s, 61m, 12h, 30d), or reset=1."
TOO_FAR = f"The clock may be at most {FURTHEST.days} days ahead. Send reset=1 first."


class Clock:
    """The system's time, and what a test adds to it."""

    def __init__(self, system: Callable[[], datetime]) -> None:
        self._system, self.ahead = system, timedelta()

    def __call__(self) -> datetime:
        """The time, in UTC."""
        return self._system() + self.ahead


def movable(real: World) -> World:
    """The same world with a clock that can be moved."""
    return replace(real, now=Clock(real.now))


async def move(request: Request) -> Response:
    """Move the clock. Answers with the portal's time and the seconds that it is ahead."""
    clock = cast("Clock", provided(World).now)
    ahead = _wanted(await native_forms.read_form(request), clock.ahead)
    if ahead is None:
        return JSONResponse({"problem": REFUSED}, 400)
    if ahead > FURTHEST:
        return JSONResponse({"problem": TOO_FAR}, 400)
    clock.ahead = ahead
    await asyncio.to_thread(provided(Housekeeping).purge)
    return JSONResponse({"now": clock().isoformat(), "ahead_seconds": ahead.total_seconds()})


ROUTE = native_forms.route("/dev/clock", move)


def _wanted(form: dict[str, str], ahead: timedelta) -> timedelta | None:
    """How far ahead the clock should be. `None` if the form does not say that."""
    if form == {"reset": "1"}:
        return timedelta()
    found = AMOUNT.fullmatch(form["advance"]) if form.keys() == {"advance"} else None
    return ahead + timedelta(**{UNITS[found[2]]: int(found[1])}) if found else None
