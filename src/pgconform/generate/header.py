"""The first lines of a generated file: what wrote it from what, and a digest by which a hand's edits are noticed."""

from __future__ import annotations

import re
from typing import Final

from pgconform.support.digests import hexadecimal
from pgconform.support.patterns import deferred

MARK: Final = "# Written by `pgconform generate` from the database's schema; do not edit it by hand."
_HEADER = deferred(rf"{re.escape(MARK)}\n# schema (?P<schema>[0-9a-f]+)\n# content (?P<content>[0-9a-f]+)\n")

_NOTE = deferred(r"^ +# .*\n", re.MULTILINE)


def headed(body: str, fingerprint: str) -> str:
    """The file's text: the header over the body."""
    return f"{MARK}\n# schema {fingerprint[:16] or '0' * 16}\n# content {_digest(body)}\n{body}"


def generated(text: str) -> bool:
    """The file was written by pgconform, whatever was done to it since."""
    return _HEADER.match(text.replace("\r\n", "\n")) is not None


def edited(text: str) -> bool:
    """The file is one of ours, and is no longer as it was written."""
    text = text.replace("\r\n", "\n")
    header = _HEADER.match(text)
    return header is not None and _digest(text[header.end() :]) != header["content"]


def fingerprint(text: str) -> str:
    """The digest of the schema a file was written from, its first 16 digits; "" for a file that is not ours."""
    header = _HEADER.match(text.replace("\r\n", "\n"))
    return header["schema"] if header else ""


def same(one: str, other: str) -> bool:
    """Two files say the same, whatever of the schema changed that they do not speak of."""
    headers = [_HEADER.match(text) for text in (one, other)]
    bodies = [text[header.end() :] if header else text for text, header in zip((one, other), headers, strict=True)]
    return bodies[0] == bodies[1]


def outdated(one: str, now: str) -> bool:
    """The schema has changed since the file was written, in something that it speaks of; a note is nothing of it."""
    one = one.replace("\r\n", "\n")
    return fingerprint(one) != fingerprint(now) and not same(_NOTE.sub("", one), _NOTE.sub("", now))


def _digest(body: str) -> str:
    return hexadecimal(body.encode())[:16]
