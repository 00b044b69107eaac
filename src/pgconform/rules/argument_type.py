"""RPC006: an argument that cannot be read as the parameter's type."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from pgconform.finding import Finding, Severity
from pgconform.pairs.fitting import fit
from pgconform.postgrest.client import array_literal
from pgconform.postgrest.pairs import ArgumentPair
from pgconform.postgrest.values import sent, unreadable
from pgconform.postgrest.windows import asks_for_none
from pgconform.rules._wording import spelled
from pgconform.rules.registry import Rule
from pgconform.schema import Transport
from pgconform.shape import Array, Scalar

_POLYMORPHIC: Final = frozenset(
    f"any{word}"
    for kind in ("element", "array", "nonarray", "enum", "range", "multirange")
    for word in (kind, f"compatible{kind.removeprefix('element')}")
)


def judge(pair: ArgumentPair) -> Iterator[Finding]:
    anything = _polymorphic(pair)
    if not anything and not _refused(pair):
        return
    answer = "42P16 (a column has a pseudo-type)" if anything else "22P02 (invalid input syntax)"
    yield Finding(
        Severity.ERROR if anything or (pair.here and pair.claim.enforced) else Severity.WARNING,
        f"the argument {pair.argument.name} of {pair.function.name} is {_given(pair)}; "
        f"the parameter is {spelled(pair.argument.type)}",
        consequence=f"the call fails with {answer}",
        help="call it over a function whose parameter has a type" if anything else "",
        subject=pair.function.name,
    )


def _polymorphic(pair: ArgumentPair) -> bool:
    """The parameter has no type of its own, so that no value can be read as it; by GET that is known until 13."""
    type_ = pair.argument.type
    known = not (pair.by_get and pair.part.config.since(13))
    return known and isinstance(type_, Scalar) and type_.raw in _POLYMORPHIC


def _given(pair: ArgumentPair) -> str:
    return " or ".join(json.dumps(value, ensure_ascii=False) for value in pair.values or ()) or spelled(pair.claim.type)


def _refused(pair: ArgumentPair) -> bool:
    """A value is read as the parameter's type when the function is called: for no rows, it is not."""
    parameter = pair.argument.type
    if pair.represented or asks_for_none(pair.query.orders):
        return False
    if pair.values is not None:
        return any(_unreadable(pair, value) for value in pair.values)
    if pair.by_get or pair.argument.mode == "variadic":
        return False
    from pgconform.lattice import Verdict

    found = fit(pair.claim.type, parameter, Transport.POSTGREST)
    return found is not None and found.verdict is Verdict.NO


def _unreadable(pair: ArgumentPair, value: Any) -> bool:
    """By GET, None is sent as an empty text, and a list as one text; a variadic parameter reads that as one element."""
    type_ = pair.argument.type
    if pair.by_get:
        value = "" if value is None else array_literal(value) if isinstance(value, list) else value
        value = sent(value) if isinstance(value, dict) else value
        if pair.argument.mode == "variadic" and isinstance(type_, Array):
            type_ = type_.of
    return unreadable(value, type_) is not None


RULE = Rule(
    "RPC006",
    "argument-type",
    "an argument that the parameter's type refuses",
    ArgumentPair,
    judge,
    needs=("overloads",),
)
