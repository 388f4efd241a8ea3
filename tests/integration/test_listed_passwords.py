"""The operator's list of passwords reaches the pages."""

from pathlib import Path

from cers_app.accounts.models import AccountState
from cers_app.accounts.passwords import Passwords
from cers_app.new_password.policy import Strong, Weak
from cers_app.reset_password.flow import PasswordReset
from cers_app.storage.database import Database
from tests.support.accounts import made
from tests.support.composed import Composed
from tests.support.doubles import Clock, world_at
from tests.support.looking import mailed

LISTED, HONEST = "Seven swans on the river", "Ferry ticket 17 to the islands"


def test_the_page_of_a_mailed_link_refuses_a_listed_password(
    url: str, clock: Clock, passwords: Passwords, tmp_path: Path
) -> None:
    file = tmp_path / "passwords.txt"
    file.write_text(f"{LISTED}\n", "utf-8")
    parts = Composed(url, world_at(clock), passwords, password_blocklist=str(file))
    account = made(parts(Database), clock(), "anngause", "", AccountState.ACTIVE, None)
    link = mailed(parts(Database), account, clock)

    assert parts(PasswordReset).advise(LISTED, link) is Weak.COMMON
    assert parts(PasswordReset).advise(HONEST, link) == Strong(HONEST)
    parts(Database).close()
