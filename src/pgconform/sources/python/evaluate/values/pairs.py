"""Dicts and lists as pairs and back: ``items()``, ``enumerate``, ``zip``, ``dict()``."""

from __future__ import annotations

from pgconform.request import Text
from pgconform.shape import Scalar
from pgconform.sources.python.evaluate.values.choices import each, options
from pgconform.sources.python.evaluate.values.containers import element, paired
from pgconform.sources.python.evaluate.values.entries import Choice, Entry
from pgconform.sources.python.evaluate.values.kinds import (
    UNBOUND,
    UNKNOWN,
    Dict,
    Dump,
    Either,
    List,
    Opaque,
    Rows,
    Str,
    Value,
    py,
)


class Part(Opaque, frozen=True, eq=False):
    """A key, or what stands under it, of those that a row has and that nobody names; see `parts`."""

    of: Rows | Dump | None = None
    key: bool = False


def parts(row: Rows | Dump) -> List:
    """A key of a row and what stands under it."""
    return List((Part(type=Scalar("py.str"), of=row, key=True), Part(of=row)))


def pairs(base: Value) -> Value:
    """``base.items()``."""
    if isinstance(base, Dict):
        found: list[Value] = [List((Str(entry.key), entry.value)) for entry in base.entries.values()]
        if not base.whole:
            found.append(List((py("str"), base.rest)) if base.row is None else parts(base.row))
        return List(tuple(found), base.whole and all(entry.sure for entry in base.entries.values()))
    if isinstance(base, Rows) and base.one and not base.framed:
        return List((parts(base),), exact=False)
    return _any_pairs()


def some_pairs(base: Value) -> List | None:
    """Some of the pairs of a dict, nobody knows which; None of what are no such pairs."""
    items = base.items if isinstance(base, List) else ()
    pairs = [item for item in items if isinstance(item, List) and item.exact and len(item.items) == _PAIR]
    named = pairs and len(pairs) == len(items) and all(isinstance(pair.items[0], Str) for pair in pairs)
    return _any_pairs() if named else None


_PAIR = 2


def _any_pairs() -> List:
    return List((List((py("str"), UNKNOWN)),), exact=False)


def numbered(base: Value) -> Value:
    """``enumerate(base)``."""
    if isinstance(base, List):
        return List(tuple([List((py("int"), item)) for item in base.items]), base.exact)
    inner = element(base, ("enumerate", id(base)))
    return List((List((py("int"), inner)),), exact=False)


def zipped(bases: list[Value]) -> Value:
    """``zip(…)``; of one that may be this list or that, item by item of each."""
    for place, base in enumerate(bases):
        if isinstance(base, Either) and all(isinstance(one, List) and one.exact and one.items for one in options(base)):
            return each(base, lambda one: zipped([*bases[:place], one, *bases[place + 1 :]]))  # noqa: B023
    lists = [base.items for base in bases if isinstance(base, List) and base.exact]
    if lists:
        size = min(map(len, lists))
        columns = [
            base.items[:size]
            if isinstance(base, List) and base.exact
            else [_met(base, ("zip", id(base), number)) for number in range(size)]
            for base in bases
        ]
        return List(tuple([List(row) for row in zip(*columns, strict=True)]), exact=len(lists) == len(bases))
    return List((List(tuple([_met(base, ("zip", id(base))) for base in bases])),), exact=False)


def _met(base: Value, choice: Choice) -> Value:
    """An item of a list; nothing is known of one that there is not."""
    found = each(base, lambda option: element(option, choice))
    return UNKNOWN if found is UNBOUND else found


def keyed(keys: Value, value: Value) -> Value:
    """``dict.fromkeys(keys, value)``."""
    names = keys.items if isinstance(keys, List) else ()
    return paired(List(tuple([List((name, value)) for name in names]), isinstance(keys, List) and keys.exact))


def keyword_dict(keywords: list[tuple[str, Value]]) -> Dict:
    """``dict(a=…, b=…)``."""
    return Dict({name: Entry(Text(name), value) for name, value in keywords})
