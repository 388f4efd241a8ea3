"""What the audit says that happened: the same names in every version, and words for each."""

from cers_app.values.events import Event
from cers_app.words.activity import HAPPENED, SHOWN_TO_OWNER

OF_1_0_0 = {
    "sign_in_ok", "sign_in_refused", "signed_out", "reminder_asked", "link_asked", "mail_sent", "mail_failed",
    "link_opened", "link_used", "link_refused", "password_changed", "sessions_ended", "throttled",
    "verification_failed", "password_refused", "account_created", "account_shown", "account_activated",
    "account_disabled", "account_enabled", "email_changed", "mail_retried",
}  # fmt: skip


def test_the_names_that_databases_and_dashboards_hold_stay() -> None:
    assert set(Event) >= OF_1_0_0


def test_staff_read_words_for_everything_and_owners_nothing_of_the_portals_own_work() -> None:
    assert set(HAPPENED) == set(Event)
    assert not {Event.THROTTLED, Event.ACCOUNT_SHOWN, Event.MAIL_SENT} & set(SHOWN_TO_OWNER)
    assert Event.SIGN_IN_OK in SHOWN_TO_OWNER
