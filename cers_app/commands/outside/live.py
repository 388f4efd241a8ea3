"""Connects as a live page does: by WebSocket, then by long polling."""

from collections.abc import Iterator
from secrets import token_hex

from websockets.client import ClientProtocol
from websockets.exceptions import ConnectionClosedError, InvalidStatus, WebSocketException
from websockets.frames import Frame
from websockets.typing import Origin
from websockets.uri import parse_uri

from cers_app.commands.outside.reaching import (
    BROWSER,
    LONGEST_BODY,
    Advice,
    Answer,
    Site,
    unverified,
)

OPEN = "0{"
"""How the first packet of a connection begins (Engine.IO protocol 4)."""
OK, FORBIDDEN = 200, 403
LONGEST_READ = 4_096


def _address(transport: str) -> str:
    return f"/_event/?token={token_hex(16)}&EIO=4&transport={transport}"


def _cookies(page: Answer) -> str:
    """The cookies that the page set, as a browser sends them back."""
    return "; ".join(line.partition(";")[0] for line in page.headers.get_all("set-cookie", []))


def socket(site: Site, page: Answer) -> Iterator[Advice]:
    """Whether a page can open its socket. Raises `NoAnswerError`."""
    try:
        first = _first_packet(site, page)
    except InvalidStatus as refused:
        yield from _refused(site, refused.response.status_code)
    except WebSocketException as broken:
        yield Advice(f"The socket broke ({type(broken).__name__}). Let the proxy pass sockets on, and see its log.")
    else:
        if not first.startswith(OPEN):
            yield Advice("The socket opens, but another service answers. Let the proxy pass /_event/ on to the portal.")


def _first_packet(site: Site, page: Answer) -> str:
    """What the server says first. Raises `WebSocketException` and `NoAnswerError`."""
    uri = parse_uri(f"wss://{site.name}{_address('websocket')}")
    # No thread reads while this one writes, as in the library's own client. TLS in Python 3.11 sometimes hangs then.
    protocol = ClientProtocol(uri, origin=Origin(site.origin), max_size=LONGEST_BODY)
    request = protocol.connect()
    request.headers["Cookie"], request.headers["User-Agent"] = _cookies(page), BROWSER["User-Agent"]
    protocol.send_request(request)
    with site.connected() as plain, site.secured(plain, unverified()) as connection:
        connection.sendall(b"".join(protocol.data_to_send()))
        data = b"begin"
        while data and not (protocol.handshake_exc or protocol.parser_exc):
            data = connection.recv(LONGEST_READ)
            if data:
                protocol.receive_data(data)
            else:
                protocol.receive_eof()
            for event in protocol.events_received():
                if isinstance(event, Frame):
                    return bytes(event.data).decode("utf-8", "replace")
    raise protocol.handshake_exc or protocol.parser_exc or ConnectionClosedError(None, None)


def _refused(site: Site, status: int) -> Iterator[Advice]:
    if status == FORBIDDEN:
        yield Advice(f"The portal refused the socket (403). Set CERS_PUBLIC_URL={site.origin}, and restart the portal.")
        return
    yield Advice(f"The answer was {status} and no socket, so pages work only by long polling.")
    yield Advice(
        "Let the proxy pass Upgrade and Connection on, over HTTP/1.1 (see proxy_set_header in deploy/nginx.conf)."
    )


def polling(site: Site, page: Answer) -> Iterator[Advice]:
    """Whether a page can connect where the network blocks sockets. Raises `NoAnswerError`."""
    browser = {
        "Cookie": _cookies(page),
        "Origin": site.origin,
        "Sec-Fetch-Site": "same-origin",
        "Sec-Fetch-Mode": "cors",
    }
    answer = site.fetch(_address("polling"), **browser)
    if answer.status == FORBIDDEN:
        yield Advice(
            f"The portal refused the poll (403). If the browser cookie is ok, set CERS_PUBLIC_URL={site.origin}."
        )
    elif answer.status != OK or not answer.body.startswith(OPEN):
        yield Advice(f"The answer was {answer.status} and no connection. Let the proxy pass /_event/ on to the portal.")
