"""The bare work of argon2 in a process of its own, whose allocator is set by the environment it is given."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from argon2 import PasswordHasher
from argon2.profiles import RFC_9106_LOW_MEMORY

from tests.support.portal import ROOT

WARM = 4
PREFIXES = ("GLIBC_TUNABLES", "MALLOC_")


@dataclass(frozen=True, slots=True)
class Bare:
    """What one verify costs: verifies a second, CPU milliseconds each; the process's memory afterwards, in MiB."""

    rate: float
    cpu: float
    memory: int


def bare(number: int, threads: int, allocator: Mapping[str, str]) -> Bare:
    """Measure `number` verifies on some threads in a new process with these settings of the allocator."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIXES)}
    command = [sys.executable, "-m", "tests.bench.hashing", str(number), str(threads)]
    run = subprocess.run(
        command, cwd=ROOT, env={**kept, **allocator}, capture_output=True, text=True, check=True, timeout=300
    )
    return Bare(**json.loads(run.stdout))


def allocator_of(pid: int) -> dict[str, str]:
    """The allocator's settings a process was started with."""
    pairs = Path(f"/proc/{pid}/environ").read_text("utf-8", "replace").split("\0")
    return dict(pair.split("=", 1) for pair in pairs if pair.startswith(PREFIXES))


def memory_of(pid: int | str) -> int:
    """The resident memory of a process, in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) // 1024


def main(number: int, threads: int) -> None:
    """Verify, and print the cost of one."""
    hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
    stored = hasher.hash("a password")

    def verify(_: int) -> bool:
        return hasher.verify(stored, "a password")

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(verify, range(WARM)))
        began, cpu_began = time.perf_counter(), time.process_time()
        list(pool.map(verify, range(number)))
        spent, cpu = time.perf_counter() - began, time.process_time() - cpu_began
    found = {"rate": number / spent, "cpu": cpu / number * 1000, "memory": memory_of("self")}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
