"""The names a field goes by: its aliases, said or generated, and which of them count for reading and for writing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import msgspec

from pgconform.sources.python.facts.expressions import Call, Const, Expr
from pgconform.sources.python.models.constants import text
from pgconform.sources.python.models.lineage import Bound, Lineage, Scope
from pgconform.sources.python.models.model import Names
from pgconform.sources.python.models.settings import Settings


class Alias(msgspec.Struct, frozen=True):
    """An alias as it is written; ``names`` empty: it is there, and cannot be told."""

    names: tuple[str, ...] = ()
    deep: bool = False


def to_pascal(snake: str) -> str:
    return re.sub(r"([0-9A-Za-z])_(?=[0-9A-Z])", lambda found: found[1], snake.title())


def to_camel(snake: str) -> str:
    if re.match(r"^[a-z]+[A-Za-z0-9]*$", snake) and not re.search(r"\d[a-z]", snake):
        return snake
    return re.sub(r"(^_*[A-Z])", lambda found: found[1].lower(), to_pascal(snake))


def to_snake(camel: str) -> str:
    for joint in (r"([A-Z]+)([A-Z][a-z])", r"([a-z])([A-Z])", r"([0-9])([A-Z])", r"([a-z])([0-9])"):
        camel = re.sub(joint, r"\1_\2", camel)
    return camel.replace("-", "_").lower()


GENERATORS: Final[dict[str, Callable[[str], str]]] = {
    "pydantic.to_camel": to_camel,
    "pydantic.to_pascal": to_pascal,
    "pydantic.to_snake": to_snake,
    "builtins.str.upper": str.upper,
    "builtins.str.lower": str.lower,
    "builtins.str.title": str.title,
    "builtins.str.capitalize": str.capitalize,
}


def names(attribute: str, calls: list[Bound], settings: Settings, lineage: Lineage) -> Names:
    """What the calls of Field that concern a field, and its model's settings, make of its name."""
    said = {
        keyword: alias
        for bound in calls
        if isinstance(bound.expression, Call)
        for keyword, value in bound.expression.keywords
        if keyword.endswith("alias") and (alias := read_alias(value, bound.scope, lineage))
    }
    plain = said.get("alias")
    generated = _generated(attribute, settings.alias_generator, lineage) if settings.alias_generator else {}
    taken = said.get("validation_alias") or plain or generated.get("validation_alias") or generated.get("alias")
    given = said.get("serialization_alias") or plain or generated.get("serialization_alias") or generated.get("alias")
    by_alias = (given.names[0] if given.names else "") if given else attribute
    found = Names((attribute,), by_alias if settings.dumps_by_alias else attribute, by_alias)
    if taken is None or not settings.by_alias:
        return found
    own = (attribute,) if settings.by_name and attribute not in taken.names else ()
    return msgspec.structs.replace(found, taken=taken.names + own, deep=taken.deep, open=not taken.names)


def read_alias(value: Expr, scope: Scope, lineage: Lineage) -> Alias | None:
    """An alias as it is written; None where it says there is none."""
    match value:
        case Const(value=None):
            return None
        case Call(function=function, arguments=arguments):
            called = lineage.outside(function, scope)
            if called == "pydantic.AliasPath" and arguments and (first := text(arguments[0], scope, lineage)):
                return Alias((first,), deep=len(arguments) > 1)
            if called == "pydantic.AliasChoices":
                choices = [read_alias(argument, scope, lineage) or Alias() for argument in arguments]
                plain = tuple(name for choice in choices if not choice.deep for name in choice.names)
                return Alias(plain) if plain and all(choice.names for choice in choices) else Alias()
            return Alias()
        case _:
            said = text(value, scope, lineage)
            return Alias((said,)) if said is not None else Alias()


def _generated(attribute: str, generator: Bound, lineage: Lineage) -> dict[str, Alias]:
    """The aliases a generator makes; one that is not known makes some that cannot be told."""
    expression, scope = generator.expression, generator.scope
    if expression == Const(None):
        return {}
    if isinstance(expression, Call) and lineage.outside(expression.function, scope) == "pydantic.AliasGenerator":
        keywords = tuple(zip(("alias", "validation_alias", "serialization_alias"), expression.arguments, strict=False))
        return {
            keyword: _made(attribute, value, scope, lineage)
            for keyword, value in keywords + expression.keywords
            if value != Const(None)
        }
    return {"alias": _made(attribute, expression, scope, lineage)}


def _made(attribute: str, function: Expr, scope: Scope, lineage: Lineage) -> Alias:
    known = GENERATORS.get(lineage.outside(function, scope))
    return Alias((known(attribute),)) if known else Alias()
