"""Digests by which something is known again: within one run, and from run to run on one machine."""

from __future__ import annotations

from collections.abc import Iterable

try:
    from _blake2 import blake2b  # hashlib gives the same one, but loads OpenSSL first
except ImportError:
    from hashlib import blake2b


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
