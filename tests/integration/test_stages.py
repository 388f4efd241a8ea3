"""The list of every page in every stage misses none, and its facts are what the pages show."""

import importlib
import typing
from collections.abc import Iterable, Iterator
from enum import Enum
from types import ModuleType
from typing import Any

import pytest

from cers_app.development import facts, stages
from cers_app.development.stages import CHANGE_REFUSALS, Stage, Without
from cers_app.mail_request import answers as mail_request
from cers_app.provided import provide
from cers_app.recover_username.pages import JOURNEY as RECOVER
from cers_app.reset_password import answers as reset_password
from cers_app.reset_password.states import JOURNEY as RESET
from cers_app.reset_password.states import LinkStage, NewPasswordState
from cers_app.settings import Mode, Settings, settings
from cers_app.sign_in import answers as sign_in
from cers_app.values import addresses
from cers_app.values.answers import SOME_TIME, Refused
from cers_app.your_account import answers as your_account
from cers_app.your_account.states import AccountState, ChangePasswordState
from cers_app.your_account.states import Stage as AccountStage
from tests.support.doubles import Clock, world_at
from tests.support.portal import ROOT
from tests.support.states import tab

CONFIG = Settings(mode=Mode.TEST, _env_file=None)
STAGES = stages.all_of(CONFIG)
EXAMPLES: dict[ModuleType, dict[str, Iterable[object]]] = {
    sign_in: {"Refusal": sign_in.REFUSALS},
    mail_request: {"Refusal": mail_request.REFUSALS},
    reset_password: {"Refusal": reset_password.REFUSALS, "UselessLink": reset_password.USELESS},
    your_account: {"Refusal": CHANGE_REFUSALS},
}
"""The outcomes that each journey has an answer to, and the examples of which the stages are made."""


def members(union: Any) -> set[object]:
    """Each class of a union, and each member of an enumeration in it."""
    found: set[object] = set()
    for kind in typing.get_args(union):
        found |= members(kind) if typing.get_args(kind) else set(kind) if issubclass(kind, Enum) else {kind}
    return found


def kinds(examples: Iterable[object]) -> set[object]:
    """The same for examples of outcomes."""
    return {example if isinstance(example, Enum) else type(example) for example in examples}


def unions(module: ModuleType) -> set[str]:
    """The names of a module's own unions."""
    return {name for name, value in vars(module).items() if typing.get_args(value) and not name.startswith("_")}


def test_every_journey_that_refuses_something_is_among_the_examples() -> None:
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in ROOT.glob("cers_app/*/answers.py")]
    modules = [importlib.import_module(name) for name in names]

    assert {module for module in modules if hasattr(module, "Refusal")} == EXAMPLES.keys()


@pytest.mark.parametrize(
    ("module", "union"), [(module, union) for module, unions in EXAMPLES.items() for union in unions]
)
def test_every_outcome_with_an_answer_has_an_example(module: ModuleType, union: str) -> None:
    wanted = members(getattr(module, union))

    assert len(wanted) > 3
    assert wanted == kinds(EXAMPLES[module][union])


def test_an_outcome_without_an_example_would_be_noticed() -> None:
    some = list(CHANGE_REFUSALS)

    assert kinds(some[1:-1]) < members(your_account.Refusal)
    assert members(LinkStage | Without) == {*LinkStage, *Without}


def expected(name: str, answers: Iterable[Refused], *, by_address: bool = True) -> set[str]:
    """The names of the stages that these answers have."""
    ids = [answer.id for answer in answers]
    return {f"{name}-{id_}" for id_ in ids} | {f"{name}-address-{id_}" for id_ in ids if by_address}


def test_every_answer_has_its_stages() -> None:
    wanted = expected("sign-in", map(sign_in.answer_to, sign_in.REFUSALS))
    wanted |= expected("reset-password", map(RESET.answer_to, mail_request.REFUSALS))
    wanted |= expected("recover-username", map(RECOVER.answer_to, mail_request.REFUSALS))
    refused = [reset_password.answer_to(refusal, CONFIG.password_min) for refusal in reset_password.REFUSALS]
    wanted |= expected("new-password", refused)
    refused = [your_account.answer_to(refusal, CONFIG.password_min) for refusal in CHANGE_REFUSALS]
    wanted |= expected("change-password", refused, by_address=False)
    told = [reset_password.answer_to_link(link).id for link in reset_password.USELESS]
    wanted |= {f"link-{id_}" for id_ in told} | {f"new-password-address-{id_}" for id_ in told}

    assert len(wanted) > 100
    assert wanted - STAGES.keys() == set()


@pytest.fixture
def world(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What States need of the portal."""
    monkeypatch.setenv("CERS_MODE", "test")
    settings.cache_clear()
    provide(lambda: [world_at(clock)])
    yield
    settings.cache_clear()


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("state", "wanted"),
    [
        # What follows a changed password is a page of its own, which has its own stage.
        (NewPasswordState, set(LinkStage) - {LinkStage.UNKNOWN, LinkStage.CHANGED}),
        (AccountState, {AccountStage.IN, AccountStage.OUT}),
        (ChangePasswordState, {AccountStage.IN, AccountStage.OUT}),
    ],
)
def test_every_stage_of_a_state_is_shown(state: type[Any], wanted: set[Enum]) -> None:
    shown = set()
    for stage in [stage for stage in STAGES.values() if stage.state is state]:
        arranged = tab(state)
        stage.arrange(arranged)
        shown.add(arranged.stage)

    assert shown == wanted


def test_every_page_has_a_stage_and_a_stage_has_an_address_of_its_own() -> None:
    pages = {value for name, value in vars(addresses).items() if name.isupper() and str(value).endswith("/")}
    posts = {addresses.INDEX}

    assert pages - posts - {stage.path for stage in STAGES.values()} == set()
    assert len({stage.address for stage in STAGES.values()}) == len(STAGES)


def test_every_stage_with_facts_says_by_which_words_they_show() -> None:
    plain = {name for name, stage in STAGES.items() if stage.arrange is facts.nothing}

    assert {name for name, stage in STAGES.items() if not stage.shows} == plain
    assert 50 < len(plain) < len(STAGES) - 50


def test_no_example_of_a_time_reaches_a_page() -> None:
    assert facts.timed(reset_password.USELESS[0]) != reset_password.USELESS[0]
    year = str(SOME_TIME.year)

    assert [name for name, stage in STAGES.items() if year in repr(closed_over(stage))] == []


def closed_over(stage: Stage) -> list[object]:
    """The facts of a stage."""
    return [cell.cell_contents for cell in getattr(stage.arrange, "__closure__", None) or ()]
