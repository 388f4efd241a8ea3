"""Native posts are answered as events are, by an address: a used link is not called a broken one."""

import pytest

from cers_app.values import addresses
from tests.security.test_native_posts import EVERY_FORM, FORMS, asked
from tests.support.bare_browsers import post
from tests.support.journeys import mailed_link, open_link
from tests.support.portal import CHARACTERS, Portal
from tests.support.wire import browse, request

NEW = addresses.NEW_PASSWORD
GOOD = "correct horse battery staple"


@EVERY_FORM
def test_an_empty_field_costs_nobody_the_characters(portal: Portal, path: str) -> None:
    name = f"empty{FORMS[path]}"
    portal.create_account(name)
    jar = browse(portal.url, path)

    assert asked(portal, path, "", jar).location == f"{path}#no-identifier"
    form = {FORMS[path]: f"{name}@example.com", "challenge": "", "characters": CHARACTERS}
    assert post(portal, path, jar, form).location == f"{path}sent/"


def test_a_form_sent_once_more_after_the_change_says_to_open_the_link_again(portal: Portal) -> None:
    jar = browse(portal.url)
    jar.values["cers_changed"] = "1"
    for path in (NEW, addresses.RENEW_LINK):
        assert post(portal, path, jar, {"link": "x", "password": GOOD}).location == f"{NEW}#not-opened"

    jar.values["cers_reset"] = "no token"
    assert post(portal, addresses.RENEW_LINK, jar, {}).location == f"{NEW}#not-complete"


@pytest.mark.parametrize(
    ("password", "where"),
    [("", "empty"), ("brief", "too-short"), ("x" * 1025, "too-long"), ("password1234567", "too-easy")],
)
def test_a_password_that_is_refused_natively_stands_in_no_answer(portal: Portal, password: str, where: str) -> None:
    name = f"refused{where.replace('-', '')}"
    portal.create_account(name)
    jar = open_link(portal, mailed_link(portal, name).token)
    answer = post(portal, NEW, jar, {"link": "", "password": password})

    assert answer.location.startswith(f"{NEW}#{where}"), answer.location
    assert not password or password not in answer.location + answer.body
    assert request(portal.url, path=NEW, jar=jar).status == 200
