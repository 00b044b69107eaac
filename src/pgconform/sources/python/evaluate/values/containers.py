"""Dicts, lists and rows: what is in them after they were built, changed and taken apart."""

from __future__ import annotations

from functools import reduce

from msgspec.structs import replace

from pgconform.request import Text
from pgconform.shape import Location, Scalar, Unknown
from pgconform.sources.python.evaluate.values.choices import KEYED, either, options, settle
from pgconform.sources.python.evaluate.values.dataframes import part_of_frame, placed_in
from pgconform.sources.python.evaluate.values.entries import Choice, Entry, Later, Turn
from pgconform.sources.python.evaluate.values.kinds import (
    ALL,
    LAST,
    STAND_IN,
    UNBOUND,
    UNKNOWN,
    Chain,
    Dict,
    Dump,
    Earlier,
    Either,
    List,
    Lit,
    Opaque,
    Response,
    Rows,
    Str,
    Value,
    is_none,
)
from pgconform.sources.python.evaluate.values.lists import placed
from pgconform.sources.python.evaluate.values.sent import FAILED, gives_one
from pgconform.sources.python.evaluate.values.statements import SQL, is_statement, row_of
from pgconform.sources.python.flows.sending import SENT


def item_of(base: Value, key: Value, taken: Choice = ()) -> Value:
    """``base[key]``; a key that is not known is one and the same wherever it is ``taken`` from."""
    match base, key:
        case Dict(), Str(text=Text() as text) if text.whole:
            return entry_of(base, text.value)
        case Dict(rest=rest), _ if rest is not UNKNOWN:
            return rest
        case Dict(entries=entries, whole=True), _ if entries and not isinstance(key, Lit):
            keys = tuple(sorted(entries))
            return _any([entries[name].value for name in keys], (taken, KEYED, keys) if taken else (id(base), "any"))
        case List(items=items, exact=True), Lit(value=int(index)) if -len(items) <= index < len(items):
            return items[index]
        case List(), Lit(value=int(index)) if (found := placed(base, index)) is not None:
            return found
        case List(items=items, exact=exact), _ if items:
            return _any(list(items), (*taken, len(items)) if taken and exact else (id(base), "any"))
        case Response(), Str(text=text) if text.value == "data":
            return data(base)
        case Rows(), _:
            return row_item(base, key)
    return placed_in(base, key)


def keys_of(base: Dict) -> List:
    """The keys of a dict, in turn."""
    return List(tuple([Str(entry.key) for entry in base.entries.values()]), base.whole)


def is_empty(base: Value) -> bool:
    """A list without items: of ``rows or []`` an item is never one of these."""
    return isinstance(base, List) and base.exact and not base.items


def is_fresh(base: Value) -> bool:
    """A dict with nothing in it yet: what is changed in one of its items, an earlier round of a loop put there."""
    return isinstance(base, Dict) and base.whole and not base.entries


def is_nothing(base: Value) -> bool:
    """A dict that surely has no keys, of its own or of a row."""
    return isinstance(base, Dict) and is_fresh(base) and base.row is None


def of_some_call(value: Value) -> Value:
    """What a function that calls itself gives: of a dict nobody knows what further calls put into it."""
    if not isinstance(value, Dict):
        return value
    known = {key: Entry(entry.key, UNKNOWN, None) for key, entry in value.entries.items()}
    return Dict(known, whole=False, row=value.row, at=value.at)


def has_nothing(base: Value) -> bool:
    """A dict or a list into which nothing is known to have been put."""
    return is_fresh(base) or (isinstance(base, List) and not base.items)


def to_be_filled(value: Value) -> Value:
    """A dict, or a list, that a module or a constructor leaves empty has whatever functions put into it."""
    if isinstance(value, List) and is_empty(value):
        return replace(value, exact=False)
    return replace(value, whole=False) if isinstance(value, Dict) and is_fresh(value) else value


def lacks(base: Value, key: Value) -> bool:
    """A dict that is known not to have the key: of several, an item is never one of these."""
    if not isinstance(base, Dict) or not (base.whole or base is STAND_IN) or base.row is not None:
        return False
    return isinstance(key, Lit) or (isinstance(key, Str) and key.text.whole and key.text.value not in base.entries)


def entry_of(base: Dict, key: str) -> Value:
    """The value under a key."""
    if (entry := base.entries.get(key)) is not None:
        return entry.value
    return row_item(base.row, Str(Text(key))) if isinstance(base.row, Rows) else base.rest


def row_item(base: Rows, key: Value) -> Value:
    """A row of rows, or a column of a row."""
    if base.framed:
        return part_of_frame(base, key)
    match key:
        case Str(text=text) if text.whole:
            if base.loose or base.picked or text.value in base.over:
                return UNKNOWN
            return Rows(base.chain, (*base.path, text.value), None)
        case Lit(value=int()) | Opaque() if not (base.one and base.chain.steps[0].name == SQL):
            return replace(base, one=True)
    return UNKNOWN


def data(response: Response) -> Value:
    """``response.data``."""
    names = [step.name for step in response.chain.steps]
    if names[0] == SENT:
        one = gives_one(response.chain)
        return Rows(response.chain, one=one, over=FAILED if one else frozenset())
    single = any(name in ("single", "maybe_single") for name in names)
    if "csv" in names or "explain" in names:
        return UNKNOWN
    return Rows(response.chain, one=True if single else None if "rpc" in names else False)


def _any(found: list[Value], choice: Choice) -> Value:
    return either(choice, tuple(found))


def put(base: Value, key: Value, value: Value, *, every: bool = False, picked: bool = False) -> Value:
    """``base`` after ``base[key] = value``; with ``every`` that is done with each value the key can be.

    ``for key in allowed: if key in given: sent[key] = given[key]`` says what may be sent, not what is.
    ``picked``: nobody knows which of these keys are always put in.
    """
    if key is UNBOUND:
        return base
    key = UNKNOWN if picked and not isinstance(base, Rows) else key
    match base:
        case Dict():
            return _put_entry(base, key, value, every)
        case Rows():
            keys = known_texts(key)
            return replace(base, over=base.over.union(keys), loose=base.loose or not keys)
        case List():
            return _put_item(base, key, value)
        case Opaque(type=Unknown() | Scalar(kind="py.dict")) if _is_something(base) and isinstance(key, Str):
            return _put_entry(Dict({}, whole=False), key, value)
    return base


def _put_item(base: List, key: Value, value: Value) -> List:
    """A list with an item put in its place; where nobody knows the place, with one more."""
    match key:
        case Lit(value=int(place)) if base.exact and -len(base.items) <= place < len(base.items):
            return replace(base, items=(*base.items[:place], value, *base.items[place:][1:]))
    return List((*base.items, value), exact=False)


def _is_something(base: Opaque) -> bool:
    """Not known, but there; and not what another round of a loop left."""
    return base is not UNBOUND and not isinstance(base, Earlier)


def known_texts(value: Value) -> list[str]:
    """The texts that a value can be; none where it may be something else."""
    found = options(value)
    texts = [option.text.value for option in found if isinstance(option, Str) and option.text.whole]
    return texts if len(texts) == len(found) else []


def texts_of(base: List) -> list[str] | None:
    """The items of a list that are all known, and texts; else None."""
    texts = [item.text.value for item in base.items if isinstance(item, Str) and item.text.whole]
    return texts if base.exact and len(texts) == len(base.items) else None


def _texts_in(value: Value) -> list[str]:
    """The texts among what a value can be."""
    return [option.text.value for option in options(value) if isinstance(option, Str) and option.text.whole]


def _put_entry(base: Dict, key: Value, value: Value, every: bool = False) -> Dict:
    match key:
        case Str(text=text) if text.whole:
            return Dict({**base.entries, text.value: Entry(text, value)}, base.whole, base.row, base.at)
        case Either() if every and known_texts(key):
            return put_each(base, key, value, every=True)
        case Either() if not isinstance(value, Opaque) and any(isinstance(option, Str) for option in options(key)):
            return put_each(base, key, value)
        case Either():
            base = replace(
                base,
                entries=base.entries
                | {name: base.entries[name].valued(UNKNOWN) for name in _texts_in(key) if name in base.entries},
            )
    row = replace(base.row, loose=True) if isinstance(base.row, Rows) else None
    rest = value if is_fresh(base) and base.rest is UNKNOWN else under_any(base.rest, value)
    return Dict(_perhaps_filled(base), whole=False, row=row, at=base.at, rest=rest_of(rest))


def carried(value: Value) -> Value:
    """A row beside what earlier rounds of a loop left: they may have put more into it, and in the place of a None."""
    return replace(value, entries=_perhaps_filled(value), whole=False) if isinstance(value, Dict) else value


def _perhaps_filled(base: Dict) -> dict[str, Entry]:
    """The keys of a dict, where something may have been put in the place of each None."""
    return {key: entry.valued(UNKNOWN) if _holds_none(entry) else entry for key, entry in base.entries.items()}


def _holds_none(entry: Entry) -> bool:
    return not isinstance(entry.held, Later) and is_none(entry.held)


def rest_of(value: Value) -> Value:
    """What may stand under any key, if it is rows, lists or a dict, whose keys may change by another name."""
    if isinstance(value, Dict):
        return replace(value, whole=False)
    found = options(value)
    return value if found and all(isinstance(option, Rows | List) for option in found) else UNKNOWN


def under_any(one: Value, other: Value) -> Value:
    """What stands under a key that is not known, where one thing may and the other."""
    if isinstance(one, List) and isinstance(other, List):
        items = {id(item): item for item in (*one.items, *other.items)}
        return List(tuple(items.values()), exact=False)
    return one if one is other else UNKNOWN


def put_each(base: Dict, key: Either, value: Value, *, every: bool = False) -> Dict:
    """A dict after one key of several was put into it, or each in turn; ``every``: all of them were."""
    entries, whole = dict(base.entries), base.whole
    for index, option in enumerate(key.options):
        if isinstance(option, Str) and option.text.whole:
            one = settle(value, key.choice, index)
            turn = Turn(key.choice, index, before := base.entries.get(option.text.value))
            entries[option.text.value] = Entry(option.text, one, every or (before and before.sure) or None, turn)
        elif option is not UNBOUND:
            whole = False
            overlaid = {name: before for name in _texts_in(option) if (before := base.entries.get(name))}
            entries |= {name: before.valued(UNKNOWN) for name, before in overlaid.items()}
    return Dict(entries, whole, base.row, base.at)


def appended(base: Value, value: Value, many: bool) -> Value:
    """``base`` after ``append`` or, with ``many``, ``extend``."""
    if not isinstance(base, List):
        return base
    if not many:
        return List((*base.items, value), base.exact, base.grown)
    match [option for option in options(value) if not is_none(option) and not is_empty(option)]:
        case []:
            return base
        case [List(items=items, exact=exact, grown=grown)]:
            return List(base.items + items, base.exact and exact, (base.exact or base.grown) and (exact or grown))
    return List((*base.items, *met(value)), exact=False)


def met(value: Value) -> list[Value]:
    """What a loop over a value meets, whichever it is of those that it can be."""
    return [item for option in options(value) if not is_none(option) for item in _items(option)]


def _items(value: Value) -> tuple[Value, ...]:
    """What a loop over one of them meets."""
    match value:
        case List(items=items):
            return items
        case Rows(one=False) as rows:
            return (replace(rows, one=True),)
    return (UNKNOWN,)


def dropped(base: Value, key: Value, *, every: bool = False, picked: bool = False) -> Value:
    """``base`` after ``del base[key]``; with ``every`` that is done with each value the key can be.

    ``picked``: nobody knows which of these are always taken out; nor is it known of a key that is not.
    """
    match base:
        case Dict(at=at) if key is ALL:
            return Dict({}, at=at)
        case Dict() if key is LAST:
            return _without_last(base)
        case Dict(entries=entries):
            keys = known_texts(key)
            if keys and (every or (len(keys) == 1 and not picked)):
                rest = {name: entry for name, entry in entries.items() if name not in keys}
                return Dict(rest, base.whole, _without(base.row, frozenset(keys)), base.at)
            picked = picked or not keys
            rest = {
                name: entry.made(None).doubting(picked) if name in keys or not keys else entry
                for name, entry in entries.items()
            }
            return Dict(rest, base.whole, _without(base.row, frozenset()), base.at)
        case List(items=items):
            return List(() if key is ALL else items, exact=False)
        case Rows(one=True, path=()):
            keys = known_texts(key)
            return replace(base, over=base.over | frozenset(keys), loose=base.loose or not keys, partly=True)
    return base


def removed(base: Value, item: Value, *, every: bool = False, picked: bool = False) -> Value:
    """``base`` after ``base.remove(item)``, as in `dropped`: a list, where it is known which text is taken out."""
    if not isinstance(base, List):
        return base
    texts, gone = texts_of(base), known_texts(item)
    if texts is None or not gone or not (every or (len(gone) == 1 and not picked)):
        return List(base.items, exact=False)
    first = {texts.index(text) for text in gone if text in texts}
    return List(tuple(one for number, one in enumerate(base.items) if number not in first), exact=True)


def _without_last(base: Dict) -> Dict:
    """A dict without the key that was put into it last; where that is not known, nothing is."""
    known = base.whole and base.row is None and all(entry.sure for entry in base.entries.values())
    return Dict(dict(list(base.entries.items())[:-1]), at=base.at) if known else Dict({}, whole=False, at=base.at)


def _without(row: Rows | Dump | None, keys: frozenset[str]) -> Rows | Dump | None:
    """A dump without some of its fields; without such that are not known, nothing is."""
    if isinstance(row, Rows):
        return replace(row, partly=True)
    if row is None:
        return None
    return replace(row, omitted=row.omitted | keys) if keys else None


def element(base: Value, choice: Choice) -> Value:
    """One of the items, as a loop meets them; all loops over one list choose for themselves."""
    match base:
        case List(items=items):
            return either(choice, items) if items else UNBOUND if base.exact else UNKNOWN
        case Dict(entries=entries, whole=True) if entries:
            return either(choice, tuple([Str(entry.key) for entry in entries.values()]))
        case Lit() | Dict(whole=True, row=None):
            return UNBOUND
        case Rows(one=True, path=()):
            return UNKNOWN
        case Rows():
            return replace(base, one=True)
        case Chain():
            return row_of(base) if is_statement(base) else UNKNOWN
    return UNKNOWN


def parsed(said: object, at: Location | None) -> Value:
    """A value of JSON."""
    match said:
        case dict():
            return Dict({key: Entry(Text(key), parsed(value, at)) for key, value in said.items()}, at=at)
        case list():
            return List(tuple([parsed(item, at) for item in said]))
        case str():
            return Str(Text(said, at))
        case bool() | int() | float() | None:
            return Lit(said, at)
    return UNKNOWN


def paired(base: Value) -> Value:
    """``dict(pairs)``; of pairs that are not all known only what is certain."""
    if not isinstance(base, List):
        return Dict({}, whole=False)
    entries: dict[str, Entry] = {}
    others: list[Value] = []
    for item in base.items:
        match item:
            case List(items=(Str(text=text), value), exact=True) if text.whole:
                entries[text.value] = Entry(text, value, base.exact)
            case List(items=(_, value), exact=True):
                others.append(value)
            case _:
                others.append(UNKNOWN)
    rest = rest_of(reduce(under_any, others)) if others else UNKNOWN
    return Dict(entries, whole=base.exact and not others, rest=rest)
