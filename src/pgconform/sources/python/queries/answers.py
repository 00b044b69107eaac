"""What FastAPI makes of the result of a function that answers requests: objects of its response model."""

from __future__ import annotations

import re
from typing import NamedTuple

from pgconform.sources.python.evaluate.evaluator import Evaluator
from pgconform.sources.python.evaluate.frames import Frame
from pgconform.sources.python.evaluate.values import Class, External, Instance

_ROUTES = frozenset({"get", "post", "put", "patch", "delete", "api_route"})
_ROUTERS = frozenset({"fastapi.FastAPI", "fastapi.APIRouter", "fastapi.routing.APIRouter"})
_MODEL = re.compile(
    r"(?:None \| )?(?:(?:typing\.)?Optional\[)?"
    r"(?P<each>(?:typing\.)?(?:list|List|Sequence)\[)?(?P<name>[\w.]+)\]{0,2}(?: \| None)?"
)


class ResponseModel(NamedTuple):
    """The class that a result is made into an object of; ``each``: every item of a list is."""

    of: Class
    each: bool


def response_model(evaluator: Evaluator, frame: Frame) -> ResponseModel | None:
    """What FastAPI makes of what a function returns; None where it makes nothing, or nothing that is known."""
    said = _MODEL.fullmatch(_told(evaluator, frame)) if frame.scope.decorators else None
    model = evaluator.names.annotated(frame.uri, said["name"]) if said else None
    return ResponseModel(model.of, bool(said["each"])) if said and isinstance(model, Instance) else None


def _told(evaluator: Evaluator, frame: Frame) -> str:
    """The model as it is written: the route's, else what the function says that it returns; "" for none.

    What any other decorator makes of the result is not known.
    """
    routes = (name.rpartition(".") for name in frame.scope.decorators)
    if not all(route in _ROUTES and _is_router(evaluator, frame, router) for router, _, route in routes):
        return ""
    return frame.scope.response or frame.scope.annotation


def _is_router(evaluator: Evaluator, frame: Frame, name: str) -> bool:
    found = evaluator.names.module_name(frame.uri, name) if name.isidentifier() else None
    return isinstance(found, External) and found.made and found.name in _ROUTERS
