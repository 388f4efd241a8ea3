"""Native posts are answered as events are: nothing is lost, and a used link is not called a broken one."""

from lxml import html

from tests.portal import CHARACTERS, Portal
from tests.security.browsers import post
from tests.security.test_native_posts import EVERY_FORM, FORMS, PICTURE, asked
from tests.wire import browse, request


@EVERY_FORM
def test_an_empty_field_costs_nobody_the_picture_or_the_characters(portal: Portal, path: str) -> None:
    name = f"empty{FORMS[path]}"
    portal.create_account(name)
    jar = browse(portal.url, path)
    refused = asked(portal, path, "", jar)
    (kept,) = PICTURE.findall(refused.body)
    (typed,) = html.document_fromstring(refused.body).xpath("//input[@name='characters']/@value")

    assert (refused.status, typed) == (422, CHARACTERS)
    form = {FORMS[path]: "", "challenge": kept, "characters": CHARACTERS}
    assert PICTURE.findall(post(portal, path, jar, form).body) == [kept]
    assert post(portal, path, jar, {**form, FORMS[path]: f"{name}@example.com"}).status == 303

    wrong = asked(portal, path, f"{name}@example.com", jar, characters="WRONGX")
    assert html.document_fromstring(wrong.body).xpath("//input[@name='characters']/@value") == [""]


def test_a_form_sent_once_more_after_the_change_says_to_open_the_link_again(portal: Portal) -> None:
    jar = browse(portal.url)
    jar.values["cers_reset"] = "changed"
    for path in ("/reset-password/new/", "/reset-password/renew"):
        answer = post(portal, path, jar, {"link": "x", "password": "correct horse battery staple"})
        assert "Open the link in your email again" in answer.body
    assert request(portal.url, path="/reset-password/new/plain", jar=jar).location == "/password-changed/"

    jar.values["cers_reset"] = "incomplete"
    assert "The link is not complete" in post(portal, "/reset-password/renew", jar, {}).body
