"""What a name holds where branches meet: chains with more or fewer calls, dicts with more or fewer keys, or either."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import takewhile

from msgspec.structs import replace

from pgconform.request import HOLE
from pgconform.sources.python.evaluate.values.choices import each, either, hangs, is_by_key, options, present, settle
from pgconform.sources.python.evaluate.values.containers import is_fresh, is_nothing, under_any
from pgconform.sources.python.evaluate.values.entries import Choice, Entry, Later, Turn
from pgconform.sources.python.evaluate.values.kinds import (
    STAND_IN,
    UNBOUND,
    UNKNOWN,
    Chain,
    Dict,
    Earlier,
    Either,
    External,
    List,
    Lit,
    Method,
    Opaque,
    Rows,
    Step,
    Str,
    Value,
    is_none,
)
from pgconform.sources.python.evaluate.values.lists import has_one, in_all
from pgconform.sources.python.flows.chained import NAMED


def one_way_or_other(tests: Sequence[Sequence[Value]]) -> Either | None:
    """The outcome of one test of a key that the first of two options needs, where the second needs the other one."""
    match tests:
        case [[Either(choice, (first, second)) as one], [Either(again, (third, fourth))]] if choice == again:
            opposed = (first is UNBOUND) != (third is UNBOUND) and (second is UNBOUND) != (fourth is UNBOUND)
            return one if opposed and is_by_key(choice) else None
    return None


def parted_by_key(found: Sequence[Value]) -> Value | None:
    """Values by one key, of which each word leads to one at most: what each leads to. None for others."""
    choice = found[0].choice if type(found[0]) is Either else None
    if choice is None or not is_by_key(choice):
        return None
    ways = [value.options for value in found if type(value) is Either and value.choice == choice]
    led = [[one for one in ones if one is not UNBOUND] for ones in zip(*ways, strict=True)]
    if len(ways) < len(found) or any(len(ones) > 1 for ones in led):
        return None
    return either(choice, tuple([ones[0] if ones else UNBOUND for ones in led]))


def by_needs(choice: Choice, found: list[Value], fallback: bool) -> Value:
    """`meet`, by each option of the elements of loops that decide which of these values there are."""
    by = _decides(found)
    if by is None:
        return meet(choice, found, fallback)
    ways = ([settle(value, by.choice, number) for value in found] for number in range(len(by.options)))
    return either(by.choice, tuple([by_needs(choice, way, fallback) for way in ways]))


def _decides(found: Sequence[Value]) -> Either | None:
    """The one choice of an element by which some of these values are not there."""
    by = [value for value in found if type(value) is Either and "element" in value.choice and _may_lack(value)]
    return by[0] if by and len({value.choice for value in by}) == 1 else None


def _may_lack(value: Value) -> bool:
    return value is UNBOUND or (type(value) is Either and any(map(_may_lack, value.options)))


def meet(choice: Choice, found: list[Value], fallback: bool = False) -> Value:
    """One value for all branches where they agree in the main, else the choice between them."""
    every = _every(found)
    if any(type(value) is Chain and hangs(value, choice) for value in every):
        found = _tied(choice, found)
        every = _every(found)
    bound = [value for value in found if value is not UNBOUND]
    if fallback:
        bound = found = _tried(bound)
        every = _every(bound)
    if not bound:
        return UNBOUND
    if len(every) > 1 and all(type(value) is Chain for value in every):
        return either(choice, tuple(_grouped(every)))
    merged = _merged(bound)
    if merged is not None:
        return merged
    return either(choice, _beside_unknown(found, every), fallback)


def _every(found: Iterable[Value]) -> list[Value]:
    return [option for value in found for option in options(value)]


def _tied(choice: Choice, found: list[Value]) -> list[Value]:
    """Chains that name something by that choice, what each calls after the others' calls as it does only then."""
    count = len(found)

    def only(value: Value, index: int) -> Value:
        kept = settle(value, choice, index)
        return Either(choice, tuple([kept if number == index else UNBOUND for number in range(count)]))

    return _tie(found, only)


def tied_by_tests(found: list[Value], tests: Sequence[Sequence[Value]]) -> list[Value]:
    """The same by keys that tests are of, which come out as each option needs."""
    by = [[test for test in needs if isinstance(test, Either) and is_by_key(test.choice)] for needs in tests]

    def only(value: Value, index: int) -> Value:
        for test in by[index]:
            value = each(test, partial(_instead, value))
        return value

    chains = _chains_of(found) if any(by) else []
    hanging = any(hangs(chain, test.choice) for needs in by for test in needs for chain in chains)
    return _tie(found, only) if hanging else found


def _instead(value: Value, _: Value) -> Value:
    return value


def _chains_of(found: Sequence[Value]) -> list[Chain]:
    return [option for option in _every(found) if type(option) is Chain]


def _tie(found: list[Value], only: Callable[[Value, int], Value]) -> list[Value]:
    """Of several chains, what each calls after the others' calls names ``only`` what its option has."""
    chains = _chains_of(found)
    if len(chains) < 2:
        return found
    shared: dict[object, int] = {}
    for site in {chain.site for chain in chains}:
        steps = zip(*(chain.steps for chain in chains if chain.site == site), strict=False)
        shared[site] = sum(1 for _ in takewhile(_is_one, steps))

    def tie(value: Value, index: int) -> Value:
        if not isinstance(value, Chain):
            return value
        start = shared[value.site]
        own = [_named(step, only, index) for step in value.steps[start:]]
        return replace(value, steps=(*value.steps[:start], *own))

    return [each(value, partial(tie, index=index)) for index, value in enumerate(found)]


def _is_one(steps: Sequence[Step]) -> bool:
    return len({step.origin for step in steps}) == 1


def _named(step: Step, only: Callable[[Value, int], Value], index: int) -> Step:
    """A call that names something by this option; by the others it is not made."""
    named = NAMED.get(step.name, 1)
    arguments = [item if isinstance(item, Later) else only(item, index) for item in step.arguments[:named]]
    return replace(step, arguments=(*arguments, *step.arguments[named:]))


def beside_unknown(found: Sequence[Value]) -> tuple[Value, ...]:
    """The options of a choice; an empty dict beside a row, or what nobody knows, stands in for that, with any key."""
    return _beside_unknown(found, _every(found))


def _beside_unknown(found: Sequence[Value], every: Sequence[Value]) -> tuple[Value, ...]:
    if not _UNTOLD.isdisjoint(map(type, every)) and any(map(is_nothing, every)):
        return tuple([each(value, _open) for value in found])
    return tuple(found)


_UNTOLD = frozenset({Opaque, Method, External, Rows})


def _open(value: Value) -> Value:
    return STAND_IN if is_nothing(value) else value


def _tried(found: list[Value]) -> list[Value]:
    """What ``a or b`` can be: of rows, none that is surely empty; nothing after what surely is true."""
    kept = [present(value) for value in found[:-1] if not is_none(value) and not _is_no_row(value)] + found[-1:]
    full = next((number for number, value in enumerate(kept) if _is_surely_true(value)), len(kept))
    return kept[: full + 1]


def _is_surely_true(value: Value) -> bool:
    found = options(value)
    return bool(found) and all(map(_is_true, found))


def _is_no_row(value: Value) -> bool:
    return all(map(is_nothing, options(value)))


def has_keys(value: Value) -> bool:
    """All that it can be has something in it."""
    found = options(value)
    return bool(found) and all(map(_is_filled, found))


def _is_true(value: Value) -> bool:
    """What surely is true: a constant, a text of which something is known, or what has something in it."""
    if isinstance(value, Str):
        return bool(value.text.value.replace(HOLE, ""))
    return bool(value.value) if isinstance(value, Lit) else _is_filled(value)


def _is_filled(value: Value) -> bool:
    """A row that surely has a key, or a list that surely has an item."""
    if isinstance(value, List):
        return has_one(value)
    return isinstance(value, Dict) and any(map(_is_sure, value.entries.values()))


def _is_sure(entry: Entry) -> bool:
    return bool(entry.sure)


def closed(met: Value, earlier: Value) -> Value:
    """What a name holds after a loop.

    What earlier rounds left is one of the same values; so is what methods made of it where these make chains of
    chains, or lists of lists. A dict that rounds fill in several ways may have what any of them puts there.
    """
    if not isinstance(met, Either):
        return met
    left = each(met, lambda value: UNBOUND if value is earlier else value)
    if _grows_by_element(met, earlier):
        left = each(left, partial(in_all, [value for value in options(left) if isinstance(value, Dict)]))
    every = options(left)
    kept = [value for value in every if not (isinstance(value, Earlier) and value.of is earlier)]
    if len(kept) == len(every) or not kept:
        return gathered(left) if len(every) < len(options(met)) else left
    if all(isinstance(value, Chain) for value in kept):
        return either(met.choice, tuple(_grouped(kept)))
    if all(isinstance(value, Dict) for value in kept):
        return _of_one_row(met.choice, kept) or left
    whole = _merged(kept)
    return replace(whole, exact=False) if isinstance(whole, List) else left


def _grows_by_element(value: Value, earlier: Value, element: bool = False) -> bool:
    """What each element of a loop makes of what the elements before it left hangs on which these are."""
    if not isinstance(value, Either):
        return element and (value is earlier or (isinstance(value, Earlier) and value.of is earlier))
    element = element or "element" in value.choice
    for option in value.options:
        if (element or type(option) is Either) and _grows_by_element(option, earlier, element):
            return True
    return False


def _grouped(found: list[Value]) -> list[Value]:
    """Chains that began at one place as one, wherever that can be."""
    groups: list[Value] = []
    for value in found:
        for number, group in enumerate(groups):
            together = _chains(group, value) if isinstance(group, Chain) and isinstance(value, Chain) else None
            if together is not None:
                groups[number] = together
                break
        else:
            groups.append(value)
    return groups


def _merged(found: list[Value]) -> Value | None:
    first = found[0]
    for other in found[1:]:
        if first is other:
            continue
        match first, other:
            case Chain(), Chain():
                together: Value | None = _chains(first, other)
            case Dict(), Dict():
                together = _dicts(first, other)
            case List(), List():
                together = _lists(first, other)
            case _:
                together = None
        if together is None:
            return None
        first = together
    return first


def _chains(one: Chain, other: Chain) -> Chain | None:
    """Both chains as one: the calls they share, then those that only one of them makes."""
    if one.site != other.site or one.site is None:
        return None
    shared = 0
    for mine, theirs in zip(one.steps, other.steps, strict=False):
        if mine.origin != theirs.origin:
            break
        shared += 1
    rest, more = one.steps[shared:], other.steps[shared:]
    if any(step.name in _MAIN for step in (*rest, *more)):
        return None
    kept = {step.origin: replace(step, sure=False) for step in (*rest, *more)}
    steps = one.steps[:shared] + tuple(kept.values())
    return replace(one, steps=steps, pending=one.pending or other.pending, partly=False, open=one.open or other.open)


_MAIN = frozenset({"table", "from_", "rpc", "schema", "select", "insert", "update", "upsert", "delete"})


def _dicts(one: Dict, other: Dict) -> Dict | None:
    """Both dicts as one when one grew out of the other."""
    small, large = sorted((one, other), key=lambda item: len(item.entries))
    if any(key not in large.entries for key in small.entries) or (one.row and other.row and one.row is not other.row):
        return None
    entries: dict[str, Entry] = {}
    for key, mine in large.entries.items():
        entry, same = mine, small.entries.get(key)
        if mine.turn and (not small.whole if same is None else same.turn and not same.same(mine)):
            entry = _in_turn(mine, mine.turn, same)
        elif same is not None and not same.same(mine):
            return None
        entries[key] = entry.beside(same is not None and same.sure).doubting(same is not None and same.doubted)
    if small.entries or not small.whole or not large.whole or small.at == large.at:
        rest = _rest(one, other)
        return Dict(entries, small.whole and large.whole, small.row or large.row, large.at or small.at, rest)
    return None


def _in_turn(entry: Entry, turn: Turn, other: Entry | None) -> Entry:
    """A key that each round of a loop fills for itself, in one way or another; of no ``other``, nothing is known."""
    found = (*options(entry.value), *(options(other.value) if other else (UNKNOWN,)))
    return Entry(entry.key, either((turn.choice, "filled", entry.key.value), found), entry.sure, turn, entry.doubted)


def gathered(met: Value) -> Value:
    """What a name holds after a loop of which each round may have put something into the dict that it holds."""
    found = options(met)
    return (isinstance(met, Either) and len(found) >= _SEVERAL and _of_one_row(met.choice, found)) or met


def _of_one_row(choice: Choice, values: Sequence[Value]) -> Value | None:
    """One dict for several that have the rest of their keys from the same row, or from none."""
    found = [value for value in values if isinstance(value, Dict)]
    together = len(found) == len(values) and len({id(value.row) for value in found}) == 1
    return _filled(choice, found) if together else None


_SEVERAL = 2


def _filled(choice: Choice, found: list[Dict]) -> Dict:
    """One dict that some rounds of a loop fill in one of these ways and some in another."""
    first, *others = found
    for other in others:
        entries = dict(first.entries)
        for key, entry in other.entries.items():
            known = entries.get(key)
            same = known is None or known.same(entry)
            held = entry if same or known is None else _in_turn(entry, Turn((*choice, "rounds"), 0, None), known)
            sure = True if known and known.sure and entry.sure else None
            entries[key] = held.made(sure).doubting(known is not None and known.doubted)
        kept = {key: entry if key in other.entries else entry.made(None) for key, entry in entries.items()}
        first = Dict(kept, first.whole and other.whole, first.row, first.at or other.at, _rest(first, other))
    return first


def _rest(one: Dict, other: Dict) -> Value:
    """What stands under other keys in both, or in one while the other has none yet."""
    first, second = (one, other) if one.rest is UNKNOWN else (other, one)
    return second.rest if first.rest is UNKNOWN and is_fresh(first) else under_any(first.rest, second.rest)


def _lists(one: List, other: List) -> List | None:
    """Both lists as one when one grew out of the other."""
    small, large = sorted((one, other), key=lambda item: len(item.items))
    if all(mine is theirs for mine, theirs in zip(small.items, large.items, strict=False)):
        known = (one.exact or one.grown) and (other.exact or other.grown)
        same = len(small.items) == len(large.items)
        return List(large.items, same and one.exact and other.exact, grown=known)
    return None
