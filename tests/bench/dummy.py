"""A server in a process of its own that accepts what the hostile client sends and answers nothing useful.

It writes its port to standard output and ends with standard input.
"""

import asyncio
import sys
from contextlib import suppress

from tests.bench.hostile import drained

POLL_SECONDS = 5
"""As long as the portal holds a poll."""
UPGRADED = b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n"
ANSWER = b'HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n0{"sid":"none"}'


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Accept a socket, hold a poll, and answer any other request alike."""
    with suppress(OSError, EOFError):
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            if "upgrade: websocket" in head:
                writer.write(UPGRADED)
                await drained(reader)
            await reader.readexactly(int((head.partition("content-length: ")[2].split() or ["0"])[0]))
            if "&sid=" in head and head.startswith("get"):
                with suppress(TimeoutError):
                    await asyncio.wait_for(drained(reader), POLL_SECONDS)
            writer.write(ANSWER)
    writer.close()


async def main() -> None:
    """Listen on loopback."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
