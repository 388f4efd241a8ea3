"""Other applications on this host learn who is signed in. Nobody else does, and a flood of checks gains nothing."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import select

from cers_app.accounts.models import SignInSession
from cers_app.values import addresses
from tests.support import portal as portals
from tests.support.bare_browsers import sign_in
from tests.support.portal import Portal
from tests.support.wire import Answer, Jar, browse, request

NAMED = "x-cers-username"
NAVIGATION = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal with a small limit that believes one hop."""
    with portals.running(
        tmp_path_factory.mktemp("small"), CERS_LIMIT_REQUESTS_PER_MINUTE="20", CERS_TRUSTED_HOPS="1"
    ) as running:
        yield running


def check(portal: Portal, jar: Jar | None = None, method: str = "GET", query: str = "", **headers: str) -> Answer:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return request(portal.url, method, addresses.SESSION + query, Jar(dict(jar.values)) if jar else None, sent)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_only_the_two_cookies_tell_who_is_signed_in(portal: Portal, method: str) -> None:
    portal.create_account(name := f"checked{method.lower()}")
    jar, other = sign_in(portal, name), browse(portal.url)

    known = check(portal, jar, method)
    assert (known.status, known.body, known.headers[NAMED]) == (204, "", name)
    for left in ("cers_session", "cers_browser"):
        assert (
            check(portal, Jar({key: value for key, value in jar.values.items() if key != left}), method).status == 401
        )
    assert check(portal, Jar({key: jar.values[key] for key in ("cers_session", "cers_browser")}), method).status == 204
    for each in (None, other, Jar(other.values | {"cers_session": jar.values["cers_session"]})):
        unknown = check(portal, each, method, x_cers_username=name, authorization=f"Bearer {name}")
        assert (unknown.status, unknown.body, unknown.headers[NAMED]) == (401, "", None)
    for answer in (known, check(portal)):
        assert (answer.headers["cache-control"], answer.headers["vary"]) == ("no-store", "cookie")
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert not [
            header for header in answer.headers if header.startswith("access-control") or header == "set-cookie"
        ]


def test_a_check_is_no_use_of_the_session_unless_it_says_so(portal: Portal) -> None:
    account = portal.create_account("idlechecked")
    jar = sign_in(portal, "idlechecked")

    def last_used(back: timedelta = timedelta()) -> object:
        with portal.database.writing() as session:
            row = session.exec(select(SignInSession).where(SignInSession.account_id == account.id)).one()
            row.seen_at -= back
            return row.seen_at

    before = last_used(timedelta(minutes=20))
    assert check(portal, jar).status == 204
    assert last_used() == before
    assert check(portal, jar, query="?extend").status == 204
    assert last_used() != before

    last_used(timedelta(minutes=31))
    assert [check(portal, jar, query=query).status for query in ("", "?extend")] == [401, 401]


@pytest.mark.parametrize("site", ["cross-site", "same-site", "other"])
@pytest.mark.parametrize("how", [NAVIGATION, {}], ids=["window", "fetch"])
def test_another_site_cannot_tell_whether_somebody_is_signed_in(portal: Portal, site: str, how: dict[str, str]) -> None:
    portal.create_account(name := f"foreign{len(how)}{site[:5]}".replace("-", ""))
    jar = sign_in(portal, name)

    told = [check(portal, each, **{"sec-fetch-site": site, **how}) for each in (jar, browse(portal.url))]
    assert [(answer.status, answer.headers[NAMED]) for answer in told] == [(403, None)] * 2
    assert told[0].body == told[1].body
    assert check(portal, jar, **{"sec-fetch-site": "same-origin", **how}).status == 204


def test_a_username_that_is_an_email_address_arrives_as_it_is(portal: Portal) -> None:
    name = "o'brien+50%@example.com"
    portal.create_account(name, name)

    assert check(portal, sign_in(portal, name)).headers[NAMED] == name


@pytest.mark.parametrize(
    ("wanted", "sign_in_at"),
    [
        ("/reports/?a=1&b=2", "/sign-in/?next=/reports/%3Fa%3D1%26b%3D2"),
        ("/reports/%26%0d%0aset-cookie:%20x=1", "/sign-in/?next=/reports/%2526%250d%250aset-cookie%3A%2520x%3D1"),
        ("/", "/sign-in/"),
        ("//evil.example/", "/sign-in/"),
        ("https://evil.example/", "/sign-in/"),
        ("/reports/\xff", "/sign-in/"),
        ("/reports/" + "x" * 512, "/sign-in/"),
        ("/session?extend", "/sign-in/"),
        ("", "/sign-in/"),
    ],
)
def test_a_proxy_learns_where_somebody_signs_in_for_a_page(portal: Portal, wanted: str, sign_in_at: str) -> None:
    answer = check(portal, x_original_uri=wanted)

    assert (answer.status, answer.headers["x-cers-sign-in"], answer.location) == (401, sign_in_at, "")
    assert answer.headers["set-cookie"] is None


def asked(portal: Portal, ip: str, jar: Jar | None = None, method: str = "GET") -> list[int]:
    return [check(portal, jar, method, x_forwarded_for=ip).status for _ in range(25)]


def page(portal: Portal, ip: str) -> int:
    return request(portal.url, path=addresses.HELP, headers={"x-forwarded-for": ip}).status


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_checks_of_a_live_session_do_not_count_and_others_do(small: Portal, method: str) -> None:
    small.create_account(name := f"counted{method.lower()}")
    jar, here, there = sign_in(small, name), f"203.0.113.{len(method)}", f"203.0.113.{len(method) + 10}"
    made_up = Jar({"cers_session": "m" * 43, "cers_browser": "b" * 43})

    assert asked(small, here, jar, method) == [204] * 25
    assert page(small, here) == 200
    for jar_of_a_stranger in (None, made_up):
        assert 429 in asked(small, there, jar_of_a_stranger, method)
    assert page(small, there) == 429
    assert check(small, made_up, method, x_forwarded_for=there).status == 429
    assert page(small, here) == 200


def test_a_flood_of_a_network_ends_no_session_that_is_in_use_there(small: Portal) -> None:
    small.create_account("amidaflood")
    jar, ip = sign_in(small, "amidaflood"), "203.0.113.40"
    assert check(small, jar, x_forwarded_for=ip).status == 204
    asked(small, ip)
    assert page(small, ip) == 429

    assert asked(small, ip, jar) == [204] * 25
    request(small.url, "POST", addresses.SIGN_OUT, Jar(dict(jar.values)), {"sec-fetch-site": "same-origin"})
    assert asked(small, ip, jar)[:2] == [401, 429]


@pytest.mark.parametrize("method", ["POST", "PUT", "OPTIONS"])
def test_every_other_request_at_that_address_counts(small: Portal, method: str) -> None:
    ip = f"203.0.113.{50 + len(method)}"

    assert 429 in asked(small, ip, method=method)
