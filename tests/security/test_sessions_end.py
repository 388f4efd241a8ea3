"""A session is the database's word, at every event and every load, and each secret is good for one purpose alone."""

from typing import Any

import pytest

from cers_app.accounts.models import Account, AccountState
from cers_app.values import addresses
from cers_app.values.digests import sha256
from tests.support.bare_browsers import claim_of, is_in, post, sign_in
from tests.support.journeys import NEW, change, mailed_link, new_password_socket, open_link
from tests.support.portal import PASSWORD, Portal
from tests.support.wire import ACCOUNT_LOAD, HYDRATE, NEW_LOAD, Jar, Socket, browse, handler, request

REFRESH = handler("your_account___states", "account_state", "refresh")
CHANGE = handler("your_account___states", "change_password_state", "submit")
JUDGE = handler("your_account___states", "change_password_state", "judge")
CHANGE_LOAD = handler("your_account___states", "change_password_state", "load")
NEW_PASSWORD = "a password nobody has seen yet"


def reset(portal: Portal, username: str, jar: Jar | None = None) -> Jar:
    """Set a new password by a mailed link; the cookies of the browser that did it."""
    jar = open_link(portal, mailed_link(portal, username).token, jar)
    socket, shown = new_password_socket(portal, jar, f"reset of {username}")
    with socket:
        assert change(socket, shown["link"], NEW_PASSWORD)["stage"] == "changed"
    assert post(portal, addresses.RESET_DONE, jar).location == addresses.PASSWORD_CHANGED
    return jar


def test_cookies_that_somebody_planted_are_worth_nothing_after_signing_in(portal: Portal) -> None:
    portal.create_account("planteduser")
    planted = Jar({"cers_browser": "known-to-eve", "cers_session": "known-to-eve"})
    victim = sign_in(portal, "planteduser", jar=Jar(dict(planted.values)))

    assert is_in(portal, victim)
    assert not is_in(portal, planted)
    for name in ("cers_browser", "cers_session"):
        assert victim.values[name] not in {"known-to-eve", ""}
        assert len(victim.values[name]) >= 43
        mixed = Jar({**planted.values, "cers_browser": victim.values["cers_browser"]})
        assert not is_in(portal, mixed)


def test_whoever_copies_a_session_cookie_is_signed_in_elsewhere(portal: Portal) -> None:
    portal.create_account("copiedcookie")
    victim, eve = sign_in(portal, "copiedcookie"), browse(portal.url)
    stolen = {**eve.values, "cers_session": victim.values["cers_session"]}

    assert not is_in(portal, Jar(dict(stolen)))
    assert not is_in(portal, Jar({"cers_session": victim.values["cers_session"]}))
    with Socket(portal.url, "a tab of eve", Jar(dict(stolen))) as socket:
        socket.call(HYDRATE, addresses.ACCOUNT)
        assert "copiedcookie" not in str(socket.call(ACCOUNT_LOAD, addresses.ACCOUNT))
    assert is_in(portal, Jar({name: victim.values[name] for name in ("cers_session", "cers_browser")}))


@pytest.mark.parametrize("way", ["scripts", "plain form"])
def test_signing_in_again_ends_the_session_it_replaces_and_no_other(portal: Portal, way: str) -> None:
    mother, child = f"mother{way[:5]}", f"child{way[:5]}"
    for name in (mother, child):
        portal.create_account(name)
    elsewhere, jar = sign_in(portal, mother), sign_in(portal, mother)
    for name in (mother, child):
        replaced = Jar(dict(jar.values))
        assert is_in(portal, replaced)
        if way == "scripts":
            sign_in(portal, name, jar=jar)
        else:
            assert (
                post(portal, addresses.SESSION, jar, {"username": name, "password": PASSWORD}).location
                == addresses.ACCOUNT
            )

        assert is_in(portal, jar)
        assert not is_in(portal, replaced)
        assert jar.values["cers_session"] != replaced.values["cers_session"]
    assert is_in(portal, elsewhere)


def test_a_refused_sign_in_ends_nothing(portal: Portal) -> None:
    portal.create_account("staysignedin")
    jar = sign_in(portal, "staysignedin")
    for form in ({"username": "staysignedin", "password": "not the password"}, {"claim": "x" * 43}):
        assert post(portal, addresses.SESSION, jar, form).location.startswith(addresses.SIGN_IN)

    assert is_in(portal, jar)


def test_a_tab_that_stays_open_shows_nothing_after_signing_out_elsewhere(portal: Portal) -> None:
    portal.create_account("tabstaysopen")
    jar = sign_in(portal, "tabstaysopen")
    with Socket(portal.url, "the tab that stays open", jar) as tab:
        tab.call(HYDRATE, addresses.ACCOUNT)
        assert tab.call(ACCOUNT_LOAD, addresses.ACCOUNT)["username"] == "tabstaysopen"
        old = Jar(dict(jar.values))
        assert post(portal, addresses.SIGN_OUT, jar).location == addresses.SIGNED_OUT

        assert tab.call(REFRESH, addresses.ACCOUNT).get("stage") == "out"
        assert tab.call(CHANGE, form={"current": PASSWORD, "password": NEW_PASSWORD}).get("stage") == "out"
    assert not is_in(portal, old)
    assert claim_of(portal, browse(portal.url), "tabstaysopen", PASSWORD)


def test_a_page_in_use_learns_when_its_session_ends_now(portal: Portal) -> None:
    portal.create_account("usesthepage")
    jar = sign_in(portal, "usesthepage")
    with Socket(portal.url, "a tab in use", jar) as tab:
        tab.call(HYDRATE, addresses.CHANGE_PASSWORD)
        left = [tab.call(CHANGE_LOAD, addresses.CHANGE_PASSWORD)["ends_in"]]
        form = {"current": "not the password", "password": NEW_PASSWORD}
        left += [tab.call(CHANGE, addresses.CHANGE_PASSWORD, form=form).get("ends_in")]
        left += [tab.call(JUDGE, addresses.CHANGE_PASSWORD, typed=NEW_PASSWORD, number=1).get("ends_in")]
    assert all(seconds and 1770 < seconds <= 1800 for seconds in left), left


def test_an_idle_page_that_leads_to_the_sign_in_page_is_not_led_back_in(portal: Portal) -> None:
    portal.create_account("idlepages")
    jar = sign_in(portal, "idlepages")
    assert request(portal.url, path=addresses.SIGN_IN, jar=jar).location == addresses.ACCOUNT

    for query in ("?ended=1", "?next=/account/password/&ended=1"):
        shown = request(portal.url, path=f"{addresses.SIGN_IN}{query}", jar=jar)
        assert (shown.status, shown.location) == (200, "")


def test_a_reset_ends_every_session_whatever_else_is_sent(portal: Portal) -> None:
    for name in ("resetsends", "notreset"):
        portal.create_account(name)
    browsers = [sign_in(portal, "resetsends") for _ in range(3)]
    other = sign_in(portal, "notreset")
    assert all(is_in(portal, jar) for jar in browsers)

    reset(portal, "resetsends", Jar({**browse(portal.url).values, "deviceId": "x"}))

    assert not any(is_in(portal, jar) for jar in browsers)
    assert is_in(portal, other)


def test_a_reset_signs_nobody_in(portal: Portal) -> None:
    portal.create_account("notsignedin")
    jar = reset(portal, "notsignedin")

    assert "cers_session" not in jar.values
    assert not is_in(portal, jar)
    assert is_in(portal, sign_in(portal, "notsignedin", NEW_PASSWORD, jar))


def test_who_is_disabled_is_out_at_the_next_event(portal: Portal) -> None:
    account = portal.create_account("disablednow")
    jar = sign_in(portal, "disablednow")
    with Socket(portal.url, "the tab of a disabled person", jar) as tab:
        tab.call(HYDRATE, addresses.ACCOUNT)
        assert tab.call(ACCOUNT_LOAD, addresses.ACCOUNT)["stage"] == "in"
        with portal.database.writing() as session:
            session.get_one(Account, account.id).state = AccountState.DISABLED

        assert tab.call(REFRESH, addresses.ACCOUNT).get("stage") == "out"
    assert not is_in(portal, jar)


@pytest.mark.parametrize("name", [ACCOUNT_LOAD, REFRESH, CHANGE_LOAD, CHANGE])
def test_who_never_signed_in_calls_nothing_private(portal: Portal, name: str) -> None:
    username = f"private{name.rpartition('.')[2]}{'c' * ('change' in name)}"
    portal.create_account(username)
    form: dict[str, Any] = (
        {"form": {"current": PASSWORD, "password": NEW_PASSWORD, "username": username}} if name == CHANGE else {}
    )
    for jar in (browse(portal.url), Jar()):
        with Socket(portal.url, "a tab of nobody", jar) as tab:
            tab.call(HYDRATE, addresses.ACCOUNT)
            assert tab.call(name, addresses.ACCOUNT, **form)["stage"] == "out"
            assert username not in "".join(tab.received)

    with Socket(portal.url, "a tab of somebody", sign_in(portal, username)) as tab:
        tab.call(HYDRATE, addresses.ACCOUNT)
        assert tab.call(name, addresses.ACCOUNT, **form)["stage"] in {"in", "changed"}


def test_the_current_password_is_needed_for_a_new_one(portal: Portal) -> None:
    portal.create_account("needscurrent")
    with Socket(portal.url, "a tab that changes", sign_in(portal, "needscurrent")) as tab:
        tab.call(HYDRATE, addresses.CHANGE_PASSWORD)
        for form in ({"password": NEW_PASSWORD}, {"current": None, "password": NEW_PASSWORD}):
            assert "Enter your current password" in str(tab.call(CHANGE, form=form)["problems"])
        wrong = {"current": "certainly not it", "password": NEW_PASSWORD}
        assert tab.call(CHANGE, form=wrong)["stage"] == "in"
        assert tab.call(CHANGE, form={"current": PASSWORD, "password": NEW_PASSWORD})["stage"] == "changed"


def test_each_secret_opens_its_own_door_alone(portal: Portal) -> None:
    portal.create_account("onepurpose")
    token = mailed_link(portal, "onepurpose").token
    signed_in = sign_in(portal, "onepurpose")
    session = signed_in.values["cers_session"]
    claim = claim_of(portal, signed_in, "onepurpose")

    for value in (token, sha256(token), sha256(session), claim, signed_in.values["cers_browser"]):
        assert not is_in(portal, Jar({**browse(portal.url).values, "cers_session": value}))
    for value in (token, session, sha256(token)):
        jar = browse(portal.url)
        assert post(portal, addresses.SESSION, jar, {"claim": value}).location == f"{addresses.SIGN_IN}#again"
    # A link nobody opened says to open it whatever is accepted for it.
    opened = open_link(portal, token)
    for value in (session, claim, sha256(token)):
        with Socket(
            portal.url, "a tab with another secret", Jar({**browse(portal.url).values, "cers_reset": value})
        ) as tab:
            tab.call(HYDRATE, NEW)
            assert tab.call(NEW_LOAD, NEW)["stage"] == "useless"

    assert is_in(portal, signed_in)
    socket, shown = new_password_socket(portal, opened)
    socket.close()
    assert shown["stage"] == "live"


def test_a_page_of_somebody_signed_in_is_kept_nowhere(portal: Portal) -> None:
    portal.create_account("keptnowhere")
    jar = sign_in(portal, "keptnowhere")

    assert request(portal.url, path=addresses.ACCOUNT, jar=jar).headers["cache-control"] == "no-store"
    answer = post(portal, addresses.SIGN_OUT, jar)
    assert answer.headers["clear-site-data"] == '"cache"'
    assert answer.headers["cache-control"] == "no-store"
