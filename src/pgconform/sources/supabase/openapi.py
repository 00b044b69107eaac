"""PostgREST's OpenAPI root as a schema: names, nullability and primary keys are said there, much else is not."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from pgconform.errors import Problem, keyless
from pgconform.schema import Argument, Function, Key, Link, Relation, Schema, Unread, Writable
from pgconform.shape import Field, Labels, Type, Unknown
from pgconform.sources.supabase.formats import type_of
from pgconform.sources.supabase.http import Answer, Api, ask
from pgconform.support.patterns import deferred

UNSAID = (
    "keys",
    "links",
    "checks",
    "computed",
    "filled",
    "kinds",
    "modifiers",
    "overloads",
    "policies",
    "returns",
    "triggers",
)
_FOREIGN_KEY = deferred(r"<fk table='((?:[^']|'')*)' column='((?:[^']|'')*)'/>")
_NOTES = deferred(r"\s*Note:\nThis is a (?:Primary|Foreign) Key.*", re.DOTALL)
_REFUSED = "the key must be a secret one (sb_secret_… or service_role): since 2026 the API shows its schema to no other"


def read(api: Api, schemas: tuple[str, ...]) -> Schema:
    """The schemas, each by its own document; ``unsaid`` lists what the documents leave open."""
    documents = {name: _document(api, name) for name in schemas}
    version = next((document.get("info", {}).get("version", "") for document in documents.values()), "")
    return Schema(
        relations=tuple(one for name in sorted(documents) for one in _relations(documents[name], name)),
        functions=tuple(one for name in sorted(documents) for one in _functions(documents[name], name)),
        origin=api.base,
        server=f"PostgREST {version}",
        unread=(Unread("most constraints, defaults, overloads and results: the API does not say them", "unsaid"),),
        schemas=tuple(sorted(documents)),
        unsaid=UNSAID,
    )


def _document(api: Api, schema: str) -> dict[str, Any]:
    answer = ask(api, "/", {"Accept": "application/openapi+json", "Accept-Profile": schema})
    if answer.status in (401, 403):
        raise Problem(f"{api.base} refuses the key ({answer.status})", _REFUSED)
    if answer.status != 200:
        raise Problem(f"{api.base} does not show schema {schema} ({reason(answer)})", "is the schema exposed?")
    try:
        document = msgspec.json.decode(answer.body)
    except msgspec.DecodeError:
        document = None
    if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
        raise Problem(f"{api.base} answers with no OpenAPI document", "does SUPABASE_URL name a Supabase project?")
    return document


def reason(answer: Answer) -> str:
    """The status and what the API says of it."""
    try:
        said = msgspec.json.decode(answer.body)
    except msgspec.DecodeError:
        said = None
    message = said.get("message") if isinstance(said, dict) else None
    return f"{answer.status}: {message}" if message else str(answer.status)


def _relations(document: dict[str, Any], schema: str) -> list[Relation]:
    paths, found = document["paths"], document.get("definitions", {})
    return [_relation(name, schema, shape, paths.get(f"/{name}", {})) for name, shape in sorted(found.items()) if shape]


def _relation(name: str, schema: str, shape: dict[str, Any], path: dict[str, Any]) -> Relation:
    columns = shape.get("properties", {})
    required = frozenset(shape.get("required", ()))
    primary = tuple(column for column, said in columns.items() if "<pk/>" in said.get("description", ""))
    return Relation(
        name=name,
        schema=schema,
        kind="relation",
        fields=tuple(_field(column, said, required) for column, said in columns.items()),
        keys=(Key(primary, "primary"),) if primary else (),
        links=tuple(_links(columns, schema)),
        writable=Writable("post" in path, "patch" in path, "delete" in path),
        comment=keyless(shape["description"]) if shape.get("description") else None,
    )


def _field(name: str, said: dict[str, Any], required: frozenset[str]) -> Field:
    """A column. None of a view's is required, so only where some are do others take NULL; a domain may forbid it."""
    type_ = _type(said)
    known = required and not isinstance(type_, Unknown)
    default = said.get("default")
    return Field(
        name,
        type_,
        nullable=False if name in required else (True if known else None),
        default=None if default is None else keyless(_literal(default)),
        filled=True if default is not None else None,
        comment=keyless(_NOTES.sub("", said.get("description", ""))) or None,
    )


def _literal(default: object) -> str:
    """A default as SQL; one that PostgREST could not take apart it gives as it stands in the catalogue."""
    if not isinstance(default, str):
        return msgspec.json.encode(default).decode()
    return default if "::" in default else "'" + default.replace("'", "''") + "'"


def _type(said: dict[str, Any]) -> Type:
    written = str(said.get("format", ""))
    if isinstance(said.get("enum"), list):
        return Labels(tuple(map(str, said["enum"])), written)
    return type_of(written, said.get("maxLength")) if written else Unknown()


def _links(columns: dict[str, Any], schema: str) -> list[Link]:
    """The foreign keys of single columns: one at most of each column, without its name and its actions."""
    found = ((column, _FOREIGN_KEY.search(said.get("description", ""))) for column, said in columns.items())
    return [Link((column,), schema, match[1], (match[2],)) for column, match in found if match]


def _functions(document: dict[str, Any], schema: str) -> list[Function]:
    paths = sorted(document["paths"].items())
    return [
        Function(
            name=path.removeprefix("/rpc/"),
            schema=schema,
            arguments=_arguments(said.get("post", {})),
            volatility="",
            comment=_comment(said.get("post", {})),
        )
        for path, said in paths
        if path.startswith("/rpc/")
    ]


def _comment(post: dict[str, Any]) -> str | None:
    texts = [post[key] for key in ("summary", "description") if post.get(key)]
    return keyless("\n".join(texts)) or None


def _arguments(post: dict[str, Any]) -> tuple[Argument, ...]:
    for parameter in post.get("parameters", ()):
        shape = parameter.get("schema") if isinstance(parameter, dict) else None
        if isinstance(shape, dict):
            required = frozenset(shape.get("required", ()))
            properties = shape.get("properties", {}).items()
            return tuple(Argument(name, _type(said), optional=name not in required) for name, said in properties)
    return ()
