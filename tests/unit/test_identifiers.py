"""What may be typed for an account, and what only looks like it."""

import pytest

from cers_app.values.identifiers import Identifier, NotAnIdentifier, is_email, is_username, normalize


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("anngause", "anngause"),
        ("AnnGause1", "anngause1"),
        ("\t anngause \n", "anngause"),
        ("\u00a0anngause\u3000", "anngause"),
        ("ANN@Example.COM", "ann@example.com"),
    ],
)
def test_one_person_has_one_key_however_it_is_typed(typed: str, key: str) -> None:
    assert normalize(typed) == Identifier(key)
    assert normalize(key) == Identifier(key)


@pytest.mark.parametrize(
    "typed",
    [
        "\u212aelvin",  # the Kelvin sign folds to k
        "\u017fusan",  # the long s folds to s
        "gro\u00df",  # folds to ss
        "\ufb01nance@example.com",  # the ligature folds to fi
        "\u0130stanbul",  # folds to i and a dot
        "ann\u037eb",  # composes to a semicolon
        "ann\u1fefb",  # composes to a grave accent
    ],
)
def test_a_look_alike_that_would_become_ascii_is_nobodys(typed: str) -> None:
    assert normalize(typed) == NotAnIdentifier()


@pytest.mark.parametrize(
    "typed",
    ["ann\u200bgause", "ann\u202egause", "ann\ufeffgause", "ann\u2028gause", "ann\ud800gause", "ann\x85gause"],
    ids=["zero width", "right to left", "byte order mark", "line separator", "surrogate", "next line"],
)
def test_an_unseen_character_is_refused(typed: str) -> None:
    assert normalize(typed) == NotAnIdentifier()


@pytest.mark.parametrize("typed", ["ann\x00gause", "ann\ngause", "ann\r\nBcc: x", "ann\tgause", "ann\x1b[31m", "\x7f"])
def test_a_control_character_inside_is_refused(typed: str) -> None:
    assert normalize(typed) == NotAnIdentifier()


@pytest.mark.parametrize("typed", ["", " ", "\u3000\n"])
def test_nothing_typed_is_nobody(typed: str) -> None:
    assert normalize(typed) == NotAnIdentifier()


def test_254_characters_are_read_and_255_are_not() -> None:
    assert normalize(" " * 246 + "anngause") == Identifier("anngause")
    assert normalize(" " * 247 + "anngause") == NotAnIdentifier()


def test_a_domain_that_grows_beyond_254_in_its_one_form_is_refused() -> None:
    label = "\u00fc" * 40

    assert normalize(f"ann@{label}.example.com") != NotAnIdentifier()
    assert normalize(f"ann@{label}.{label}.{label}.{label}.{label}.example.com") == NotAnIdentifier()


def test_a_cyrillic_name_is_nobodys_though_it_looks_like_a_latin_one() -> None:
    assert normalize("\u0430nngause") == NotAnIdentifier()


def test_the_name_keeps_the_capital_letters_that_mails_go_to() -> None:
    found = normalize("Ann.Gause@B\u00dcCHER.Example.com")

    assert isinstance(found, Identifier)
    assert (found.key, found.text) == (
        "ann.gause@xn--bcher-kva.example.com",
        "Ann.Gause@xn--bcher-kva.example.com",
    )


@pytest.mark.parametrize(
    ("key", "allowed"),
    [
        ("abcd", False),
        ("abcde", True),
        ("12345", True),
        ("a" * 16, True),
        ("a" * 17, False),
        ("anngause!", False),
        ("ann gause", False),
        ("anngause\n", False),
        ("ann@gause", False),
        ("\u0430nngause", False),
        ("\u0661\u0662\u0663\u0664\u0665", False),
    ],
)
def test_a_new_username_has_5_to_16_letters_and_digits(key: str, allowed: bool) -> None:  # noqa: FBT001 - the answer
    assert is_username(key) is allowed


@pytest.mark.parametrize(
    "key",
    [
        "ann@example.com",
        "ann.gause+cers@mail.example.com",
        "o'hara@example.com",
        "a@xn--bcher-kva.example.com",
        "ann@mail.agency.local",
        "ann@example.test",
        f"{'a' * 64}@example.com",
    ],
)
def test_a_plain_address_is_one(key: str) -> None:
    assert is_email(key)


@pytest.mark.parametrize(
    "key",
    [
        "ann",
        "@example.com",
        "ann@",
        "ann@example",
        "ann@example.c",
        "ann@@example.com",
        "ann@example..com",
        ".ann@example.com",
        "ann.@example.com",
        "ann..gause@example.com",
        "=?utf-8?q?ann?=@example.com",
        "ann@-example.com",
        "ann@example-.com",
        "ann@example.com.",
        f"{'a' * 65}@example.com",
        f"ann@{'a' * 64}.com",
        "ann@example.com,eve@example.com",
        "ann@example.com;eve@example.com",
        "ann@example.com eve@example.com",
        "<ann@example.com>",
        '"ann"@example.com',
        "ann(comment)@example.com",
        "ann@[127.0.0.1]",
        "ann@example.com\n",
        "a" * 65 + "@example.com",
        "ann=gause@example.com",
        "Ann@example.com",
        "jos\u00e9@example.com",
        "ann@b\u00fccher.example.com",
        "ann@exam\uff50le.com",  # the library folds it into the plain letter
        f"a@{'b' * 63}.{'c' * 63}.{'d' * 63}.{'e' * 61}.com",
    ],
)
def test_a_list_a_comment_or_a_half_address_is_none(key: str) -> None:
    assert not is_email(key)
