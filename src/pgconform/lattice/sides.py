"""Whose type it is, and whether two types are one."""

from __future__ import annotations

from pgconform.shape import Array, Labels, Scalar, Struct, Type, Union


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


def kind_of(of: Type) -> str:
    """The kind of a scalar, "" of anything else."""
    return of.kind if isinstance(of, Scalar) else ""
