"""QRY008: a text where a list is expected; the client takes it character by character."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import ComparisonPair
from pgconform.rules.registry import Rule

_LISTS = frozenset({"in_", "cs", "cd"})


def judge(pair: ComparisonPair) -> Iterator[Finding]:
    call = pair.call
    if call is None or call.method not in _LISTS or call.value.json is None:
        return
    value = json.loads(call.value.json)
    if not isinstance(value, str):
        return
    yield Finding(
        Severity.ERROR,
        f'{call.method} on {pair.subject}.{pair.ref.name.text} is given the text "{value}" instead of a list',
        consequence=f"it is sent as {len(value)} single characters",
        help=f"write [{value.strip('()')!r}]" if "," not in value else "write a list of values",
    )


RULE = Rule("QRY008", "text-as-list", "a text given to a filter that takes a list", ComparisonPair, judge)
