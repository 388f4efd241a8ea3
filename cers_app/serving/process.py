"""What the server's process is given at its start: the framework's switches, and memory in huge pages."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from cers_app.values.forms import LONGEST_MESSAGE

HUGE_PAGES = Path("/sys/kernel/mm/transparent_hugepage/enabled")
FIRST_WITH_HUGE_PAGES = (2, 35)
"""The first glibc whose allocator asks for huge pages."""
SERVES_BUILT_PAGES = {
    # Two are the framework's own and have no public name; a test compares them with it.
    "__REFLEX_SKIP_COMPILE": "true",
    "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
    "REFLEX_ENV_MODE": "prod",
    "REFLEX_MANAGED_LOGGING": "by the portal",
}


def environment() -> dict[str, str]:
    """The environment of everything that Reflex runs in."""
    return {
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE": str(LONGEST_MESSAGE),
        **allocator_here(os.environ),
        **os.environ,
        # Node.js lies beside Python.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
    }


def allocator(environment: Mapping[str, str], huge_pages: str, libc: str) -> dict[str, str]:
    """Settings under which hashing's 64 MiB blocks come in huge pages; none where it cannot be.

    `huge_pages` are the kernel's words (`always [madvise] never`, or none), `libc` is named like `glibc 2.36`.
    """
    name, _, version = libc.partition(" ")
    numbers = tuple(int(part) for part in version.split(".") if part.isdecimal())
    can = name == "glibc" and numbers >= FIRST_WITH_HUGE_PAGES
    may = "[always]" in huge_pages or "[madvise]" in huge_pages
    # One variable holds all tunables: what the operator set there is not ours to complete.
    if not can or not may or "GLIBC_TUNABLES" in environment:
        return {}
    return {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}


def allocator_here(environment: Mapping[str, str]) -> dict[str, str]:
    """The same for this machine."""
    return allocator(environment, _words_of(HUGE_PAGES), _libc())


def _words_of(path: Path) -> str:
    try:
        return path.read_text("ascii")
    except OSError:
        return ""


def _libc() -> str:
    try:
        return os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (OSError, ValueError):
        return ""
