"""Digests by which something is known again: within one run, from run to run, and from one machine to another."""

from __future__ import annotations

import sys
from collections.abc import Iterable

try:
    from _blake2 import blake2b  # hashlib gives the same ones, but loads OpenSSL first

    if sys.version_info >= (3, 12):
        from _sha2 import sha256  # type: ignore[import-not-found]
    else:
        from _sha256 import sha256  # type: ignore[import-not-found]
except ImportError:
    from hashlib import blake2b, sha256


def digest_of(content: bytes) -> bytes:
    """What stands for a text."""
    return blake2b(content, digest_size=16).digest()


def digest(parts: Iterable[bytes]) -> bytes:
    """A digest of these parts in their order."""
    made = blake2b(digest_size=16)
    for part in parts:
        made.update(len(part).to_bytes(8, "big"))
        made.update(part)
    return made.digest()


def number_of(content: bytes) -> int:
    """A number of 64 bits that stands for a text."""
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "big")


def hexadecimal(content: bytes) -> str:
    """64 hexadecimal digits that stand for a text everywhere."""
    return str(sha256(content).hexdigest())
