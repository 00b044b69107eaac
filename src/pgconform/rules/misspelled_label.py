"""ENM009: a label that differs from the database's only in case, space, joint or number."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Rename, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules._labels import Sets, sets
from pgconform.rules._wording import doubted, fails
from pgconform.rules.registry import Rule
from pgconform.schema import Access
from pgconform.support.names import words


def judge(pair: FieldPair) -> Iterator[Finding]:
    both = sets(pair)
    for there, here in both.misspelled if both else ():
        yield Finding(
            doubted(pair.relation, _severity(pair, both)) if both else Severity.INFO,
            f'"{here}" is no label of {pair.subject}; did you mean "{there}"?',
            consequence=_consequence(pair, both.checked if both else False),
            help=f'write "{there}"',
            witness=there if pair.access is Access.READ else here,
            change=Rename(here, there),
            safe=pair.relation.sent and words(here) == words(there),
        )


def _severity(pair: FieldPair, both: Sets) -> Severity:
    """Only one label, and that one wrong: it always fails."""
    if pair.access in (Access.INSERT, Access.UPDATE) and len(both.mine) == 1 and not (both.checked and pair.mended):
        return Severity.ERROR
    return Severity.WARNING


def _consequence(pair: FieldPair, checked: bool) -> str:
    if pair.access is Access.READ:
        return "a row with the database's spelling fails validation"
    return fails(pair.relation, "23514 (check constraint)" if checked else "22P02 (invalid input value for enum)")


RULE = Rule("ENM009", "misspelled-label", "a label spelled other than the database does", FieldPair, judge)
