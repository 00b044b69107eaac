"""What JSON has, by its schema or by a value of it, that a type surely refuses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from pgconform.shape import Array, Field, Labels, Scalar, Struct, Type, Union, Unknown

JsonSchema: TypeAlias = Mapping[str, Any]
Path: TypeAlias = tuple[str, ...]
NONE: Final = Scalar("py.none", raw="None")
ITEM: Final = "[]"
_PLAIN = "string number integer boolean null"
_REFUSED: Final = {
    **dict.fromkeys(("str", "strict_str", "email", "url", "secret_str"), "object array number integer boolean null"),
    **dict.fromkeys(("int", "float", "decimal", "bool", "strict_decimal"), "object array null"),
    **dict.fromkeys(("strict_int", "strict_float"), "object array string boolean null"),
    "strict_bool": "object array string number integer null",
    **dict.fromkeys(("date", "datetime", "datetime_aware", "datetime_naive", "time", "timedelta"), "object array null"),
    **dict.fromkeys(("uuid", *(f"uuid{version}" for version in range(1, 9))), "object array null"),
    "dict": f"array {_PLAIN}",
    "list": f"object {_PLAIN}",
    "none": "object array string number integer boolean",
}


class Misshape(NamedTuple):
    """One thing that a type refuses, at ``path`` from the column on (``[]`` is an item of a list).

    ``what``: "missing" (a key it requires), "extra" (a key it forbids), "kind" (``said`` is what is there instead),
    "label" (``said`` is none it knows), of what is written "unsent" or "unlisted" (a key that the database requires, or
    forbids). ``wanted`` is the type there. ``always``: everything that fulfils the schema is so.
    """

    path: Path
    what: str
    said: str = ""
    wanted: Type = Unknown()
    always: bool = False


def taken(field: Field) -> Type:
    """The type of a field's values with the null it takes."""
    return field.type if field.nullable is False else Union((field.type, NONE))


def takes(type_: Type, kind: str) -> bool:
    """Whether some JSON of a kind ("object", "string" …) may pass; False where it surely never does."""
    match type_:
        case Scalar(kind=name):
            return kind not in _REFUSED.get(name.removeprefix("py."), "").split()
        case Labels():
            return kind == "string"
        case Array(raw=raw):
            return kind == "array" or "Iterable" in raw
        case Struct():
            return kind == "object"
        case Union(options=options):
            return any(takes(option, kind) for option in options)
        case _:
            return True


def kinds(schema: Any) -> frozenset[str] | None:
    """The kinds of JSON that a schema lets pass; None where it does not say."""
    if not isinstance(schema, Mapping):
        return frozenset() if schema is False else None
    match schema:
        case {"type": str(kind)}:
            return frozenset({kind})
        case {"type": [*listed]}:
            return frozenset(map(str, listed))
        case {"const": value}:
            return frozenset({kind_of(value)})
        case {"enum": [*values]}:
            return frozenset(map(kind_of, values))
    parts = [kinds(option) for option in _options(schema)]
    known = [part for part in parts if part is not None]
    return frozenset().union(*known) if parts and len(known) == len(parts) else None


def kind_of(value: Any) -> str:
    """The JSON Schema's word for what a value is."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def misshapes(schema: Any, type_: Type, path: Path = (), always: bool = True) -> Iterator[Misshape]:
    """What of the JSON that a schema lets pass the type refuses; ``always``: there is such JSON in every value."""
    known = kinds(schema)
    if not known or isinstance(type_, Unknown):
        return
    refused = sorted(kind for kind in known if not takes(type_, kind))
    if refused:
        yield Misshape(path, "kind", " or ".join(refused), type_, always and len(refused) == len(known))
    for part in _parts(schema):
        of_part = always and kinds(part) == known
        only = len(known) == 1
        if (struct := _only(type_, "object", Struct)) and "object" in (kinds(part) or ()):
            yield from _keys(part, struct, path, of_part and only)
        if (array := _only(type_, "array", Array)) and "array" in (kinds(part) or ()):
            yield from misshapes(part.get("items"), array.of, (*path, ITEM), False)
    yield from _labels(schema, type_, path, always and known == {"string"})


def _options(schema: Any) -> list[Any]:
    """The alternatives of a schema."""
    return [option for word in ("anyOf", "oneOf") for option in _listed(schema, word)]


def _listed(schema: Any, word: str) -> list[Any]:
    found = schema.get(word) if isinstance(schema, Mapping) else None
    return found if isinstance(found, list) else []


def _properties(schema: JsonSchema) -> dict[str, Any]:
    found = schema.get("properties")
    return found if isinstance(found, dict) else {}


def _required(schema: JsonSchema) -> frozenset[str]:
    return frozenset(name for name in _listed(schema, "required") if isinstance(name, str))


def _closed(schema: JsonSchema) -> bool:
    """No keys but the listed ones."""
    return schema.get("additionalProperties") is False and not schema.get("patternProperties")


def _parts(schema: Any) -> Iterator[JsonSchema]:
    """The schema, or its one alternative that is an object or a list; of several nothing is sure."""
    options = _options(schema)
    if not options:
        yield schema
        return
    for kind in ("object", "array"):
        found = [option for option in options if kind in (kinds(option) or ())]
        if len(found) == 1:
            yield from _parts(found[0])


def _only(type_: Type, kind: str, shape: type[Any]) -> Any:
    """The one option of a type that takes such JSON, where it is of that shape."""
    options = type_.options if isinstance(type_, Union) else (type_,)
    able = [option for option in options if takes(option, kind)]
    return able[0] if len(able) == 1 and isinstance(able[0], shape) else None


def _keys(schema: JsonSchema, struct: Struct, path: Path, always: bool) -> Iterator[Misshape]:
    listed, needed = _properties(schema), _required(schema)
    for field in struct.fields:
        names = {field.name, field.attribute} & {*listed, *needed}
        if field.required and not names & needed and (names or listed or _closed(schema)):
            yield Misshape((*path, field.name), "missing", always=always and _closed(schema) and not names)
        if field.name in listed:
            yield from misshapes(listed[field.name], taken(field), (*path, field.name), always and field.name in needed)
    if struct.extra == "forbid":
        for name in sorted({*listed, *needed} - _names(struct)):
            yield Misshape((*path, name), "extra", always=always and name in needed)


def _names(struct: Struct) -> set[str]:
    return {name for field in struct.fields for name in (field.name, field.attribute) if name}


def _labels(schema: Any, type_: Type, path: Path, always: bool) -> Iterator[Misshape]:
    """The texts of a closed set that the type does not know."""
    mine = _texts(type_)
    theirs = [value for value in _values(schema) if isinstance(value, str)]
    if mine is not None and (strange := [value for value in theirs if value not in mine]):
        said = ", ".join(f'"{value}"' for value in strange)
        yield Misshape(path, "label", said, type_, always and len(strange) == len(theirs))


def _values(schema: Any) -> list[Any]:
    match schema:
        case {"const": value}:
            return [value]
        case {"enum": [*values]}:
            return values
    return [value for option in _options(schema) for value in _values(option)]


def _texts(type_: Type) -> frozenset[str] | None:
    """The only texts that a type takes; None where it takes others."""
    options = type_.options if isinstance(type_, Union) else (type_,)
    able = [option for option in options if takes(option, "string")]
    if not all(isinstance(option, Labels) for option in able):
        return None
    return frozenset(value for option in able if isinstance(option, Labels) for value in option.values)


def unwritable(schema: Any, type_: Type) -> Iterator[Misshape]:
    """What a nested model may send and a schema refuses: keys it does not have, and keys the schema does not list."""
    struct = _only(type_, "object", Struct)
    if struct is None or kinds(schema) != frozenset({"object"}):
        return
    if struct.extra != "allow":
        for name in sorted(_required(schema) - _names(struct)):
            yield Misshape((name,), "unsent", wanted=struct)
    if _closed(schema):
        for field in struct.fields:
            if not {field.name, field.attribute} & {*_properties(schema)}:
                yield Misshape((field.name,), "unlisted", wanted=struct)


def refusals(value: Any, type_: Type, path: Path = ()) -> Iterator[Misshape]:
    """What of one JSON value the type refuses; neither values nor keys that only they have are told."""
    kind = kind_of(value)
    if not takes(type_, kind):
        yield Misshape(path, "kind", kind, type_)
    elif isinstance(value, dict) and (struct := _only(type_, "object", Struct)):
        yield from _refused_keys(value, struct, path)
    elif isinstance(value, list) and (array := _only(type_, "array", Array)):
        for item in value:
            yield from refusals(item, array.of, (*path, ITEM))
    elif isinstance(value, str) and (mine := _texts(type_)) is not None and value not in mine:
        yield Misshape(path, "label", wanted=type_)


def _refused_keys(value: dict[str, Any], struct: Struct, path: Path) -> Iterator[Misshape]:
    for field in struct.fields:
        if field.name in value:
            yield from refusals(value[field.name], taken(field), (*path, field.name))
        elif field.required and field.attribute not in value:
            yield Misshape((*path, field.name), "missing")
    if struct.extra == "forbid" and not value.keys() <= _names(struct):
        yield Misshape(path, "extra")
