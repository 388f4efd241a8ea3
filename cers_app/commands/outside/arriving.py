"""Checks the sign-in page as it arrives in a browser, and what must not arrive."""

import re
from collections.abc import Iterator

from cers_app.commands.outside.reaching import Advice, Answer, NoAnswerError, Site, shown
from cers_app.values import addresses
from cers_app.web.headers import ALWAYS, HSTS, NOT_STORED
from cers_app.words import common

OK, BAD_REQUEST, NOT_FOUND = 200, 400, 404
REDIRECTS = range(300, 400)
PERMANENT = {301, 308}
HSTS_NAME = "strict-transport-security"
YEAR_SECONDS = 31_536_000
MAX_AGE = re.compile(r"(?i)(?:^|;)\s*max-age=\"?(\d{1,12})")
DEVELOPMENT = ("/dev/mailbox/", "/dev/pages/", "/dev/clock")
NOT_ALLOWED = 405
"""The answer to a GET of an address that takes only posts."""
PREFIX = "__Host-cers_"


def sign_in(answer: Answer) -> Iterator[Advice]:
    """Whether the answer is the portal's page. If not, the proxy probably makes one of the usual mistakes."""
    is_ours = common.TITLE in answer.body
    if answer.status == OK and is_ours:
        return
    if answer.status == BAD_REQUEST and "Invalid host header" in answer.body:
        yield Advice("The portal got another host. Let the proxy pass Host on (nginx: proxy_set_header Host $host;).")
        yield Advice("If the proxy does that, correct CERS_PUBLIC_URL.")
    elif answer.status == NOT_FOUND and is_ours:
        yield Advice("The portal got another path. Let the proxy pass each address on as the visitor asked for it.")
        yield Advice("In nginx, proxy_pass http://cers_portal; has no path and no slash at its end.")
    elif answer.status in REDIRECTS:
        yield Advice(f"The page leads to {shown(answer.headers.get('location', ''))}. Use that address for --outside.")
    elif answer.status == OK:
        yield Advice("Another page arrived. Let the proxy pass every address of this host on to the portal.")
    else:
        advice = "Check with doctor and /readyz on the portal's machine, then the proxy's configuration and log."
        yield Advice(f"The answer was {answer.status}. {advice}")


def redirect(site: Site) -> Iterator[Advice]:
    """Whether a person who types http:// gets to the same page on https. Raises `NoAnswerError`."""
    try:
        answer = site.fetch(f"{addresses.SIGN_IN}?a=b", "http")
    except NoAnswerError as silent:
        yield Advice(f"{silent} People who type http:// need a redirect to https there.", is_wrong=False)
        return
    location = answer.headers.get("location", "")
    if answer.status not in REDIRECTS:
        yield Advice(f"http:// gets {answer.status} and no redirect. Redirect to {site.origin} instead.")
    elif location != f"{site.origin}{addresses.SIGN_IN}?a=b":
        yield Advice(f"http:// leads to {shown(location)}. Redirect to the same path on {site.origin}.")
    elif answer.status not in PERMANENT:
        yield Advice(f"The redirect from http:// is not permanent ({answer.status}). Use 301.", is_wrong=False)


def strict_transport(answer: Answer) -> Iterator[Advice]:
    """Whether browsers will use https alone, for a year (ASVS 3.4.1)."""
    values = answer.headers.get_all(HSTS_NAME, [])
    found = MAX_AGE.search(values[0]) if values else None
    if not values:
        yield Advice(f"The header is missing. Let the proxy pass it on: {HSTS[HSTS_NAME]}")
    elif len(values) > 1:
        yield Advice("The header is there more than once. Remove it from the proxy's configuration.")
    elif found is None or int(found[1]) < YEAR_SECONDS:
        yield Advice(f"The header is {shown(values[0])}. Remove it from the proxy's configuration.")


def security_headers(answer: Answer) -> Iterator[Advice]:
    """Whether each header of the portal arrives once and unchanged, and none for other sites."""
    for name, value in (ALWAYS | NOT_STORED | {"content-security-policy": ""}).items():
        values = answer.headers.get_all(name, [])
        if not values:
            yield Advice(f"{name} is missing. Let the proxy pass it on.")
        elif len(values) > 1:
            yield Advice(f"{name} is there more than once. Remove it from the proxy's configuration.")
        elif value not in {"", values[0]}:
            yield Advice(f"{name} is {shown(values[0])}. Remove it from the proxy's configuration.")
    if "access-control-allow-origin" in answer.headers:
        yield Advice("The proxy lets other sites read pages. Remove Access-Control-Allow-Origin.")


def cookies(answer: Answer) -> Iterator[Advice]:
    """Whether the browser cookie arrives with all that protects it (ASVS 3.3.1)."""
    lines = answer.headers.get_all("set-cookie", [])
    ours = [line for line in lines if line.startswith(f"{PREFIX}browser=")]
    if not ours:
        yield Advice(f"No cookie begins with {PREFIX}. Set CERS_PUBLIC_URL to the https address, restart the portal,")
        yield Advice("and let the proxy pass Set-Cookie on unchanged, and cache nothing.")
        return
    parts = [part.partition("=") for part in ours[0].split(";")[1:]]
    found = {name.strip().lower(): value.strip().lower() for name, _, value in parts}
    is_safe = {"secure", "httponly"} <= set(found) and found.get("path") == "/" and "domain" not in found
    if not is_safe or found.get("samesite") != "lax":
        yield Advice("The proxy changes the cookie. It needs Secure, HttpOnly, SameSite=Lax and Path=/, and no Domain.")


def development(site: Site) -> Iterator[Advice]:
    """No page for developers is public. Raises `NoAnswerError`."""
    for path in DEVELOPMENT:
        if _is_there(status := site.fetch(path).status):
            yield Advice(f"{path} answers {status}. Set CERS_MODE=production, and restart the portal.")


def metrics(site: Site) -> Iterator[Advice]:
    """The metrics are not public. Raises `NoAnswerError`."""
    if _is_there(status := site.fetch("/metrics").status):
        yield Advice(f"/metrics answers {status}, but the length of the mail queue reveals who has an account.")
        yield Advice("Remove the address from the proxy's configuration.")


def _is_there(status: int) -> bool:
    return status < BAD_REQUEST or status == NOT_ALLOWED
