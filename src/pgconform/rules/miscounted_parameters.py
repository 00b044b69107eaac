"""SQL007: a statement that is sent with fewer or more values than it has parameters."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.rules._wording import BARE, quoted
from pgconform.rules.registry import Rule
from pgconform.sql.parameters import ParametersPair


def judge(pair: ParametersPair) -> Iterator[Finding]:
    bare = pair.statement.claim.bare
    severity, more = (Severity.WARNING, BARE) if bare else (Severity.ERROR, "")
    named = [name for name in pair.missing if not name.isdigit()]
    if named:
        yield Finding(
            severity,
            f"the statement needs a value for {quoted(named, ' and ')}, which it is not sent",
            consequence=f"the driver refuses it: a query parameter is missing{more}",
        )
    elif pair.missing or pair.unused:
        wanted = len({name for name in pair.wanted if name.isdigit()})
        yield Finding(
            severity,
            f"the statement has {wanted} parameter{'' if wanted == 1 else 's'}, and is sent {len(pair.sent)}",
            consequence=f"the driver refuses it{more}",
        )


RULE = Rule("SQL007", "miscounted-parameters", "a statement sent with another number of values", ParametersPair, judge)
