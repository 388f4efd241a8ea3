"""`make dev`: saved changes show by themselves, tabs keep their place, and pages say what is broken."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from cers_app.values import addresses
from tests.support import portal as portals
from tests.support import sources
from tests.support.page_objects import AccountPage, NewPasswordPage, ResetPage, SentPage, SignInPage, Watch
from tests.support.portal import CHARACTERS, PASSWORD, Portal, built
from tests.support.waiting import eventually
from tests.support.wire import request

OLD, NEW = "Need help?", "Do you need any help?"

LISTENS, LOOPBACK = "0A", "0100007F"


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources, so that a test may change them."""
    return sources.copied(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module")
def reloading(copied: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The portal in hot reload, from the copy."""
    with portals.running(tmp_path_factory.mktemp("dev"), root=copied, reloading=True) as running:
        running.create_account("developer")
        yield running


@pytest.fixture
def watch(reloading: Portal, browser: Browser) -> Iterator[Watch]:
    """A tab of a new browser."""
    context = browser.new_context(base_url=reloading.url)
    yield Watch(context.new_page())
    context.close()


def test_a_developer_sees_a_changed_sentence_and_nothing_restarts_for_mail(
    reloading: Portal, copied: Path, watch: Watch
) -> None:
    page = SignInPage(watch)
    page.open_slowly()
    starts = builds(reloading)
    assert listening(reloading.port) == listening(reloading.port + 1) == {LOOPBACK}
    page.sign_in("developer", PASSWORD)
    AccountPage(watch).expect_of("developer")
    AccountPage(watch).sign_out()
    page.expect_shown()

    watch.page.goto(addresses.RESET_PASSWORD)
    ResetPage(watch).ask("developer", CHARACTERS)
    SentPage(watch).expect_sent_to("the email address on file for that account")
    mail = reloading.inbox.wait("developer@example.com")
    new = NewPasswordPage(watch)
    new.open_link(mail.link)
    new.expect_for("developer")
    assert mail.token not in watch.page.url
    assert builds(reloading) == starts

    # A native post reaches the server through Vite, at an address whose page Vite itself serves.
    own = {"origin": reloading.url}
    posted = watch.page.request.post(addresses.RESET_PASSWORD, form={"refresh": "1"}, headers=own, max_redirects=0)
    assert (posted.status, posted.headers["location"]) == (303, addresses.RESET_PASSWORD)

    watch.page.goto(addresses.SIGN_IN)
    expect(watch.page.get_by_text(OLD, exact=True)).to_be_visible()
    # The watching process itself needs this file, so it has read it before.
    with saved(copied / "cers_app/words/common.py", f'"{OLD}"', f'"{NEW}"', reloading):
        expect(watch.page.get_by_text(NEW, exact=True)).to_be_visible()

    assert builds(reloading) > starts


def test_a_tab_keeps_its_place_when_a_flow_changes(reloading: Portal, copied: Path, watch: Watch) -> None:
    asked, half = ResetPage(watch), ResetPage(Watch(watch.page.context.new_page()))
    asked.open_slowly()
    asked.ask("developer", CHARACTERS)
    reference = watch.page.locator("[data-state=reference]")
    expect(reference).to_be_visible()
    half.open()
    half.identifier.fill("developer")
    before, begun = reference.inner_text(), starts(reloading)

    flow, rule = copied / "cers_app/mail_request/waiting.py", "self._say(texts.TOO_EARLY)"
    with saved(flow, rule, 'self._say("A new rule.")', reloading):
        eventually(lambda: starts(reloading) > begun, "the server does not start again")
        SentPage(watch).send_again()
        SentPage(watch).expect_status("A new rule.")

    assert reference.inner_text() == before
    assert watch.page.url.endswith(SentPage.PATH)
    expect(half.identifier).to_have_value("developer")


def test_a_broken_sentence_is_told_on_the_page_with_its_line_until_it_is_fixed(
    reloading: Portal, copied: Path, watch: Watch
) -> None:
    page = SignInPage(watch)
    page.open_slowly()
    page.page.get_by_label("Username").fill("developer")
    words, sentence = copied / "cers_app/words/sign_in.py", 'USERNAME = "Username"'
    broken = f"cers_app/words/sign_in.py, line {sources.line_of(words, sentence)}: '(' was never closed"
    with saved(words, sentence, 'USERNAME = ("Username"', reloading):
        expect(told(watch)).to_contain_text(broken)
        # No server answers this press. It leads back to the page.
        page.page.get_by_role("button", name="Sign In", exact=True).click()
        expect(told(watch)).to_contain_text(broken)
        expect(page.page.locator("[data-live=false]")).to_be_attached()
        expect(page.page.get_by_label("Username")).to_have_value("developer")

    expect(told(watch)).to_have_count(0)
    watch.errors.clear()  # of the connections that no server accepted
    page.sign_in("developer", PASSWORD)
    AccountPage(watch).expect_of("developer")


def test_a_failed_event_is_told_on_the_page_with_its_line_until_a_file_is_saved(
    reloading: Portal, copied: Path, watch: Watch
) -> None:
    page, begun = SignInPage(watch), starts(reloading)
    flow, rule = copied / "cers_app/sign_in/flow.py", "return self._accounts.accept("
    broken = f"cers_app/sign_in/flow.py, line {sources.line_of(flow, rule)}: NameError: name 'nobody' is not defined"
    with saved(flow, rule, "return nobody.accept(", reloading):
        eventually(lambda: starts(reloading) > begun, "the server does not start again")
        page.open_slowly()
        page.sign_in("developer", PASSWORD)
        expect(told(watch)).to_contain_text(broken)
        expect(page.page.locator("[data-state=trouble]")).to_be_visible()

    expect(told(watch)).to_have_count(0)


def test_a_style_needs_no_restart_and_an_error_in_it_is_told(reloading: Portal, copied: Path, watch: Watch) -> None:
    page, sheet = SignInPage(watch), copied / "assets/portal.css"
    page.open_slowly()
    heading, starts, rule = page.page.locator("h1"), builds(reloading), "text-wrap: balance; }"
    broken = f"assets/portal.css, line {sources.line_of(sheet, rule)}: Unclosed block"
    expect(heading).not_to_have_css("letter-spacing", "3px")
    with saved(sheet, "letter-spacing: -.01em; text-wrap", "letter-spacing: 3px; text-wrap"):
        expect(heading).to_have_css("letter-spacing", "3px")
        with saved(sheet, rule, "text-wrap: balance;"):
            expect(told(watch)).to_contain_text(broken)
            expect(heading).to_have_css("letter-spacing", "3px")
        expect(told(watch)).to_have_count(0)

    expect(heading).not_to_have_css("letter-spacing", "3px")
    assert builds(reloading) == starts


@pytest.mark.usefixtures("reloading")
def test_a_style_saved_twice_in_a_moment_is_the_second(copied: Path, watch: Watch) -> None:
    SignInPage(watch).open_slowly()
    for _ in range(5):
        with saved(copied / "assets/portal.css", "text-wrap: balance; }", "text-wrap: balance;"):
            # An assertion looks ten times a second, which is too late for Vite to drop the second save.
            watch.page.wait_for_function("() => document.querySelector('#broken')", polling=5)
        expect(told(watch)).to_have_count(0)


def test_no_build_has_anything_of_hot_reload(reloading: Portal, portal: Portal) -> None:
    marks = [b"portal:told", b"broken.txt", b"hot_reload"]
    files = [path for path in built().rglob("*") if path.is_file() and path.suffix not in {".br", ".gz"}]

    assert len(files) > 20
    assert [path for path in files if any(mark in path.read_bytes() for mark in marks)] == []
    assert request(portal.url, path="/broken.txt").status == 404
    assert marks[0].decode() in request(reloading.url, path="/portal/hot_reload.js").body, "it sees what is there"


@contextmanager
def saved(file: Path, old: str, new: str, portal: Portal | None = None) -> Iterator[None]:
    """A file with one text in place of another, until the block ends and the portal has started again."""
    sources.replace(file, old, new)
    try:
        yield
    finally:
        before = starts(portal) if portal else 0
        sources.replace(file, new, old)
        eventually(lambda: not portal or starts(portal) > before, "the server does not start again")


def told(watch: Watch) -> Locator:
    """What a page says is broken."""
    return watch.page.locator("#broken[role=alert]")


def listening(port: int) -> set[str]:
    """The addresses on which a port is open, as the kernel lists them."""
    rows = [row.split() for table in ("tcp", "tcp6") for row in Path("/proc/net", table).read_text().splitlines()[1:]]
    return {row[1].split(":")[0] for row in rows if row[1].endswith(f":{port:04X}") and row[3] == LISTENS}


def builds(portal: Portal) -> int:
    """How often the server was started: at first, and anew for each change of a file it watches."""
    return portal.log.read_text("utf-8", "replace").count("Compiling:")


def starts(portal: Portal) -> int:
    """How often the server was ready."""
    return portal.log.read_text("utf-8", "replace").count("the portal starts")
