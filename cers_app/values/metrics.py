"""Counts for the people who run the portal. `metrics_server.py` serves them on a loopback port.

No label holds typed text. Nothing here reaches the public port, because queue and outcomes reveal who has an account.
"""

from enum import StrEnum

from prometheus_client import Counter, Gauge, Histogram, Info

from cers_app import __version__


class Hashing(StrEnum):
    """What a password is hashed for. Dashboards ask for these labels, so they outlive the names in the code."""

    SIGN_IN = "SignIn.submit"
    RESET = "PasswordReset.change"
    CHANGE = "AccountDesk.change_password"


Info("cers_build", "Which version of the portal runs.").info({"version": __version__})
STEPS = Counter("cers_steps", "Committed steps of people, the worker and staff, as in the audit.", ["event"])
ANSWERS = Counter("cers_http_answers", "Answers over HTTP.", ["status"])
LIMITS = Counter("cers_limits_hit", "Refusals because of a limit.", ["limit"])
SOCKETS = Gauge("cers_sockets_open", "Open pages with a socket.")
HASHING = Histogram(
    "cers_hashing_seconds",
    "Time to answer a request that hashes a password, waiting included; `SignIn.submit` is a sign-in.",
    ["work"],
    buckets=(0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)
MAIL = Histogram(
    "cers_mail_seconds",
    "Time from a request to the mail server's acceptance; the help page promises 900 s.",
    buckets=(5, 15, 60, 300, 900, 3600, 86400),
)
STUMBLES = Counter(
    "cers_mail_worker_stumbles", "Failures of the mail worker, usually because it cannot write to the database."
)
EVENTS_FAILED = Counter("cers_events_failed", "Page events that failed.")
