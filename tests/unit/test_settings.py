"""Which settings a mode refuses, and that each message names the setting."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from cers_app.commands.wrong_settings import problems
from cers_app.settings import DEVELOPMENT_KEY, Mode, Settings, UnreadableFileError
from cers_app.values.hosts import is_loopback
from tests.project import settings_table

KEY = "a-key-for-tests-alone-of-more-than-32-characters"
PRODUCTION: dict[str, Any] = {
    "mode": "production",
    "secret_key": KEY,
    "public_url": "https://portal.example.com",
    "smtp_host": "smtp.example.com",
    "trusted_hops": 1,
}


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("CERS_")]:
        monkeypatch.delenv(name)


def made(**values: Any) -> Settings:
    return Settings(_env_file=None, **values)


def refused(**values: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        made(**values)
    return "\n".join([str(caught.value), *problems(caught.value)])


def test_production_is_the_default_and_starts_with_nothing_unsafe() -> None:
    words = refused()

    for name in ("CERS_SECRET_KEY", "CERS_PUBLIC_URL", "CERS_SMTP_HOST", "CERS_TRUSTED_HOPS"):
        assert name in words
    assert made(**PRODUCTION).base_url == "https://portal.example.com"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("secret_key", DEVELOPMENT_KEY),
        ("secret_key", "k" * 31),
        ("secret_key", ""),
        ("public_url", "http://portal.example.com"),
        ("public_url", "https:portal.example.com"),
        ("public_url", "https://"),
        ("public_url", ""),
        ("smtp_host", ""),
        ("smtp_security", "plain"),
        ("continue_url", "http://cers.example.com/"),
        ("continue_url", "http://localhost:3000/"),
        ("regulator_url", "http://www.example.gov/"),
        ("privacy_url", "http://www.example.gov/"),
        ("terms_url", "http://127.0.0.1/"),
        ("database_url", "mysql://db.example.com/portal"),
        ("database_url", "sqlite:///portal.db"),
        ("metrics_port", 3000),
        ("CERS_MAIL_LEASE_SECONDS", 119),
        ("qa_characters", "ACDEFG"),
        ("qa_limits", False),
    ],
)
def test_production_refuses_what_is_unsafe_and_names_it(name: str, value: object) -> None:
    words = refused(**{**PRODUCTION, name: value})
    assert f"CERS_{name.upper().removeprefix('CERS_')}" in words
    assert "Extra inputs" not in words


def test_production_must_say_how_many_proxies_stand_in_front_even_when_none_do() -> None:
    without = {name: value for name, value in PRODUCTION.items() if name != "trusted_hops"}

    assert "CERS_TRUSTED_HOPS" in refused(**without)
    assert made(**without, trusted_hops=0).trusted_hops == 0


@pytest.mark.parametrize("mode", ["development", "test"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("bind", "0.0.0.0"),  # noqa: S104 - it is refused
        ("bind", "192.0.2.1"),
        ("public_url", "http://portal.example.com"),
        ("public_url", "http://localhost.example.com:3000"),
        ("public_url", "http://localhost@portal.example.com"),
    ],
)
def test_development_and_test_stay_on_this_machine(mode: str, name: str, value: str) -> None:
    assert f"CERS_{name.upper()}" in refused(mode=mode, **{name: value})
    assert made(mode=mode).bind == "127.0.0.1"


def test_signing_in_leads_elsewhere_without_tls_only_on_this_machine() -> None:
    there = made(mode="test", continue_url="http://127.0.0.1:4000/home?from=portal")
    assert (there.continue_url, there.continue_origin) == (
        "http://127.0.0.1:4000/home?from=portal",
        "http://127.0.0.1:4000",
    )
    assert made(mode="test").continue_origin == ""
    assert made(mode="test", continue_url="https://cers.example.com/").continue_origin == "https://cers.example.com"

    assert "CERS_CONTINUE_URL" in refused(mode="test", continue_url="http://cers.example.com/")
    assert "CERS_CONTINUE_URL" in refused(mode="test", continue_url=f"https://cers.example.com/{'x' * 1_024}")


def test_known_characters_and_lifted_limits_are_for_test_mode_alone() -> None:
    assert made(mode="test", qa_characters="ACDEFG", qa_limits=False).qa_characters == "ACDEFG"

    assert "CERS_QA_CHARACTERS" in refused(mode="development", qa_characters="ACDEFG")
    assert "CERS_QA_LIMITS" in refused(mode="development", qa_limits=False)


def test_mail_goes_unprotected_only_to_this_machine() -> None:
    assert made(mode="test", smtp_host="127.0.0.1", smtp_security="plain").smtp_host == "127.0.0.1"
    for host, address in (("LOCALHOST", "localhost"), ("[::1]", "::1"), ("::1", "::1")):
        assert made(mode="test", smtp_host=host, smtp_security="plain").smtp_host == address
    assert "CERS_SMTP_SECURITY" in refused(mode="test", smtp_host="192.0.2.1", smtp_security="plain")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CERS_RESET_LINK_MINUTES", 14),
        ("password_min", 7),
        ("port", 0),
        ("port", 65536),
        ("limit_sign_in_failures", 0),
        ("CERS_MAIL_INTERVAL_SECONDS", 0),
        ("trusted_hops", -1),
        ("mode", "staging"),
        ("smtp_security", "none"),
    ],
)
def test_a_number_out_of_range_is_refused_by_name(name: str, value: object) -> None:
    words = refused(**{"mode": "test", name: value})
    assert name in words
    assert "Extra inputs" not in words


@pytest.mark.parametrize(
    ("name", "told", "value", "lasts"),
    [
        ("reset_link", "CERS_RESET_LINK_MINUTES", "90", timedelta(hours=1, minutes=30)),
        ("session_longest", "CERS_SESSION_HOURS", "8", timedelta(hours=8)),
        ("keep_ended", "CERS_KEEP_DAYS", "7", timedelta(days=7)),
        ("mail_interval", "CERS_MAIL_INTERVAL_SECONDS", "0.3", timedelta(milliseconds=300)),
        ("limit_mail_gap", "CERS_LIMIT_MAIL_GAP_SECONDS", "0", timedelta()),
    ],
)
def test_a_duration_is_a_plain_number_of_the_unit_in_its_name(
    name: str, told: str, value: str, lasts: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(told, value)

    assert getattr(made(mode="test"), name) == lasts


def test_the_defaults_of_all_durations_read_as_they_are_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    durations = {name for name, field in Settings.model_fields.items() if field.annotation is timedelta}
    for name in durations:
        told = Settings.names()[name]
        monkeypatch.setenv(told, settings_table.written(Settings.model_fields[name].default, told))

    assert len(durations) > 10
    assert made(mode="test", trusted_hops=0).model_dump(include=durations) == {
        name: Settings.model_fields[name].default for name in durations
    }


@pytest.mark.parametrize("value", ["soon", "nan", "inf", "1e300", "PT1H", "1:00", "60 minutes"])
def test_a_duration_that_is_no_number_is_refused_by_name(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CERS_RESET_LINK_MINUTES", value)
    words = refused(mode="test")

    assert "CERS_RESET_LINK_MINUTES" in words
    assert "must be a number" in words


def test_no_duration_is_longer_than_dates_can_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    durations = [
        name for field, name in Settings.names().items() if Settings.model_fields[field].annotation is timedelta
    ]
    for name in durations:
        monkeypatch.setenv(name, "1e11")
        assert f"{name}: " in refused(mode="test")
        monkeypatch.delenv(name)
    assert len(durations) > 10


def test_a_duration_without_its_unit_is_no_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CERS_RESET_LINK", "30")
    assert "unknown setting CERS_RESET_LINK" in refused(mode="test")
    monkeypatch.delenv("CERS_RESET_LINK")

    file = tmp_path / ".env"
    file.write_text("CERS_RESET_LINK_MINUTES=30\n", "utf-8")
    assert Settings(_env_file=file, mode=Mode.TEST).reset_link == timedelta(minutes=30)
    file.write_text("CERS_RESET_LINK=30\n", "utf-8")
    with pytest.raises(ValidationError, match="cers_reset_link"):
        Settings(_env_file=file, mode=Mode.TEST)


@pytest.mark.parametrize("name", ["mail_from", "support_email"])
def test_the_sender_and_the_help_address_are_one_email_address_each(name: str) -> None:
    for address in ("DoNot.ReplyTo.Cers@calepa.ca.gov", "cers@mail.agency.local"):
        assert getattr(made(mode="test", **{name: address}), name) == address

    for wrong in ("", "cers", "CERS <cers@calepa.ca.gov>", "a@example.com, b@example.com", "cers@\u212aalepa.ca.gov"):
        words = refused(mode="test", **{name: wrong})
        assert name in words
        assert "must be one plain email address" in words


def test_bounced_mails_return_to_the_sender_unless_another_address_is_set() -> None:
    assert made(mode="test", mail_from="cers@example.com").envelope_sender == "cers@example.com"
    assert made(mode="test", mail_bounce="bounces@example.com").envelope_sender == "bounces@example.com"

    for wrong in ("bounces", "<>", "a@example.com, b@example.com"):
        words = refused(mode="test", mail_bounce=wrong)
        assert "mail_bounce" in words
        assert "must be one plain email address" in words


def test_the_pages_name_one_phone_number_its_hours_and_pages_of_the_agency_or_none() -> None:
    shown = made(mode="test", support_phone=" (916)  555-0100 ", support_hours=" Monday to  Friday ")
    assert (shown.support_phone, shown.support_hours) == ("(916) 555-0100", "Monday to Friday")
    bare = made(mode="test", support_phone=" ")
    assert (bare.support_phone, bare.support_hours, bare.regulator_url, bare.privacy_url, bare.terms_url) == ("",) * 5
    assert made(mode="test", terms_url="http://127.0.0.1:4000").terms_url == "http://127.0.0.1:4000/"

    assert "CERS_SUPPORT_PHONE: must be one phone number" in refused(mode="test", support_phone="call us")
    assert "CERS_SUPPORT_HOURS: " in refused(mode="test", support_hours="x" * 101)
    for name in ("regulator_url", "privacy_url", "terms_url"):
        assert f"CERS_{name.upper()}: must be one address" in refused(mode="test", **{name: "www.example.gov"})
        assert f"CERS_{name.upper()} must begin with https" in refused(mode="test", **{name: "http://a.example.gov/"})


def test_a_misspelt_setting_is_refused_and_the_right_one_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CERS_MODE", "test")
    monkeypatch.setenv("CERS_PASSWORD_MIN", "20")
    assert made().password_min == 20

    monkeypatch.setenv("CERS_PASSWORDMIN", "8")
    assert "CERS_PASSWORDMIN" in refused()


def test_a_name_is_found_wrong_wherever_it_is_and_however_it_is_spelled(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("cers_prot", "CERS_P\udcffRT"):
        monkeypatch.setenv(name, "3000")
        words = refused(mode="test")
        monkeypatch.delenv(name)
        assert "unknown setting " in words
        assert words.isascii()

    file = tmp_path / ".env"
    file.write_text("CERS_PROT=3000\n", "utf-8")
    with pytest.raises(ValidationError) as caught:
        Settings(_env_file=file, mode=Mode.TEST)
    assert problems(caught.value) == ["unknown setting CERS_PROT"]


def test_a_yes_or_no_is_read_in_capitals_and_anything_else_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CERS_MAIL_WORKER", " False\r")
    assert not made(mode="test").mail_worker

    assert "CERS_MAIL_WORKER: must be true or false" in refused(mode="test", mail_worker="maybe")


@pytest.mark.parametrize("name", ["smtp_username", "smtp_password"])
def test_a_byte_that_is_not_utf_8_is_refused_in_words(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"CERS_{name.upper()}", "geheim\udcfc")

    assert f"CERS_{name.upper()}: must be one line of characters that show something" in refused(mode="test")


def test_a_settings_file_that_is_a_link_to_nowhere_is_not_taken_for_none(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    assert Settings(_env_file=file, mode=Mode.TEST).port == 3000

    file.symlink_to(tmp_path / "moved.env")
    with pytest.raises(UnreadableFileError, match="cannot be read"):
        Settings(_env_file=file, mode=Mode.TEST)


def test_an_empty_setting_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CERS_MODE", "test")
    monkeypatch.setenv("CERS_PORT", "")

    assert made().base_url == "http://localhost:3000"


def test_no_refusal_and_no_print_shows_a_secret() -> None:
    shown = repr(made(**PRODUCTION, smtp_password="hush-hush-hush"))

    assert KEY not in shown
    assert "hush" not in shown
    assert "portal.example.com" in shown


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValidationError):
        setattr(made(mode="test"), "port", 1)  # noqa: B010 - mypy refuses it in the other form


def test_each_mode_has_a_database_of_its_own() -> None:
    assert made(mode="test").sqlalchemy_url.endswith("/.local/test.db")
    assert made(mode="development").sqlalchemy_url.endswith("/.local/development.db")
    assert made(mode="test", database_url="sqlite:////tmp/x.db").sqlalchemy_url == "sqlite:////tmp/x.db"


def test_posts_come_from_the_public_address_and_off_production_from_both_names_of_this_machine() -> None:
    production = made(**{**PRODUCTION, "public_url": "https://portal.example.com/"})

    assert production.origins == ("https://portal.example.com",)
    assert production.is_https
    assert made(mode="test", port=3999).origins == ("http://localhost:3999", "http://127.0.0.1:3999")
    assert not made(mode="test").is_https


@pytest.mark.parametrize(
    ("host", "is_this_machine"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("", False),
        ("0.0.0.0", False),  # noqa: S104 - the example
        ("localhost.example.com", False),
        ("10.0.0.1", False),
    ],
)
def test_only_loopback_is_this_machine(host: str, is_this_machine: bool) -> None:  # noqa: FBT001 - the answer
    assert is_loopback(host) is is_this_machine


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("", []),
        ("192.0.2.7", ["192.0.2.7/32"]),
        ("192.0.2.0/24, 2001:DB8:1::/64", ["192.0.2.0/24", "2001:db8:1::/64"]),
        (" 192.0.2.0/24  198.51.100.0/25 ", ["192.0.2.0/24", "198.51.100.0/25"]),
    ],
)
def test_training_rooms_are_networks(given: str, read: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CERS_LIMIT_TRUSTED_NETWORKS", given)

    assert [str(network) for network in made(mode="test").limit_trusted_networks] == read


@pytest.mark.parametrize(
    "given",
    [
        "192.0.2.1/24",
        "192.0.2",
        "training room",
        "0.0.0.0/33",
        '["192.0.2.0/24"]',
        "0.0.0.0/0",
        "192.0.2.0/24, ::/0",
        "2001:db8:1:2::/65",
        "2001:db8:1:2::9",
    ],
)
def test_what_is_no_network_is_refused_by_name(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CERS_LIMIT_TRUSTED_NETWORKS", given)

    assert "CERS_LIMIT_TRUSTED_NETWORKS" in refused(mode="test")


def test_an_office_is_refused_only_after_it_was_asked_for_a_check() -> None:
    assert "CERS_LIMIT_MAIL_PER_HOUR_MOST" in refused(mode="test", limit_mail_per_hour=60, limit_mail_per_hour_most=60)
    assert made(mode="test", limit_mail_per_hour=60, limit_mail_per_hour_most=61).limit_mail_per_hour == 60
