"""What answers over HTTP, and what does not: methods, hosts, origins, transports, files and the framework's routes."""

import re
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from cers_app.values import addresses
from tests.support.bare_browsers import raw
from tests.support.portal import Portal, built
from tests.support.wire import Jar, request

BUILT = built() / "build" / "client"
EVERYWHERE = ["x-content-type-options", "cross-origin-opener-policy", "cross-origin-resource-policy", "x-robots-tag"]


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "CONNECT", "PROPFIND", "OPTIONS", "X"])
@pytest.mark.parametrize("path", [addresses.SIGN_IN, addresses.SESSION, "/healthz", "/r/x"])
def test_no_method_but_those_of_a_browser_is_served(portal: Portal, path: str, method: str) -> None:
    answer = request(portal.url, method, path, Jar(), {"cookie": "canary=1"})

    # The server itself refuses a method that it does not know, and a tunnel.
    assert answer.status == (400 if method in {"X", "CONNECT"} else 405)
    assert "canary" not in answer.body
    assert request(portal.url, path=addresses.SIGN_IN).status == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (addresses.SIGN_IN, 200),
        ("/sign-in", 307),
        ("/", 303),
        ("/nowhere/", 404),
        ("/x%0ay", 404),
        ("/.well-known/nowhere", 404),
        ("/verification/nowhere.png", 404),
        ("/healthz", 200),
        ("/favicon.svg", 200),
        ("/assets/nowhere.js", 404),
        ("/_event/?EIO=4&transport=polling", 403),
        ("/dev/mailbox/", 200),
    ],
)
def test_every_answer_carries_the_headers_whatever_it_is(portal: Portal, path: str, status: int) -> None:
    answer = request(portal.url, path=path)

    assert answer.status == status
    assert [name for name in EVERYWHERE if name not in answer.headers] == []
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["referrer-policy"] in {"same-origin", "no-referrer"}
    if answer.headers.get("content-type", "").startswith("text/html"):
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "x-powered-by" not in answer.headers
    assert not any(letter.isdigit() for letter in answer.headers.get("server", ""))


@pytest.mark.parametrize(
    "path",
    [
        "/auth-codespace",
        "/_upload",
        "/_upload/portal.db",
        "/_all_routes",
        "/docs",
        "/openapi.json",
        "/metrics",
        "/admin",
        "/debug",
        "/sitemap.xml",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_framework_opens_no_door_of_its_own(portal: Portal, path: str, method: str) -> None:
    answer = request(portal.url, method, f"{path}?redirect_to=https://evil.example/")

    assert answer.status == (404 if method == "GET" else 405)
    assert answer.location == ""
    assert request(portal.url, path="/.well-known/change-password").location == addresses.CHANGE_PASSWORD


@pytest.mark.parametrize(("path", "words"), [("/ping", '"pong"'), ("/_health", '{"status":true}')])
def test_what_the_framework_tells_of_itself_is_that_it_lives(portal: Portal, path: str, words: str) -> None:
    assert request(portal.url, path=path).body == words


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/.env",
        "/.states/",
        "/portal.db",
        "/rxconfig.py",
        "/cers_app/settings.py",
        "/package.json",
        "/vite.config.js",
        "/env.json",
        "/assets/",
        "/../pyproject.toml",
        "/..%2f..%2fpyproject.toml",
        "/%2e%2e/%2e%2e/pyproject.toml",
        "/%00",
    ],
)
def test_no_file_beside_the_pages_is_served(portal: Portal, path: str) -> None:
    assert request(portal.url, path=path).status == 404
    assert request(portal.url, path="/favicon.svg").body.startswith("<svg")


def test_no_source_map_and_no_file_with_a_leading_dot_is_built(portal: Portal) -> None:
    built = [path for path in BUILT.rglob("*") if path.is_file()]
    scripts = [path for path in built if path.suffix == ".js"]

    assert len(scripts) > 5
    assert [path.name for path in built if path.suffix == ".map" or path.name.startswith(".")] == []
    assert [path.name for path in scripts if "sourceMappingURL" in path.read_text("utf-8")] == []
    assert request(portal.url, path=f"/assets/{scripts[0].name}").status == 200
    assert request(portal.url, path=f"/assets/{scripts[0].name}.map").status == 404


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example"])
@pytest.mark.parametrize("path", [addresses.SIGN_IN, addresses.SESSION, "/healthz", "/dev/mailbox/mails.json"])
def test_no_other_site_may_read_an_answer(portal: Portal, path: str, origin: str) -> None:
    for asking in (origin, portal.url):
        asked = {"origin": asking, "access-control-request-method": "POST"}
        for method in ("GET", "OPTIONS"):
            answer = request(portal.url, method, path, headers=asked)
            assert [name for name in answer.headers if name.lower().startswith("access-control-")] == []
        assert answer.status == 405, "no other site may even ask whether it may"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "localhost:{port}@evil.example",
        "evil.example@localhost:{port}",
        "user:pass@evil.example",
        "localhost:99999",
        "localhost:65536",
        "",
        "evil.example\r\nhost: localhost:{port}",
    ],
)
def test_a_host_that_is_not_ours_is_refused_in_every_spelling(portal: Portal, host: str) -> None:
    answer = raw(portal, "GET /sign-in HTTP/1.1", f"host: {host.format(port=portal.port)}")

    assert answer.startswith("HTTP/1.1 400 ")
    assert "evil.example" not in answer
    own = raw(portal, "GET /sign-in HTTP/1.1", f"host: localhost:{portal.port}")
    assert own.startswith("HTTP/1.1 307 ")
    assert "\r\nlocation: /sign-in/\r\n" in own


@pytest.mark.parametrize(
    "line",
    ["x-forwarded-host: evil.example", "forwarded: host=evil.example;proto=https", "x-host: evil.example", "origin: x"],
)
def test_no_header_of_a_visitor_moves_a_redirect(portal: Portal, line: str) -> None:
    answer = raw(portal, "GET /sign-in HTTP/1.1", f"host: localhost:{portal.port}", line)

    assert "\r\nlocation: /sign-in/\r\n" in answer
    assert "evil.example" not in answer


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/",
        "//evil.example/sign-in",
        "//evil.example/..%2f",
        "//evil.example/%2e%2e/help",
        "/%5cevil.example/sign-in",
        "/\\evil.example",
        "/%09//evil.example/account",
        "/sign-in?next=https://evil.example/",
        "/?next=//evil.example/",
        f"{addresses.ACCOUNT}?next=javascript:alert(1)",
        "/r/https://evil.example/",
        "/.well-known/change-password?next=https://evil.example/",
    ],
)
def test_nothing_in_an_address_leads_to_another_site(portal: Portal, path: str) -> None:
    location = request(portal.url, path=path, jar=Jar()).location.partition("?")[0]

    # Two slashes, or a backslash for one of them, would be another host to a browser.
    assert re.fullmatch(r"|/|/[^/\\].*", location)
    assert urlsplit(urljoin(f"{portal.url}/", location)).netloc == urlsplit(portal.url).netloc
    assert (location or addresses.HELP) in {
        addresses.SIGN_IN,
        addresses.CHANGE_PASSWORD,
        f"{addresses.NEW_PASSWORD}#not-complete",
        addresses.HELP,
    } or ".." in unquote(path)
