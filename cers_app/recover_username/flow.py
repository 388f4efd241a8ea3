"""The rule of recovering a username: one must know the email address of the account; the rest is any request's."""

from dataclasses import replace

from cers_app.mail_request.flow import AskingRule


def by_email_alone(rule: AskingRule) -> AskingRule:
    """As any request for a mail, but by email address, and never by the name that is asked for."""
    return replace(rule, emails_only=True)
