"""Runs commands, each in a process of its own that has imported the command line already.

A new interpreter takes two seconds to import a command. So one process, the stem, imports everything once and forks for
each command. `python -m tests.support.commands` is the stem. It reads and answers one line of JSON for each command.
"""

import atexit
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping
from functools import cache
from typing import IO, Any

from cers_app.__main__ import WHERE, main
from tests.support.portal import ROOT
from tests.support.waiting import PATIENCE_SECONDS


def run(
    *arguments: str, env: Mapping[str, str], typed: str = "", umask: int | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `python -m cers_app` with these arguments and this environment; `typed` is its standard input."""
    stem = _stem()
    assert stem.stdin
    assert stem.stdout
    stem.stdin.write(json.dumps([arguments, dict(env), typed, umask]) + "\n")
    stem.stdin.flush()
    return subprocess.CompletedProcess(arguments, *json.loads(stem.stdout.readline()))


@cache
def _stem() -> subprocess.Popen[str]:
    """The stem of this test process. It ends with this process, as its standard input ends then."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CERS_", "REFLEX_"))}
    command = [sys.executable, "-m", "tests.support.commands"]
    pipe = subprocess.PIPE
    stem = subprocess.Popen(command, cwd=ROOT, env=kept, stdin=pipe, stdout=pipe, text=True, start_new_session=True)
    atexit.register(stem.communicate)
    return stem


def _serve() -> None:
    """Be the stem."""
    for name, module in WHERE.items():
        getattr(importlib.import_module(f"cers_app.commands.{module}"), name)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_forked(*json.loads(line))) + "\n")
        sys.stdout.flush()


def _forked(arguments: list[str], env: dict[str, str], typed: str, umask: int | None) -> tuple[int, str, str]:
    with tempfile.TemporaryFile() as piped, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        piped.write(typed.encode())
        piped.seek(0)
        child = os.fork()
        if not child:
            _become(arguments, env, umask, [piped, out, err])
        _, status = os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        return os.waitstatus_to_exitcode(status), out.read().decode(), err.read().decode()


def _become(arguments: list[str], env: dict[str, str], umask: int | None, files: list[IO[bytes]]) -> None:
    """Be the command, and end with its exit status as the interpreter would."""
    signal.alarm(int(PATIENCE_SECONDS))
    for number, file in enumerate(files):
        os.dup2(file.fileno(), number)
    if umask is not None:
        os.umask(umask)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = ["cers_app", *arguments]
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - it lives as long as the process
    status: Any = 1
    try:
        main()
    except SystemExit as ended:
        status = ended.code or 0
    except BaseException:  # noqa: BLE001 - the test sees it
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    _serve()
