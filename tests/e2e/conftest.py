"""Browsers for the portal."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.page_objects import Watch
from tests.support.portal import Portal
from tests.support.waiting import PATIENCE_SECONDS

# Facts are waited for, and a busy machine takes its time.
expect.set_options(timeout=PATIENCE_SECONDS * 1000)


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], portal: Portal) -> dict[str, Any]:
    """Addresses relative to the portal, in the zone of the person who reads them."""
    return {**browser_context_args, "base_url": portal.url, "timezone_id": "America/Los_Angeles", "locale": "en-US"}


@pytest.fixture
def visit(page: Page) -> Watch:
    """The test's browser tab, watched for errors."""
    return Watch(page)
