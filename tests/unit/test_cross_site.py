"""A page of another site cannot ask for anything here but what a person follows a link to."""

import pytest
from starlette.types import Message

from cers_app.web.cross_site import CrossSite
from tests.support.asgi import Header, Inside, call

OURS = "https://portal.example.com"


def fetched(site: str, mode: str, dest: str) -> list[Header]:
    names = (b"sec-fetch-site", b"sec-fetch-mode", b"sec-fetch-dest")
    return [(name, value.encode()) for name, value in zip(names, (site, mode, dest), strict=True) if value]


def asked(kind: str, *headers: Header) -> tuple[int, list[Message]]:
    """How many requests reached the application, and what came back."""
    inside = Inside()
    sent = call(CrossSite(inside, (OURS,)), kind, headers)
    return len(inside.scopes), sent


@pytest.mark.parametrize(
    ("mode", "dest"),
    [
        ("no-cors", "image"),
        ("no-cors", "script"),
        ("no-cors", "empty"),
        ("cors", "empty"),
        ("navigate", "iframe"),
        ("navigate", "object"),
        ("navigate", ""),
        ("", "document"),
        ("", ""),
    ],
)
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_gets_neither_a_picture_nor_a_frame_nor_an_answer(site: str, mode: str, dest: str) -> None:
    let_in, sent = asked("http", *fetched(site, mode, dest))

    assert (let_in, sent[0]["status"]) == (0, 403)
    assert asked("http", *fetched("same-origin", mode, dest))[0] == 1


@pytest.mark.parametrize("site", ["cross-site", "same-site", "same-origin", "none", ""])
def test_a_person_who_follows_a_link_from_anywhere_is_let_in(site: str) -> None:
    assert asked("http", *fetched(site, "navigate", "document"))[0] == 1


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://portal.example.com", f"{OURS}.evil", ""])
def test_a_page_of_another_origin_opens_no_socket(origin: str) -> None:
    let_in, sent = asked("websocket", (b"origin", origin.encode()))

    assert (let_in, sent) == (0, [{"type": "websocket.close", "code": 1008}])
    assert asked("websocket", (b"origin", OURS.encode())) == (1, [])
    assert asked("websocket") == (1, []), "no browser"


def test_what_is_neither_request_nor_socket_passes() -> None:
    assert asked("lifespan") == (1, [])
