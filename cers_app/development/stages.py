"""Every page in every stage, with fixed facts: what `/dev/pages/` lists, and what pictures and checks look at.

A stage is what a page shows after one outcome. The outcomes come from the lists that the journeys keep beside their
answers, so a new outcome there is a new stage here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum, auto

import reflex as rx

from cers_app.background.pools import Busy
from cers_app.development import facts, mail_previews
from cers_app.development.facts import Arrange
from cers_app.mail_request import answers as mail_request
from cers_app.mail_request.answers import Journey
from cers_app.mail_request.outcomes import CheckNeeded
from cers_app.mail_request.states import MailRequestState
from cers_app.new_password.policy import Weak
from cers_app.not_me import routes as not_me
from cers_app.recover_username.pages import JOURNEY as RECOVER
from cers_app.recover_username.pages import UsernameState
from cers_app.reset_password import answers as reset_password
from cers_app.reset_password.links import LinkRefused
from cers_app.reset_password.states import JOURNEY as RESET
from cers_app.reset_password.states import LinkStage, NewPasswordState, ResetRequestState
from cers_app.settings import Settings
from cers_app.sign_in import answers as sign_in
from cers_app.sign_in.pages import SignInState
from cers_app.ui.banners import TroubleState
from cers_app.ui.summary import NO_COOKIES
from cers_app.values import addresses
from cers_app.values.answers import SOME_TIME, Refused
from cers_app.values.limits import TooManyRequests
from cers_app.values.reference import spelled
from cers_app.verification.field import SYMBOLS
from cers_app.words import account as account_texts
from cers_app.words import common
from cers_app.words import mail_request as request_texts
from cers_app.words import reset_password as texts
from cers_app.words import verification as verification_texts
from cers_app.words.help import EXAMPLE_REFERENCE
from cers_app.your_account import answers as your_account
from cers_app.your_account.outcomes import Incomplete, SamePassword, WrongPassword
from cers_app.your_account.states import AccountState, ChangePasswordState

STAGE = "stage"
"""The name in a page's query that tells the stage."""


class Without(StrEnum):
    """What a visitor's browser or network lacks."""

    NOTHING = ""
    SCRIPTS = auto()
    CONNECTION = auto()


@dataclass(frozen=True, slots=True)
class Stage:
    """A page in one stage. `arrange` gives `state` its facts. Without a State, the page shows what it always shows."""

    name: str
    """A name for addresses and files, such as `sign-in-not-recognized`."""
    page: str
    """The page's address. Its end after `#` leads to some words on the page."""
    state: type[rx.State] | None = None
    arrange: Arrange = facts.nothing
    shows: str = ""
    """Words that only these facts bring to the page, so that a test knows that the page took them."""
    without: Without = Without.NOTHING
    mail: str = ""
    """The mail that belongs to it, by the name of its preview."""

    @property
    def path(self) -> str:
        """The page's address without that end."""
        return self.page.partition("#")[0]

    @property
    def address(self) -> str:
        """Where a browser finds the page in this stage."""
        _, mark, end = self.page.partition("#")
        return f"{self.path}?{STAGE}={self.name}{mark}{end}"


CHANGE_REFUSALS: tuple[your_account.Refusal, ...] = (
    Incomplete(current=True, new=False),
    Incomplete(current=False, new=True),
    Incomplete(current=True, new=True),
    WrongPassword(),
    SamePassword(),
    *Weak,
    TooManyRequests(SOME_TIME),
    Busy(),
)
"""One example of each refusal to change a known password. The journey has no such list: no page holds the words."""


def all_of(config: Settings) -> dict[str, Stage]:
    """Every stage by its name, page by page."""
    return {
        stage.name: stage
        for stage in (
            *_sign_in(),
            *_asking(config, RECOVER, UsernameState),
            *_asking(config, RESET, ResetRequestState),
            *_new_password(config),
            *_account(),
            *_change_password(config),
            *_everywhere(),
            *_mails(config),
        )
    }


def _sign_in() -> Iterator[Stage]:
    yield (form := Stage("sign-in", addresses.SIGN_IN, SignInState))
    refused = [sign_in.answer_to(facts.timed(each)) for each in sign_in.REFUSALS]
    yield from _live(form, refused)
    ids = ["signed-out", "ended", *_ids([*refused, sign_in.DID_NOT_GO_THROUGH, NO_COOKIES])]
    yield from _by_address(form, ids)
    yield Stage("forgot", addresses.FORGOT)


def _asking(config: Settings, journey: Journey, state: type[MailRequestState]) -> Iterator[Stage]:
    page, words = journey.form_path, verification_texts
    name = page.strip("/")
    refused = [each for each in mail_request.REFUSALS if not isinstance(each, CheckNeeded)]
    yield (form := Stage(name, page))
    yield Stage(f"{name}-refreshed", page, state, facts.announced(words.REFRESHED), words.REFRESHED)
    yield Stage(f"{name}-another-way", page, state, facts.values(other_way=True), words.CHARACTERS_AGAIN)
    for id_, told in (("no-check", words.DO_THE_CHECK), ("check-again", words.CHECK_AGAIN)):
        arrange = facts.problems({SYMBOLS.id: told}, other_way=True)
        yield Stage(f"{name}-{id_}", page, state, arrange, told)
    yield Stage(f"{name}-check-needed", page, state, facts.values(effort=1), words.OFFICE_CHECK)
    answers = [journey.answer_to(facts.timed(each)) for each in refused]
    yield from _live(replace(form, state=state), answers)
    ids = _ids([*map(journey.answer_to, mail_request.REFUSALS), NO_COOKIES])
    yield from _by_address(form, ids)
    yield from _asked(config, journey, state, f"{name}-sent")


def _asked(config: Settings, journey: Journey, state: type[MailRequestState], name: str) -> Iterator[Stage]:
    page, reference = journey.sent_path, spelled(EXAMPLE_REFERENCE)
    address, mail = (facts.OTHER_ADDRESS, "reset_link") if journey is RESET else (facts.ADDRESS, "username_reminder")
    yield Stage(name, page, state, facts.asked(address), reference, mail=mail)
    yield Stage(f"{name}-misspelt", page, state, facts.asked(facts.MISSPELT), request_texts.YOU_TYPED[0])
    if journey is RESET:
        yield Stage(f"{name}-username", page, state, facts.asked(facts.USERNAME), request_texts.YOU_ENTERED[0])
    yield Stage(f"{name}-waiting", page, state, facts.asked(address, again_in=59), reference)
    again = request_texts.asked_again(config.limit_mail_per_link, config.reset_link)
    yield Stage(f"{name}-again", page, state, facts.asked(address, again), again)
    yield Stage(
        f"{name}-too-early", page, state, facts.asked(address, request_texts.TOO_EARLY), request_texts.TOO_EARLY
    )
    too_many = common.network_too_many(facts.NOW)
    yield Stage(f"{name}-too-many", page, state, facts.asked(address, too_many), too_many)
    yield Stage(f"{name}-without-scripts", page, without=Without.SCRIPTS)


def _new_password(config: Settings) -> Iterator[Stage]:
    page, state, name = addresses.NEW_PASSWORD, NewPasswordState, "new-password"
    refused = [reset_password.answer_to(each, config.password_min) for each in reset_password.REFUSALS]
    yield (form := Stage(name, page, state, facts.live_link(), facts.USERNAME))
    yield Stage(f"{name}-ends-soon", page, state, facts.live_link(ends_soon=True), texts.ENDS_SOON[0])
    yield from _live(form, refused)
    told = [(each, reset_password.answer_to_link(each)) for each in map(facts.timed, reset_password.USELESS)]
    for link, answer in told:
        if isinstance(link, LinkRefused):
            words = answer.precisely or answer.why
            yield Stage(f"link-{answer.id}", page, state, facts.link(link), words)
        else:
            yield Stage(f"link-{answer.id}", page, state, facts.dead_link(answer.precisely), answer.precisely)
    renewed = facts.asked(facts.OTHER_ADDRESS, stage=LinkStage.RENEWED)
    yield Stage("link-renewed", page, state, renewed, spelled(EXAMPLE_REFERENCE), mail="reset_link")
    ids = [*(answer.id for _, answer in told), reset_password.RENEWED, *_ids(refused)]
    yield from _by_address(form, ids)
    yield Stage("password-changed", addresses.PASSWORD_CHANGED, mail="password_changed")


def _account() -> Iterator[Stage]:
    page, state, name = addresses.ACCOUNT, AccountState, "account"
    anyway = account_texts.ENDS_SOON_ANYWAY[1]
    yield Stage(name, page, state, facts.account(), facts.NAME)
    yield Stage(f"{name}-first-sign-in", page, state, facts.account(is_first=True), account_texts.FIRST_TIME)
    yield Stage(f"{name}-ends-soon", page, state, facts.account(ends_soon=True), account_texts.STAY)
    yield Stage(f"{name}-ends-anyway", page, state, facts.account(ends_soon=True, is_extendable=False), anyway)
    checked, other = account_texts.checked(facts.NOW), account_texts.SIGNED_OUT_OTHER
    yield Stage(f"{name}-refreshed", page, state, facts.account(checked=checked), checked)
    yield Stage(f"{name}-signed-out-other", page, state, facts.account(checked=other), other)
    yield Stage(f"{name}-signed-out", page, state, facts.signed_out, account_texts.SIGNED_OUT)
    yield Stage(f"{name}-without-scripts", page, without=Without.SCRIPTS)


def _change_password(config: Settings) -> Iterator[Stage]:
    page, state, name = addresses.CHANGE_PASSWORD, ChangePasswordState, "change-password"
    refused = [your_account.answer_to(facts.timed(each), config.password_min) for each in CHANGE_REFUSALS]
    yield (form := Stage(name, page, state, facts.session(), facts.NAME))
    yield Stage(f"{name}-ends-soon", page, state, facts.session(ends_soon=True), account_texts.STAY)
    yield from _live(form, refused)
    yield Stage(f"{name}-signed-out", page, state, facts.signed_out, account_texts.SIGNED_OUT)
    yield Stage(f"{name}-without-scripts", page, without=Without.SCRIPTS)


def _everywhere() -> Iterator[Stage]:
    yield Stage("not-me", addresses.NOT_ME, mail="password_changed")
    yield from (Stage(f"not-me-{id_}", f"{addresses.NOT_ME}#{id_}") for id_ in not_me.ANSWERS)
    yield Stage("help", addresses.HELP)
    yield Stage("accessibility", addresses.ACCESSIBILITY)
    yield Stage("trouble", addresses.SIGN_IN, TroubleState, facts.values(times=1), common.TROUBLE)
    yield Stage("no-connection", addresses.RESET_PASSWORD, without=Without.CONNECTION)
    yield Stage("service-failed", addresses.TROUBLE, without=Without.SCRIPTS)
    yield Stage("not-found", addresses.MISSING, without=Without.SCRIPTS)


def _mails(config: Settings) -> Iterator[Stage]:
    for name in mail_previews.all_of(config):
        page = f"/dev/mailbox/previews/{name}/html"
        yield Stage(f"mail-{name.replace('_', '-')}", page, without=Without.SCRIPTS)


def _live(form: Stage, refusals: Iterable[Refused]) -> Iterator[Stage]:
    """What a live form shows for each refusal."""
    for each in refusals:
        arrange, words = facts.problems(each.shown, form.arrange), next(iter(each.shown.values()))
        yield replace(form, name=f"{form.name}-{each.id}", arrange=arrange, shows=words)


def _by_address(form: Stage, ids: Iterable[str]) -> Iterator[Stage]:
    """What a form shows without scripts, and the words that its address leads to after each native post."""
    yield Stage(f"{form.name}-without-scripts", form.page, without=Without.SCRIPTS)
    for id_ in ids:
        yield Stage(f"{form.name}-address-{id_}", f"{form.page}#{id_}", without=Without.SCRIPTS)


def _ids(refusals: Iterable[Refused]) -> list[str]:
    return [refused.id for refused in refusals]
