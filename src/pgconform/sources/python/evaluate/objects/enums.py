"""The members of the project's enums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgconform.sources.python.evaluate.values.kinds import UNKNOWN, Class, List, Str, Value

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.objects.classes import Classes

_ENUMS = frozenset({"Enum", "StrEnum"})


def members(classes: Classes, of: Class) -> Value | None:
    """The texts of an enum's members, in order; None of another class."""
    if not classes.is_derived(of, _ENUMS):
        return None
    around, held = classes.ground.alone(of.uri, of.scope), classes.scope(of).names.values()
    found = [value for op in held if isinstance(value := classes.evaluator.value(around, op), Str)]
    return List(tuple(found)) if found else None


def member(classes: Classes, of: Class, name: str) -> Value:
    """``Enum["NAME"]``."""
    found = classes.of_class(of, name) if members(classes, of) is not None else None
    return UNKNOWN if found is None else found
