"""Where a person goes after signing in, and where nobody can be led."""

from urllib.parse import quote

import pytest

from cers_app.values.next_path import LONGEST, is_own, next_path, sign_in_then

PORTAL = "https://portal.example.gov"


@pytest.mark.parametrize(
    "path",
    [
        "/account/password/",
        "/account/password/?q=1",
        "/help/?q=a&b=%20c",
        "/recover-username/#x",
        "/x//y",
        "/rr/",
        "/a:b@c",
    ],
)
def test_a_path_of_the_portal_is_where_the_sign_in_leads(path: str) -> None:
    address = PORTAL + sign_in_then(path)

    assert next_path(address) == path
    assert next_path(f"{address}&more=1") == path


@pytest.mark.parametrize("path", ["", "/", "/account/"])
def test_where_people_get_anyway_is_not_in_the_address(path: str) -> None:
    assert sign_in_then(path) == "/sign-in/"
    assert is_own(path) or not path


def test_the_account_page_is_in_the_address_where_signing_in_leads_elsewhere() -> None:
    assert sign_in_then("/account/", "https://cers.example.com/") == "/sign-in/?next=/account/"
    for usual in ("/", ""):
        assert sign_in_then(usual, "https://cers.example.com/") == "/sign-in/"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "account/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/\t/evil.example/",
        "\t//evil.example/",
        "/\n/evil.example/",
        " //evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/x\\..\\y",
        "/account/\u2028",
        "/caf\u00e9/",
        "/r/" + "T" * 43,
        "/R/x",
        "/%72/x",
        "/not-me/x",
        "/session",
        "/sign-out",
        "/sign-in/?next=/account/",
        "/./r/x",
        "/x/../r/x",
        "/%2e/r/x",
        "/x/%2E%2e/r/x",
        "/%2fevil.example/",
        "/x%2fy",
        "/" + "x" * LONGEST,
    ],
)
def test_any_other_path_leads_nowhere(path: str) -> None:
    assert not is_own(path)
    assert next_path(f"{PORTAL}/sign-in/?next={quote(path, safe='')}") == ""


@pytest.mark.parametrize(
    "address",
    ["", PORTAL, f"{PORTAL}/sign-in/", f"{PORTAL}/?next=/a&next=/b", "https://[", f"{PORTAL}/?" + "a=1&" * 20],
)
def test_an_address_without_one_path_leads_nowhere(address: str) -> None:
    assert next_path(address) == ""
