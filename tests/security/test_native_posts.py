"""The forms as native posts: from our own pages alone, the same for everybody, and nothing hostile breaks or shows."""

import re

import pytest
from lxml import html

from cers_app.accounts.masking import mask
from tests.portal import CHARACTERS, Portal
from tests.security.browsers import SAME_ORIGIN, post, refusal
from tests.wire import Answer, Jar, browse, request

FORMS = {"/reset-password/": "identifier", "/recover-username/": "email"}
POSTS = [*FORMS, "/reset-password/new/", "/reset-password/renew", "/session"]
EVERY_FORM = pytest.mark.parametrize("path", FORMS)
PICTURE = re.compile(r'src="/verification/([0-9a-f]{32})\.png"')


def asked(portal: Portal, path: str, identifier: str, jar: Jar | None = None, **more: str) -> Answer:
    """Ask as a page without scripts does, whose picture was looked at."""
    jar = jar or browse(portal.url, path)
    assert request(portal.url, path=f"/verification{path.rstrip('/')}.png", jar=jar).status == 200
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
    ending = "@example.com" if path == "/recover-username/" else ""
    answers = []
    for name in (known, nobody):
        jar = browse(portal.url, path)
        first = asked(portal, path, f"{name}{ending}", jar)
        page = request(portal.url, path=first.location, jar=jar)
        told = page.body.replace(mask(f"{name}@example.com").partition("@")[0], "MASK")
        answers.append((first.status, first.location, sorted(first.headers.keys()), page.status, told))

    assert answers[0] == answers[1]
    assert answers[0][:2] == (303, f"{path}sent/plain")
    assert "Check your email" in answers[0][4]
    portal.inbox.wait(f"{known}@example.com")
    assert portal.inbox.to(f"{nobody}@example.com") == [] or ending


@EVERY_FORM
def test_wrong_characters_show_another_picture_and_send_nothing(portal: Portal, path: str) -> None:
    name = f"wrong{FORMS[path]}"
    portal.create_account(name)
    jar = browse(portal.url, path)
    answer = asked(portal, path, f"{name}@example.com", jar, characters="WRONG")
    (fresh,) = PICTURE.findall(answer.body)

    assert answer.status == 422
    assert "did not match the picture" in answer.body
    assert request(portal.url, path=f"/verification/{fresh}.png", jar=jar).status == 200
    assert request(portal.url, path=f"/verification/{fresh}.png", jar=browse(portal.url)).status == 404
    form = {FORMS[path]: f"{name}@example.com", "challenge": fresh, "characters": CHARACTERS}
    assert post(portal, path, jar, form).status == 303
    assert post(portal, path, jar, form).status == 422, "an answer counts once"
    assert len(portal.inbox.to(f"{name}@example.com")) <= 1


@pytest.mark.parametrize("path", [*FORMS, "/session"])
@pytest.mark.parametrize(
    "typed", ['"><script>alert(7)</script>', "' onfocus=alert(7) x='", "{{7*7}}", "</main><h1>x</h1>"]
)
def test_what_was_typed_comes_back_as_text_alone(portal: Portal, path: str, typed: str) -> None:
    name = FORMS.get(path, "username")
    if path in FORMS:
        answer = asked(portal, path, typed, characters="WRONG")
        assert answer.status == 422
    else:
        answer = refusal(portal, browse(portal.url), {name: typed, "password": f"{typed} is no password"})

    assert "is no password" not in answer.body
    page = html.document_fromstring(answer.body)
    assert page.xpath("//input[@name=$name]/@value", name=name) == [typed]
    assert page.xpath("//script | //*[@onfocus]") == []
    assert [h1.text for h1 in page.xpath("//h1")] != ["x"]
    assert len(page.xpath("//h1")) == 1
    assert "49" not in page.xpath("//main")[0].text_content()


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

    assert answer.status in {200, 303, 422}, answer.body[:300]
    assert b"Traceback" not in portal.log.read_bytes()[before:]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "reset-password",
        "reset-password..",
        "reset-password.YW5uQGV4YW1wbGUuY29t.",
        "recover-username.YQ==.x",
        "....",
        "é",
    ],
)
def test_a_made_up_confirmation_is_not_shown(portal: Portal, value: str) -> None:
    jar = browse(portal.url)
    jar.values["cers_asked"] = value.encode("utf-8").decode("latin-1")

    answer = request(portal.url, path="/reset-password/sent/plain", jar=jar)

    assert (answer.status, answer.location) == (303, "/reset-password/")


def test_a_confirmation_is_shown_on_its_own_page_alone(portal: Portal) -> None:
    jar = browse(portal.url)
    asked(portal, "/reset-password/", "confirmedone", jar)

    assert request(portal.url, path="/reset-password/sent/plain", jar=jar).status == 200
    assert request(portal.url, path="/recover-username/sent/plain", jar=jar).status == 303
    copied = jar.values["cers_asked"].replace("reset-password", "recover-username")
    jar.values["cers_asked"] = copied
    assert request(portal.url, path="/recover-username/sent/plain", jar=jar).status == 303


def test_plain_pages_run_no_script_and_are_not_kept(portal: Portal) -> None:
    jar = browse(portal.url)
    asked(portal, "/reset-password/", "keptnowhere", jar)
    answers = [
        request(portal.url, path=path, jar=jar) for path in ("/reset-password/sent/plain", "/reset-password/new/plain")
    ]
    answers.append(refusal(portal, jar, {"username": "keptnowhere", "password": "kept nowhere at all"}))
    for answer in answers:
        assert "<main" in answer.body
        assert answer.headers["cache-control"] == "no-store"
        assert "content-security-policy" in answer.headers
        assert "<script" not in answer.body


@pytest.mark.parametrize("part", [".png", ".wav", "/task"])
def test_a_challenge_shows_nothing_of_itself_to_another_browser(portal: Portal, part: str) -> None:
    jar = browse(portal.url)
    answer = asked(portal, "/reset-password/", "ownersonly", jar, characters="WRONG")
    (fresh,) = PICTURE.findall(answer.body)

    assert request(portal.url, path=f"/verification/{fresh}{part}", jar=browse(portal.url)).status == 404
    assert request(portal.url, path=f"/verification/{fresh}{part}").status == 404
    assert request(portal.url, path=f"/verification/{fresh}{part}", jar=jar).status == 200


@EVERY_FORM
def test_refresh_kills_the_picture_that_was_shown(portal: Portal, path: str) -> None:
    jar, shown = browse(portal.url, path), f"/verification{path.rstrip('/')}.png"
    assert request(portal.url, path=shown, jar=jar).status == 200
    form = {FORMS[path]: f"refresh{FORMS[path]}@example.com", "challenge": ""}
    assert post(portal, path, jar, {**form, "refresh": "1"}).status == 200

    assert post(portal, path, jar, {**form, "characters": CHARACTERS}).status == 422


@pytest.mark.parametrize("leaving", ["/sign-out", "/reset-password/cancel"])
def test_who_leaves_takes_along_what_was_asked_for(portal: Portal, leaving: str) -> None:
    jar = browse(portal.url)
    asked(portal, "/reset-password/", "leavingsoon", jar)
    kept = jar.values["cers_asked"]
    assert request(portal.url, path="/reset-password/sent/plain", jar=jar).status == 200
    post(portal, leaving, jar, {})
    assert not jar.values.get("cers_asked")

    elsewhere = browse(portal.url)
    elsewhere.values["cers_asked"] = kept
    assert request(portal.url, path="/reset-password/sent/plain", jar=elsewhere).status == 303
