"""The rules of recovering a username: one must know the email address of the account."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from cers_app.mail_request.flow import AskingRule, MailRequest, Tables, Traffic, Verdict
from cers_app.mail_request.outcomes import RequestForm
from cers_app.visitor import Visitor


class UsernameRequest(MailRequest):
    """Asking for one's username: by email address alone, and never by the name that is asked for."""

    def __init__(
        self,
        *,
        tables: Tables,
        traffic: Traffic,
        verify: Callable[[RequestForm, Visitor], Verdict],
        rule: AskingRule,
        clock: Callable[[], datetime],
    ) -> None:
        """As any request for a mail."""
        rule = replace(rule, emails_only=True)
        super().__init__(tables=tables, traffic=traffic, verify=verify, rule=rule, clock=clock)
