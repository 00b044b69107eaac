"""What names, attributes, parameters and imports mean across the files of a project."""

from __future__ import annotations

import builtins
import sys
from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from pgconform.request import Text
from pgconform.shape import Scalar, Type, Unknown
from pgconform.sources.python.evaluate.chains import HOLDERS
from pgconform.sources.python.evaluate.globals import CHANGEABLE, changed, one_of_several
from pgconform.sources.python.evaluate.objects.classes import Classes
from pgconform.sources.python.evaluate.values.choices import either
from pgconform.sources.python.evaluate.values.containers import data, is_fresh, row_item, to_be_filled
from pgconform.sources.python.evaluate.values.entries import Later
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import (
    UNBOUND,
    UNKNOWN,
    Chain,
    Class,
    Dict,
    Dump,
    Earlier,
    Either,
    External,
    Function,
    Instance,
    List,
    Method,
    Module,
    Opaque,
    Response,
    Rows,
    Str,
    Value,
    is_none,
    later,
    py,
)
from pgconform.sources.python.evaluate.values.sent import is_sent
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.heads import Parameter
from pgconform.sources.python.flows.spelling import INJECTING
from pgconform.sources.python.modules.roads import parts
from pgconform.support.patterns import deferred

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator

Where: TypeAlias = tuple[str, int, int] | None
_NAMES = deferred(r"[A-Za-z_][\w.]*")
_WRAPPERS = frozenset({"Optional", "Annotated", "Union", "Awaitable", "Coroutine", "ClassVar", "Final", "Type", "type"})
_LISTS = frozenset({"list", "List", "Sequence", "Iterable", "Collection", "Iterator", "AsyncIterator"})
_PAIR = 2
_PLAIN = {
    "str": "py.str",
    "int": "py.int",
    "float": "py.float",
    "bool": "py.bool",
    "bytes": "py.bytes",
    "dict": "py.dict",
    "Dict": "py.dict",
    "list": "py.list",
    "List": "py.list",
    "UUID": "py.uuid",
    "uuid.UUID": "py.uuid",
    "datetime": "py.datetime",
    "datetime.datetime": "py.datetime",
    "date": "py.date",
    "datetime.date": "py.date",
    "Decimal": "py.decimal",
    "decimal.Decimal": "py.decimal",
}


class Names:
    """Looks names up."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.ground = evaluator.ground
        self.classes = Classes(evaluator)
        self._annotated: dict[tuple[str, str], Value] = {}
        self._starring: dict[str, tuple[str, ...]] = {}

    def forget(self) -> None:
        """Drop what was found so far."""
        self._annotated = {}
        self._starring = {}
        self.classes.forget()

    def free(self, frame: Frame, name: str) -> Value:
        """A name that a scope does not bind: of a function around it, its module, or Python itself."""
        held = frame.scope.captured.get(name)
        if held is not None:
            outer = frame.outer or self.ground.alone(frame.uri, frame.scope.outer)
            return self.evaluator.value(outer, held)
        found = self.module_name(frame.uri, name, frame)
        if found is not None:
            return found
        return External(f"builtins.{name}") if hasattr(builtins, name) else Opaque(f"`{name}` is not bound")

    def module_name(self, uri: str, name: str, by: Frame | None = None) -> Value | None:
        """What a module holds under a name at its end, as a scope finds it; None when it has no such name."""
        held = self.ground.bound(uri, name)
        if held < 0 and not self.ground.heads(uri):
            return UNKNOWN
        stores = self.ground.global_stores(uri, name)
        found = [self.evaluator.value(self.ground.alone(uri, scope), op) for scope, op in stores]
        if held >= 0:
            first = self.evaluator.value(self.ground.holding(uri, 0, held), held)
            if not found and type(first) not in CHANGEABLE:
                return first
            found += [] if found and is_fresh(first) else [first]
        found = [value for value in found if not is_none(value)] or found
        if len(found) == 1 and type(found[0]) not in CHANGEABLE:
            return found[0]
        if found:
            one = either((uri, "global", name), tuple(one_of_several([to_be_filled(value) for value in found])))
            return one if self.evaluator.hasty else changed(self.evaluator, uri, name, one, by)
        return self._starred(uri, name)

    def _starred(self, uri: str, name: str) -> Value | None:
        for home in () if name.startswith("_") else self._stars(uri):
            if (found := self.module_name(home, name)) is not None:
                return found
        return None

    def _stars(self, uri: str) -> tuple[str, ...]:
        """The files of which a module imports everything."""
        if (found := self._starring.get(uri)) is None:
            stars = self.ground.starred(uri)
            said = [(op.level, parts(op.module)) for op in stars if isinstance(op, flows.Import)]
            homes = [self.ground.roads.find(uri, *item) for item in said]
            found = self._starring[uri] = tuple([home for home in homes if home and home != uri])
        return found

    def imported(self, uri: str, op: flows.Import) -> Value:
        """What an import binds."""
        origin = parts(op.module)
        inside = self._inside(uri, op.level, origin)
        if not op.attribute:
            return Module(inside) if inside else External(op.module)
        if inside and inside != uri and (found := self.module_name(inside, op.attribute)) is not None:
            return found
        if submodule := self._inside(uri, op.level, (*origin, op.attribute)):
            return Module(submodule)
        return Opaque(f"`{op.attribute}` is not in {inside}") if inside else External(f"{op.module}.{op.attribute}")

    def _inside(self, uri: str, level: int, parts: tuple[str, ...]) -> str | None:
        if not level and parts and (parts[0] in sys.stdlib_module_names or parts[0] in _FOREIGN):
            return None
        return self.ground.roads.find(uri, level, parts)

    def attribute(self, base: Value, name: str, where: Where = None) -> Value:
        """``base.name``; of a value that is not the project's own, a method of that name."""
        match base:
            case Module(uri=uri):
                return self._of_module(uri, name)
            case External(name=path, made=False):
                return Opaque(f"`{name}` of {path}") if path in HOLDERS else External(f"{path}.{name}")
            case Class():
                found = self.classes.of_class(base, name)
                return found if found is not None else Method(base, name, where)
            case Instance():
                return self._of_instance(base, name, where)
            case Response():
                return _of_response(base, name, where)
            case Chain():
                return self._of_chain(base, name, where)
            case Str() if name in ("value", "_value_"):
                return base
            case Rows() if base.named or name == "_mapping":
                return _column(base, name)
        if isinstance(base, Earlier):
            return later(base)
        return UNBOUND if base is UNBOUND else Method(base, name, where)

    def _of_module(self, uri: str, name: str) -> Value:
        if (found := self.module_name(uri, name)) is not None:
            return found
        folder = uri.removesuffix("__init__.py")
        for path in (f"{folder}{name}.py", f"{folder}{name}/__init__.py") if folder != uri else ():
            if path in self.ground.facts:
                return Module(path)
        return Opaque(f"`{name}` is not in {uri}")

    def _of_instance(self, base: Instance, name: str, where: Where) -> Value:
        """What an object has under a name; of a method that its class only promises nobody knows what it does."""
        found = self.classes.of_instance(base, name)
        if found is None and name == "__dict__" and self.classes.is_dataclass(base.of):
            return Dict({}, False, Dump(base.of))
        promised = isinstance(found, Function) and base.open and self._is_promised(base.of, found)
        return Method(base, name, where) if found is None or promised else found

    def _is_promised(self, of: Class, method: Function) -> bool:
        if not self.classes.is_abstract(method):
            return False
        return "abstractmethod" in self.classes.decorators(method) or self.classes.is_protocol(of)

    def _of_chain(self, base: Chain, name: str, where: Where) -> Value:
        if name == "not_":
            return replace(base, pending=(*base.pending, name))
        return base if name in ("postgrest", "negate") else Method(base, name, where)

    def parameter(self, frame: Frame, index: int) -> Value:
        """A parameter's value: what the call gives, else its default, else what its annotation says.

        Of a method that objects of several classes have, only a call tells for which of them the default is taken.
        """
        if frame.given is not None and index in frame.given:
            held = frame.given[index]
            return held.full() if isinstance(held, Later) else held
        parameter = frame.scope.parameters[index]
        if index == 0 and frame.scope.owner >= 0 and "staticmethod" not in frame.scope.decorators:
            return self._own(frame)
        if parameter.kind in ("*", "**"):
            return UNKNOWN if parameter.kind == "*" else Dict({}, whole=False)
        unsaid = self.unsaid(frame, index)
        if parameter.default < 0:
            return unsaid
        default = self.default(frame, index)
        if frame.given is not None:
            return default
        if frame.scope.owner >= 0 and self.classes.derived(Class(frame.uri, frame.scope.owner)):
            return unsaid
        if isinstance(unsaid, Instance):
            return default if self._is_derived(default, unsaid.of) else unsaid
        if self._is_injected(frame, parameter) and not isinstance(default, Opaque):
            return default
        return unsaid if is_none(default) else _defaulted(frame, index, default, unsaid)

    def unsaid(self, frame: Frame, index: int) -> Value:
        """What a parameter's annotation, or its name, says of it whatever a call gives."""
        parameter = frame.scope.parameters[index]
        said = self.annotated(frame.uri, parameter.annotation)
        return _unsaid(said, parameter.name, frame.scope.decorators)

    def _is_injected(self, frame: Frame, parameter: Parameter) -> bool:
        """A framework calls what the default names, and hands over what that gives."""
        op = self.ground.holding(frame.uri, frame.scope.outer, parameter.default).ops[parameter.default]
        return type(op) is flows.Call and op.name in INJECTING

    def _is_derived(self, value: Value, of: Class) -> bool:
        """An object of a class that is derived from another."""
        return isinstance(value, Instance) and value.of != of and of in self.classes.order(value.of)

    def _own(self, frame: Frame) -> Value:
        own = Class(frame.uri, frame.scope.owner)
        if "classmethod" in frame.scope.decorators:
            return own
        method = frame.scope.name.rpartition(".")[2]
        return Instance(own, open=True, within=method if self.classes.without(own, method) else "")

    def default(self, frame: Frame, index: int) -> Value:
        """The value of a parameter's default, worked out where the function is defined."""
        op = frame.scope.parameters[index].default
        return self.evaluator.value(frame.outer or self.ground.holding(frame.uri, frame.scope.outer, op), op)

    def annotated(self, uri: str, annotation: str) -> Value:
        """A value of which its annotation alone is known."""
        if (found := self._annotated.get((uri, annotation))) is None:
            found = self._annotated[uri, annotation] = self._of_annotation(uri, annotation)
        return found

    def _of_annotation(self, uri: str, annotation: str) -> Value:
        names = [name for name in _NAMES.findall(annotation) if name.rpartition(".")[2] not in _WRAPPERS]
        names = [name for name in names if name != "None"]
        if not names:
            return UNKNOWN
        if names[0].rpartition(".")[2] in _LISTS and len(names) == _PAIR and names[1] not in _PLAIN:
            item = self._dotted(uri, names[1])
            if isinstance(item, Class):
                return List((self._object(item),), exact=False)
        if names[0] in _PLAIN:
            return Opaque(type=_plain(annotation, names), said=True)
        found = self._dotted(uri, names[0])
        if isinstance(found, Class):
            return self._object(found)
        return External(found.name, made=True) if isinstance(found, External) and len(names) == 1 else UNKNOWN

    def _object(self, of: Class) -> Value:
        """An object of a class; one of a TypedDict is a dict with its keys."""
        return Dict({}, False, Dump(of)) if self.classes.is_typed_dict(of) else Instance(of, open=True)

    def _dotted(self, uri: str, name: str) -> Value | None:
        head, *rest = name.split(".")
        found = self.module_name(uri, head)
        for part in rest:
            found = None if found is None else self.attribute(found, part)
        return found

    def noted(self, frame: Frame, value: Value, annotation: str) -> Value:
        """A value that is assigned to an annotated name: where it is not known, the annotation is."""
        if isinstance(value, Opaque) and isinstance(value.type, Unknown):
            said = self.annotated(frame.uri, annotation)
            return said if said is not UNKNOWN else value
        return value


def _of_response(base: Response, name: str, where: Where) -> Value:
    """What a client makes of an answer; one over HTTP is read as text, or by methods."""
    if is_sent(base.chain):
        return base if name in ("text", "content") else Method(base, name, where)
    return data(base) if name == "data" else py("int") if name == "count" else Method(base, name, where)


def _column(row: Rows, name: str) -> Value:
    """A column of what was made of a row; all of them, where that is asked for."""
    plain = replace(row, named=False)
    return plain if name in ("_mapping", "__dict__") else row_item(plain, Str(Text(name)))


def _plain(annotation: str, names: list[str]) -> Type:
    container = annotation.split("[", maxsplit=1)[0].rpartition(".")[2]
    several = len(names) > 1 and container not in ("dict", "Dict", "list", "List")
    if several or "|" in annotation.replace("| None", "").replace("None |", ""):
        return Unknown(annotation)
    return Scalar(_PLAIN[names[0]])


def _unsaid(said: Value, name: str, decorators: tuple[str, ...]) -> Value:
    """The value of a parameter nobody gives, with its name as the reason."""
    if not isinstance(said, Opaque):
        return said
    held = any(decorator.rpartition(".")[2] in _CHECKING for decorator in decorators)
    return Opaque(f"parameter `{name}`", said.type, said.said and not held)


def _defaulted(frame: Frame, index: int, default: Value, unsaid: Value) -> Value:
    if isinstance(default, External | Opaque):
        return default if isinstance(default, External) else unsaid
    return Either((frame.identity, "default", index), (unsaid, default))


_CHECKING = frozenset(
    {"api_route", "callback", "command", "delete", "get", "patch", "post", "put", "tool", "validate_call", "websocket"}
)
"""Decorators of functions whose arguments are held to their annotations, by the names FastAPI and its like have."""
_FOREIGN = frozenset({"pydantic", "sqlalchemy", "sqlmodel", "supabase", "postgrest", "asyncpg", "psycopg", "psycopg2"})
