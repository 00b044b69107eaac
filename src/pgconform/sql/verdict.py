"""What a server's refusal of a statement proves of it, and what it does not."""

from __future__ import annotations

import enum
import re

from pgconform.pairs.world import World
from pgconform.request import Proof, Statement
from pgconform.sql.doubts import RELATION, doubtful
from pgconform.sql.drivers import FILLS_IN, SENDS_APART
from pgconform.sql.placeholders import Normal
from pgconform.sql.standing import Open
from pgconform.support.patterns import deferred

_AT_PARAMETER = deferred(r'at or near "\$\d')
_OF_RELATION = deferred(r'^column (?!")|of relation "')
"""How the server says that a relation which is named lacks a column."""
_AFTER_OUTPUT = deferred(r"\b(?:group|order)\s+by\b", re.IGNORECASE)
_VAGUE = deferred(r"\b(?:text|unknown)\b")


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
    if found is Kind.RELATION and not RELATION.match(proof.message):
        return Kind.NAME
    return found


def refused(statement: Statement, normal: Normal, proof: Proof) -> Kind | None:
    """What is wrong with a statement that is judged."""
    return None if _is_found(statement, normal, proof) else kind_of(proof)


def _is_found(statement: Statement, normal: Normal, proof: Proof) -> bool:
    """The server has found all relations and columns, and misses what is not known, or what the driver tells it."""
    if proof.code == "42803":
        return Open.GROUPS in normal.open and "must appear in the GROUP BY" in proof.message
    untyped = proof.code == "42P18" and proof.message.startswith("could not determine data type of parameter")
    return untyped and (bool(normal.open) or statement.api.partition(".")[0] in FILLS_IN)


def reason(world: World, statement: Statement, normal: Normal) -> str:
    """Why nothing can be said of a statement; "" where its proof stands."""
    proof = statement.proof
    if normal.reason:
        return normal.reason
    if Open.LITERALS in normal.open and statement.api.partition(".")[0] in SENDS_APART:
        return "a placeholder stands in a literal"
    if proof is None:
        return "there is no server to ask"
    if proof.unjudged or not proof.code:
        return proof.unjudged
    return "" if _is_found(statement, normal, proof) else _weakness(world, statement, normal, proof)


def _weakness(world: World, statement: Statement, normal: Normal, proof: Proof) -> str:
    """Why a refusal proves nothing; "" where it does."""
    if kind_of(proof) is None:
        return f"the server's answer proves nothing: {proof.code} {proof.message}"
    if normal.open and not _holds(normal, proof):
        return "a part of it is not known"
    if proof.code == "42601" and statement.api.startswith("sql."):
        return "which driver fills its placeholders is not known"
    if "multiple commands" in proof.message:
        return "it is several statements"
    if "$1" in normal.sql and (doubt := _of_parameters(statement, proof)):
        return doubt
    return doubtful(world, normal.sql, proof)


def _holds(normal: Normal, proof: Proof) -> bool:
    """The refusal stands whatever the parts of the statement are that are not known."""
    kind = kind_of(proof)
    if kind is not Kind.COLUMN:
        return kind is Kind.RELATION
    if Open.COLUMNS in normal.open:
        return False
    if _OF_RELATION.search(proof.message):
        return True
    end = _AFTER_OUTPUT.search(normal.sql) if Open.OUTPUT in normal.open else None
    return Open.SOURCES not in normal.open and (end is None or 0 <= proof.position < end.start())


def _of_parameters(statement: Statement, proof: Proof) -> str:
    """A server that is sent the statement and its values apart may refuse what it takes with the values filled in."""
    if proof.code == "42601" and _AT_PARAMETER.search(proof.message):
        driver = statement.api.partition(".")[0]
        apart = driver in SENDS_APART or (driver == "asyncpg" and statement.style == "numeric")
        return "" if apart else "a value stands where a parameter cannot"
    if statement.style != "numeric" and proof.code in OF_VALUES and _VAGUE.search(proof.message):
        return "it hangs on the type that the driver gives a parameter"
    return ""


def relation_of(proof: Proof) -> tuple[str, str]:
    """(schema, name) of the relation that the server does not know."""
    found = RELATION.match(proof.message)
    schema, _, name = found[1].rpartition(".") if found else ("", "", "")
    return schema, name
