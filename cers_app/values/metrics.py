"""What is counted for those who run the portal; served on a loopback port by `metrics_server.py`.

No label holds what somebody typed, and nothing here reaches the public port: queue and outcomes tell who exists.
"""

from prometheus_client import Counter, Gauge, Histogram, Info

from cers_app import __version__

Info("cers_build", "Which version of the portal runs.").info({"version": __version__})
STEPS = Counter("cers_steps", "Steps of people, the worker and staff that were kept, as in the audit.", ["event"])
ANSWERS = Counter("cers_http_answers", "Answers over HTTP.", ["status"])
LIMITS = Counter("cers_limits_hit", "What was refused because it was too much.", ["limit"])
SOCKETS = Gauge("cers_sockets_open", "Open pages with a socket.")
HASHING = Histogram(
    "cers_hashing_seconds",
    "From asking to the answer of what hashes a password, waiting included; `SignIn.submit` is a sign-in.",
    ["work"],
    buckets=(0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)
MAIL = Histogram(
    "cers_mail_seconds",
    "From asking to the mail server's acceptance; 900 s is what the help page promises.",
    buckets=(5, 15, 60, 300, 900, 3600, 86400),
)
STUMBLES = Counter("cers_mail_worker_stumbles", "Looks at the queue that broke: the database cannot be written.")
EVENTS_FAILED = Counter("cers_events_failed", "Events of pages that broke.")
