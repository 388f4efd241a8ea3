"""Every table, in one place for the migrations."""

from sqlmodel import SQLModel

from cers_app.accounts.models import Account, Identifier, KnownBrowser, ResetLink, SessionClaim, SignInSession
from cers_app.mail.outbox import OutgoingMail
from cers_app.mail_request.native import NativeRequest
from cers_app.not_me.store import NotMeLink
from cers_app.storage.audit import AuditEvent
from cers_app.storage.guesses import Guesses
from cers_app.storage.throttle import Throttle
from cers_app.verification.models import Challenge

TABLES = (
    Account,
    AuditEvent,
    Challenge,
    Guesses,
    Identifier,
    KnownBrowser,
    NativeRequest,
    NotMeLink,
    OutgoingMail,
    ResetLink,
    SessionClaim,
    SignInSession,
    Throttle,
)
METADATA = SQLModel.metadata
