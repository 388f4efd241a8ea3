"""Verifies a known hash, and prints how many of these hashes a core can compute per second.

`bindings.rate` runs this file as a process of its own, because code for another processor ends its process.
"""

import sys
import time

from argon2 import PasswordHasher

KNOWN = "$argon2id$v=19$m=65536,t=3,p=4$YSBrbm93biBzYWx0LCAxNg$9mDZbeVTQUtslkeF710Q1E9pdhtqKWsd6+RV7dbeZNc"
"""A hash that the wheel made of `password`, with the portal's own parameters."""
TIMES = 2


def cpu() -> float:
    """The CPU time of a verification, in seconds. Raises `argon2.exceptions.VerifyMismatchError` for wrong results."""
    began = time.process_time()
    PasswordHasher().verify(KNOWN, "password")
    return time.process_time() - began


if __name__ == "__main__":
    sys.stdout.write(f"{1 / min(cpu() for _ in range(TIMES)):.1f}")
