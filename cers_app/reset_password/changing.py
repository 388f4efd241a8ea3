"""Changing a password with the opened link, for the page and for the native form."""

from cers_app.background.pools import Busy
from cers_app.new_password.deciding import judged_then_hashed
from cers_app.new_password.outcomes import PasswordChanged
from cers_app.provided import provided
from cers_app.reset_password.flow import PasswordReset
from cers_app.reset_password.links import LinkState
from cers_app.reset_password.outcomes import NewPasswordForm, Refusal
from cers_app.values.metrics import Hashing
from cers_app.web.visit import Visit


async def change(form: object, visit: Visit) -> PasswordChanged | Refusal | LinkState | Busy:
    """Set the new password, or say why not."""
    flow, sent, link = provided(PasswordReset), NewPasswordForm.parse(form), visit.reset
    return await judged_then_hashed(
        visit.network,
        link,
        Hashing.RESET,
        lambda: flow.decide(sent, link, visit),
        lambda accepted: flow.change(accepted, link, visit),
    )
