"""What the redactor takes out of a line, and what it leaves."""

import traceback
from collections.abc import Callable
from typing import Any

import pytest

from cers_app.composition.world import new_id, new_token
from cers_app.logs.redaction import CUT, GONE, LONGEST_TEXT, Redactor, escaped
from tests.support.effort import shortest

PASSWORD = "Four 'words', \"two\" quotes; and\nan end"
TOKEN = "q5V2-kd8_LmPz0AbCdEfGhIjKlMnOpQrStUvWxYz123"
REDACTOR = Redactor(["the key of this portal", "abc"])
SECRETS = [
    f"password={PASSWORD}",
    f"{{'username': 'ann', 'password': {PASSWORD!r}}}",
    f'{{\\"new_password\\": \\"{PASSWORD}\\"}}',
    f"[('password', {PASSWORD!r})]",
    f"smtpPassword : {PASSWORD}",
    f"username=ann&password%3D{PASSWORD}",
    f"PASSWORD => {PASSWORD}",
    f"[parameters: ('ann', {PASSWORD!r})]",
    f"Authorization: Basic {PASSWORD}",
    f"Cookie: cers_browser=x; other={PASSWORD}",
    f"(b'cookie', b'{PASSWORD}')",
    f"the claim: {PASSWORD}",
    f"Event data: {PASSWORD}",
    f"characters='{PASSWORD}'",
]


@pytest.mark.parametrize("hostile", SECRETS)
def test_what_stands_after_a_secret_name_is_gone_to_the_end(hostile: str) -> None:
    told = REDACTOR.text(hostile)

    assert told.endswith(GONE)
    assert "words" not in told
    assert "end" not in told.removesuffix(GONE)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (f"link {TOKEN} opened", f"link {GONE} opened"),
        ("GET /r/short-token HTTP/1.1", "GET /r/... HTTP/1.1"),
        (f"digest {'a1' * 32}.", f"digest {GONE}."),
        ("hash $argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA", f"hash {GONE}"),
        ("sent Bearer abc.def-ghi there", f"sent Bearer {GONE} there"),
        ("Basic dXNlcjpwYXNz= was sent", f"Basic {GONE} was sent"),
        ("to <anngause@gmail.com>, again", "to <an****se@gmail.com>, again"),
        ("mailto:ann.gause+x@example.com", "mailto:an*******+x@example.com"),
        ("typed anngause%40gmail.com", "typed an****se@gmail.com"),
        ("ännä@exämple.com", "ä***@exämple.com"),
        ("ab@example.com a@b", "**@example.com *@b"),
        ("with the key of this portal inside", f"with {GONE} inside"),
        ("short settings such as abc stay", "short settings such as abc stay"),
    ],
)
def test_tokens_digests_hashes_and_addresses_are_gone_or_masked(raw: str, told: str) -> None:
    assert REDACTOR.text(raw) == told


@pytest.mark.parametrize(
    "plain",
    [
        "mail 0a1b2c3d4e5f60718293a4b5c6d7e8f9 (reset_link) was not sent: recipient refused [550]",
        "an event failed: OperationalError",
        "the portal starts",
        "GET '/reset-password/new/' failed: OperationalError",
        "mail x was not sent: login refused 535",
        "the basic settings are right",
        "Zoë read 試験 and 🎉",
    ],
)
def test_what_operators_need_stays(plain: str) -> None:
    assert REDACTOR.text(plain) == plain


def test_an_id_of_a_mail_stays_and_a_token_goes() -> None:
    assert REDACTOR.text(new_id()) != GONE
    assert REDACTOR.text(new_token()) == GONE


@pytest.mark.parametrize(
    ("char", "spelled"),
    [
        ("\r", r"\x0d"), ("\n", r"\x0a"), ("\x1b", r"\x1b"), ("\0", r"\x00"), ("\x7f", r"\x7f"), ("\x85", r"\x85"),
        ("\x9b", r"\x9b"), ("\u2028", r"\u2028"), ("\u2029", r"\u2029"), ("\u202e", r"\u202e"),
        ("\u2066", r"\u2066"), ("\u200b", r"\u200b"), ("\ufeff", r"\ufeff"), ("\ud800", r"\ud800"),
    ],
)  # fmt: skip
def test_a_character_that_could_forge_a_line_is_spelled_out(char: str, spelled: str) -> None:
    told = REDACTOR.text(f"a{char}b")

    assert told == f"a{spelled}b"
    assert escaped(told) == told
    assert len(told.splitlines()) == 1
    told.encode()


@pytest.mark.parametrize("raw", [*SECRETS, f"a\n{TOKEN} anngause@gmail.com\x1b[2K", "x" * 5000, f"{TOKEN} " * 900])
def test_a_second_time_changes_nothing(raw: str) -> None:
    once = REDACTOR.text(raw)

    assert REDACTOR.text(once) == once
    assert len(once) <= LONGEST_TEXT


@pytest.mark.parametrize(
    "unit", ["a", "a_", "password", "password=", "@", "a@", "%40", "\n", "\x1b", "\ud800", "é", " ", "'\"\\", "bearer "]
)
def test_a_megabyte_costs_no_more_than_a_page(unit: str) -> None:
    page, megabyte = (unit * (length // len(unit)) for length in (4 * LONGEST_TEXT, 1_000_000))

    assert shortest(lambda: REDACTOR.text(megabyte)) < 4 * shortest(lambda: REDACTOR.text(page))
    assert len(REDACTOR.text(megabyte)) <= LONGEST_TEXT


def test_a_token_cut_in_two_at_the_end_does_not_show_its_half() -> None:
    assert REDACTOR.text(f"{'a' * 3970} {'b' * 4008} {TOKEN}") == f"{GONE} {GONE} {CUT}"


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("Received data as a string. Event data: {'a': 'b'}", f"Received data as a string. Event data {CUT}"),
        ("Error for Event(name='x', payload={'form': 'secret'})", f"Error for Event {CUT}"),
        ("Error transforming for A.b: Error 'form' with value x", f"Error transforming for A.b {CUT}"),
        ("Task exception was never retrieved\nfuture: <Task x>", f"Task exception was never retrieved {CUT}"),
        ("message async handler error", "message async handler error"),
    ],
)  # fmt: skip
def test_a_library_tells_its_own_words_only(message: str, told: str) -> None:
    assert REDACTOR.foreign(message) == told
    assert REDACTOR.foreign(f"x {PASSWORD}", template="x %s") == "x %s"


def test_in_development_a_library_tells_all_but_what_patterns_find() -> None:
    open_one = Redactor(tells_messages=True)

    assert open_one.foreign("Cannot build: file 'a.js', token=x") == f"Cannot build: file 'a.js', token= {GONE}"


class Broken:
    def __str__(self) -> str:
        raise RuntimeError(PASSWORD)


@pytest.mark.parametrize(
    ("key", "raw", "told"),
    [
        ("password", PASSWORD, GONE),
        ("new_password", 12345, GONE),
        ("email", "ann@example.com", GONE),
        ("email", "a**@example.com", "a**@example.com"),
        ("headers", {"a": "b"}, GONE),
        ("token", None, None),
        ("attempts", 3, 3),
        ("why", {"cookie": "x", "n": [1, "a\nb"]}, {"cookie": GONE, "n": [1, r"a\x0ab"]}),
        ("deep", [[[[["x"]]]]], [[["[['x']]"]]]),
        ("thing", Broken(), "<Broken>"),
        ("many", list(range(99)), list(range(20))),
    ],
)
def test_a_value_under_a_name_is_kept_masked_or_gone(key: str, raw: object, told: object) -> None:
    assert REDACTOR.value(key, raw) == told


def _failed(failing: Callable[[], Any]) -> BaseException:
    try:
        failing()
    except Exception as broken:  # noqa: BLE001 - any
        return broken
    raise AssertionError


def test_a_fault_tells_its_types_and_our_places_and_none_of_its_words() -> None:
    def failing() -> None:
        try:
            REDACTOR.value("x", {1: 2}, depth="no")  # type: ignore[arg-type]
        except TypeError as broken:
            raise ValueError(PASSWORD) from broken

    broken = _failed(failing)
    assert PASSWORD in "".join(traceback.format_exception(broken))
    told = REDACTOR.fault(broken)

    assert told["fault"] == "ValueError < TypeError"
    assert told["at"] == []
    assert "says" not in told
    assert "words" not in repr(told)
    assert Redactor(tells_messages=True).fault(broken)["says"] == escaped(PASSWORD)
    assert isinstance(broken.__cause__, TypeError)
    assert REDACTOR.fault(broken.__cause__)["at"][-1].startswith("cers_app/logs/redaction.py:")
