"""The portal as people use it: production mode, behind nginx with TLS, at an address without a port.

Each file has a `portal` of its own.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.support import nginx
from tests.support.nginx import Nginx
from tests.support.portal import Portal

NAME, URL = "portal.test", "https://portal.test"
PRODUCTION: dict[str, Any] = {"CERS_MODE": "production", "CERS_QA_CHARACTERS": "", "CERS_PUBLIC_URL": URL}


@pytest.fixture(scope="module")
def proxy(portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    """What stands in front of the portal."""
    with nginx.running(tmp_path_factory.mktemp("nginx"), portal.port, NAME) as running:
        yield running


@pytest.fixture(scope="module")
def hosts(proxy: Nginx) -> dict[str, int]:
    """The port of this machine for each host and port that a browser may ask for."""
    return {f"{NAME}:443": proxy.https, f"{NAME}:80": proxy.http}


@pytest.fixture(scope="module")
def browser(
    launch_browser: Callable[..., Browser], browser_type_launch_args: dict[str, Any], hosts: dict[str, int]
) -> Iterator[Browser]:
    """A browser for which addresses without a port lead to this machine."""
    rules = ", ".join(f"MAP {host} 127.0.0.1:{port}" for host, port in hosts.items())
    opened = launch_browser(args=[*browser_type_launch_args["args"], f"--host-resolver-rules={rules}"])
    yield opened
    opened.close()


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Addresses relative to the public one."""
    return {**browser_context_args, "base_url": URL, "ignore_https_errors": True}
