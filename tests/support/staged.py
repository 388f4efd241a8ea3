"""Opens every page in every stage, for those who look at all of them: pictures, axe, sentences and weights."""

from typing import Any

from playwright.sync_api import Page, expect

from cers_app.development import stages
from cers_app.development.stages import Stage, Without
from cers_app.settings import Mode, Settings

STAGES = stages.all_of(Settings(mode=Mode.TEST, _env_file=None))
LOOKS: dict[str, dict[str, Any]] = {
    "wide": {"viewport": {"width": 1280, "height": 800}},
    "320": {"viewport": {"width": 320, "height": 640}},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
}


def open_stage(page: Page, stage: Stage) -> None:
    """Go to a page in its stage and wait until it shows that."""
    # From one part of a page to another, a browser loads nothing.
    page.goto("about:blank")
    if stage.page.startswith("/dev/mailbox/"):
        # A mail program has no policy of ours, which would keep a test from looking at the mail.
        page.set_content(page.request.get(stage.address).text())
        return
    page.goto(stage.address)
    match stage.without:
        case Without.NOTHING:
            expect(page.locator("[data-live=true]")).to_be_attached()
        case Without.CONNECTION:
            expect(page.locator("[data-state=no-connection]")).to_be_visible()
        case Without.SCRIPTS:
            expect(page.locator("body")).to_be_visible()
    if stage.shows:
        # A page also holds the words of other answers, hidden.
        expect(page.get_by_text(stage.shows.strip()).filter(visible=True).first).to_be_visible()
    if "#" in stage.page:
        expect(page.locator(":target")).to_be_visible()


def look_through(page: Page, look: str) -> None:
    """Give a page one of the `LOOKS`."""
    page.set_viewport_size(LOOKS[look]["viewport"])
    page.emulate_media(color_scheme=LOOKS[look].get("color_scheme", "light"))
