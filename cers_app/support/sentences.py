"""The one plain sentence about a case, which staff can read aloud to a caller whose name they have verified."""

from datetime import datetime

from cers_app.mail.meanings import meaning, numbers
from cers_app.support.case import SCANNER, Ask, Case, Link, Sending, Standing
from cers_app.values.dates import clock_time, long_date
from cers_app.values.events import Event
from cers_app.words.reset_password import CANCELLED

CHANGED = {
    Event.PASSWORD_CHANGED: "The password was changed",
    Event.PASSWORD_DISOWNED: "The owner said that somebody else had changed the password. It stopped working",
}
TIMES = {1: "", 2: " twice, the last time", 3: " three times, the last time"}
WANTED = {Event.REMINDER_ASKED: "the username", Event.LINK_ASKED: "a link to reset the password"}
WITHOUT_IT = "The caller does not need this email: Reset my Password works without it."


def sentence(case: Case, now: datetime) -> str:
    """What happened, in a few plain sentences. What keeps a mail from its reader comes first."""
    if case.ask is None:
        return _without_request(case, now)
    if case.ask.thing == Event.INVITED:
        when = _when(case.ask.at, now)
        return f"The owner was invited to set up a password {when}. {_became_of_invitation(case, now)}"
    asked = _asked(case.ask, now)
    match case.standing:
        case Standing.NOBODYS:
            return f"{asked} No account has this name. Ask the caller to spell it."
        case Standing.DISABLED:
            return f"{asked} The account is disabled. The email says so and names a contact."
        case Standing.NOT_ACTIVATED:
            return f"{asked} The account is not active yet. The email says so and names a contact."
        case Standing.ACTIVE:
            earlier = " An earlier email was on its way or still worked, so the portal did not send another."
            asked = f"{asked}{earlier}" if case.ask.is_merged and case.sending else asked
            return f"{asked} {_became_of(case.sending, case.link, now)}"


def _without_request(case: Case, now: datetime) -> str:
    if case.change:
        what, at = case.change
        return f"{CHANGED[what]} {_when(at, now)}."
    whose = "No account has this name." if case.standing is Standing.NOBODYS else "An account has this name."
    return f"Nobody asked for an email with this name in the last 30 days. {whose}"


def _asked(ask: Ask, now: datetime) -> str:
    when = _when(ask.at, now)
    if ask.by_support:
        return f"Technical Support sent {WANTED[ask.thing]} {when}."
    return f"Someone asked for {WANTED[ask.thing]}{TIMES.get(ask.times, f' {ask.times} times, the last time')} {when}."


def _became_of(sending: Sending | None, link: Link | None, now: datetime) -> str:
    if sending is None:
        return "The portal no longer knows what became of the email."
    if sending.is_failed:
        return f"{_failed(sending, now)}: {meaning(sending.why)} ({numbers(sending.why)})."
    if sending.sent_at is None and sending.attempts:
        again = f"The portal tries again {_when(sending.next_try_at, now)}."
        return f"The email has not arrived yet: {meaning(sending.why)} ({numbers(sending.why)}). {again}"
    if sending.sent_at is None:
        return "The email waits for its turn and leaves within minutes."
    sent = f"The mail server took the email {_when(sending.sent_at, now)}"
    return _became_of_link(sent, link, now) if link else f"{sent}. Ask the caller to look in the spam folder."


def _became_of_invitation(case: Case, now: datetime) -> str:
    sending = case.sending
    if case.standing is not Standing.ACTIVE:
        return f"The account is {case.standing}, so nobody can set up a password."
    if sending is None or sending.is_failed:
        return _became_of(sending, None, now)
    if sending.is_dropped:
        return "When the turn of the email came, the account had a password or was not active. So no email was sent."
    if sending.sent_at or sending.attempts:
        return f"{_became_of(sending, None, now)} {WITHOUT_IT}"
    return f"The email leaves {_when(max(sending.next_try_at, now), now)} or later. {WITHOUT_IT}"


def _failed(sending: Sending, now: datetime) -> str:
    if sending.sent_at:
        return f"The mail server took the email {_when(sending.sent_at, now)}, but the email came back later"
    return "The email was refused" if " refused" in sending.why else "The email could not be sent"


def _became_of_link(sent: str, link: Link, now: datetime) -> str:
    if link.used_at:
        return f"The link was used {_when(link.used_at, now)}, so the account has a new password."
    if link.cancelled_at and link.cancelled_why:
        return f"The link was canceled {_when(link.cancelled_at, now)} because {CANCELLED[link.cancelled_why]}."
    ends = _when(link.expires_at, now)
    until = (
        f"The link expired {ends}." if link.expires_at <= now else f"The link works until {ends.removeprefix('at ')}."
    )
    if link.opened_at is None:
        return f"{sent}, and nobody opened the link. {until}"
    if link.opened_at - link.sent_at <= SCANNER:
        return (
            f"{sent}. Seconds later a program opened the link, probably to look for viruses. That is harmless. {until}"
        )
    return f"{sent}. The link was opened {_when(link.opened_at, now)}, but nobody chose a new password. {until}"


def _when(at: datetime, now: datetime) -> str:
    """`at 9:41 AM PST`, and with the date if it is another day."""
    date = long_date(at)
    return f"at {clock_time(at)}" if date == long_date(now) else f"on {date} at {clock_time(at)}"
