"""A name server on loopback that knows a few TXT records."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from dns import flags, message, rcode, rrset
from dns.resolver import Resolver


@contextmanager
def serving(records: Mapping[str, list[str]], code: rcode.Rcode = rcode.NOERROR) -> Iterator[Resolver]:
    """A resolver that asks only this server, until the block ends. Names without a record do not exist."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=_answer, args=(server, records, code))
        thread.start()
        resolver = Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], server.getsockname()[1]
        try:
            yield resolver
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"", server.getsockname())
            thread.join()


def _answer(server: socket.socket, records: Mapping[str, list[str]], code: rcode.Rcode) -> None:
    while True:
        asked, client = server.recvfrom(4096)
        if not asked:
            return
        query = message.from_wire(asked)
        answer = message.make_response(query)
        answer.flags |= flags.RA
        name = query.question[0].name
        texts = records.get(name.to_text(omit_final_dot=True))
        if texts:
            answer.answer.append(rrset.from_text(name, 60, "IN", "TXT", *(f'"{text}"' for text in texts)))
        answer.set_rcode(code if texts or code else rcode.NXDOMAIN)
        server.sendto(answer.to_wire(), client)
