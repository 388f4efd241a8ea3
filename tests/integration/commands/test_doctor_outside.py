"""`doctor --outside` sees a portal as its visitors do: in production mode, behind nginx."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from cers_app.commands import outside
from cers_app.commands.outside import asking
from cers_app.commands.outside.reaching import Site
from cers_app.commands.outside.sender import Domains
from tests.integration.commands.conftest import Desk
from tests.integration.commands.examining import given
from tests.support import commands, names, nginx, portal
from tests.support.nginx import CERTIFICATE, Nginx
from tests.support.portal import Portal
from tests.support.ports import free_port

NAME, URL = "localhost", "https://localhost"
HOST = {"proxy_set_header      Host            $host;": "proxy_set_header Host $proxy_host;"}
UPGRADE = {
    "proxy_set_header      Upgrade         $cers_upgrade;": "",
    "proxy_set_header      Connection      $cers_connection;": 'proxy_set_header Connection "";',
}
ADDRESS = {"proxy_set_header      X-Forwarded-For $remote_addr;": 'proxy_set_header X-Forwarded-For "";'}
ROOT = "location / {\n        proxy_pass http://cers_portal;"
PATH = {ROOT: "location / {\n        proxy_pass http://cers_portal/portal/;"}
REJECT = "v=DMARC1; p=reject"
OFTEN = 3
"""How often an operator looks before the log of the portal is sure."""


@contextmanager
def production(folder: Path) -> Iterator[Portal]:
    """A portal for `https://localhost`, for which the certificate of the tests is."""
    with portal.running(
        folder, CERS_MODE="production", CERS_QA_CHARACTERS="", CERS_PUBLIC_URL=URL, CERS_TRUSTED_HOPS="1"
    ) as running:
        yield running


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with production(tmp_path_factory.mktemp("outside")) as running:
        yield running


@pytest.fixture(autouse=True)
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine trusts the certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


def found(proxy: Nginx, url: str = URL) -> dict[str, str]:
    """What `doctor --outside` prints about each check, when the usual ports lead to this nginx."""
    ports = {443: proxy.https, 80: proxy.http}
    site = Site(url, lambda _host, port: socket.create_connection(("127.0.0.1", ports[port]), 10))
    return {name: " ".join(each.words for each in advice) for name, advice in outside.results(site, None)}


def ill(proxy: Nginx) -> dict[str, str]:
    """Only what is not ok."""
    return {name: words for name, words in found(proxy).items() if words}


CHECKS = [
    "The sign-in page",
    "The certificate, for at least three weeks",
    "No TLS 1.0 and 1.1",
    "http leads to https",
    "No pages for developers",
    "No metrics",
    "Strict-Transport-Security",
    "The other security headers",
    "The browser cookie",
    "The event socket",
    "Long polling",
]


def test_behind_the_file_of_the_portal_everything_is_well(behind: Portal, tmp_path: Path) -> None:
    with nginx.running(tmp_path, behind.port, NAME) as proxy:
        assert found(proxy) == dict.fromkeys(CHECKS, "")

    assert "The proxy in front probably" not in behind.log.read_text("utf-8")


FOLLOWS = {("Long polling", "The event socket"), ("The browser cookie", "Long polling")}
"""Checks, and others that then must fail as well."""


@pytest.mark.parametrize(
    ("changed", "check", "words"),
    [
        (HOST, "The sign-in page", "Let the proxy pass Host on"),
        (PATH, "The sign-in page", "The portal got another path"),
        ({ROOT: "location / {\n return 302 https://www.example.gov/;"}, "The sign-in page", "https://www.example.gov/"),
        ({ROOT: "location / {\n return 200 Welcome;"}, "The sign-in page", "Another page arrived"),
        ({ROOT: "location / { proxy_pass http://127.0.0.1:1;"}, "The sign-in page", "The answer was 503"),
        (UPGRADE, "The event socket", "pages work only by long polling"),
        ({ROOT: f"location /_event {{ return 404; }} {ROOT}"}, "Long polling", "Let the proxy pass /_event/ on"),
        (
            {"return 301 https://portal.example.gov$request_uri;": "return 200 Hi;"},
            "http leads to https",
            "no redirect",
        ),
        (
            {"return 301 https://portal.example.gov$request_uri;": "return 301 https://portal.example.gov/;"},
            "http leads to https",
            "Redirect to the same path",
        ),
        (
            {"TLSv1.2 TLSv1.3;": "TLSv1.1 TLSv1.2;", "ECDHE+AESGCM:": "ALL:@SECLEVEL=0:"},
            "No TLS 1.0 and 1.1",
            "TLSv1.1",
        ),
        (
            {"server_tokens off;": "server_tokens off; add_header X-Content-Type-Options nosniff;"},
            "The other security headers",
            "x-content-type-options is there more than once",
        ),
        (
            {"server_tokens off;": "server_tokens off; proxy_hide_header Content-Security-Policy;"},
            "The other security headers",
            "content-security-policy is missing",
        ),
        (
            {"server_tokens off;": "server_tokens off; add_header Access-Control-Allow-Origin *;"},
            "The other security headers",
            "Remove Access-Control-Allow-Origin",
        ),
        (
            {"server_tokens off;": "server_tokens off; add_header Strict-Transport-Security max-age=60;"},
            "Strict-Transport-Security",
            "more than once",
        ),
        (
            {
                "server_tokens off;": "server_tokens off; proxy_hide_header Strict-Transport-Security; "
                "add_header Strict-Transport-Security max-age=60;"
            },
            "Strict-Transport-Security",
            "'max-age=60'",
        ),
        ({"server_tokens off;": "server_tokens off; proxy_hide_header Set-Cookie;"}, "The browser cookie", "No cookie"),
        (
            {"server_tokens off;": "server_tokens off; proxy_cookie_path / '/portal';"},
            "The browser cookie",
            "changes the cookie",
        ),
        ({ROOT: f"location /metrics {{ return 200; }} {ROOT}"}, "No metrics", "reveals who has an account"),
        ({ROOT: f"location /dev/pages/ {{ return 200; }} {ROOT}"}, "No pages for developers", "CERS_MODE=production"),
    ],
)
def test_an_operator_learns_what_the_proxy_does_wrong(
    behind: Portal, tmp_path: Path, changed: dict[str, str], check: str, words: str
) -> None:
    with nginx.running(tmp_path, behind.port, NAME, changed=changed) as proxy:
        told = ill(proxy)

    assert words in told.pop(check)
    assert {name: more for name, more in told.items() if (check, name) not in FOLLOWS} == {}, "a ghost"


def test_the_log_of_the_portal_names_each_mistake_once(tmp_path: Path) -> None:
    with production(tmp_path) as own:
        for number, changed in enumerate((HOST, ADDRESS | PATH, UPGRADE)):
            folder = tmp_path / str(number)
            folder.mkdir()
            with nginx.running(folder, own.port, NAME, changed=changed) as proxy:
                for _ in range(OFTEN):
                    assert ill(proxy)
        lines = [json.loads(line) for line in own.log.read_text("utf-8").splitlines() if "in front" in line]

    begin = "The proxy in front probably "
    told = [line["event"].removeprefix(begin) for line in lines]
    assert [line["level"] for line in lines] == ["warning"] * 4
    assert told[0].startswith("does not pass the Host header on. The portal refuses requests for 'cers_portal'")
    assert sorted(words.split(",")[0].split(".")[0] for words in told[1:]) == [
        "adds a path",
        "does not pass the Upgrade and Connection headers on",
        "sets no X-Forwarded-For",
    ]


def test_a_certificate_that_browsers_do_not_trust_is_named_and_the_rest_is_still_checked(
    behind: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with nginx.running(tmp_path, behind.port, NAME) as proxy:
        assert "certificate is not for portal.test" in found(proxy, "https://portal.test")[CHECKS[1]]
        monkeypatch.delenv("SSL_CERT_FILE")
        told = ill(proxy)

    assert list(told) == [CHECKS[1]]
    assert "is not trusted" in told[CHECKS[1]]


def test_the_command_says_which_address_the_portal_believes_to_have(behind: Portal, tmp_path: Path, desk: Desk) -> None:
    with nginx.running(tmp_path, behind.port, NAME) as proxy:
        result = desk.types("doctor", "--outside", f"{URL}:{proxy.https}")

    assert result.exit_code == 1
    assert (
        f"wrong  The event socket\n       The portal refused the socket (403). Set CERS_PUBLIC_URL={URL}:"
        in result.output
    )
    assert "ok     The certificate" in result.output
    assert "http leads to https" not in result.output
    assert "add --mail-from ADDRESS" in result.output


def test_a_laptop_without_settings_can_look(tmp_path: Path) -> None:
    url = f"{URL}:{free_port()}"
    ended = commands.run("doctor", "--outside", url, env={"HOME": str(tmp_path)})

    assert (ended.returncode, ended.stderr) == (1, "")
    assert "wrong  The sign-in page\n       Nothing answers on port" in ended.stdout
    assert "CERS_SECRET_KEY" not in ended.stdout
    assert "CERS_SECRET_KEY" in commands.run("doctor", env={"HOME": str(tmp_path)}).stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--outside", "http://portal.example.gov"], "must be https://host"),
        (["--outside", "https://portal.example.gov/sign-in/"], "must be https://host"),
        (["--outside", "https://ann:secret@portal.example.gov"], "must be https://host"),
        (["--outside", ""], "must be https://host"),
        (["--outside", f"https://{'a.' * 100_000}gov"], "must be https://host"),
        (["--outside", "https://portal.example.gov", "--mail-from", "example.gov"], "one plain email address"),
        (["--outside", "https://portal.example.gov", "--mail-from", "a@b.gov\x1b[2J"], "one plain email address"),
        (["--mail-from", "cers@example.gov"], "--mail-from works only with --outside"),
        (
            ["--outside", "https://portal.example.gov", "--mail-from", "cers@example.gov", "--mail-bounce", "@"],
            "one plain email address",
        ),
        (
            ["--outside", "https://portal.example.gov", "--mail-bounce", "cers@example.gov"],
            "--mail-bounce works only with --mail-from",
        ),
    ],
)
def test_what_cannot_be_looked_at_is_refused_before_anything_is_asked(
    desk: Desk, arguments: list[str], words: str
) -> None:
    result = desk.types("doctor", *arguments)

    assert result.exit_code == 2
    assert words in result.output
    assert "The sign-in page" not in result.output
    assert len(result.output) < 500


def test_the_senders_come_from_the_settings_of_the_same_portal_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "does not see the proxy" not in desk.types("doctor").output
    given(monkeypatch, MODE="production", PUBLIC_URL=URL, TRUSTED_HOPS="1", MAIL_FROM="cers@mail.example.gov")

    assert asking.domains_in_settings(URL) == Domains("mail.example.gov", "mail.example.gov")
    assert asking.domains_in_settings("https://portal.example.gov") is None
    assert f"python -m cers_app doctor --outside {URL}\n" in desk.types("doctor").output
    given(monkeypatch, MAIL_BOUNCE="cers@example.org")
    assert asking.domains_in_settings(URL) == Domains("mail.example.gov", "example.org")
    given(monkeypatch, PUBLIC_URL="http://nonsense")
    assert asking.domains_in_settings(URL) is None


def test_the_records_of_both_senders_are_checked_even_if_the_portal_is_away(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = ["doctor", "--outside", f"{URL}:{free_port()}", "--mail-from", "cers@example.gov"]
    records = {"example.org": ["v=spf1 +all"], "example.gov": ["v=spf1 -all"], "_dmarc.example.gov": [REJECT]}
    with names.serving(records) as resolver:
        monkeypatch.setattr(outside, "results", partial(outside.results, resolver=lambda: resolver))
        one, both = desk.types(*typed).output, desk.types(*typed, "--mail-bounce", "cers@example.org").output

    assert "Nothing answers on port" in one
    assert "ok     SPF of example.gov\nok     DMARC of example.gov\nok     SPF counts for DMARC\n" in one
    assert "wrong  SPF of example.org\n       example.org lets everybody send" in both
    assert "ok     DMARC of example.gov\nwarn   SPF counts for DMARC\n       SPF of an unrelated domain" in both
