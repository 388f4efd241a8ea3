"""Whom every page says people can call, and to which pages of the agency it leads."""

import json
import re
from collections.abc import Callable, Iterator

import pytest
import reflex as rx

from cers_app.help.access import access_page
from cers_app.settings import settings
from cers_app.ui.layout import need_help, page
from cers_app.values.phones import dialed

WORDS = re.compile(r'(?<=,)"((?:[^"\\]|\\.)*)"')
LINK = re.compile(r'\b(?:href|to):"([^"]+)"')
GIVEN = {
    "CERS_SUPPORT_PHONE": "(916) 555-0100",
    "CERS_SUPPORT_HOURS": "Monday to Friday, 8 a.m. to 5 p.m.",
    "CERS_REGULATOR_URL": "https://www.example.gov/regulators/",
    "CERS_PRIVACY_URL": "https://www.example.gov/privacy/",
    "CERS_TERMS_URL": "https://www.example.gov/terms/",
}
REGULATOR = "For additional CERS assistance contact your facility's local regulator"
PROBLEMS = "Technical problems can be referred to CERS Technical Support (cers@calepa.ca.gov)"
HELP = "Help with usernames and passwords"
CALL, HOURS = "Call (916) 555-0100", "Hours: Monday to Friday, 8 a.m. to 5 p.m."
MAIL_TO, TELEPHONE = "mailto:cers@calepa.ca.gov", "tel:+19165550100"


@pytest.fixture
def agency(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Serves the portal with some of these settings."""

    def sets(**given: str) -> None:
        for name in GIVEN:
            monkeypatch.setenv(name, given.get(name, ""))
        settings.cache_clear()

    monkeypatch.setenv("CERS_MODE", "test")
    yield sets
    settings.cache_clear()


def element(tag: str, within: rx.Component) -> rx.Component:
    """The one element of a page with this tag."""
    inner = [each for each in within.children if isinstance(each, rx.Component)]
    (found,) = [each for each in inner if f'jsx("{tag}"' in str(each)]
    return found if found.tag == tag else element(tag, found)


def footer() -> rx.Component:
    """The end of every page, whose parts are paragraphs."""
    return element("div", element("footer", page()))


def lines(component: rx.Component) -> list[str]:
    """The words of each of its parts."""
    return ["".join(json.loads(f'"{words}"') for words in WORDS.findall(str(part))) for part in component.children]


def links(component: rx.Component) -> list[str]:
    """The addresses that it leads to."""
    return LINK.findall(str(component))


def test_without_these_settings_a_page_has_only_the_words_of_the_help_page(agency: Callable[..., None]) -> None:
    agency()

    assert lines(footer()) == [REGULATOR, PROBLEMS, f"{HELP} · Accessibility"]
    assert links(footer()) == [MAIL_TO, "/help/", "/accessibility/"]
    assert lines(need_help()) == ["Need help?", HELP, "CERS Technical Support: cers@calepa.ca.gov"]
    assert links(need_help()) == ["/help/", MAIL_TO]


def test_with_them_every_page_says_whom_to_call_and_leads_to_the_pages_of_the_agency(
    agency: Callable[..., None],
) -> None:
    agency(**GIVEN)

    pages = f"{HELP} · Accessibility · Conditions of Use · Privacy Policy"
    assert lines(footer()) == [REGULATOR, PROBLEMS, CALL, HOURS, pages]
    assert links(footer()) == [
        "https://www.example.gov/regulators/",
        MAIL_TO,
        TELEPHONE,
        "/help/",
        "/accessibility/",
        "https://www.example.gov/terms/",
        "https://www.example.gov/privacy/",
    ]
    assert lines(need_help())[3:] == [CALL, HOURS]
    assert links(need_help()) == ["/help/", MAIL_TO, TELEPHONE]


@pytest.mark.parametrize(
    ("name", "line", "place"),
    [
        ("CERS_SUPPORT_PHONE", [CALL], TELEPHONE),
        ("CERS_SUPPORT_HOURS", [HOURS], ""),
        ("CERS_REGULATOR_URL", [], "https://www.example.gov/regulators/"),
        ("CERS_PRIVACY_URL", [], "https://www.example.gov/privacy/"),
        ("CERS_TERMS_URL", [], "https://www.example.gov/terms/"),
    ],
)
def test_each_setting_brings_its_own_part_and_no_other(
    agency: Callable[..., None], name: str, line: list[str], place: str
) -> None:
    agency(**{name: GIVEN[name]})

    assert lines(footer())[2:-1] == line
    assert {*links(footer())} == {MAIL_TO, "/help/", "/accessibility/", place} - {""}


def test_somebody_who_cannot_use_the_service_reads_whom_to_call(agency: Callable[..., None]) -> None:
    agency()
    before = lines(element("main", access_page()))
    agency(**GIVEN)
    after = lines(element("main", access_page()))

    assert before[-1].startswith("If you cannot use part of this service, send an email to: ")
    assert after == [*before, CALL, HOURS]


@pytest.mark.parametrize(
    ("shown", "number"),
    [
        ("916-555-0100", "+19165550100"),
        ("(916) 555-0100", "+19165550100"),
        ("1.916.555.0100", "+19165550100"),
        ("+1 916 555 0100", "+19165550100"),
        ("+52 55 1234 5678", "+525512345678"),
    ],
)
def test_a_phone_dials_digits_alone_in_every_country(shown: str, number: str) -> None:
    assert dialed(shown) == number


@pytest.mark.parametrize(
    "wrong",
    ["", "911", "555-0100", "916-555-0100 ext. 12", "44 20 7946 0000", "+44 (0)20 7946 0000", "+", "٩١٦٥٥٥٠١٠٠"],
)
def test_what_is_no_number_with_an_area_code_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="must be one phone number with its area code"):
        dialed(wrong)
