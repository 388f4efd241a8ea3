"""Says what is wrong with refused settings, and still reads the settings that are right."""

from typing import Self

from pydantic import ValidationError, model_validator
from pydantic_settings import SettingsConfigDict

from cers_app.settings import Settings

NEW_KEY = 'set it to the output of: python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
WORDS = {"bool_parsing": "must be true or false"}
"""Words in place of pydantic's."""


def problems(refused: ValidationError) -> list[str]:
    """Each problem in one line that names its setting. The line never contains the value, which may be a secret."""
    told = []
    for problem in refused.errors(include_input=False):
        typed = "_".join(map(str, problem["loc"])).upper()
        words = WORDS.get(problem["type"], problem["msg"].removeprefix("Value error, "))
        if problem["type"] == "extra_forbidden":
            told.append(f"unknown setting {typed}")
        else:
            told += [f"CERS_{typed.removeprefix('CERS_')}: {words}"] if typed else words.split("; ")
    return told


def examined(refused: ValidationError) -> tuple[Settings, list[str]]:
    """Settings for the other checks, and everything that is wrong with the refused settings.

    An unreadable setting gets its default, and an unsafe setting stays. Pydantic itself stops at the first kind of
    problem: an unknown name hides a wrong value, and a wrong value hides an unsafe setting.
    """
    found, told = _readable()
    unsafe = [] if any(line.startswith("CERS_MODE:") for line in told) else found.unsafe()
    lines = dict.fromkeys([*problems(refused), *told, *unsafe])
    return found, [_advised(line) for line in lines]


def _advised(problem: str) -> str:
    if problem.startswith("CERS_SECRET_KEY") and "_FILE" not in problem:
        return f"{problem}: {NEW_KEY}"
    if problem.startswith("unknown setting"):
        return f"{problem}: correct the name, or remove it from the environment and from .env"
    return problem


class _Unchecked(Settings):
    """Settings without checks. `doctor` examines them, and the portal never serves with them."""

    model_config = SettingsConfigDict(extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_names(cls, data: object) -> object:
        return data

    @model_validator(mode="after")
    def _refuse_what_is_unsafe(self) -> Self:
        return self


def without_file() -> Settings:
    """Settings from the environment alone, for the other checks."""
    return _Unchecked(_env_file=None)


def _readable() -> tuple[_Unchecked, list[str]]:
    try:
        return _Unchecked(), []
    except ValidationError as refused:
        wrong = {problem["loc"][0] for problem in refused.errors()}
        fields = {str(field.validation_alias or name): field for name, field in Settings.model_fields.items()}
        defaults = {name: field.default for name, field in fields.items() if name in wrong}
        return _Unchecked(**defaults), problems(refused)
