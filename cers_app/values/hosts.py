"""Brings host names and public addresses to the one form that browsers and mail servers use."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

import idna

from cers_app.values.invisible import is_invisible, trimmed

LOOPBACK = "127.0.0.1"
DEFAULT_PORTS = {"http": 80, "https": 443}
NOT_AN_ORIGIN = "must be https://host or https://host:port, and nothing more"
NOT_AN_ADDRESS = "must be one address such as https://host/path, without a user name, an IPv6 address or a #fragment"
LONGEST_HOST = 253
NUMBER = re.compile("[0-9]+|0x[0-9a-f]*")
HIGHEST_PORT = 65_535
LONGEST_ADDRESS = 1_024
ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[^\s/?#@:\\]+)(?::(?P<port>[0-9]{1,5}))?/?", re.IGNORECASE
)
PATH = re.compile(r"(?:/(?:[a-z0-9._~!$&'()*+,;=:@/?-]|%[0-9a-f]{2})*)?", re.IGNORECASE | re.ASCII)
"""A path and a query with only the characters of RFC 3986, so an address needs no quoting in a header or a page."""
HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")


def in_ascii(domain: str) -> str:
    """The domain as DNS knows it (IDNA 2008 with UTS 46), in small letters.

    Raises `ValueError` if the domain has no such form, or has a character that only looks like an ASCII letter.
    """
    if domain.isascii():
        return domain.lower()
    if any(_looks_like_ascii(character) for character in domain):
        raise ValueError(domain)
    return idna.encode(domain, uts46=True).decode()


def _looks_like_ascii(character: str) -> bool:
    """Whether the mapping makes ASCII or nothing of a character outside ASCII, such as the Kelvin sign.

    With such characters, two different inputs would name one domain (CVE-2019-19844). A wide dot may stand for a dot.
    """
    if character.isascii():
        return False
    mapped = "" if is_invisible(character) else idna.uts46_remap(character)
    return mapped != "." and (not mapped or any(part.isascii() for part in mapped))


def origin(given: str) -> str:
    """The origin that browsers send for a public address: `https://host`, with a port only if it is not the usual one.

    Raises `ValueError` if the address has more than a scheme, a host and a port.
    """
    found = ORIGIN.fullmatch(trimmed(given))
    if not found:
        raise ValueError(NOT_AN_ORIGIN)
    scheme, port = found["scheme"].lower(), found["port"]
    try:
        host = _host(found["host"])
    except ValueError:
        raise ValueError(NOT_AN_ORIGIN) from None
    if port and not 0 < int(port) <= HIGHEST_PORT:
        raise ValueError(NOT_AN_ORIGIN)
    return f"{scheme}://{host}" if not port or int(port) == DEFAULT_PORTS[scheme] else f"{scheme}://{host}:{int(port)}"


def address(given: str) -> str:
    """A public address with a path and perhaps a query, as browsers send it. Raises `ValueError` for any other.

    Its host is a name or an IPv4 address, because a content security policy cannot name an IPv6 address.
    """
    scheme, _, rest = trimmed(given).partition("://")
    host, slash, path = rest.partition("/")
    if len(given) > LONGEST_ADDRESS or host.startswith("[") or not PATH.fullmatch(slash + path):
        raise ValueError(NOT_AN_ADDRESS)
    try:
        return f"{origin(f'{scheme}://{host}')}/{path}"
    except ValueError:
        raise ValueError(NOT_AN_ADDRESS) from None


def machine(given: str) -> str:
    """A host name or an IP address as connections take it, so IPv6 has no brackets. Raises `ValueError`."""
    text = trimmed(given)
    inner = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    return str(IPv6Address(inner)) if ":" in inner else _host(text)


def _host(given: str) -> str:
    if given.startswith("["):
        return f"[{IPv6Address(given[1:-1])}]"
    host = in_ascii(given).removesuffix(".")
    if not HOST.fullmatch(host) or len(host) > LONGEST_HOST:
        raise ValueError(given)
    if NUMBER.fullmatch(host.rpartition(".")[2]):
        return str(IPv4Address(host))  # browsers read such a host as an address, however it is written
    if "xn--" in host:
        idna.decode(host)
    return host


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine itself."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
