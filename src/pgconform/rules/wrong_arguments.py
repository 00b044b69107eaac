"""RPC002: arguments that no overload of the function takes."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Rename, Severity
from pgconform.postgrest.calling import needed, one_json
from pgconform.postgrest.pairs import CallPair
from pgconform.rules._wording import did_you_mean, quoted
from pgconform.rules.registry import Rule
from pgconform.schema import Function
from pgconform.shape import Location
from pgconform.support.names import nearest, slip


def judge(pair: CallPair) -> Iterator[Finding]:
    if not pair.callable or pair.matching or not pair.known:
        return
    change = _change(pair)
    yield Finding(
        Severity.ERROR,
        _message(pair),
        consequence=f"the call fails with {_answer(pair)}",
        help="it takes " + " or ".join(sorted(map(_spelled, pair.callable))),
        change=change,
        safe=change is not None and slip(change.old, change.new),
        subject=pair.name,
        at=_place(pair, change.old) if change else None,
    )


def _answer(pair: CallPair) -> str:
    """PostgREST lets some calls pass: without a variadic argument, and before 14.2 with a body for any JSON one."""
    fitting = [function for function in pair.callable if not _unknown(pair, function)]
    wanted = [{item.name for item in function.inputs if not item.optional} - pair.sent for function in fitting]
    taken = not (pair.by_get or pair.part.config.since(14, 2)) and any(map(one_json, pair.callable))
    if taken or set() in wanted:
        return "42883 (function does not exist)"
    return "404 PGRST202 (could not find the function with these arguments)"


def _change(pair: CallPair) -> Rename | None:
    """The one name that the one function does not know, as the one it may mean and does not get."""
    unknown = _unknown(pair, pair.callable[0])
    if len(pair.callable) != 1 or len(unknown) != 1:
        return None
    free = [name for name in _names(pair.callable[0]) if name not in pair.sent]
    near = nearest(unknown[0], free)
    return Rename(unknown[0], near[0]) if len(near) == 1 else None


def _place(pair: CallPair, name: str) -> Location | None:
    """The place of an argument's key."""
    payload = pair.query.payload
    return next((field.at for field in payload.fields if field.name == name), None) if payload else None


def _message(pair: CallPair) -> str:
    best = min(pair.callable, key=lambda function: len(_unknown(pair, function)) + len(_missing(pair, function)))
    unknown, missing = _unknown(pair, best), _missing(pair, best)
    said = []
    if unknown:
        near = nearest(unknown[0], [*missing, *_names(best)]) if len(unknown) == 1 else ()
        said.append(f"no argument {quoted(unknown, ' and ')}{did_you_mean(near)}")
    if missing:
        said.append(f"needs {quoted(missing, ' and ')}")
    return f"{pair.name} " + ("has " if unknown else "") + " and ".join(said)


def _names(function: Function) -> list[str]:
    return [argument.name for argument in function.inputs]


def _unknown(pair: CallPair, function: Function) -> list[str]:
    return sorted(set(pair.sent) - set(_names(function)))


def _missing(pair: CallPair, function: Function) -> list[str]:
    if pair.given is None:
        return []
    wanted = needed(function, pair.given) - pair.given
    return [name for name in _names(function) if name and name in wanted]


def _spelled(function: Function) -> str:
    parts = (f"{item.name}{'?' if item.optional else ''}" for item in function.inputs)
    return f"({', '.join(parts)})"


RULE = Rule(
    "RPC002", "wrong-arguments", "arguments that the function does not take", CallPair, judge, needs=("overloads",)
)
