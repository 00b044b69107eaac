"""Constant values of expressions, through names of constants; limits in the form of `Bounds`."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from pgconform.sources.python.facts.classes import ClassFacts, Member
from pgconform.sources.python.facts.expressions import Call, Const, Expr, Ref, Seq
from pgconform.sources.python.models.lineage import Lineage, Scope
from pgconform.sources.python.modules.project import Found


def constant(expression: Expr | None, scope: Scope, lineage: Lineage) -> Const | None:
    """The constant an expression is, be it by name; None when it is none."""
    match expression:
        case Const():
            return expression
        case Ref(name):
            match lineage.resolve(name, scope):
                case Found(thing=Member(value=Const() as value), rest=()):
                    return value
                case Found(thing=ClassFacts() as facts, rest=(member,)):
                    return _of_class(facts, member)
    return None


def _of_class(facts: ClassFacts, name: str) -> Const | None:
    values = [item.value for item in facts.members if item.name == name]
    return values[-1] if values and isinstance(values[-1], Const) else None


def text(expression: Expr | None, scope: Scope, lineage: Lineage) -> str | None:
    found = constant(expression, scope, lineage)
    return found.value if found and isinstance(found.value, str) else None


def flag(expression: Expr | None, scope: Scope, lineage: Lineage) -> bool | None:
    found = constant(expression, scope, lineage)
    return found.value if found and isinstance(found.value, bool) else None


def whole(expression: Expr | None, scope: Scope, lineage: Lineage) -> int | None:
    found = constant(expression, scope, lineage)
    return found.value if found and isinstance(found.value, int) and not isinstance(found.value, bool) else None


def number(expression: Expr | None, scope: Scope, lineage: Lineage) -> str | None:
    """A number as plain decimal text, ``Decimal("0.01")`` among them."""
    match expression:
        case Call(function=function, arguments=(argument,)) if lineage.outside(function, scope) == "decimal.Decimal":
            return decimal_text(_value(constant(argument, scope, lineage)))
        case _:
            return decimal_text(_value(constant(expression, scope, lineage)))


def decimal_text(value: object) -> str | None:
    """``1e-05`` as 0.00001; None for what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        return None
    if not exact.is_finite() or abs(exact.adjusted()) > 400:
        return None
    plain = format(exact.normalize(), "f")
    return "0" if plain == "-0" else plain


def texts(expression: Expr | None, scope: Scope, lineage: Lineage) -> tuple[str, ...]:
    """The texts of a list, or the one text."""
    items = expression.items if isinstance(expression, Seq) else (expression,)
    return tuple(said for item in items if (said := text(item, scope, lineage)) is not None)


def _value(found: Const | None) -> object:
    return found.value if found else None
