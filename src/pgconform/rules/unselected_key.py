"""QRY027: a key of a row that the request or the statement does not select."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pgconform.finding import Finding, Rename, Severity
from pgconform.pairs.reads import ReadPair
from pgconform.rules._wording import did_you_mean
from pgconform.rules.registry import Rule
from pgconform.support.names import nearest, slip

_EFFECTS = {
    "item": "KeyError at run time",
    "get": "get() always gives its default",
    "caught": "what catches the error always runs",
    "attribute": "AttributeError at run time",
    "field": "AttributeError at run time",
    "argument": "TypeError at run time",
    "model": 'validation fails with "Field required"',
}

_EXPECTED = frozenset({"get", "caught"})
"""How a key is read that a program can do without."""


def judge(pair: ReadPair) -> Iterator[Finding]:
    key, method = pair.read.key.value, pair.read.method
    if pair.told or not pair.lacks:
        return
    keys = (key, *pair.also)
    near = nearest(key, pair.names)
    whose = f" of {pair.subject}" if pair.subject and pair.requests == 1 else ""
    said = f"needed by {pair.holder}" if method == "model" else f"read from a row{whose}"
    listed, are, them = (_listed(keys), "are", "them") if pair.also else (f'"{key}"', "is", "it")
    yield Finding(
        Severity.WARNING if method in _EXPECTED else Severity.ERROR,
        f"{listed} {are} {said}, but {_lacking(pair)} {them}" + ("" if pair.column else did_you_mean(near)),
        consequence=_EFFECTS.get(method, _EFFECTS["item"]),
        help=_help(listed, near, pair.read.path, column=pair.column),
        change=Rename(key, near[0]) if len(near) == 1 and not pair.column and method != "model" else None,
        safe=len(near) == 1 and slip(key, near[0]),
    )


def _lacking(pair: ReadPair) -> str:
    if pair.requests == 1:
        return f"the {pair.by} does not select"
    return f"none of the {pair.requests} requests that may give it selects"


def _listed(keys: Sequence[str]) -> str:
    *most, last = [f'"{key}"' for key in keys]
    return f"{', '.join(most)} and {last}"


def _help(listed: str, near: tuple[str, ...], within: tuple[str, ...], *, column: bool) -> str:
    if column:
        return f"add {listed} to {'.'.join(within)}(…) of the select" if within else f"add {listed} to the select"
    return f'write "{near[0]}"' if len(near) == 1 else ""


RULE = Rule("QRY027", "unselected-key", "a key read that the request does not select", ReadPair, judge)
