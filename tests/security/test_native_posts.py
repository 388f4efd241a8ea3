"""The forms as native posts: from our own pages alone, the same for everybody, and nothing hostile breaks or shows."""

import re

import pytest

from cers_app.values import addresses
from cers_app.values.masking import mask
from tests.support.bare_browsers import SAME_ORIGIN, post
from tests.support.journeys import picture_of
from tests.support.portal import CHARACTERS, Portal
from tests.support.wire import HYDRATE, RESET_LOAD, RESET_RECOGNIZE, Answer, Jar, Socket, browse, request

FORMS = {addresses.RESET_PASSWORD: "identifier", addresses.RECOVER_USERNAME: "email"}
POSTS = [*FORMS, addresses.NEW_PASSWORD, addresses.RENEW_LINK, addresses.SESSION]
EVERY_FORM = pytest.mark.parametrize("path", FORMS)


def asked(portal: Portal, path: str, identifier: str, jar: Jar | None = None, **more: str) -> Answer:
    """Ask as a page without scripts does, whose picture was looked at."""
    jar = jar or browse(portal.url, path)
    assert request(portal.url, path=picture_of(path), jar=jar).status == 200
    return post(portal, path, jar, {FORMS[path]: identifier, "challenge": "", "characters": CHARACTERS, **more})


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("headers", [{}, {"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}])
def test_a_post_from_elsewhere_is_refused(portal: Portal, path: str, headers: dict[str, str]) -> None:
    form = {"identifier": "anybody", "email": "anybody@example.com", "characters": CHARACTERS}
    jar = browse(portal.url, path)

    assert request(portal.url, "POST", path, jar, headers, form).status == 403
    assert request(portal.url, "POST", path, jar, SAME_ORIGIN, form).status != 403


@EVERY_FORM
def test_known_and_unknown_are_answered_alike(portal: Portal, path: str) -> None:
    known, nobody = f"known{FORMS[path]}", f"nobod{FORMS[path]}"
    portal.create_account(known)
    ending = "@example.com" if path == addresses.RECOVER_USERNAME else ""
    answers = []
    for name in (known, nobody):
        jar = browse(portal.url, path)
        first = asked(portal, path, f"{name}{ending}", jar)
        page = request(portal.url, path=first.location, jar=jar)
        answers.append((first.status, first.location, sorted(first.headers.keys()), page.status, page.body))

    assert answers[0] == answers[1]
    assert answers[0][:2] == (303, f"{path}sent/")
    assert "Check your email" in answers[0][4]
    portal.inbox.wait(f"{known}@example.com")
    assert portal.inbox.to(f"{nobody}@example.com") == [] or ending


@EVERY_FORM
def test_wrong_characters_send_nothing_and_right_ones_count_once(portal: Portal, path: str) -> None:
    name = f"wrong{FORMS[path]}"
    portal.create_account(name)
    jar = browse(portal.url, path)

    assert asked(portal, path, f"{name}@example.com", jar, characters="WRONG").location == f"{path}#wrong-characters"
    form = {FORMS[path]: f"{name}@example.com", "challenge": "", "characters": CHARACTERS}
    assert post(portal, path, jar, form).location == f"{path}#wrong-characters", "an answer burns what was shown"
    assert asked(portal, path, f"{name}@example.com", jar).location == f"{path}sent/"
    assert post(portal, path, jar, form).location == f"{path}#wrong-characters", "an answer counts once"
    assert len(portal.inbox.to(f"{name}@example.com")) <= 1


@pytest.mark.parametrize("path", [*FORMS, addresses.SESSION])
@pytest.mark.parametrize(
    "typed", ['"><script>alert(7)</script>', "\r\nset-cookie: x=y", "{{7*7}}", "#sent", "//evil.example"]
)
def test_what_was_typed_stands_in_no_answer(portal: Portal, path: str, typed: str) -> None:
    jar = browse(portal.url, path)
    if path in FORMS:
        answer = asked(portal, path, typed, jar, characters="WRONG")
    else:
        answer = post(portal, path, jar, {"username": typed, "password": f"{typed} is no password"})

    assert (answer.status, answer.body) == (303, "")
    page = addresses.SIGN_IN if path == addresses.SESSION else path
    assert re.fullmatch(rf"{page}#[a-z-]+", answer.location)
    assert not {name: value for name, value in jar.values.items() if name != "cers_browser"}


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "form",
    [
        {},
        {"identifier": "x" * 5000, "email": "x" * 5000, "username": "x" * 5000, "password": "x" * 5000},
        {"identifier": "\0", "email": "\0", "challenge": "\0", "characters": "\0", "link": "\0", "password": "\0"},
        {"username": "\0\x1b\ud7ff\ufffe", "password": "\0"},
        {"claim": "\0", "username": "somebody", "password": "y"},
        {"identifier": "a", "email": "a@b", "challenge": "../../x", "characters": "x", "link": "../x", "password": "y"},
        {f"field{number}": "x" for number in range(50)},
        {"refresh": "1"},
        {"altcha": "A" * 4000, "identifier": "somebody", "email": "somebody@example.com"},
    ],
    ids=lambda form: ",".join(form)[:30] or "nothing",
)
def test_whatever_is_posted_is_answered_in_words(portal: Portal, path: str, form: dict[str, str]) -> None:
    before = portal.log.stat().st_size
    answer = post(portal, path, browse(portal.url, path), form)

    assert answer.status == 303, answer.body[:300]
    assert b"Traceback" not in portal.log.read_bytes()[before:]


@pytest.mark.parametrize("part", [".png", ".wav", "/task"])
def test_a_challenge_shows_nothing_of_itself_to_another_browser(portal: Portal, part: str) -> None:
    jar = browse(portal.url, addresses.RESET_PASSWORD)
    with Socket(portal.url, "ownersonly", jar) as tab:
        tab.call(HYDRATE, addresses.RESET_PASSWORD)
        fresh = tab.call(RESET_LOAD, addresses.RESET_PASSWORD)["challenge"]

    assert request(portal.url, path=f"/verification/{fresh}{part}", jar=browse(portal.url)).status == 404
    assert request(portal.url, path=f"/verification/{fresh}{part}").status == 404
    assert request(portal.url, path=f"/verification/{fresh}{part}", jar=jar).status == 200


@EVERY_FORM
def test_refresh_kills_the_picture_that_was_shown(portal: Portal, path: str) -> None:
    jar, shown = browse(portal.url, path), picture_of(path)
    assert request(portal.url, path=shown, jar=jar).status == 200
    form = {FORMS[path]: f"refresh{FORMS[path]}@example.com", "challenge": ""}
    assert post(portal, path, jar, {**form, "refresh": "1"}).location == path

    assert post(portal, path, jar, {**form, "characters": CHARACTERS}).location == f"{path}#wrong-characters"


def told(portal: Portal, jar: Jar, typed: object, tab_name: str = "the tab") -> str:
    """What a tab hears that says what was typed in it."""
    with Socket(portal.url, tab_name, jar) as tab:
        tab.call(HYDRATE, addresses.LINK_SENT)
        tab.send(RESET_RECOGNIZE, addresses.LINK_SENT, typed=typed)
        return "".join(tab.settle())


@pytest.mark.parametrize("name", ["askedknown", "askednobody"])
def test_a_request_is_taken_once_by_a_tab_that_knows_what_was_typed(portal: Portal, name: str) -> None:
    if name == "askedknown":
        portal.create_account(name)
    jar = browse(portal.url, addresses.RESET_PASSWORD)
    assert asked(portal, addresses.RESET_PASSWORD, f"{name}@example.com", jar).status == 303

    for wrong in ("somebody@example.com", "", None, 7, ["x"], "x" * 5000, "\0"):
        assert "_redirect" not in (heard := told(portal, jar, wrong))
        assert mask(f"{name}@example.com") not in heard
    assert "_redirect" in told(portal, browse(portal.url), f"{name}@example.com"), "another browser"
    assert mask(f"{name}@example.com") in told(portal, jar, f"{name}@example.com")
    assert "_redirect" in told(portal, jar, f"{name}@example.com", "another tab"), "it was taken"
