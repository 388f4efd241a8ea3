"""Each case of the corpus, tried on the part that reads it."""

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from cers_app.accounts.passwords import Passwords
from cers_app.commands import wrong_settings
from cers_app.mail.refusals import Step, is_final
from cers_app.settings import Mode, Settings, UnreadableFileError
from cers_app.values.env_file import problems
from cers_app.values.identifiers import Identifier, NotAnIdentifier, normalize
from cers_app.verification.challenge import tidy
from tests.corpus.cases import Case, each
from tests.support.doubles import cheap_passwords
from tests.support.portal import CHARACTERS


@each("names")
def test_a_name_means_one_account_or_none(case: Case) -> None:
    expected = Identifier(case["right"]) if case["right"] else NotAnIdentifier()

    assert normalize(case["typed"]) == expected


@each("names")
def test_a_name_in_its_one_form_stays_as_it_is(case: Case) -> None:
    found = normalize(case["typed"])

    if isinstance(found, Identifier):
        assert normalize(found.key) == found
        assert normalize(found.text) == found


@each("characters")
def test_characters_are_right_however_they_are_typed(case: Case) -> None:
    assert (tidy(case["typed"]) == CHARACTERS) == case["right"]


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    """Hashes that cost little."""
    return cheap_passwords()


@each("passwords")
def test_a_password_is_the_same_however_its_spaces_are_typed(passwords: Passwords, case: Case) -> None:
    assert passwords.verify(passwords.hash(case["chosen"]), case["typed"]) == case["right"]


@each("settings")
def test_a_setting_means_one_thing_or_is_refused(monkeypatch: pytest.MonkeyPatch, case: Case) -> None:
    monkeypatch.setenv("CERS_SECRET_KEY", "k" * 40)
    monkeypatch.setenv("CERS_SMTP_HOST", "mail.example.com")
    monkeypatch.setenv("CERS_TRUSTED_HOPS", "1")
    monkeypatch.setenv("CERS_PUBLIC_URL", "https://portal.example.com")
    try:
        monkeypatch.setenv(case["name"], case["value"])
    except ValueError:
        pytest.skip("the operating system takes no such value")
    field = {name: field for field, name in Settings.names().items()}[case["name"]]

    if case["right"]:
        found = getattr(Settings(_env_file=None, mode=Mode.PRODUCTION), field)
        assert (found.get_secret_value() if isinstance(found, SecretStr) else found) == case["right"]
        return
    with pytest.raises(ValidationError) as refused:
        Settings(_env_file=None, mode=Mode.PRODUCTION)
    (told,) = wrong_settings.problems(refused.value)
    assert told.startswith(case["name"])
    assert "must be" in told
    assert "input_value" not in str(refused.value)


def content(case: Case) -> bytes:
    """A file's bytes."""
    return str(case["content"]).encode(case.get("encoding", "utf-8"))


@each("env_files")
def test_each_broken_line_of_the_settings_file_is_named(case: Case) -> None:
    told = [*problems(content(case))]

    assert [("Line" in line and int(line.split()[1])) or 0 for line in told] == case["right"]
    assert not any(value in line for line in told for value in ("abc", "geheüber"))


@each("env_files")
def test_a_broken_settings_file_is_refused_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: Case) -> None:
    monkeypatch.delenv("CERS_PORT", raising=False)
    file = tmp_path / ".env"
    file.write_bytes(content(case))
    if case["right"]:
        with pytest.raises(UnreadableFileError, match=r"^\.env: "):
            Settings(_env_file=file, mode=Mode.TEST)
    else:
        assert Settings(_env_file=file, mode=Mode.TEST).port == (3001 if "3001" in case["content"] else 3000)


STEPS = {"MAIL": Step.SENDER, "RCPT": Step.RECIPIENT, "END": Step.MESSAGE}


@each("refusals")
def test_a_refusal_is_final_only_if_it_is_about_this_mail(case: Case) -> None:
    if case["step"] in STEPS:
        code, words = case["says"][:3], case["says"][4:]
        assert is_final(STEPS[case["step"]], int(code), words.encode()) == (case["right"] == "given up")
