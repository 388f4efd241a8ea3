"""Each form lives with translators, with password managers, and with browsers that keep nothing."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from cers_app.values import addresses
from tests.support.foreign import MANAGER, STORAGES, TRANSLATORS
from tests.support.portal import PASSWORD, Portal
from tests.support.walk import Walk

Open = Callable[..., BrowserContext]


def walking(portal: Portal, context: BrowserContext, script: str, name: str) -> Walk:
    """Somebody in a browser in which the script runs."""
    context.add_init_script(script)
    return Walk(portal, context.new_page(), name)


@pytest.mark.parametrize("kind", TRANSLATORS)
def test_a_translated_portal_tells_the_truth_on_every_page(portal: Portal, another_browser: Open, kind: str) -> None:
    walk = walking(portal, another_browser(), TRANSLATORS[kind], f"dry{kind}")
    walk.go(addresses.SIGN_IN)
    expect(walk.page.locator("h1 font font")).to_have_text("\u00abSign In\u00bb")

    walk.everything()
    expect(walk.page.locator("main")).not_to_contain_text(f"\u00ab{walk.name}")


@pytest.mark.parametrize("kind", STORAGES)
def test_where_nothing_can_be_kept_every_form_works(portal: Portal, another_browser: Open, kind: str) -> None:
    walking(portal, another_browser(), STORAGES[kind], f"keeps{kind}").everything()


def test_a_password_manager_loses_nothing_and_breaks_nothing(portal: Portal, another_browser: Open) -> None:
    name = "managedwalk"
    known = {"username": name, "identifier": name, "email": f"{name}@example.com", "current-password": PASSWORD}
    walk = walking(portal, another_browser(), MANAGER.replace("KNOWN", json.dumps(known)), name)
    for path, boxes in (
        (addresses.RECOVER_USERNAME, ["email"]),
        (addresses.RESET_PASSWORD, ["identifier"]),
        (addresses.SIGN_IN, ["username", "current-password"]),
    ):
        walk.go(path)
        expect(walk.page.locator("main [data-icon]").first).to_be_attached()
        for box in boxes:
            walk.expect_box(box, known[box])
    walk.press("Sign In")
    expect(walk.page).to_have_url(addresses.ACCOUNT)
    walk.expect_live()
    walk.press("Sign out")

    walk.everything()
