"""Fits of whole types: what the tables say of scalars, carried through labels, arrays, structs and unions."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.lattice import postgres, python
from pgconform.lattice.casts import TEXTS, cast
from pgconform.lattice.forms import DROPPED, KIN, LOST, SAID, UNDECODABLE, WITNESS, arriving, numeric
from pgconform.lattice.structs import struct_fit
from pgconform.lattice.table import REFUSED, Arrival, Cell
from pgconform.lattice.verdict import UNKNOWN, YES, Fit, Verdict, all_of, best, rarely, whole
from pgconform.schema import Transport
from pgconform.shape import Array, Labels, Scalar, Struct, Type, Union, Unknown

_OBJECT = (Arrival(("object",)),)
_LIST = (Arrival(("array",)),)
_TEXT_ELEMENTS = frozenset(
    {"citext", "hstore", "vector", "halfvec", "sparsevec", "ltree", "lquery", "ltxtquery", "cube"}
)
_KNOWN_TO_SQLALCHEMY = frozenset({"citext", "hstore"})
_ANY = Scalar("py.any")
_KEPT = ("clamped", "py.pg_timestamptz")
_CHARACTERS = Fit(Verdict.LOSSY, "{Hello}", "SQLAlchemy takes the array's text, which psycopg gives it, for a list")
_NULL_ELEMENT = Fit(Verdict.SOME, "null", "an array of Postgres may hold NULL", rare=True)


def fits(source: Type, target: Type, transport: Transport) -> Fit:
    """How every value of ``source``, sent over ``transport``, fares as a ``target``."""
    match source, target:
        case (Unknown(), _) | (_, Unknown()):
            return UNKNOWN
        case Union(options=options), _:
            return _union(options, target, transport)
        case _, _ if same(source, target) and is_python(source) == is_python(target):
            return YES
        case Labels(), _:
            return labels_fit(source, target, transport)
        case Array(), _:
            return _array(source, target, transport)
        case Struct(), _:
            return _struct(source, target, transport)
        case Scalar(), Scalar() if not (is_python(source) or is_python(target)):
            return cast(source, target)
        case Scalar(), _ if not is_python(source) and transport is Transport.SQL and not is_python(target):
            return _as_stored(source, target, transport)
        case Scalar(), _:
            return arrive(_arrivals(source, transport), target, transport)
    return UNKNOWN


def same(one: Type, other: Type) -> bool:
    """Two types are one, however they are written."""
    match one, other:
        case Scalar(), Scalar():
            return (one.kind, one.size) == (other.kind, other.size)
        case Labels(), Labels():
            return one.values == other.values
        case Array(), Array():
            return same(one.of, other.of)
        case Union(), Union():
            return len(one.options) == len(other.options) and all(map(same, one.options, other.options))
    return one == other


def is_python(kind: Type) -> bool:
    """Some part of the type is a Python kind; a set of labels alone can be either side's."""
    match kind:
        case Scalar(kind=name):
            return name.startswith("py.")
        case Array(of=of):
            return is_python(of) or (isinstance(of, Labels | Struct) and not kind.raw.endswith("[]"))
        case Struct(fields=fields):
            return any(is_python(field.type) for field in fields)
        case Union():
            return True
    return False


def _union(options: tuple[Type, ...], target: Type, transport: Transport) -> Fit:
    if isinstance(target, Union) and set(options) <= set(target.options):
        return YES
    return whole(fits(option, target, transport) for option in options if not _is_none(option) or _judges_none(target))


def _is_none(kind: Type) -> bool:
    return isinstance(kind, Scalar) and kind.kind == "py.none"


def _judges_none(target: Type) -> bool:
    return is_python(target)


def _arrivals(source: Scalar, transport: Transport) -> tuple[Arrival, ...] | None:
    if is_python(source):
        return python.sending(transport).get(source.kind)
    if source.kind == "bit" and source.size == (1,) and transport is not Transport.ASYNCPG:
        return (Arrival(("bit",)),)
    if source.kind == "numeric":
        return numeric(source.size, transport)
    return arriving(transport).get(source.kind)


def arrive(coming: tuple[Arrival, ...] | None, target: Type, transport: Transport) -> Fit:
    """How values that come in those forms fare; None: it is not known how they come."""
    if isinstance(target, Scalar) and target.kind == "py.any" and coming is None:
        return YES
    if coming is None:
        return UNKNOWN
    return whole(fit for arrival in coming for fit in _alternatives(arrival, target, transport))


def _alternatives(arrival: Arrival, target: Type, transport: Transport) -> Iterator[Fit]:
    found = [take(form, target, transport) for form in arrival.forms]
    taken = len(found) > 1 and any(fit.verdict is Verdict.YES or fit.rare for fit in found)
    for fit in found:
        yield rarely(fit) if arrival.rare or taken else fit


def take(form: str, target: Type, transport: Transport) -> Fit:
    """How values of one form fare."""
    if form in UNDECODABLE:
        return Fit(Verdict.NO, WITNESS[form], SAID[form])
    match target:
        case Union(options=options):
            return best(take(form, option, transport) for option in options)
        case Labels():
            meant = form in ("text", "opaque")
            return Fit(Verdict.SOME if meant else Verdict.NO, WITNESS[form], "it is none of the labels", rare=meant)
        case Array() if form in ("record", "tuple", "multirange_list", "multirange_object"):
            return UNKNOWN
        case Array():
            return _narrow(form, "array", "its items may be of another type")
        case Struct():
            return _narrow(form, "object", "it may have other keys")
        case Scalar():
            return _scalar(form, target, transport)
    return UNKNOWN


def _narrow(form: str, wanted: str, why: str) -> Fit:
    if form == wanted:
        return Fit(Verdict.SOME, WITNESS[form], why, rare=True)
    return Fit(Verdict.NO, WITNESS[form], f"it is no {wanted}")


def _scalar(form: str, target: Scalar, transport: Transport) -> Fit:
    table = python.taking() if is_python(target) else postgres.taking(transport)
    row = table.get(target.kind)
    if row is None:
        return UNKNOWN
    cell = row.get(form) or row.get(KIN.get(form, "")) or row.get("*") or REFUSED
    if form == "own_text" and not is_python(target):
        return YES
    if form in LOST and cell.verdict is Verdict.YES and (form, target.kind) != _KEPT:
        cell = Cell(Verdict.LOSSY)
    if cell.verdict is Verdict.YES:
        return YES
    witness = cell.witness or WITNESS[form]
    return Fit(cell.verdict, witness, _reason(form, cell.verdict, target, witness), cell.rare)


def _reason(form: str, verdict: Verdict, target: Scalar, witness: str) -> str:
    name = spelled(target)
    if verdict is Verdict.LOSSY:
        return DROPPED.get(target.kind) or SAID.get(form) or f"{name} takes {witness} for something else"
    return SAID["iso_negative"] if form == "iso_negative" else f"{name} refuses {witness}"


def spelled(kind: Scalar) -> str:
    """The kind as a person writes it."""
    return kind.raw or kind.kind.removeprefix("py.").removeprefix("pg_")


def labels_fit(source: Labels, target: Type, transport: Transport) -> Fit:
    """How a closed set of texts fares: known value by known value."""
    match target:
        case Union(options=options):
            return best(fits(source, option, transport) for option in options)
        case Labels(values=values):
            missing = [value for value in source.values if value not in values]
            return whole(_missing(value) if value in missing else YES for value in source.values)
        case Scalar() if not is_python(target) and transport is Transport.SQL:
            return YES if target.kind in TEXTS else cast(Scalar("text"), target)
        case Scalar():
            return _texts(source, target, transport)
    return Fit(Verdict.NO, source.values[0] if source.values else "", "it is a text")


def _missing(value: str) -> Fit:
    return Fit(Verdict.NO, value, f"{value!r} is none of the labels")


def _texts(source: Labels, target: Scalar, transport: Transport) -> Fit:
    fit = take("text", target, transport)
    if fit.verdict is not Verdict.SOME:
        return fit
    numeric_kind = target.kind in ("py.int", "py.float", "py.decimal", "int2", "int4", "int8", "numeric")
    parts = [YES if numeric_kind and value.lstrip("-").isdigit() else Fit(Verdict.NO, value) for value in source.values]
    fit = whole(parts)
    return Fit(fit.verdict, fit.witness, f"{spelled(target)} refuses {fit.witness}") if fit != YES else YES


def _array(source: Array, target: Type, transport: Transport) -> Fit:
    if isinstance(target, Union):
        return best(_array(source, option, transport) for option in target.options)
    stored = not is_python(source)
    if stored and _comes_as_text(source.of, transport) and not (is_python(target) and "FromText" in target.raw):
        return take("array_text", target, transport)
    if stored and transport is Transport.SQLALCHEMY and _kind(source.of) == "citext":
        return _CHARACTERS
    if isinstance(target, Scalar) and target.kind == "py.json_value":
        return fits(source.of, target, transport)
    if not isinstance(target, Array):
        fit = arrive(_LIST, target, transport)
        return all_of((fit, fits(source.of, _ANY, transport))) if fit.verdict is Verdict.YES and stored else fit
    items = _items(source, target, transport)
    nulls = _nulls(target, transport) if stored and is_python(target) else YES
    return items if items.verdict is Verdict.NO else all_of((items, nulls))


def _items(source: Array, target: Array, transport: Transport) -> Fit:
    fit = fits(source.of, target.of, transport)
    if fit.verdict is Verdict.YES:
        return fit
    deeper = [target.of] if isinstance(target.of, Array) else []
    return best((fit, *(fits(source, option, transport) for option in deeper)))


def _nulls(target: Array, transport: Transport) -> Fit:
    return YES if take("null", target.of, transport).verdict is Verdict.YES else _NULL_ELEMENT


def _comes_as_text(of: Type, transport: Transport) -> bool:
    """The driver does not know the elements' type, and gives the array's text."""
    kind = _kind(of)
    match transport:
        case Transport.PSYCOPG:
            return isinstance(of, Labels | Struct) or kind in _TEXT_ELEMENTS
        case Transport.SQLALCHEMY:
            return isinstance(of, Struct) or kind in _TEXT_ELEMENTS - _KNOWN_TO_SQLALCHEMY
    return False


def _kind(of: Type) -> str:
    return of.kind if isinstance(of, Scalar) else ""


def _struct(source: Struct, target: Type, transport: Transport) -> Fit:
    if isinstance(target, Union):
        return best(_struct(source, option, transport) for option in target.options)
    if not is_python(source) and is_python(target) and transport not in (Transport.POSTGREST, Transport.SQL):
        return take("record" if transport is Transport.ASYNCPG else "record_text", target, transport)
    if isinstance(target, Struct):
        return struct_fit(source, target, is_python(target), lambda one, other: fits(one, other, transport))
    return arrive(_OBJECT, target, transport)


def _as_stored(source: Scalar, target: Type, transport: Transport) -> Fit:
    if isinstance(target, Union):
        return best(fits(source, option, transport) for option in target.options)
    if isinstance(target, Labels) and source.kind in TEXTS:
        return Fit(Verdict.SOME, "hello", "it is none of the labels")
    return Fit(Verdict.NO, reason=f"{spelled(source)} is stored otherwise")
