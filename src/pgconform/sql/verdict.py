"""What a server's refusal of a statement proves of it, and what it does not."""

from __future__ import annotations

import enum
import re

from pgconform.request import Proof, Statement
from pgconform.sql.placeholders import Normal
from pgconform.world import World

_WORDS = re.compile(r'"((?:[^"]|"")+)"|([A-Za-z_][\w$]*)')
_RELATION = re.compile(r'^relation "(.+)" does not exist$')
_FUNCTION = re.compile(r"^(?:function|procedure) (?:(\w+)\.)?(\w+)\((.*)\) does not exist$")
_SCHEMA = re.compile(r'^schema "(.+)" does not exist$')
_TYPE = re.compile(r'^type "(?:(\w+)\.)?(.+)" does not exist$')
_OPERATOR = re.compile(r"^operator does not exist: (?:.+ )?(\S+) \S.*$")
_PLAIN = frozenset({"=", "<>", "<", ">", "<=", ">=", "+", "-", "*", "/", "~~", "~~*", "||"})
_AT_PARAMETER = re.compile(r'at or near "\$\d')
_MANAGED = frozenset(
    {"auth", "storage", "realtime", "vault", "extensions", "cron", "net", "graphql", "pgsodium", "pgmq"}
)


class Kind(enum.Enum):
    """What is wrong with a statement that the server refuses."""

    SYNTAX = "syntax"
    RELATION = "relation"
    COLUMN = "column"
    NAME = "name"
    TYPE = "type"


_KINDS = {
    "42601": Kind.SYNTAX,
    "42P01": Kind.RELATION,
    "42703": Kind.COLUMN,
    **dict.fromkeys(("42702", "42883", "42704", "42803", "42P20", "42701", "42712", "42P02", "42809"), Kind.NAME),
    **dict.fromkeys(("42804", "22P02", "22007", "22008", "428C9", "42846"), Kind.TYPE),
}
OF_VALUES = frozenset({"42804", "42883", "42846", "42725"})
"""Refusals that hang on the types that parameters have been given."""


def kind_of(proof: Proof) -> Kind | None:
    """What is wrong; None where the server takes the statement, or its answer proves nothing."""
    found = _KINDS.get(proof.code)
    if found is Kind.RELATION and not _RELATION.match(proof.message):
        return Kind.NAME
    return found


def reason(world: World, statement: Statement, normal: Normal) -> str:
    """Why nothing can be said of a statement; "" where its proof stands."""
    proof = statement.proof
    if normal.reason:
        return normal.reason
    if proof is None:
        return "there is no server to ask"
    if proof.unjudged or not proof.code:
        return proof.unjudged
    if kind_of(proof) is None:
        return f"the server's answer proves nothing: {proof.code} {proof.message}"
    if proof.code == "42601" and statement.api.startswith("sql."):
        return "which driver fills its placeholders is not known"
    return _unsure(world, normal, proof)


def _unsure(world: World, normal: Normal, proof: Proof) -> str:
    if proof.code == "42601" and _AT_PARAMETER.search(proof.message):
        return "a value stands where a parameter cannot"
    if "multiple commands" in proof.message:
        return "it is several statements"
    partly = next((word for word in words(normal.sql) if _partly(world, word)), "")
    if partly:
        return f"{partly} is only partly known"
    managed = sorted(_MANAGED.intersection(words(normal.sql)))
    if managed and proof.code == "42703":
        return f"it may be about a table of {managed[0]}, which is not the project's own"
    return _absent(world, proof)


def words(sql: str) -> list[str]:
    """The identifiers of a statement, keywords too, as the server reads them."""
    return [quoted.replace('""', '"') if quoted else plain.lower() for quoted, plain in _WORDS.findall(sql)]


def _partly(world: World, word: str) -> bool:
    if any(world.half_seen(word, schema) for schema in {*world.schemas, *_schemas(world)}):
        return True
    return any(not world.unfolded(relation).whole for relation in world.homes(word))


def _schemas(world: World) -> frozenset[str]:
    return frozenset(relation.schema for relation in world.truth.relations)


def _absent(world: World, proof: Proof) -> str:
    """Where what is absent may be: in a schema of which nothing is known, in an extension, on the search path."""
    if found := _RELATION.match(proof.message):
        schema, dot, name = found[1].rpartition(".")
        if name.startswith("pg_") or (dot and (schema not in _schemas(world) or schema in _MANAGED)):
            return f"{found[1]} is not the project's own"
        return f"another schema has {name}" if not dot and world.homes(name) else ""
    if _SCHEMA.match(proof.message):
        return "its schema is not in the truth"
    if found := _FUNCTION.match(proof.message):
        return _function(world, found[1] or "", found[2])
    if _TYPE.match(proof.message) and _extended(world):
        return "its type may be an extension's"
    return _operator(world, proof)


def _operator(world: World, proof: Proof) -> str:
    found = _OPERATOR.match(proof.message)
    return "its operator may be an extension's" if found and found[1] not in _PLAIN and _extended(world) else ""


def _function(world: World, schema: str, name: str) -> str:
    if schema and schema not in world.schemas:
        return f"{schema}.{name} is not the project's own"
    if _extended(world) and not any(function.name == name for function in world.truth.functions):
        return f"{name} may be an extension's"
    return ""


def _extended(world: World) -> bool:
    """The truth has extensions, which may bring what another server lacks, or was not read in full."""
    return bool(set(world.truth.extensions) - {"plpgsql"} or world.truth.unread)


def relation_of(proof: Proof) -> tuple[str, str]:
    """(schema, name) of the relation that the server does not know."""
    found = _RELATION.match(proof.message)
    schema, _, name = found[1].rpartition(".") if found else ("", "", "")
    return schema, name
