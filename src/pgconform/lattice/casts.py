"""How values of one Postgres kind fare as another: what an ALTER … TYPE or a comparison of two columns does to them."""

from __future__ import annotations

from functools import cache
from typing import Final

from pgconform.lattice.table import Cell, takes
from pgconform.lattice.verdict import YES, Fit, Verdict, whole
from pgconform.shape import Scalar

TEXTS: Final = frozenset({"text", "varchar", "bpchar", "citext"})
_PARSED: Final = "text? varchar? bpchar? citext? name?"

_CASTS: Final = f"""
text varchar citext bpchar: *
name: text~ varchar~ citext~ bpchar~ char
int2: int4?=40000 int8?=40000 numeric~ float4~ float8~ {_PARSED}
int4: int2 int8?=3000000000 numeric~ float4~ float8~ oid?=4294967295 {_PARSED}
int8: int2 int4 oid numeric~ float4~ float8~ {_PARSED}
numeric: int2 int4 int8 oid float4~=0.1 float8~=1e-200 money {_PARSED}
float4: int2 int4~=16777217 int8~ numeric~ float8~=0.1 {_PARSED}
float8: int2 int4 int8~ numeric~ float4 {_PARSED}
money: int2 int4 int8? numeric~=0.001 {_PARSED}
oid: int2?=-1 int4?=-1 int8? {_PARSED}
bool: {_PARSED}
uuid: {_PARSED}
date: timestamp~ timestamptz~ {_PARSED}
timestamp: date timestamptz~ {_PARSED}
timestamptz: date~ timestamp~ {_PARSED}
time: timestamp~ timestamptz~ timetz~ interval~ {_PARSED}
timetz: time~ timestamptz~ {_PARSED}
interval: time {_PARSED}
json: jsonb {_PARSED}
jsonb: json~ {_PARSED}
inet: cidr {_PARSED}
cidr: inet~ {_PARSED}
macaddr: macaddr8? {_PARSED}
macaddr8: macaddr {_PARSED}
varbit: bit {_PARSED}
bit: varbit~ {_PARSED}
bytea: {_PARSED}
vector: halfvec sparsevec {_PARSED}
halfvec: vector~ sparsevec~ {_PARSED}
sparsevec: vector halfvec {_PARSED}
"""

WITNESS: Final = {
    "numeric": "1.5",
    "float4": "1.5",
    "float8": "1.5",
    "int8": "9007199254740993",
    "money": "$1.50",
    "timestamp": "2024-01-01 12:34:56",
    "timestamptz": "2024-01-01 12:34:56+00",
    "timetz": "12:34:56+02",
    "date": "2024-01-31",
    "interval": "1 day 02:03:04",
    "inet": "10.0.0.1/24",
    "macaddr8": "08:00:2b:01:02:03:04:05",
    "varbit": "10101",
    "json": '{"a": 1, "a": 2}',
    "vector": "[0.1,2,3]",
    "text": "hello",
    "varchar": "hello",
    "bpchar": "hello",
    "citext": "hello",
    "name": "hello",
}


@cache
def _casts() -> dict[str, dict[str, Cell]]:
    return takes(_CASTS)


def cast(source: Scalar, target: Scalar) -> Fit:
    """How every value of the source fares when it is turned into the target."""
    if source.kind == target.kind:
        return _narrowed(source, target)
    row = _casts().get(target.kind, {})
    cell = row.get(source.kind) or row.get("*")
    if cell is None:
        return Fit(Verdict.NO, reason=f"there is no cast from {source.kind} to {target.kind}")
    if cell.verdict is Verdict.YES:
        return _narrowed(source, target) if source.kind in TEXTS and target.kind in TEXTS else YES
    witness = cell.witness or WITNESS.get(source.kind, "")
    done = "changes in" if cell.verdict is Verdict.LOSSY else "is refused by"
    return Fit(cell.verdict, witness, f"{witness or source.kind} {done} the cast to {target.kind}", cell.rare)


def _narrowed(source: Scalar, target: Scalar) -> Fit:
    """How one kind fares under two modifiers."""
    if not target.size or target.size == source.size:
        return YES
    if target.kind == "numeric":
        return _numeric(source.size, target.size)
    if target.kind in ("vector", "halfvec", "sparsevec", "bit"):
        return Fit(
            Verdict.SOME if not source.size else Verdict.NO, reason=f"{target.kind} is fixed at {target.size[0]}"
        )
    if not source.size or source.size[0] > target.size[0]:
        return _shortened(source, target.size[0])
    return YES


def _shortened(source: Scalar, length: int) -> Fit:
    if source.kind in ("timestamp", "timestamptz", "time", "timetz", "interval"):
        return Fit(Verdict.LOSSY, "12:34:56.789123", f"seconds are rounded to {length} digits", rare=True)
    return Fit(Verdict.SOME, "a" * (length + 1), f"a text of {length + 1} characters is refused by a limit of {length}")


def _numeric(source: tuple[int, ...], target: tuple[int, ...]) -> Fit:
    precision, scale = (*target, 0)[:2]
    refused = Fit(
        Verdict.SOME, "1" + "0" * (precision - scale), "more digits before the point than the precision leaves"
    )
    rounded = Fit(Verdict.LOSSY, f"0.{'0' * scale}1", f"digits after the point are rounded to {scale}")
    if not source:
        return whole((refused, rounded))
    held, kept = (*source, 0)[:2]
    found = [refused] if held - kept > precision - scale else []
    return whole((YES, *found, *([rounded] if kept > scale else [])))
