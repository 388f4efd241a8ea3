"""`make dev`: a changed sentence shows by itself; mail and rows restart nothing; the server's routes work there too."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from cers_app.values import addresses
from tests.support import portal as portals
from tests.support.page_objects import AccountPage, NewPasswordPage, ResetPage, SentPage, SignInPage, Watch
from tests.support.portal import CHARACTERS, PASSWORD, ROOT, Portal

OLD, NEW = "Your username or your email address", "Your username, or your email address instead"

LISTENS, LOOPBACK = "0A", "0100007F"


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources, so that a test may change them."""
    copy = tmp_path_factory.mktemp("sources") / "portal"
    kept_out = shutil.ignore_patterns(".git", ".venv", ".local", ".web", "test-results", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, copy, ignore=kept_out)
    return copy


@pytest.fixture(scope="module")
def reloading(copied: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The portal in hot reload, from the copy."""
    with portals.running(tmp_path_factory.mktemp("dev"), root=copied, reloading=True) as running:
        yield running


def test_a_developer_sees_a_changed_sentence_and_nothing_restarts_for_mail(
    reloading: Portal, copied: Path, browser: Browser
) -> None:
    reloading.create_account("developer")
    context = browser.new_context(base_url=reloading.url)
    watch = Watch(context.new_page())
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
    posted = context.request.post(addresses.RESET_PASSWORD, form={"refresh": "1"}, headers=own, max_redirects=0)
    assert (posted.status, posted.headers["location"]) == (303, addresses.RESET_PASSWORD)

    watch.page.goto(addresses.SIGN_IN)
    expect(watch.page.get_by_text(OLD, exact=True)).to_be_visible()
    words = copied / "cers_app/words/sign_in.py"
    words.write_text(words.read_text("utf-8").replace(OLD, NEW), "utf-8")
    expect(watch.page.get_by_text(NEW, exact=True)).to_be_visible()

    assert builds(reloading) > starts
    context.close()


def listening(port: int) -> set[str]:
    """The addresses on which a port is open, as the kernel lists them."""
    rows = [row.split() for table in ("tcp", "tcp6") for row in Path("/proc/net", table).read_text().splitlines()[1:]]
    return {row[1].split(":")[0] for row in rows if row[1].endswith(f":{port:04X}") and row[3] == LISTENS}


def builds(portal: Portal) -> int:
    """How often the server was started: at first, and anew for each change of a file it watches."""
    return portal.log.read_text("utf-8", "replace").count("Compiling:")
