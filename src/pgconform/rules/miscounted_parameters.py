"""SQL007: a statement that is sent with fewer or more values than it has parameters."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.rules._wording import quoted
from pgconform.rules.registry import Rule
from pgconform.sql.parameters import ParametersPair


def judge(pair: ParametersPair) -> Iterator[Finding]:
    named = [name for name in pair.missing if not name.isdigit()]
    if named:
        yield Finding(
            Severity.ERROR,
            f"the statement needs a value for {quoted(named, ' and ')}, which it is not sent",
            consequence="the driver refuses it: a query parameter is missing",
        )
    elif pair.missing or pair.unused:
        wanted = len({name for name in pair.wanted if name.isdigit()})
        yield Finding(
            Severity.ERROR,
            f"the statement has {wanted} parameter{'' if wanted == 1 else 's'}, and is sent {len(pair.sent)}",
            consequence="the driver refuses it",
        )


RULE = Rule("SQL007", "miscounted-parameters", "a statement sent with another number of values", ParametersPair, judge)
