"""Rows that a class holds for all its objects: what methods do to them, whenever they are called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgconform.sources.python.evaluate.values.choices import each, options
from pgconform.sources.python.evaluate.values.containers import to_be_filled
from pgconform.sources.python.evaluate.values.frames import Place
from pgconform.sources.python.evaluate.values.kinds import Class, Dict, Instance, Value

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.objects.classes import Classes


def shared(classes: Classes, value: Value, of: Class, name: str) -> Value:
    """What a class holds under a name, with what methods do to that; what they put in its place has any other keys."""
    if not any(isinstance(option, Dict) for option in options(value)):
        return value
    base = Instance(of)
    storing = [classes.ground.head(*place) for place in _storing(classes, base, name)]
    if any("classmethod" in head.decorators for head in storing):
        return each(value, _any_row)
    if storing:
        value = each(value, _with_more)
    return classes.changed(each(value, to_be_filled), base, name)


def _storing(classes: Classes, base: Instance, name: str) -> Iterator[Place]:
    """The methods that assign an attribute of their object, or of their class."""
    return ((item.uri, number) for item in classes.family(base) for number, _ in classes.stores(item, name))


def _with_more(value: Value) -> Value:
    return replace(value, whole=False) if isinstance(value, Dict) else value


def _any_row(value: Value) -> Value:
    return Dict({}, whole=False) if isinstance(value, Dict) else value
