"""What the processes of the server and of the page build share: their environment, some limits and signals."""

import os
import platform
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from cers_app.serving.built_pages import SHOWN
from cers_app.settings import BUILDS_PAGES, Settings
from cers_app.values.forms import LONGEST_MESSAGE

HEAD_BYTES = 16_384
"""The longest head of a request. The server answers 431 to a longer one."""
SPARE = 1_024
"""Connections for pages and their files, on top of the sockets."""
SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGCHLD}
"""What the watching process waits for."""
HUGE_PAGES = Path("/sys/kernel/mm/transparent_hugepage/enabled")
FIRST_WITH_HUGE_PAGES = (2, 35)
"""The first glibc whose allocator can ask for huge pages."""
SERVES_BUILT_PAGES = {
    # The first two are private names of the framework. A test compares them with the framework's own.
    "__REFLEX_SKIP_COMPILE": "true",
    "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
    "REFLEX_ENV_MODE": "prod",
    "REFLEX_MANAGED_LOGGING": "by the portal",
}
RELOADS = {
    "REFLEX_APP_MODULE_IMPORT": "cers_app.hot_reload.loaded",
    # Reflex would restart for tests and documents, too. Vite itself watches the style sheet.
    "REFLEX_HOT_RELOAD_OVERRIDE_PATHS": "cers_app:rxconfig.py",
    # On disk, the States outlive the serving process, so open tabs keep their place. The files have the digests of a
    # tab's cookies, never the cookies. Only a developer's machine has such files.
    "REFLEX_STATE_MANAGER_MODE": "disk",
    "REFLEX_STATE_MANAGER_DISK_DEBOUNCE": "0s",
}
"""For hot reload. The paths are relative to the root of the sources."""

NO_INSTALL_SCRIPTS = {"NPM_CONFIG_IGNORE_SCRIPTS": "true"}
"""No npm package of the portal needs an install script. So if a package has one, it is an attack."""
NEEDED_TO_BUILD = {
    "PATH", "HOME", "TMPDIR", "TZ", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH",
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "NPM_CONFIG_REGISTRY", "NPM_CONFIG_CACHE", "NPM_CONFIG_USERCONFIG",
    "REFLEX_TELEMETRY_ENABLED", "REFLEX_USE_NPM", "REFLEX_LOGLEVEL", "REFLEX_DIR",
}  # fmt: skip
"""What the page build gets of the environment, in capitals."""
STAND_INS = {
    "CERS_SECRET_KEY": "no-secret-only-what-the-page-build-needs",
    "CERS_SMTP_HOST": "localhost",
    "CERS_TRUSTED_HOPS": "0",
}
"""Settings that production requires, although no page shows them."""


def environment() -> dict[str, str]:
    """The environment of every process that runs Reflex."""
    return {
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE": str(LONGEST_MESSAGE),
        **allocator_here(os.environ),
        **os.environ,
        **NO_INSTALL_SCRIPTS,
        # Node.js is in the same folder as Python.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
    }


def for_page_build(config: Settings) -> dict[str, str]:
    """The environment of the page build, which runs many npm packages. So it has no secret of the portal."""
    kept = {name: value for name, value in environment().items() if name.upper() in NEEDED_TO_BUILD}
    names = Settings.names()
    shown = {names[name]: config.written(name) for name in (*SHOWN, "mode")}
    return kept | shown | STAND_INS | NO_INSTALL_SCRIPTS | {BUILDS_PAGES: "true"}


def allocator(environment: Mapping[str, str], huge_pages: str, libc: str) -> dict[str, str]:
    """The variable that puts the 64 MiB blocks of password hashing in huge pages. Empty where that is impossible.

    `huge_pages` is the kernel's text, such as `always [madvise] never`, or empty. `libc` is like `glibc 2.36`.
    """
    name, _, version = libc.partition(" ")
    numbers = tuple(int(part) for part in version.split(".") if part.isdecimal())
    can = name == "glibc" and numbers >= FIRST_WITH_HUGE_PAGES
    may = "[always]" in huge_pages or "[madvise]" in huge_pages
    # One variable holds all tunables, so the portal leaves an operator's own value alone.
    if not can or not may or "GLIBC_TUNABLES" in environment:
        return {}
    return {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}


def allocator_here(environment: Mapping[str, str]) -> dict[str, str]:
    """`allocator` for this machine."""
    huge_pages = ""
    with suppress(OSError):
        huge_pages = HUGE_PAGES.read_text("ascii")
    return allocator(environment, huge_pages, " ".join(platform.libc_ver()))
