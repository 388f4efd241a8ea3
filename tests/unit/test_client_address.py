"""Whose address a request has."""

import pytest

from cers_app.web.visit import ClientAddress
from tests.support.asgi import Inside, call


@pytest.mark.parametrize(
    ("hops", "forwarded", "address"),
    [
        (0, [], "127.0.0.1"),
        (0, [b"6.6.6.6"], "127.0.0.1"),
        (1, [b"192.0.2.7"], "192.0.2.7"),
        (1, [b"6.6.6.6, 192.0.2.7"], "192.0.2.7"),
        (1, [b"6.6.6.6", b"192.0.2.7"], "192.0.2.7"),
        (2, [b"192.0.2.7, 10.0.0.1"], "192.0.2.7"),
        (2, [b"6.6.6.6, 192.0.2.7, 10.0.0.1"], "192.0.2.7"),
        (2, [b"6.6.6.6"], "127.0.0.1"),
        (1, [b" , ,"], "127.0.0.1"),
        (1, [b"x" * 500], "127.0.0.1"),
        (1, [b"6.6.6.6, nonsense"], "127.0.0.1"),
        (1, [b"192.0.2.7:40001"], "192.0.2.7"),
        (1, [b"[2001:db8::7]:40001"], "2001:db8::7"),
        (1, [b"[2001:db8::7]"], "2001:db8::7"),
        (1, [b"2001:0DB8::7%eth0"], "2001:db8::7"),
        (1, [b"2001:db8::7:40001"], "127.0.0.1"),
        (1, [b"[fe80::1%eth0]:40001"], "fe80::1"),
        (1, [b"::ffff:192.0.2.7"], "192.0.2.7"),
        (1, [b"[::ffff:192.0.2.7]:40001"], "192.0.2.7"),
        (1, [b"::FFFF:C000:207"], "192.0.2.7"),
        (1, [b"192.0.2.7:"], "127.0.0.1"),
        (1, [b"192.0.2.7:port"], "127.0.0.1"),
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_forged_address_is_believed_from_no_more_proxies_than_are_trusted(
    kind: str, hops: int, forwarded: list[bytes], address: str
) -> None:
    inside = Inside()
    call(ClientAddress(inside, hops), kind, [(b"x-forwarded-for", value) for value in forwarded])

    assert inside.scopes[-1]["client"] == (address, 0)


def test_what_is_neither_request_nor_socket_passes_untouched() -> None:
    inside = Inside()

    assert call(ClientAddress(inside, 1), "lifespan") == []
    assert inside.scopes[-1]["client"] == ("127.0.0.1", 4711)
