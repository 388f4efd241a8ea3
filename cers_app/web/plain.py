"""The built pages without their scripts, filled in by the server: for browsers that run none or get no socket.

They are the same pages: what React wrote when they were built is kept, but for scripts and what only a script can do.
"""

import copy
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, select_autoescape
from lxml import html
from reflex.utils import prerequisites
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse

from cers_app.ui.texts import common

UNWANTED = (
    "//script | //noscript//meta | //template | //link[@rel='modulepreload' or @rel='preload']"
    " | //button[@type='button'] | //div[@hidden] | //comment()"
    # Revealed by the address of the built page alone.
    " | //*[contains(concat(' ', @class, ' '), ' later ')]"
)
PARTS = Environment(loader=PackageLoader("cers_app.web", "."), autoescape=select_autoescape(["jinja"]))
PARTS.globals["common"] = common
REFUSED, FINE = 422, 200
NOT_BUILT = "With hot reload no page is built that works without scripts. Start the portal with `make run`."


class PlainPage:
    """One page, to be filled in and sent."""

    def __init__(self, path: str) -> None:
        """`path` is the built page's, like `/reset-password/`. In hot reload none is built: HTTP 503, with words."""
        self._page = copy.deepcopy(_parsed(prerequisites.get_web_dir() / "build" / "client", path))

    def fill(self, values: Mapping[str, str]) -> None:
        """Put values into the fields of these names."""
        for name, value in values.items():
            for box in self._page.xpath("//input[@name=$name]", name=name):
                # HTML has no place for control characters.
                box.set("value", "".join(each for each in value if each.isprintable()))

    def show_picture(self, challenge: str) -> None:
        """Show the picture of a challenge, lead to its sound, and send its id along."""
        self.fill({"challenge": challenge})
        for picture in self._page.xpath("//div[@class='picture']/img"):
            picture.set("src", f"/verification/{challenge}.png")
        for sound in self._page.xpath("//a[starts-with(@href, '/verification/')]"):
            sound.set("href", f"/verification/{challenge}.wav")

    def tell(self, problems: Mapping[str, str], ways: Iterable[tuple[str, str]] = ()) -> None:
        """Say what is wrong: above the form with a link to each field, at the fields, and in the title.

        `ways` out are words and paths, shown with a problem of no single field.
        """
        if not problems:
            return
        for title in self._page.xpath("//title"):
            title.text = f"{common.ERROR}{title.text}"
        for place in self._page.xpath("//*[@id='problems']"):
            place.set("autofocus", "")
            place.append(_part("summary", problems=problems, ways=ways if "form" in problems else ()))
        for name, words in problems.items():
            for place in self._page.xpath("//*[@id=$id]", id=f"{name}-problem"):
                place.append(_part("problem", words=words))
                place.getparent().set("class", "field bad")
            for box in self._page.xpath("//input[@id=$id]", id=name):
                box.set("aria-invalid", "true")

    def replace_main(self, name: str, title: str, **words: object) -> None:
        """Put other content into the main part: a part of `plain_parts.jinja`."""
        for main in self._page.xpath("//main"):
            main.clear()
            main.attrib.update({"class": "card", "id": "main"})
            main.append(_part(name, **words))
        for told in self._page.xpath("//title"):
            told.text = title

    def answer(self, status: int = FINE) -> HTMLResponse:
        """The page, not to be kept."""
        text = html.tostring(self._page, encoding="unicode", doctype="<!DOCTYPE html>")
        return HTMLResponse(text, status, headers={"cache-control": "no-store"})


@lru_cache(maxsize=32)
def _parsed(built: Path, path: str) -> html.HtmlElement:
    try:
        text = (built / path.strip("/") / "index.html").read_text("utf-8")
    except FileNotFoundError as error:
        raise HTTPException(503, NOT_BUILT) from error
    page = html.document_fromstring(text)
    for element in page.xpath(UNWANTED):
        element.drop_tree()
    # What somebody without scripts was to read, this page is for.
    for element in page.xpath("//noscript"):
        element.drop_tag()
    return page


def _part(name: str, **words: object) -> html.HtmlElement:
    macro = getattr(PARTS.get_template("plain_parts.jinja").module, name)
    part: html.HtmlElement = html.fragment_fromstring(str(macro(**words)))
    return part
