"""What people call the browser and the device that a request came from, as in `Chrome on Windows`."""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

LONGEST = 250
"""Characters of a `User-Agent` header that count. Real ones are shorter, and an endless one would take long."""
UNKNOWN = "an unknown browser"
# Only these names reach pages and mails. The library takes other names from the header, so a stranger could put any
# word into the mail to somebody else.
BROWSERS = {
    "Brave": "Brave",
    "Chrome": "Chrome",
    "Chrome Mobile": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "Chrome Mobile WebView": "Chrome",
    "Chromium": "Chrome",
    "DuckDuckGo": "DuckDuckGo",
    "DuckDuckGo Mobile": "DuckDuckGo",
    "Edge": "Edge",
    "Edge Mobile": "Edge",
    "Firefox": "Firefox",
    "Firefox Mobile": "Firefox",
    "Firefox iOS": "Firefox",
    "HeadlessChrome": "Chrome",
    "IE": "Internet Explorer",
    "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "Safari",
    "Opera": "Opera",
    "Opera Mobile": "Opera",
    "Safari": "Safari",
    "Samsung Internet": "Samsung Internet",
}
SYSTEMS = {
    "Android": "Android",
    "Chrome OS": "Chromebook",
    "Linux": "Linux",
    "Mac OS X": "Mac",
    "Ubuntu": "Linux",
    "Windows": "Windows",
    "iOS": "iPhone",
}


@lru_cache(maxsize=256)
def device(user_agent: str) -> str:
    """Name the browser and the device of a `User-Agent` header. Anybody can send any header, so this proves nothing."""
    found = _parser()(user_agent[:LONGEST])
    browser = BROWSERS.get(found.user_agent.family, UNKNOWN) if found.user_agent else UNKNOWN
    system = SYSTEMS.get(found.os.family, "") if found.os else ""
    if system == "iPhone" and "iPad" in user_agent:
        system = "iPad"
    return f"{browser} on {system}" if system else browser


@cache
def _parser() -> Callable[[str], Any]:
    # Importing the library and reading its list of browsers takes 0.2 s, which the start of the portal saves.
    from ua_parser.basic import Resolver
    from ua_parser.core import Domain
    from ua_parser.loaders import load_lazy_builtins

    parse = Resolver(load_lazy_builtins())
    return lambda user_agent: parse(user_agent, Domain.USER_AGENT | Domain.OS)
