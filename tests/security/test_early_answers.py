"""An answer that was sent before the page was told which challenge is its own."""

import pytest

from tests.support.journeys import HANDLERS, picture_of
from tests.support.portal import CHARACTERS, Portal
from tests.support.wire import HYDRATE, Socket, browse, request


@pytest.mark.parametrize("path", HANDLERS)
def test_what_was_sent_before_the_page_knew_its_challenge_counts_once(portal: Portal, path: str) -> None:
    load, submit, field = HANDLERS[path]
    name = f"early{field}"
    portal.create_account(name)
    jar = browse(portal.url, path)
    assert request(portal.url, path=picture_of(path), jar=jar).status == 200
    form = {field: f"{name}@example.com", "challenge": "", "characters": CHARACTERS}
    with Socket(portal.url, "a quick typist", jar) as tab:
        tab.call(HYDRATE, path)
        tab.call(load, path)
        assert tab.call(submit, path, form=form)["again_at"]
        tab.send(submit, path, form=form)  # a double click
        assert not any("did not match" in message for message in tab.settle())

    portal.inbox.wait(f"{name}@example.com")


@pytest.mark.parametrize("path", HANDLERS)
def test_an_answer_before_the_pages_first_event_leads_to_the_confirmation_and_a_later_visit_to_the_form(
    portal: Portal, path: str
) -> None:
    load, submit, field = HANDLERS[path]
    jar, picture = browse(portal.url, path), picture_of(path)
    form = {field: f"soonest{field}@example.com", "challenge": "", "characters": CHARACTERS}
    for _ in range(2):
        assert request(portal.url, path=picture, jar=jar).status == 200
        with Socket(portal.url, "a quick visitor", jar) as tab:
            tab.call(HYDRATE, path)
            assert tab.call(submit, path, form=form)["again_at"]
            tab.settle()
            assert f"{path}sent/" in str(tab.call(load, path)["events"])
    with Socket(portal.url, "a quick visitor", jar) as tab:
        tab.call(HYDRATE, path)
        tab.call(submit.replace("submit", "recognize"), f"{path}sent/", typed="")
        assert len(tab.call(load, path)["challenge"]) == 32
