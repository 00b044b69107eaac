"""Why a server's refusal may prove nothing: what it does not know may be elsewhere, or not the project's own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from pgconform.pairs.world import World
from pgconform.request import Proof
from pgconform.support.patterns import deferred

RELATION = deferred(r'^relation "(.+)" does not exist$')
_WORDS = deferred(r'"((?:[^"]|"")+)"|([A-Za-z_][\w$]*)')
_FUNCTION = deferred(r"^(?:function|procedure) (?:(\w+)\.)?(\w+)\((.*)\) does not exist$")
_TYPE = deferred(r'^type "(?:(\w+)\.)?([^"]+)" does not exist$')
_OPERATOR = deferred(r"^operator does not exist: (?:.+ )?(\S+) \S.*$")
_PLAIN = frozenset({"=", "<>", "<", ">", "<=", ">=", "+", "-", "*", "/", "~~", "~~*", "||"})
_BROUGHT = frozenset(
    re.findall(
        r"\w+",
        """unaccent similarity word_similarity strict_word_similarity show_trgm crypt gen_salt digest hmac
        gen_random_bytes pgp_sym_encrypt pgp_sym_decrypt uuid_generate_v1 uuid_generate_v4 uuid_generate_v5
        levenshtein soundex metaphone dmetaphone dblink dblink_connect dblink_disconnect dblink_exec
        crosstab earth_distance ll_to_earth earth_box cosine_distance l2_distance inner_product time_bucket
        create_hypertable time_bucket_gapfill drop_chunks show_chunks add_retention_policy add_compression_policy
        add_continuous_aggregate_policy refresh_continuous_aggregate cypher create_graph drop_graph
        vector halfvec citext hstore ltree cube geometry geography""",
    )
)
"""Functions and types of extensions, which are often made by hand."""
_FAMILIES = ("h3_", "hll_", "hypopg", "pgr_", "postgis_", "st_")
"""How the names of those begin that have a beginning of their own."""
_BROUGHT_OPERATORS = frozenset({"<->", "<=>", "<#>", "<+>", "<%", "%>", "<<%", "%>>", "%"})
MANAGED = frozenset(
    {"auth", "storage", "realtime", "vault", "extensions", "cron", "net", "graphql", "pgsodium", "pgmq"}
)
"""Schemas of a platform, and of extensions: not the project's own."""


class _Placed(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def schema(self) -> str: ...
    @property
    def extension(self) -> str: ...


def words(sql: str) -> list[str]:
    """The identifiers of a statement, keywords too, as the server reads them."""
    return [quoted.replace('""', '"') if quoted else plain.lower() for quoted, plain in _WORDS.findall(sql)]


def doubtful(world: World, sql: str, proof: Proof) -> str:
    """Why the refusal of a statement proves nothing; "" when it does."""
    return _named(world, sql, proof) or _absent(world, proof)


def _named(world: World, sql: str, proof: Proof) -> str:
    """Of what the statement names something is not the project's own, or not all of it is known."""
    named = words(sql)
    for word in named:
        if _partly(world, word):
            return f"{word} is only partly known"
        if word.startswith("pg_") or word == "information_schema":
            return f"{word} differs between servers"
        if any(relation.extension for relation in world.homes(word)):
            return f"{word} is an extension's"
        if len({item.schema for item in world.homes(word)}.intersection(("public", *world.schemas))) > 1:
            return f"several schemas have {word}"
    managed = sorted(MANAGED.intersection(named))
    if managed and proof.code == "42703":
        return f"it may be about a table of {managed[0]}, which is not the project's own"
    brought = {item.name for item in world.truth.types if item.extension}.intersection(words(proof.message))
    return f"{min(brought)} is an extension's" if brought else ""


def _partly(world: World, word: str) -> bool:
    if any(
        world.half_seen(word, schema) or world.unmade(word, schema) for schema in {*world.schemas, *_schemas(world)}
    ):
        return True
    return any(not world.unfolded(relation).whole for relation in world.homes(word))


def _schemas(world: World) -> frozenset[str]:
    return frozenset(relation.schema for relation in world.truth.relations)


def _absent(world: World, proof: Proof) -> str:
    """Where what is absent may be: in a schema of which nothing is known, in an extension, on the search path."""
    if found := RELATION.match(proof.message):
        schema, dot, name = found[1].rpartition(".")
        if dot and (schema not in _schemas(world) or schema in MANAGED):
            return f"{found[1]} is not the project's own"
        return f"another schema has {name}" if not dot and world.homes(name) else ""
    if found := _FUNCTION.match(proof.message):
        if found[1] == "pg_catalog":
            return ""  # every server has what the grammar calls by that name: extract, trim, at time zone
        return _beyond(world, world.truth.functions, found[1] or "", found[2])
    if found := _TYPE.match(proof.message):
        return _beyond(world, world.truth.types, found[1] or "", found[2])
    found = _OPERATOR.match(proof.message)
    beyond = found and (found[1] in _BROUGHT_OPERATORS or (found[1] not in _PLAIN and _extended(world)))
    return "its operator may be an extension's" if beyond else ""


def _beyond(world: World, known: Iterable[_Placed], schema: str, name: str) -> str:
    """Why a function or type of this name may be there after all."""
    if schema and schema not in world.schemas:
        return f"{schema}.{name} is not the project's own"
    same = [item for item in known if item.name == name]
    brought = name in _BROUGHT or name.startswith(_FAMILIES)
    if any(item.extension for item in same) or (not same and (brought or _extended(world))):
        return f"{name} may be an extension's"
    return f"another schema has {name}" if same and not any(item.schema in world.schemas for item in same) else ""


def _extended(world: World) -> bool:
    """The truth has extensions, which may bring what another server lacks, or is not all there is to know."""
    return bool(set(world.truth.extensions) - {"plpgsql"} or world.truth.unread or world.truth.unsaid)
