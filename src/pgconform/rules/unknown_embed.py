"""LNK001: an embed of something that no relationship reaches."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Rename, Severity
from pgconform.postgrest.pairs import EmbedPair
from pgconform.rules._wording import did_you_mean, quoted
from pgconform.rules.registry import Rule
from pgconform.support.names import nearest


def judge(pair: EmbedPair) -> Iterator[Finding]:
    if pair.found or not pair.known:
        return
    target, hint = pair.embed.name.text, pair.embed.hint
    near = () if hint else nearest(target, _names(pair))
    by = f' by "{hint.text}"' if hint else ""
    yield Finding(
        Severity.ERROR,
        f'{pair.parent.name} has no relationship to "{target}"{by}{did_you_mean(near)}',
        consequence="the request fails with PGRST200 (could not find a relationship)",
        help=_help(pair, target, near),
        change=Rename(target, near[0]) if len(near) == 1 else None,
    )


def _names(pair: EmbedPair) -> set[str]:
    return {item.function.name if item.function else item.foreign.name for item in pair.available}


def _help(pair: EmbedPair, target: str, near: tuple[str, ...]) -> str:
    if len(near) == 1:
        return f'write "{near[0]}"'
    if hidden := _hidden(pair, target):
        return hidden
    same = sorted(hint for item in pair.available if item.foreign.name == target for hint in _hints(item))
    if same:
        return f"the relationships to {target} are {quoted(same)}"
    names = sorted(_names(pair))
    return f"related are {quoted(names)}" if names else f"no foreign key starts or ends at {pair.parent.name}"


def _hidden(pair: EmbedPair, target: str) -> str:
    """A foreign key that leads out of what the API exposes."""
    relation, exposed = pair.parent.relation, pair.part.config.schemas
    for link in relation.links if relation else ():
        if link.target_schema not in exposed and target in (link.target, link.name, *link.columns):
            return f"its foreign key leads to {link.target_schema}.{link.target}, which the API does not expose"
    return ""


def _hints(item: object) -> tuple[str, ...]:
    constraint, junction = getattr(item, "constraint", ""), getattr(item, "junction", None)
    return (junction.name,) if junction else ((constraint,) if constraint else ())


RULE = Rule(
    "LNK001",
    "unknown-embed",
    "an embed that no foreign key reaches",
    EmbedPair,
    judge,
    needs=(
        "links",
        "computed",
    ),
)
