"""QRY027: a key of a row that the request does not select."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import ReadPair
from pgconform.rules._wording import did_you_mean
from pgconform.rules.registry import Rule
from pgconform.support.names import nearest

_EFFECTS = {
    "item": "KeyError at run time",
    "get": "it is always None",
    "model": 'validation fails with "Field required"',
}


def judge(pair: ReadPair) -> Iterator[Finding]:
    key, method = pair.read.key.value, pair.read.method
    if key in pair.names or (method == "model" and not pair.read.required):
        return
    near = nearest(key, pair.names)
    column = pair.level.relation is not None and pair.level.relation.field(key) is not None
    yield Finding(
        Severity.WARNING if method == "get" else Severity.ERROR,
        f'"{key}" is read from a row of {pair.subject}, but the request does not select it'
        + ("" if column else did_you_mean(near)),
        consequence=_EFFECTS.get(method, _EFFECTS["item"]),
        help=f'add "{key}" to the select' if column else "",
    )


RULE = Rule("QRY027", "unselected-key", "a key read that the request does not select", ReadPair, judge)
