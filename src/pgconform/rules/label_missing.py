"""ENM001: a label the database may send and the claim does not know."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Relabel, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules._labels import namesake, sets
from pgconform.rules._wording import doubted, quoted
from pgconform.rules.registry import Rule
from pgconform.schema import Access


def judge(pair: FieldPair) -> Iterator[Finding]:
    both = sets(pair) if pair.access.reads or pair.told else None
    if both is None or not both.missing:
        return
    nothing_fits = not set(both.theirs) & set(both.mine) and not pair.told
    yield Finding(
        doubted(pair.relation, Severity.ERROR if nothing_fits else Severity.WARNING),
        f"{pair.subject} may be {quoted(both.missing)}, which {pair.claimed} does not know",
        consequence="the list is out of date" if pair.told else "a row with it fails validation",
        help=f"the labels are {quoted(both.theirs)}{namesake(pair, both)}",
        witness=both.missing[0],
        change=Relabel(both.theirs),
        safe=pair.told or pair.access is Access.READ,
    )


RULE = Rule("ENM001", "label-missing", "a label of the database that the claim does not know", FieldPair, judge)
