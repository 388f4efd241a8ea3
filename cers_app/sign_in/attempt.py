"""One attempt to sign in, for the page and for the native form."""

import asyncio

from cers_app.background.pools import Busy, HashingPool
from cers_app.provided import provided
from cers_app.sign_in.flow import Attempt, SignIn, SignInForm, SignInOutcome
from cers_app.values.metrics import Hashing
from cers_app.web.visit import Visit


async def attempt(form: object, visit: Visit) -> SignInOutcome | Busy:
    """Check the limits first, and then the password in the pool for hashing.

    An attempt that comes too soon takes no place in the pool, so nobody else has to wait for it.
    """
    flow = provided(SignIn)
    admitted = await asyncio.to_thread(flow.admit, SignInForm.parse(form), visit)
    if not isinstance(admitted, Attempt):
        return admitted
    return await provided(HashingPool).hash_for(visit.network, Hashing.SIGN_IN, flow.verify, admitted, visit)
