"""The reset flow with everything it needs, in memory."""

from datetime import timedelta

from cers_app.reset_password.flow import PasswordReset
from cers_app.reset_password.outcomes import (
    NewPasswordForm,
    ResetForm,
)
from tests.doubles import (
    ANN,
    DIGEST,
    NEW_PASSWORD,
    Clock,
    Examiner,
    Gate,
    ReadablePasswords,
    ResetTablesInMemory,
)

HOUR = timedelta(hours=1)


class Desk:
    """The flow, and everything it was given."""

    def __init__(self) -> None:
        self.tables, self.traffic, self.examiner = ResetTablesInMemory(), Gate(), Examiner()
        self.passwords, self.clock = ReadablePasswords(), Clock()
        self.flow = PasswordReset(
            tables=self.tables,
            traffic=self.traffic,
            verify=self.examiner,
            hash_password=self.passwords.hash,
            shortest=15,
            clock=self.clock,
        )

    def ask(self, identifier: str, characters: str = "ACDEFG") -> object:
        return self.flow.request(ResetForm(identifier, "challenge-1", characters), ANN)

    def change(self, password: str = NEW_PASSWORD, link: str = "link-1", digest: str = DIGEST) -> object:
        return self.flow.change(NewPasswordForm(link, password), digest, ANN)
