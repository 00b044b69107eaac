"""LNK103: a foreign key that a model says does something else when the other row goes."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import LinkPair
from pgconform.rules.registry import Rule

IDLE = ("no action", "restrict")


def judge(pair: LinkPair) -> Iterator[Finding]:
    truth, claim = pair.truth, pair.claim
    if truth is None or truth.target != claim.target:
        return
    for event, theirs, mine in (
        ("delete", truth.on_delete, claim.on_delete),
        ("update", truth.on_update, claim.on_update),
    ):
        if theirs != mine and mine != "no action" and not (theirs in IDLE and mine in IDLE):
            yield Finding(
                Severity.WARNING,
                f"on {event}, the foreign key ({', '.join(truth.columns)}) of {pair.subject} does {theirs}, not {mine}",
                consequence=f"rows are kept, changed or lost otherwise than the model says when {truth.target} changes",
                help=f"alter the constraint {truth.name}, or say {theirs}" if truth.name else f"say {theirs}",
            )


RULE = Rule(
    "LNK103",
    "link-action-differs",
    "a foreign key's action that is another",
    LinkPair,
    judge,
    Severity.WARNING,
    needs=("links",),
)
