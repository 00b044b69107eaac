"""MIG001: a statement of the migrations that could not be applied."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import UnreadPair
from pgconform.rules.registry import Rule
from pgconform.support.patterns import deferred

_TEMPLATE = deferred(r'at or near "(:|\$|\{|%)')


def judge(pair: UnreadPair) -> Iterator[Finding]:
    unread = pair.unread
    if pair.source != "truth" or unread.kind not in ("statement", "function", "unparsed"):
        return
    told = f"; what is known of {pair.subject} may be incomplete" if pair.subject else ""
    broken = unread.kind == "unparsed" and not _TEMPLATE.search(unread.reason)
    yield Finding(
        Severity.WARNING if broken else Severity.INFO,
        f"this statement {'does not parse' if broken else 'could not be applied'}: {unread.reason}",
        consequence=f"{'no server takes it, and ' if broken else ''}the truth was built without it{told}",
        help="mend it" if broken else "add the SQL that it needs to the sources, or check against the database itself",
    )


RULE = Rule("MIG001", "unapplied-statement", "a migration's statement that fails", UnreadPair, judge, Severity.WARNING)
