"""Runs many commands in one process, as if each had been typed. A process for each would take a second of its own.

`python -m tests.corpus.in_turn FILE`: the file is JSON, a list of commands, each a list of arguments in hexadecimal.
Prints a line for each command: its number, its exit status, and what it printed.
"""

import contextlib
import io
import json
import os
import sys
import traceback
from pathlib import Path

from cers_app.__main__ import main


def ran(arguments: list[bytes]) -> tuple[object, str]:
    """The exit status of a command, and what it printed with the terminal's own encoding."""
    sys.argv = ["cers_app", *map(os.fsdecode, arguments)]
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


for number, each in enumerate(json.loads(Path(sys.argv[1]).read_text("ascii"))):
    status, told = ran([bytes.fromhex(argument) for argument in each])
    print(json.dumps([number, status, told]))  # noqa: T201 - what it is for
