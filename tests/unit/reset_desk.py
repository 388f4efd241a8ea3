"""The flows with everything they need, in memory."""

from datetime import timedelta

from cers_app.mail_request.flow import AskingRule, MailRequest, RequestForm
from cers_app.mail_request.outcomes import AgainOutcome, Asked, Receipt, RequestOutcome
from cers_app.new_password.judge import Judge
from cers_app.new_password.policy import Strong
from cers_app.recover_username.flow import RecoverUsername
from cers_app.reset_password.flow import PasswordReset, ResetRequest
from cers_app.reset_password.outcomes import NewPasswordForm
from tests.support.doubles import (
    ANN,
    DIGEST,
    NEW_PASSWORD,
    Clock,
    Examiner,
    Gate,
    OfficeDouble,
    ReadablePasswords,
)
from tests.support.tables_in_memory import RequestTablesInMemory, ResetTablesInMemory

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


class RequestDesk:
    """Asking for a mail, and everything it was given."""

    def __init__(self, *, is_classic: bool = False, by_email: bool = False) -> None:
        self.tables, self.office, self.examiner = RequestTablesInMemory(), OfficeDouble(), Examiner()
        self.clock = Clock()
        journey = RecoverUsername if by_email else ResetRequest
        self.flow: MailRequest = journey(
            tables=self.tables,
            office=self.office,
            verification=self.examiner,
            rule=AskingRule(MINUTE, HOUR, is_classic=is_classic),
            clock=self.clock,
        )

    def ask(
        self, identifier: str, characters: str = "ACDEFG", check: str = "", challenge: str = "challenge-1"
    ) -> RequestOutcome:
        return self.flow.request(RequestForm(identifier, challenge, characters, check=check), ANN)

    def again(self, outcome: object) -> AgainOutcome:
        receipt: Receipt | None = outcome.receipt if isinstance(outcome, Asked) else None
        return self.flow.again(receipt, ANN)

    def answer(self, mask: str, key: str) -> Asked:
        """The one answer there is, at this moment."""
        now = self.clock()
        typed = "" if "@" in key else key
        return Asked(mask, Receipt(key, now, now, typed), now + MINUTE, f"request-{len(self.tables.asked)}")


class Desk:
    """Opening and using a link, and everything it was given."""

    def __init__(self) -> None:
        self.tables, self.office = ResetTablesInMemory(), OfficeDouble()
        self.passwords, self.clock = ReadablePasswords(), Clock()
        self.presses, self.questions = Gate(), Gate()
        self.flow = PasswordReset(
            tables=self.tables,
            office=self.office,
            hash_password=self.passwords.hash,
            judge=Judge(15, presses=self.presses, questions=self.questions),
            again_after=MINUTE,
            clock=self.clock,
        )

    def change(self, password: str = NEW_PASSWORD, link: str = "link-1", digest: str = DIGEST) -> object:
        decided = self.flow.decide(NewPasswordForm(link, password), digest, ANN)
        return self.flow.change(decided, digest, ANN) if isinstance(decided, Strong) else decided


def username_desk() -> RequestDesk:
    """Asking for a username."""
    return RequestDesk(by_email=True)
