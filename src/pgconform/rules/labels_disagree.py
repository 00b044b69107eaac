"""ENM008: closed sets of one open column that differ, or a label that is written and that a reader does not know."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from pgconform.finding import Finding, Severity
from pgconform.pairs.together import TogetherPair
from pgconform.rules._labels import closed
from pgconform.rules._wording import quoted
from pgconform.rules.registry import Rule
from pgconform.schema import Relation
from pgconform.shape import Field

_HELP = "give the column an enum or a CHECK, and both sides its labels"


class _Set(NamedTuple):
    """What one claim says that a column may be."""

    claim: Relation
    field: Field
    labels: tuple[str, ...]


def judge(pair: TogetherPair) -> Iterator[Finding]:
    for name, column in pair.world.fields(pair.truth).items():
        if closed(column.type, column.bounds) is not None:
            continue
        models = [
            _Set(claim, field, labels)
            for claim, field in pair.of(name)
            if claim in pair.models and (labels := closed(field.type, field.bounds)) is not None
        ]
        yield from _unread(pair, name, [model for model in models if model.claim.access.reads])
        yield from _differing(pair, models)


def _unread(pair: TogetherPair, column: str, models: list[_Set]) -> Iterator[Finding]:
    """Constants that requests write and that a model of rows does not know."""
    payloads = [query.payload for query in pair.queries if query.payload and query.verb != "rpc"]
    for key, operand in [value for payload in payloads for value in payload.values]:
        text = json.loads(operand.json) if key == column and operand.json else None
        for model in models:
            if isinstance(text, str) and text not in model.labels:
                yield Finding(
                    Severity.INFO,
                    f'{pair.subject}.{column} is set to "{text}", which {_name(model)} does not know',
                    consequence="a row with it fails validation",
                    help=_HELP,
                    witness=text,
                    subject=f"{pair.subject}.{column}",
                    at=operand.at,
                )


def _differing(pair: TogetherPair, models: list[_Set]) -> Iterator[Finding]:
    for one, other in pairwise(models):
        mine, theirs = set(one.labels), set(other.labels)
        if mine != theirs and _name(one) != _name(other):
            only = sorted(mine ^ theirs)
            yield Finding(
                Severity.INFO,
                f"{_name(other)} and {_name(one)} differ in {quoted(only)}: both are of"
                f" {pair.subject}.{other.field.name}, which takes any text",
                consequence="what one of them writes the other cannot read",
                help=_HELP,
                subject=f"{pair.subject}.{other.field.name}",
                holder=other.claim.holder,
                at=other.field.at or other.claim.at,
            )


def _name(item: _Set) -> str:
    return f"{item.claim.holder}.{item.field.attribute or item.field.name}"


RULE = Rule(
    "ENM008",
    "labels-disagree",
    "closed sets of one column of free text that differ",
    TogetherPair,
    judge,
    Severity.INFO,
    preview=True,
)
