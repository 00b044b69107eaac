"""SRC001: a file that could not be read, so that nothing in it was judged."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs import UnreadPair
from pgconform.rules.registry import Rule


def judge(pair: UnreadPair) -> Iterator[Finding]:
    if pair.unread.kind in ("syntax", "decode"):
        yield Finding(
            Severity.INFO,
            f"this could not be read: {pair.unread.reason}",
            consequence="nothing in it was judged",
            help="mend it, or exclude it in [tool.pgconform]",
        )


RULE = Rule("SRC001", "unreadable-source", "a file that could not be read", UnreadPair, judge, Severity.INFO)
