"""Secrets that come from files, such as the credentials of a service manager."""

import os
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from cers_app.commands.wrong_settings import problems
from cers_app.settings import DEVELOPMENT_KEY, LARGEST_SECRET, Settings

KEY = "a-key-in-a-file-of-more-than-32-characters"
SECRETS = [name for name, field in Settings.model_fields.items() if field.annotation is SecretStr]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("CERS_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The file with the secret."""
    return tmp_path / "secret"


def made(**values: Any) -> Settings:
    return Settings(_env_file=None, mode="test", **values)


def refused(**values: Any) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        made(**values)
    return problems(caught.value)


def value(config: Settings, name: str) -> str:
    found: SecretStr = getattr(config, name)
    return found.get_secret_value()


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
@pytest.mark.parametrize("name", SECRETS)
def test_every_secret_may_come_from_a_file(name: str, end: str, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_bytes(f"{KEY} \u00fc {end}".encode())
    monkeypatch.setenv(f"CERS_{name.upper()}_FILE", str(file))

    assert value(made(), name) == f"{KEY} \u00fc ", "only the last line end is gone"
    assert KEY not in repr(made())
    monkeypatch.delenv(f"CERS_{name.upper()}_FILE")
    assert value(made(), name) in {DEVELOPMENT_KEY, ""}
    assert len(SECRETS) > 1


def test_production_starts_with_a_credential_of_the_service_manager(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As systemd writes `CERS_SECRET_KEY_FILE=%d/secret_key`.
    credentials = tmp_path / "credentials" / "cers.service"
    credentials.mkdir(parents=True)
    (credentials / "secret_key").write_text(KEY, "utf-8")
    (credentials / "secret_key").chmod(0o400)
    monkeypatch.setenv("CERS_SECRET_KEY_FILE", str(credentials / "secret_key"))
    others = {"public_url": "https://portal.example.com", "smtp_host": "smtp.example.com", "trusted_hops": 1}

    config = Settings(_env_file=None, **others)

    assert value(config, "secret_key") == KEY
    assert config.secret_files == [credentials / "secret_key"]


def test_a_file_named_in_the_settings_file_is_read(file: Path, tmp_path: Path) -> None:
    file.write_text(KEY, "utf-8")
    (tmp_path / ".env").write_text(f"CERS_MODE=test\nCERS_SMTP_PASSWORD_FILE={file}\n", "utf-8")

    assert value(Settings(_env_file=tmp_path / ".env"), "smtp_password") == KEY


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_and_its_file_together_are_refused(name: str, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(KEY, "utf-8")
    monkeypatch.setenv(f"CERS_{name.upper()}", "another-secret-of-more-than-32-characters")
    monkeypatch.setenv(f"CERS_{name.upper()}_FILE", str(file))

    assert refused() == [f"CERS_{name.upper()}: must not be set together with CERS_{name.upper()}_FILE"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"\n", "the file is empty"),
        (b"hush" * (LARGEST_SECRET // 4) + b"\n", "the file has more than 4,096 bytes"),
        (b"hush\xfc", "the file is not in UTF-8"),
        ("hush".encode("utf-16"), "the file is not in UTF-8"),
        (b"hush\nhush\n", "the file must have one line of characters that show something"),
        (b"hush\0", "the file must have one line of characters that show something"),
    ],
)
def test_a_file_without_a_usable_secret_is_refused_without_showing_it(content: bytes, words: str, file: Path) -> None:
    file.write_bytes(content)

    assert refused(secret_key_file=str(file)) == [f"CERS_SECRET_KEY_FILE: {words}"]
    file.write_bytes(b"hush")
    assert value(made(secret_key_file=str(file)), "secret_key") == "hush"


def test_what_is_no_readable_file_is_refused_without_waiting(file: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path, words in {
        file: "the file cannot be read (No such file or directory)",
        tmp_path: "must name a regular file",
        tmp_path / "pipe": "must name a regular file",
        tmp_path / "loop": "the file cannot be read (Too many levels of symbolic links)",
        tmp_path / ("x" * 300): "the file cannot be read (File name too long)",
        Path("secret"): "must be the absolute path of a file",
        Path("hush"): "must be the absolute path of a file",
    }.items():
        assert refused(smtp_password_file=str(path)) == [f"CERS_SMTP_PASSWORD_FILE: {words}"]
