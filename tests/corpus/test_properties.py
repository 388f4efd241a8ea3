"""Whatever anybody types, pastes or saves: no exception, one form, and no two accounts become one."""

import io
import sys
from pathlib import Path
from string import ascii_letters, digits
from urllib.parse import quote

import pytest
from dotenv import dotenv_values
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cers_app.commands import csv_reader
from cers_app.commands.csv_reader import Refused
from cers_app.new_password import policy
from cers_app.new_password.policy import Strong, Weak
from cers_app.reset_password import links
from cers_app.values.env_file import problems
from cers_app.values.identifiers import Identifier, is_email, is_username, normalize
from cers_app.values.passwords import prepared

PLAIN = st.emails().map(str.lower).filter(is_email) | st.from_regex(r"[a-z0-9]{5,16}", fullmatch=True)
PASTED = st.sampled_from([
    "{0}", " {0}\u200b", "<{0}>", "Ann Gause <{0}>", '"Gause, Ann" <{0}>', "mailto:{1}", "{0};", "- {0}", "1. {0}",
    '"{0}"', "({0})",
    "\u201c{0}\u201d", "[{0}](mailto:{1})", "{0} (Ann)", "\ufeff{0},",
])  # fmt: skip
MOST_CALLS = 50_000
"""Calls of functions for one typed text. A usual text takes some hundred."""
TOKENS = st.text(ascii_letters + digits + "_-", min_size=43, max_size=43)
# A slow machine is no reason to fail.
quickly = settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@quickly
@given(st.text(max_size=300) | st.text("@<>()[]{}\"'`*|?;:,.- amilto\u200b\u00e9", max_size=60))
@example("mailto:?@")
@example("<@>")
def test_any_text_is_one_name_in_one_form_or_none(text: str) -> None:
    found = normalize(text)

    if isinstance(found, Identifier):
        assert is_username(found.key) or is_email(found.key)
        assert normalize(found.key) == found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("to:", "|x"),
        ("mailto:", "|a@b.cc"),
        ("<", ">"),
        ("a@b.cc<", ""),
        ("[a@b.cc](", ")"),
        ("1. ", "."),
        ("&lt;", ""),
    ],
)
def test_no_text_takes_long(before: str, after: str) -> None:
    calls = 0

    def count(*_ignored: object) -> None:
        nonlocal calls
        calls += 1
        assert calls < MOST_CALLS

    sys.setprofile(count)
    try:
        normalize(f"{before * 20}a@b.cc{after * 20}"[:254])
    finally:
        sys.setprofile(None)
    assert calls, "the calls are counted"


@quickly
@given(PLAIN)
def test_no_two_accounts_become_one(key: str) -> None:
    assert normalize(key) == Identifier(key), "each key is its own, so two keys cannot be one account's"


@quickly
@given(st.emails().map(str.lower).filter(is_email), PASTED)
@example("ann!gause@example.com", "[{0}](mailto:{1})")
def test_what_is_around_an_address_does_not_matter(address: str, pasted: str) -> None:
    text = pasted.format(address, quote(address, safe="@"))

    assert len(text) > 254 or normalize(text) == Identifier(address)


@quickly
@given(TOKENS, st.text(max_size=50))
def test_a_token_is_found_whatever_is_glued_to_it(token: str, glued: str) -> None:
    assert links.find(token + glued) == token
    assert links.find(f"{token[:20]}\r\n{token[20:]}") == token


@quickly
@given(st.text(max_size=300))
def test_a_text_without_a_token_has_none(text: str) -> None:
    found = links.find(text)

    assert found == "" or links.is_token(found)


@quickly
@given(st.binary(max_size=300) | st.text("CERS_A=\"'\\n\n\r #${}export:", max_size=80).map(str.encode))
def test_a_settings_file_without_problems_is_read_whole(content: bytes) -> None:
    if not [*problems(content)]:
        read = dotenv_values(stream=io.StringIO(content.decode("utf-8-sig")))
        assert None not in read.values()


@settings(quickly, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=300) | st.text("username,email;first_name\tlast_name\n\"'\ufffd", max_size=200).map(str.encode)
)
def test_any_file_is_read_or_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(content)

    try:
        rows = [*csv_reader.read(file)]
    except Refused:
        return
    assert rows


@quickly
@given(st.text(max_size=120))
def test_a_password_has_one_form_and_is_judged(password: str) -> None:
    assert prepared(prepared(password)) == prepared(password)
    judged = policy.check(password, shortest=15, names=("anngause",))
    assert isinstance(judged, Weak) or judged == Strong(prepared(password))
