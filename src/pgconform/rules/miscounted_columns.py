"""SQL004: a row taken apart into more or fewer columns than the statement gives."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.rules._wording import quoted
from pgconform.rules.registry import Rule
from pgconform.sql.places import PlacePair


def judge(pair: PlacePair) -> Iterator[Finding]:
    if pair.fits:
        return
    count, unpacked = len(pair.results), pair.read.method == "unpack"
    gives = f"the statement gives {count} column{'' if count == 1 else 's'}"
    said = f"a row is taken apart into {pair.number}" if unpacked else f"column {pair.number} of a row is read"
    yield Finding(
        Severity.ERROR,
        f"{gives}, and {said}",
        consequence="ValueError at run time" if unpacked else "IndexError at run time",
        help=f"its columns are {quoted(result.name for result in pair.results)}" if count else "",
    )


RULE = Rule("SQL004", "miscounted-columns", "a row taken apart into another number of columns", PlacePair, judge)
