"""Signing in, with everything it needs in memory."""

from cers_app.sign_in.flow import Candidate, SignIn, SignInForm
from tests.support.doubles import ANN, Clock, Gate, ReadablePasswords
from tests.support.signing_in import AccountsInMemory, submitted

ACTIVE = Candidate(1, "hash of secret")
NOT_ACTIVE = Candidate(2, None)


class Desk:
    """The flow, and everything it was given."""

    def __init__(self) -> None:
        self.accounts = AccountsInMemory({"anngause": ACTIVE, "sleeping": NOT_ACTIVE})
        self.passwords, self.traffic, self.failures = ReadablePasswords(), Gate(), Gate()
        self.guesses = Gate()
        self.flow = SignIn(
            accounts=self.accounts,
            passwords=self.passwords,
            traffic=self.traffic,
            failures=self.failures,
            guesses=self.guesses,
            clock=Clock(),
        )

    def submit(self, username: str, password: str) -> object:
        return submitted(self.flow, SignInForm(username, password), ANN)
