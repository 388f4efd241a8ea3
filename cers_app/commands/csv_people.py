"""Makes a person of each row of an imported file, or says what is wrong with the row."""

import re
from base64 import b64decode, b64encode
from dataclasses import replace

from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from cers_app.accounts.passwords import LEAST_MEMORY
from cers_app.accounts.staging import Person
from cers_app.commands import csv_reader, new_account, operator
from cers_app.commands.csv_reader import Row, Wrong
from cers_app.values.invisible import trimmed

ENCODED = re.compile(r"\$argon2id\$v=19\$m=\d{1,7},t=\d{1,2},p=\d{1,2}\$[A-Za-z0-9+/]{11,88}\$[A-Za-z0-9+/]{22,88}")
MOST_MEMORY = RFC_9106_LOW_MEMORY.memory_cost
MOST_COST = MOST_MEMORY * RFC_9106_LOW_MEMORY.time_cost
MOST_LANES = RFC_9106_LOW_MEMORY.parallelism
"""KiB, KiB times passes, and threads of a new hash. A costlier hash would slow down sign-ins and reveal the account."""
NO_HASH = "The password hash must be an encoded argon2id hash of at most 64 MiB, 3 passes and 4 lanes."
OTHER_HASHES = {
    "a bcrypt": re.compile(r"\$2[abxy]?\$"),
    "a PBKDF2": re.compile(r"\$?pbkdf2", re.IGNORECASE),
    "a scrypt": re.compile(r"\$?scrypt|\$7\$"),
    "an argon2i or argon2d": re.compile(r"\$argon2[id]\$"),
    "a crypt": re.compile(r"\$[156y]\$"),
    "an ASP.NET Identity": re.compile(r"A[A-Za-z0-9+/]{60,}={0,2}$"),
}
STATUSES = {words: state for state, words in operator.STATES.items()}


def person(row: Row) -> Person | Wrong:
    """The person in a row."""
    fields = {name: trimmed(text) for name, text in row.fields.items()}
    new = new_account.checked(*(fields[name] for name in csv_reader.REQUIRED))
    status, password_hash = fields.get("status", ""), fields.get("password_hash")
    state = STATUSES.get(" ".join(status.casefold().replace("_", " ").split()) or "active")
    problems = new if isinstance(new, list) else []
    if state is None:
        problems.append(f'The status "{csv_reader.shown(status)}" is not one of: {", ".join(STATUSES)}.')
    if password_hash and not _is_hash(password_hash):
        problems.append(_advice(password_hash))
    if state is None or isinstance(new, list) or problems:
        return Wrong(row.line, " ".join(problems))
    whole = replace(new, password_hash=password_hash or None, state=state)
    return Person(row.line, whole, is_weak=_is_weak(password_hash) if password_hash else False)


def _advice(encoded: str) -> str:
    """What to do about a hash that the portal cannot check. Nobody can turn it into another kind of hash."""
    found = next((kind for kind, begins in OTHER_HASHES.items() if begins.match(encoded)), "")
    kind = f" This is {found} hash." if found else ""
    return f"{NO_HASH}{kind} Leave the column empty, and invite the person to set a password: accounts invite."


def _is_weak(encoded: str) -> bool:
    asked = extract_parameters(encoded)
    return asked.memory_cost * asked.time_cost < MOST_COST


def _is_hash(encoded: str) -> bool:
    if not ENCODED.fullmatch(encoded) or not all(map(_is_whole, encoded.split("$")[-2:])):
        return False
    asked = extract_parameters(encoded)
    return (
        1 <= asked.parallelism <= MOST_LANES
        and LEAST_MEMORY * asked.parallelism <= asked.memory_cost <= MOST_MEMORY
        and 1 <= asked.time_cost <= MOST_COST // asked.memory_cost
    )


def _is_whole(part: str) -> bool:
    """Whether a part in Base64 has lost no character: its bytes must make the same text again."""
    try:
        decoded = b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        return False
    return b64encode(decoded).decode().rstrip("=") == part
