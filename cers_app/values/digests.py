"""What stands in the tables instead of a secret or of what somebody typed."""

import hashlib
import hmac


def sha256(secret: str) -> str:
    """The SHA-256 of a random secret, in hex; enough for secrets of 128 bits and more (ASVS 11.4.1)."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


class KeyedHash:
    """HMAC-SHA-256 under the portal's key, for values that could be guessed."""

    def __init__(self, key: str) -> None:
        """`key` is `CERS_SECRET_KEY`."""
        self._key = key.encode()

    def __call__(self, purpose: str, value: str) -> str:
        """The hash of `value` in hex; the same value gives another hash for another purpose."""
        message = f"{purpose}\0{value}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, message, hashlib.sha256).hexdigest()


class IdentifierHash:
    """The keyed hash under which an identifier is counted and written down."""

    def __init__(self, keyed: KeyedHash) -> None:
        """`keyed` has the portal's key."""
        self._keyed = keyed

    def __call__(self, key: str) -> str:
        """The hash of a normalised identifier in hex."""
        return self._keyed("identifier", key)
