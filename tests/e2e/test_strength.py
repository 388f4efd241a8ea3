"""The strength of a new password is shown while it is typed, and no key of it leaves the browser."""

from playwright.sync_api import WebSocket, expect

from tests.support.journeys import mailed_link
from tests.support.page_objects import NewPasswordPage, Watch
from tests.support.portal import Portal


def test_the_strength_is_shown_while_typing_and_nothing_is_sent(portal: Portal, visit: Watch) -> None:
    portal.create_account("strength1")
    sent: list[str] = []

    def note(socket: WebSocket) -> None:
        socket.on("framesent", lambda payload: sent.append(str(payload)))

    visit.page.on("websocket", note)
    page = NewPasswordPage(visit)
    page.open_link(mailed_link(portal, "strength1").link)
    page.expect_for("strength1")
    before = len(sent)
    assert before > 0

    page.password.press_sequentially("blue kettle")
    page.expect_strength("4 more characters needed")
    page.password.press_sequentially(", nine o'clock train")
    page.expect_strength("Password strength: strong so far")
    page.password.fill("aaaaaaaaaaaaaaaaaaaa")
    page.expect_strength("Long enough, but easy to guess")
    assert [frame for frame in sent[before:] if len(frame) > 1] == [], "only the heartbeat"

    page.change("too short")
    page.expect_problem("Password must be 15 characters or more")
    assert any("too short" in frame for frame in sent[before:])
    expect(visit.page.get_by_text("Long enough")).to_have_count(0)
