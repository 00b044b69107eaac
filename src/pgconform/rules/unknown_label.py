"""ENM002: a label the claim would send and the database does not have."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Relabel, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules._labels import Sets, namesake, sets
from pgconform.rules._wording import doubted, fails, quoted
from pgconform.rules.registry import Rule
from pgconform.schema import Access


def judge(pair: FieldPair) -> Iterator[Finding]:
    both = sets(pair)
    if both is None or not both.unknown:
        return
    yield Finding(
        doubted(pair.relation, _severity(pair, both)),
        f"{quoted(both.unknown)} {'is' if len(both.unknown) == 1 else 'are'} no label of {pair.subject}",
        consequence=_consequence(pair, both),
        help=f"the labels are {quoted(both.theirs)}{namesake(pair, both)}",
        witness=both.unknown[0],
        change=Relabel(both.theirs) if len(both.mine) > 1 else None,
    )


def _severity(pair: FieldPair, both: Sets) -> Severity:
    if pair.told or pair.relation.cached:
        return Severity.WARNING
    if pair.access is Access.READ:
        return Severity.INFO
    if set(both.mine) & set(both.theirs) or both.misspelled or (both.checked and pair.mended):
        return Severity.WARNING
    return Severity.ERROR


def _consequence(pair: FieldPair, both: Sets) -> str:
    if pair.relation.source == "entry":
        return "whoever reads the entry gets a label that the database no longer has"
    if pair.told or pair.access is Access.READ:
        return "no row ever has it"
    return fails(pair.relation, "23514 (check constraint)" if both.checked else "22P02 (invalid input value for enum)")


RULE = Rule("ENM002", "unknown-label", "a label that the database does not have", FieldPair, judge)
