"""A model's fields as Pydantic has collected them."""

from __future__ import annotations

import dataclasses
import typing
from typing import Any

from .hints import ALTERING, STRICT, Json, Said, beside, read


def custom(model: Any) -> bool:
    own = [base for base in model.__mro__ if not base.__module__.startswith(("pydantic", "sqlmodel", "builtins"))]
    return any(name in vars(base) for base in own for name in ("__get_pydantic_core_schema__", "__get_validators__"))


def functions(model: Any, field: str = "*") -> tuple[bool, bool]:
    """Whether functions of the model stand before, and after, a field; "*" is the model as a whole."""
    said = model.__pydantic_decorators__
    taken = given = False
    for group in (said.model_validators, said.root_validators):
        for item in group.values():
            taken = taken or item.info.mode in ("before", "wrap", "plain")
            given = given or item.info.mode in ("wrap", "plain")
    own = [base for base in model.__mro__ if not base.__module__.startswith(("pydantic", "sqlmodel", "builtins"))]
    taken = taken or any("__init__" in vars(base) or "__new__" in vars(base) for base in own)
    given = given or bool(said.model_serializers)
    for group in (said.field_validators, said.validators):
        for item in group.values():
            if {field, "*"} & set(item.info.fields):
                taken = taken or item.info.mode in ("before", "wrap", "plain")
                given = given or item.info.mode in ("wrap", "plain")
    return taken, given or any({field, "*"} & set(item.info.fields) for item in said.field_serializers.values())


def model_fields(model: Any, depth: int) -> list[Json]:
    fields = [model_field(model, name, info, depth) for name, info in model.model_fields.items()]
    for name, info in model.__pydantic_decorators__.computed_fields.items():
        said = read(info.info.return_type, depth)
        given = info.info.alias or name
        names = {
            "taken": [name],
            "given": given if model.model_config.get("serialize_by_alias") else name,
            "given_by_alias": given,
        }
        fields.append(
            {
                **described(name, said, None),
                "names": {**names, "deep": False},
                "taken": False,
                "taken_freely": False,
                "given_freely": False,
            }
        )
    return fields


def described(name: str, said: Said, required: bool | None) -> Json:
    return {"attribute": name, "type": said.type, "nullable": said.nullable, "required": required, "taken": True}


def model_field(model: Any, name: str, info: Any, depth: int) -> Json:
    config = model.model_config
    said = beside(read(info.annotation, depth), info.metadata)
    is_text = said.type.get("kind") == "py.str"
    for key, limit_ in (("str_min_length", "min_length"), ("str_max_length", "max_length")):
        if is_text and config.get(key):
            said.bounds.setdefault(limit_, config[key])
    altered = any(config.get(f"str_{how}") for how in ALTERING) or config.get("regex_engine") == "python-re"
    if is_text and altered:
        said.bounds["altered"] = True
    if config.get("strict") and said.bounds.get("strict") is not False:
        said.type = tightened_within(said.type)
    taken, given = functions(model, name)
    return {
        **described(name, said, info.is_required()),
        "names": names(name, info, config),
        "bounds": {key: value for key, value in said.bounds.items() if value is not None} or None,
        "default": repr(info.default) if info.default_factory is None and not info.is_required() else "",
        "comment": info.description,
        "given": not info.exclude,
        "taken_freely": said.taken or taken or bool(is_text and config.get("coerce_numbers_to_str")),
        "given_freely": said.given or given,
    }


def names(attribute: str, info: Any, config: Json) -> Json:
    taken, deep = aliases(info.validation_alias)
    by_name = config.get("populate_by_name") or config.get("validate_by_name")
    if not taken or config.get("validate_by_alias") is False:
        taken, deep = [attribute], False
    elif by_name and attribute not in taken:
        taken = [*taken, attribute]
    given = info.serialization_alias or attribute
    return {
        "taken": taken,
        "given": given if config.get("serialize_by_alias") else attribute,
        "given_by_alias": given,
        "deep": deep,
    }


def aliases(alias: Any) -> tuple[list[str], bool]:
    if alias is None or isinstance(alias, str):
        return [alias] if alias else [], False
    if hasattr(alias, "choices"):
        found = [aliases(choice) for choice in alias.choices]
        return [name for said, deep in found if not deep for name in said], False
    return [str(alias.path[0])], len(alias.path) > 1


def record_fields(record: Any, depth: int) -> list[Json]:
    hints = typing.get_type_hints(record, include_extras=True)
    parts = dataclasses.fields(record) if dataclasses.is_dataclass(record) else None
    missing = dataclasses.MISSING
    fields = []
    for name, hint in hints.items():
        item = next((item for item in parts or () if item.name == name), None)
        if parts is not None and (item is None or not item.init):
            continue
        plain, qualifiers = bare(hint)
        needed = name in getattr(record, "__required_keys__", ()) or "Required" in qualifiers
        if item:
            needed = item.default is missing and item.default_factory is missing
        said = read(plain, depth)
        fields.append(
            {
                **described(name, said, needed and "NotRequired" not in qualifiers),
                "nullable": said.nullable or (False if hasattr(record, "__pydantic_fields__") else None),
                "names": {"taken": [name], "given": name, "given_by_alias": name, "deep": False},
                "taken_freely": False,
            }
        )
    return fields


def bare(hint: Any) -> tuple[Any, list[str]]:
    """A TypedDict's hint without its qualifiers, and those."""
    said: list[str] = []
    while (name := getattr(typing.get_origin(hint), "_name", "")) in ("Required", "NotRequired", "ReadOnly"):
        said.append(name)
        hint = typing.get_args(hint)[0]
    return hint, said


def part(field: Json) -> Json:
    names = field["names"]
    free = field["taken_freely"] or names["deep"]
    return {
        "name": (names["taken"] or [field["attribute"]])[0],
        "type": {"type": "unknown"} if free else field["type"],
        "nullable": field["nullable"],
        "required": field["required"] if set(names["taken"][1:]) <= {field["attribute"]} else None,
        "attribute": field["attribute"],
    }


def tightened_within(kind: Json) -> Json:
    """The type as a whole model's strict=True has it: items and options as well."""
    name = kind.get("kind", "").removeprefix("py.")
    if name in STRICT:
        return {"type": "scalar", "kind": f"py.strict_{name}"}
    if kind["type"] == "array":
        return {**kind, "of": tightened_within(kind["of"])}
    if kind["type"] == "union":
        return {**kind, "options": [tightened_within(option) for option in kind["options"]]}
    return kind
