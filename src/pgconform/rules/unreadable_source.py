"""SRC001: a file that could not be read, so that nothing in it was judged."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import UnreadPair
from pgconform.rules.registry import Rule

_MEND = "mend it, or exclude it in [tool.pgconform]"
_OF_TRUTH = "mend it, or name the SQL that makes the database under sql in [tool.pgconform]"
_WITHOUT = "the truth was built without it, so that no finding is called an error"
_HELP = {
    "syntax": _MEND,
    "decode": _MEND,
    "permission": "let it be read, or take a role or a path that may",
    "unsaid": "install the function of  pgconform install-rpc , or read the database itself",
}


def judge(pair: UnreadPair) -> Iterator[Finding]:
    if pair.unread.kind in _HELP:
        of_truth = pair.source == "truth" and pair.unread.at is not None
        yield Finding(
            Severity.WARNING if of_truth else Severity.INFO,
            f"this could not be read: {pair.unread.reason}",
            consequence=_WITHOUT if of_truth else "nothing in it was judged",
            help=_OF_TRUTH if of_truth and _HELP[pair.unread.kind] == _MEND else _HELP[pair.unread.kind],
        )


RULE = Rule("SRC001", "unreadable-source", "a file that could not be read", UnreadPair, judge, Severity.WARNING)
