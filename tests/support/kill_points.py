"""The points in the portal where a test can kill the process."""

POINTS = (
    "request.queued",
    "request.kept",
    "mail.leased",
    "mail.written",
    "mail.accepted",
    "mail.recorded",
    "sign_in.kept",
    "session.kept",
    "reset.used",
    "reset.replaced",
    "reset.kept",
)
"""In the order of the journeys. A `kept` point comes after the commit and before the answer.

`request.queued`, `reset.used` and `reset.replaced` come before the commit.
"""
