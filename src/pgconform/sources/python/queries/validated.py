"""What is validated as an object of a class without a call of it: by a response model, or by a field of a model."""

from __future__ import annotations

from typing import NamedTuple

from pgconform.sources.python.evaluate.evaluator import Evaluator
from pgconform.sources.python.evaluate.library.functions import ADAPTER
from pgconform.sources.python.evaluate.scopes.given import Given
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import Class, External, Instance, Partial
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.cursors import same_as
from pgconform.support.patterns import deferred

ADAPTING = frozenset({"validate_python", "parse_obj_as"})
"""Calls that validate a value as what an annotation that is handed over says."""
_LISTS = frozenset({"builtins.list", "typing.List", "typing.Sequence", "collections.abc.Sequence"})
_ROUTES = frozenset({"get", "post", "put", "patch", "delete", "api_route"})
_PARSING = (External("pydantic.parse_obj_as"), External("pydantic.tools.parse_obj_as"))
_ROUTERS = frozenset({"fastapi.FastAPI", "fastapi.APIRouter", "fastapi.routing.APIRouter"})
_CHANGING = frozenset({"field_validator", "model_validator", "validator", "root_validator"})
_ALIASES = frozenset({"alias", "validation_alias", "alias_generator"})
_MODEL = deferred(
    r"(?:None \| )?(?:(?:typing\.)?Optional\[)?"
    r"(?P<each>(?:typing\.)?(?:list|List|Sequence)\[)?(?P<name>[\w.]+)\]{0,2}(?: \| None)?"
)


class Wanted(NamedTuple):
    """The class of which a value is made an object; ``each``: every item of a list is."""

    of: Class
    each: bool


def response_model(evaluator: Evaluator, frame: Frame) -> Wanted | None:
    """What FastAPI makes of what a function returns; None where it makes nothing, or nothing that is known.

    What any other decorator makes of the result is not known.
    """
    scope = frame.scope
    routes = [name.rpartition(".") for name in scope.decorators]
    if not routes or not all(route in _ROUTES and _is_router(evaluator, frame, router) for router, _, route in routes):
        return None
    return _wanted(evaluator, frame.uri, scope.response or scope.annotation)


def adapted(evaluator: Evaluator, frame: Frame, call: flows.Call) -> tuple[Wanted, int] | None:
    """What ``TypeAdapter(list[Model]).validate_python(rows)``, or ``parse_obj_as``, makes, and of which operation."""
    function = frame.ops[call.function]
    if isinstance(function, flows.Attr):
        for value in options(evaluator.value(frame, function.base)):
            if isinstance(value, Partial) and isinstance(value.given, Given) and value.function == ADAPTER:
                made = value.given
                wanted = _said(evaluator, made.frame, made.op.arguments[0]) if made.op.arguments else None
                return (wanted, call.arguments[0]) if wanted and call.arguments else None
        return None
    if evaluator.value(frame, call.function) not in _PARSING or len(call.arguments) < len(("type", "value")):
        return None
    wanted = _said(evaluator, frame, call.arguments[0])
    return (wanted, call.arguments[1]) if wanted else None


def _said(evaluator: Evaluator, frame: Frame, number: int) -> Wanted | None:
    """The class that an annotation names, by itself or as what is in a list."""
    op, each = frame.ops[number], False
    if isinstance(op, flows.Item):
        base = evaluator.value(frame, op.base)
        if not isinstance(base, External) or base.name not in _LISTS:
            return None
        number, each = op.key, True
    of = evaluator.value(frame, number)
    return Wanted(of, each) if isinstance(of, Class) else None


def field(evaluator: Evaluator, of: Class, name: str) -> Wanted | None:
    """What a Pydantic model makes of what is given for a field; None of a class that may change it first."""
    classes = evaluator.names.classes
    order = classes.order(of)
    if any(_has_other_names(evaluator, item, name) for item in order):
        return None
    said = ((item.uri, text) for item in order if (text := classes.scope(item).annotations.get(name)))
    wanted = next((_wanted(evaluator, *one) for one in said), None)
    if wanted is None or not any(said.partition(".")[0] == "pydantic" for said in classes.foreign(of)):
        return None
    owned = (scope for item in order for _, scope in evaluator.ground.owned(item))
    return None if any(said.rpartition(".")[2] in _CHANGING for scope in owned for said in scope.decorators) else wanted


def _has_other_names(evaluator: Evaluator, of: Class, name: str) -> bool:
    """A class takes what is for a field by another name than that of the field."""
    held = evaluator.names.classes.scope(of).names
    ops = evaluator.ground.alone(of.uri, of.scope).ops
    said = [ops[same_as(ops, held[key])] for key in (name, "model_config") if key in held]
    return any(isinstance(op, flows.Call) and not _ALIASES.isdisjoint(dict(op.keywords)) for op in said)


def _wanted(evaluator: Evaluator, uri: str, annotation: str) -> Wanted | None:
    said = _MODEL.fullmatch(annotation)
    model = evaluator.names.annotated(uri, said["name"]) if said else None
    return Wanted(model.of, bool(said["each"])) if said and isinstance(model, Instance) else None


def _is_router(evaluator: Evaluator, frame: Frame, name: str) -> bool:
    found = evaluator.names.module_name(frame.uri, name) if name.isidentifier() else None
    return isinstance(found, External) and found.made and found.name in _ROUTERS
