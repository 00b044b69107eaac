"""Fits of structs, part by part."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pgconform.lattice.verdict import Fit, Verdict, all_of
from pgconform.shape import Struct, Type


def struct_fit(source: Struct, target: Struct, read: bool, fits: Callable[[Type, Type], Fit]) -> Fit:
    """How a struct fares as another; ``read``: the target is a program's, else it is the database's."""
    return all_of(_parts(source, target, read, fits)) if source.fields and target.fields else Fit(Verdict.UNKNOWN)


def _parts(source: Struct, target: Struct, read: bool, fits: Callable[[Type, Type], Fit]) -> Iterator[Fit]:
    sent = {field.name: field for field in source.fields}
    for field in target.fields:
        if field.name in sent:
            yield fits(sent[field.name].type, field.type)
            if read and field.nullable is False and sent[field.name].nullable is not False:
                yield Fit(Verdict.SOME, f"{field.name}: null", f"{field.name} may be NULL", rare=True)
        elif read and field.required:
            yield Fit(Verdict.NO, field.name, f"{field.name} never comes")
    if not read:
        known = {field.name for field in target.fields}
        for name in sorted(set(sent) - known):
            yield Fit(Verdict.LOSSY, name, f"{name} is dropped without a word")
