"""ENM006: a closed set, and a lookup table with other rows."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Relabel, Severity
from pgconform.pairs.rows import LookupPair
from pgconform.rules._labels import Sets
from pgconform.rules._wording import fails, milder, quoted
from pgconform.rules.registry import Rule
from pgconform.schema import Access


def judge(pair: LookupPair) -> Iterator[Finding]:
    both = Sets(pair.theirs, pair.mine, checked=False)
    missing = tuple(label for label in both.theirs if label not in both.mine)
    strange = tuple(label for label in both.mine if label not in both.theirs)
    change = Relabel((*(label for label in both.mine if label not in strange), *missing))
    if missing and pair.relation.access.reads:
        yield Finding(
            milder(pair.relation, Severity.ERROR if not set(both.theirs) & set(both.mine) else Severity.WARNING),
            f"{pair.table} has {quoted(missing)}, which {pair.pair.claimed} does not know",
            consequence=f"a row of {pair.relation.subject} that refers to it fails validation",
            help=_help(pair, both),
            witness=missing[0],
            change=change,
            safe=pair.relation.access is Access.READ,
        )
    if strange:
        yield Finding(
            milder(pair.relation, _of_strange(pair, both)),
            f"{quoted(strange)} {'is' if len(strange) == 1 else 'are'} no row of {pair.table}",
            consequence=_consequence(pair),
            help=_help(pair, both),
            witness=strange[0],
            change=change,
        )


def _of_strange(pair: LookupPair, both: Sets) -> Severity:
    if not pair.relation.access.writes:
        return Severity.INFO
    return Severity.WARNING if set(both.mine) & set(both.theirs) else Severity.ERROR


def _consequence(pair: LookupPair) -> str:
    if not pair.relation.access.writes:
        return "no row can refer to it"
    return fails(pair.relation, "23503 (foreign key violation)")


def _help(pair: LookupPair, both: Sets) -> str:
    near = "".join(f'; "{here}" may be "{there}"' for there, here in both.misspelled)
    return f"{pair.subject} refers to {pair.table}, whose rows are {quoted(both.theirs)}{near}"


RULE = Rule("ENM006", "lookup-differs", "labels that are not the rows of the lookup table", LookupPair, judge)
