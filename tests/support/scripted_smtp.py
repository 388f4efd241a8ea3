"""An SMTP server that does at each step what a script says: answers, hangs up, or is silent."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field

HANG_UP, SILENCE = "hang up", "silence"
USUAL = {
    "CONNECT": "220 ready",
    "EHLO": "250 here",
    "HELO": "250 here",
    "MAIL": "250 fine",
    "RCPT": "250 fine",
    "DATA": "354 go on",
    "END": "250 taken",
    "RSET": "250 forgotten",
    "QUIT": "221 bye",
    "NOOP": "250 fine",
}


@dataclass
class ScriptedSmtp:
    """Takes what a script says for a step, in turn, and the usual answer when there is none left."""

    port: int
    script: dict[str, list[str]]
    heard: list[str] = field(default_factory=list)
    """Every step, in order."""
    accepted: list[bytes] = field(default_factory=list)
    """The mails it took."""
    over: threading.Event = field(default_factory=threading.Event)
    pause: float = 0
    """Seconds before each mail is accepted."""

    @classmethod
    @contextmanager
    def listening(cls, **script: list[str]) -> Iterator["ScriptedSmtp"]:
        """Listen on loopback until the block ends."""
        with closing(socket.create_server(("127.0.0.1", 0))) as listener:
            server = cls(listener.getsockname()[1], script)
            thread = threading.Thread(target=server._accept, args=(listener,), daemon=True)
            thread.start()
            try:
                yield server
            finally:
                server.over.set()
                with suppress(OSError):
                    listener.shutdown(socket.SHUT_RDWR)
        thread.join(10)

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while not self.over.is_set():
                connection, _ = listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with closing(connection), suppress(OSError, StopIteration), connection.makefile("rb") as lines:
            self._answer(connection, "CONNECT")
            for line in lines:
                step = line.split()[0].decode("ascii", "replace").upper() if line.split() else ""
                is_taken = self._answer(connection, step)
                if step == "DATA" and is_taken:
                    self._read(connection, iter(lines))
                if step == "QUIT":
                    return

    def _read(self, connection: socket.socket, lines: Iterator[bytes]) -> None:
        content = bytearray()
        while (line := next(lines)) != b".\r\n":
            content += line
        self.over.wait(self.pause)
        self._answer(connection, "END", bytes(content))

    def _answer(self, connection: socket.socket, step: str, content: bytes = b"") -> bool:
        """Whether the step was taken; raises `OSError` where the script hangs up."""
        self.heard.append(step)
        planned = self.script.get(step, [])
        answer = planned.pop(0) if planned else USUAL.get(step, "502 what?")
        if answer == SILENCE:
            self.over.wait()
        if answer in {SILENCE, HANG_UP}:
            raise ConnectionAbortedError
        is_taken = answer[0] in "23"
        if is_taken and step == "END":
            # A test looks as soon as the client has the answer.
            self.accepted.append(content)
        connection.sendall(f"{answer}\r\n".encode())
        return is_taken
