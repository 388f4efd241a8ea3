"""What a browser can leave in the server's memory."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
import socketio
from reflex.istate.manager.memory import StateManagerMemory
from reflex.state import State
from reflex_base.event import Event

from cers_app.settings import settings
from cers_app.values import addresses
from cers_app.values.digests import sha256
from cers_app.web import tabs
from cers_app.web.tabs import STRANGER_SECONDS, Tabs, refuse_other_messages

HYDRATE = f"{State.get_full_name()}.hydrate"
STRANGER = json.dumps({"browser": sha256("b")})
SIGNED_IN = json.dumps({"browser": sha256("b"), "session": sha256("s")})


@pytest.fixture(autouse=True)
def mode(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The framework reads its configuration, which reads the settings."""
    monkeypatch.setenv("CERS_MODE", "test")
    settings.cache_clear()
    yield
    settings.cache_clear()


@dataclass
class Waiting:
    """A timer that is set off by hand."""

    do: Callable[[], None]
    is_cancelled: bool = False

    def cancel(self) -> None:
        self.is_cancelled = True


@dataclass
class Heard:
    """The events that reach the framework's processor."""

    events: list[Event] = field(default_factory=list)

    async def enqueue(self, _token: str, event: Event) -> None:
        self.events.append(event)


memory: Callable[[], Any] = StateManagerMemory


class Desk:
    """The namespace over real States in memory, with a clock that is moved by hand."""

    def __init__(self) -> None:
        self.heard, self.timers = Heard(), dict[float, list[Waiting]]()
        self.states: Any = memory()
        app: Any = SimpleNamespace(
            _state=State,
            _event_processor=None,
            event_processor=self.heard,
            state_manager=self.states,
            router=lambda path: path,
        )
        self.tabs = Tabs("/_event", app, self.later)

    def later(self, seconds: float, do: Callable[[], None]) -> Waiting:
        self.timers.setdefault(seconds, []).append(Waiting(do))
        return self.timers[seconds][-1]

    def wait(self) -> None:
        """The time of strangers passes."""
        assert self.timers.keys() <= {STRANGER_SECONDS}
        for timer in self.timers.pop(STRANGER_SECONDS, []):
            if not timer.is_cancelled:
                timer.do()

    async def open(self, tab: str, cookie: str, sid: str = "sid", auth: object = None) -> None:
        scope = {"headers": [(b"cookie", cookie.encode())], "client": ("192.0.2.1", 0)}
        await self.tabs.on_connect(sid, {"QUERY_STRING": f"token={tab}", "asgi.scope": scope}, auth)

    async def close(self, sid: str = "sid") -> None:
        cleaning = self.tabs.on_disconnect(sid)
        assert cleaning
        await cleaning

    def kept(self) -> list[str]:
        """The tabs that have a State."""
        return list(self.states.states)


def run(story: Callable[[Desk], Any]) -> None:
    async def running() -> None:
        desk = Desk()
        await story(desk)
        await desk.states.close()

    asyncio.run(running())


def test_the_state_of_a_closed_tab_is_forgotten_soon_when_nobody_is_signed_in() -> None:
    async def story(desk: Desk) -> None:
        await desk.open("a", STRANGER)
        await desk.open("b", SIGNED_IN, sid="another")
        await desk.close("another")
        desk.wait()
        assert desk.kept() == ["a", "b"], "an open page, and somebody who is signed in"

        await desk.close()
        assert desk.kept() == ["a", "b"]
        desk.wait()
        assert desk.kept() == ["b"]

    run(story)


def test_a_stranger_who_comes_back_in_time_finds_the_page_as_it_was() -> None:
    async def story(desk: Desk) -> None:
        await desk.open("a", STRANGER)
        await desk.close()
        await desk.open("a", STRANGER, sid="again")
        desk.wait()
        assert desk.kept() == ["a"], "it is open"

        await desk.close("again")
        await desk.open("a", STRANGER, sid="and again")
        await desk.close("and again")
        assert [timer.is_cancelled for timer in desk.timers[STRANGER_SECONDS]] == [True, False], "counted from the last"
        desk.wait()
        assert desk.kept() == []

    run(story)


class Server(socketio.AsyncServer):  # type: ignore[misc]  # it comes without types
    """The framework's own server of sockets, with nobody at the other end."""

    def __init__(self) -> None:
        super().__init__(async_mode="asgi", async_handlers=False)
        self.register_namespace(Desk().tabs)
        refuse_other_messages(self)

    async def _send_packet(self, *_: object) -> None:
        """It goes nowhere."""

    async def meet(self, sid: str, *messages: str) -> None:
        """A connection comes, sends its messages, and goes."""
        scope = {"headers": [(b"cookie", STRANGER.encode())], "client": ("192.0.2.1", 0)}
        await self._handle_eio_connect(sid, {"QUERY_STRING": f"token={sid}", "asgi.scope": scope})
        for message in messages:
            with suppress(ValueError):  # what is no packet here ends a real connection
                await self._handle_eio_message(sid, message)
        await self._handle_eio_disconnect(sid, "gone")
        await asyncio.sleep(0)

    @property
    def held(self) -> int:
        """Connections and unfinished messages that are kept."""
        rooms, pending = self.manager.rooms.values(), self.manager.pending_connect.values()
        return sum(map(len, rooms)) + sum(map(len, pending)) + len(self._binary_packet)


@pytest.mark.parametrize("boot", ['{"event":{}}', '{"event":"x"}', "{}"], ids=["broken", "text", "none"])
def test_nothing_is_held_of_a_connection_that_is_gone(boot: str) -> None:
    async def story() -> int:
        server = Server()
        await server.meet("one", f"0/_event,{boot}")
        await server.meet("two", f"0/_event,{boot}", '51-/_event,["event",{"_placeholder":true,"num":0}]')
        return server.held

    assert asyncio.run(story()) == 0


@pytest.mark.parametrize(
    "router_data",
    [
        {f"key {number}": "x" * 1000 for number in range(3)},
        {
            "ip": "6.6.6.6",
            "token": "another",
            "headers": {"cookie": '{"session": "1"}'},
            "sid": "1",
            "query": {"a": "x" * 1000},
        },
        {"pathname": "x" * 513, "asPath": 7},
        {"pathname": ["/a/"], "asPath": {"a": "b"}},
        [],
        "x",
        None,
    ],
)
def test_of_what_a_browser_says_about_its_page_only_the_address_gets_in(router_data: object) -> None:
    async def story(desk: Desk) -> None:
        await desk.open("a", STRANGER)
        await desk.tabs.on_event("sid", {"name": HYDRATE, "router_data": router_data})
        own = {"pathname": addresses.HELP, "asPath": f"{addresses.HELP}?a=b"}
        given = {**router_data, **own} if isinstance(router_data, dict) else own
        await desk.tabs.on_event("sid", {"name": HYDRATE, "router_data": given, "payload": {"a": 1}})

        hostile, good = desk.heard.events
        known = {"ip": "192.0.2.1", "token": "a", "sid": "sid", "query": {}, "headers": good.router_data["headers"]}
        assert known["headers"] == {"cookie": STRANGER, "asgi-scope-client": "192.0.2.1"}
        assert hostile.router_data == {**known, "pathname": "/404"}
        assert good.router_data == {**known, **own}
        assert good.payload == {"a": 1}

    run(story)


def test_the_event_that_comes_with_a_connection_is_cut_as_well() -> None:
    async def story(desk: Desk) -> None:
        boot = {"name": HYDRATE, "router_data": {"pathname": addresses.HELP, "more": "x" * 1000}}
        await desk.open("a", STRANGER, auth={"event": boot})
        (event,) = desk.heard.events
        assert event.router_data["pathname"] == addresses.HELP
        assert "more" not in event.router_data

    run(story)


@pytest.mark.parametrize(
    "data",
    [
        None,
        "x",
        "[]",
        [],
        7,
        json.dumps({"name": HYDRATE, "router_data": {"more": "x"}}),
        {},
        {"name": "nowhere"},
        {"name": [HYDRATE]},
        {"name": f"{State.get_full_name()}.setvar", "payload": {"var_name": "is_hydrated", "value": True}},
    ],
)
def test_what_is_no_event_of_a_page_is_dropped(data: object) -> None:
    async def story(desk: Desk) -> None:
        await desk.open("a", STRANGER)
        await desk.tabs.on_event("sid", data)
        assert desk.heard.events == []
        await desk.tabs.on_event("sid", {"name": HYDRATE})
        assert [event.name for event in desk.heard.events] == [HYDRATE]

    run(story)


def test_a_message_that_is_named_like_a_handler_of_the_server_calls_none() -> None:
    async def story() -> list[str]:
        server = Server()
        called: list[str] = []

        async def note(name: str, *_: object) -> None:
            called.append(name)

        server._trigger_event = note  # noqa: SLF001
        forged = json.dumps({"QUERY_STRING": "token=another", "asgi.scope": {"client": ["6.6.6.6", 0], "headers": []}})
        names = ("connect", "disconnect", "ping", "event", "client_error")
        await server.meet("one", "0/_event,", *(f'2/_event,["{name}",{forged}]' for name in names), "2/_event,[]")
        return called

    assert asyncio.run(story()) == ["connect", "ping", "event", "client_error", "disconnect"]


def test_events_that_no_page_has_fill_no_log(caplog: pytest.LogCaptureFixture) -> None:
    names = [f"{State.get_full_name()}.setvar", "nothing", None, *[f"made up {number}" for number in range(100)]]
    caplog.set_level(logging.INFO, tabs.log.name)

    async def story(desk: Desk) -> None:
        await desk.open("a", STRANGER)
        for name in names:
            await desk.tabs.on_event("sid", {"name": name, "payload": {}})
        assert desk.heard.events == []

    run(story)
    assert [record.message for record in caplog.records] == ["a browser sent an event that no page has"]
