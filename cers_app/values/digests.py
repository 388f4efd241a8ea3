"""Hashes, which the tables hold in place of secrets and typed names."""

import hashlib
import hmac

DIGEST = 64
"""Characters of a SHA-256 in hex."""


def sha256(secret: str) -> str:
    """The SHA-256 of a random secret, in hex. This is enough for secrets of 128 bits and more (ASVS 11.4.1)."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def session_digest(token: str, browser: str) -> str:
    """What a request shows of its session: the SHA-256 of the token, and then the digest of the browser's cookie.

    A copy of the session cookie alone is worthless (ASVS 7.2).
    """
    return f"{sha256(token)}{browser}"


class KeyedHash:
    """HMAC-SHA-256 under the portal's key, for values that people could guess."""

    def __init__(self, key: str, previous: str = "") -> None:
        """`key` is `CERS_SECRET_KEY`. Hashes under the `previous` key still count while that key is set."""
        self._keys = [each.encode() for each in (key, previous) if each]

    def __call__(self, purpose: str, value: str) -> str:
        """The hash of `value` in hex. The same value has a different hash for each purpose."""
        return self.every(purpose, value)[0]

    def every(self, purpose: str, value: str) -> tuple[str, ...]:
        """The same hash, and the hash under the previous key if one is set."""
        message = f"{purpose}\0{value}".encode("utf-8", "surrogatepass")
        return tuple(hmac.new(key, message, hashlib.sha256).hexdigest() for key in self._keys)


class IdentifierHash:
    """Makes the keyed hash that replaces an identifier in counts and in the audit."""

    def __init__(self, keyed: KeyedHash) -> None:
        """`keyed` has the portal's key."""
        self._keyed = keyed

    def __call__(self, key: str) -> str:
        """The hash of a normalized identifier in hex."""
        return self._keyed("identifier", key)

    def every(self, key: str) -> tuple[str, ...]:
        """The same hash, and the hash under the previous key if one is set."""
        return self._keyed.every("identifier", key)
