"""Runs many commands in one process, as if each had been typed. A process for each would take a second of its own.

`python -m tests.corpus.in_turn FILE`: the file is JSON, a list of commands. Each is a list in hexadecimal: the bytes of
its standard input, then its arguments. Prints a line for each command: its exit status, and what it printed.
"""

import contextlib
import io
import json
import os
import sys
import traceback
from pathlib import Path

from cers_app.__main__ import main


def ran(piped: bytes, *arguments: bytes) -> tuple[object, str]:
    """The exit status of a command, and what it printed with the terminal's own encoding."""
    sys.argv = ["cers_app", *map(os.fsdecode, arguments)]
    sys.stdin = io.TextIOWrapper(io.BytesIO(piped), encoding=sys.__stdin__.encoding if sys.__stdin__ else "utf-8")
    written = io.BytesIO()
    told = io.TextIOWrapper(written, encoding=sys.__stderr__.encoding if sys.__stderr__ else "utf-8", errors="strict")
    with contextlib.redirect_stderr(told), contextlib.redirect_stdout(told):
        try:
            main()
        except SystemExit as ended:
            status: object = ended.code or 0
        except BaseException:  # noqa: BLE001 - it is what the test looks for
            return "a traceback", traceback.format_exc()
    told.flush()
    return status, written.getvalue().decode(told.encoding, "replace")


for each in json.loads(Path(sys.argv[1]).read_text("ascii")):
    print(json.dumps(ran(*map(bytes.fromhex, each))))  # noqa: T201 - what it is for
