"""What stops the tool: one clear sentence, and what to do about it."""

from __future__ import annotations

import re

_URL = r"(?i)(?P<scheme>[a-z][a-z0-9+.-]*://[^\s:/@]*):[^\s@/]*@"
_DATABASE_URL = r"(?i)(?P<scheme>(?:postgres(?:ql)?(?:\+\w+)?|rediss?)://[^\s:/@]*):[^\s'\"]*@"
_KEYWORD = r"(?i)(?P<key>\b(?:\w*password|passwd|apikey|api_key|token|secret)\s*=\s*)('[^']*'|[^\s&]+)"
_JWT = r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*|\bsb_(?:secret|publishable)_[\w-]+"


class Problem(Exception):  # noqa: N818  what a person reads, not a fault of the program
    """The tool could not do its job. ``message`` is one sentence, ``help`` what to do; both are shown as they are.

    Where a program meets it, below the traceback too.
    """

    def __init__(self, message: str, help: str = "") -> None:  # noqa: A002
        super().__init__(masked(message))
        self.message = masked(message)
        self.help = masked(help)
        if self.help:
            self.add_note(self.help)


class NoTruth(Problem):
    """Nothing here says what the schema is."""


class Unreachable(Problem):
    """A server that does not answer, or does not let this user in."""


def reason(failure: OSError) -> str:
    """What the system says of a file or a connection, for the middle of a sentence."""
    text = failure.strerror or str(failure)
    return f"{text[:1].lower()}{text[1:]}"


def masked(text: str) -> str:
    """The text with passwords of URLs and key/value strings, JSON web tokens and API keys replaced by ``***``."""
    return re.sub(_KEYWORD, r"\g<key>***", keyless(text))


def keyless(text: str) -> str:
    """The text of a program with the passwords of its URLs, its web tokens and its API keys replaced by ``***``."""
    if "://" not in text and "eyJ" not in text and "sb_" not in text:
        return text
    text = re.sub(_DATABASE_URL, r"\g<scheme>:***@", text)
    text = re.sub(_URL, r"\g<scheme>:***@", text)
    return re.sub(_JWT, "***", text)
