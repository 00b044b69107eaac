"""RPC006: an argument that cannot be read as the parameter's type."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.fitting import fit
from pgconform.postgrest.pairs import ArgumentPair
from pgconform.postgrest.values import unreadable
from pgconform.rules._wording import spelled
from pgconform.rules.registry import Rule
from pgconform.schema import Transport


def judge(pair: ArgumentPair) -> Iterator[Finding]:
    if not _refused(pair):
        return
    yield Finding(
        Severity.ERROR if pair.here else Severity.WARNING,
        f"the argument {pair.argument.name} of {pair.function.name} is {_given(pair)}; "
        f"the parameter is {spelled(pair.argument.type)}",
        consequence="the call fails with 22P02 (invalid input syntax)",
        subject=pair.function.name,
    )


def _given(pair: ArgumentPair) -> str:
    return " or ".join(json.dumps(value, ensure_ascii=False) for value in pair.values or ()) or spelled(pair.claim.type)


def _refused(pair: ArgumentPair) -> bool:
    parameter = pair.argument.type
    if pair.argument.mode == "variadic" or pair.represented:
        return False
    if pair.values is not None:
        return any(unreadable(value, parameter) is not None for value in pair.values)
    if pair.by_get:
        return False
    from pgconform.lattice import Verdict

    found = fit(pair.claim.type, parameter, Transport.POSTGREST)
    return found is not None and found.verdict is Verdict.NO


RULE = Rule(
    "RPC006",
    "argument-type",
    "an argument that the parameter's type refuses",
    ArgumentPair,
    judge,
    needs=("overloads",),
)
