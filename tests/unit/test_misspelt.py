"""Misspelt mail domains."""

import pytest

from cers_app.values.misspelt import REAL, WELL_KNOWN, meant


@pytest.mark.parametrize(
    ("domain", "known"),
    [
        ("gmial.com", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("gnail.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmail.comm", "gmail.com"),
        ("gmail.ocm", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("yaho.com", "yahoo.com"),
        ("outlok.com", "outlook.com"),
        ("aol.con", "aol.com"),
        ("comcast.ne", "comcast.net"),
    ],
)
def test_one_slip_is_noticed(domain: str, known: str) -> None:
    assert meant(f"ann@{domain}") == known


@pytest.mark.parametrize(
    "domain",
    [
        *WELL_KNOWN,
        *sorted(REAL),
        "all.com",
        "example.com",
        "gmail.example.com",
        "comcast.com",
        "gmial.con",
        "m.com",
        "gmail",
    ],
)
def test_other_domains_are_left_alone(domain: str) -> None:
    assert meant(f"ann@{domain}") == ""


def test_a_username_has_no_domain() -> None:
    assert meant("gmial.com") == ""
