"""REL001: a claim about a relation that the truth does not have."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Rename, Severity
from pgconform.pairs.pair import RelationPair
from pgconform.rules._nearest import nearest_relations
from pgconform.rules._wording import did_you_mean, fails, gone, milder
from pgconform.rules.registry import Rule
from pgconform.schema import Access, Dropped, Relation, Transport
from pgconform.support.names import slip

SYSTEM = frozenset({"pg_catalog", "information_schema"})
_MADE_BY = {
    "alembic_version": "Alembic",
    "apscheduler_jobs": "APScheduler",
    "celery_taskmeta": "Celery",
    "celery_tasksetmeta": "Celery",
    "checkpoint_blobs": "LangGraph",
    "checkpoint_migrations": "LangGraph",
    "checkpoint_writes": "LangGraph",
    "checkpoints": "LangGraph",
    "flyway_schema_history": "Flyway",
    "langchain_pg_collection": "LangChain",
    "langchain_pg_embedding": "LangChain",
    "message_store": "LangChain",
    "schema_migrations": "the migration tool",
    "spatial_ref_sys": "PostGIS",
}
"""Tables that programs make for themselves when they run, so that no migration need have them."""
_CATALOGUE = "the API exposes no catalogue: call a function that reads it, or ask over a connection to the database"


def judge(pair: RelationPair) -> Iterator[Finding]:
    if pair.truth is not None or pair.half_seen or pair.claim.schema in SYSTEM:
        return
    dropped = pair.world.dropped(pair.claim.name, pair.claim.schema)
    near = _near(pair, dropped)
    yield Finding(
        milder(pair, _severity(pair, dropped)),
        _missing(pair) + (_elsewhere(pair) or gone(dropped) or did_you_mean(near)),
        consequence=_consequence(pair),
        help=_help(pair, near),
        change=Rename(pair.claim.name, near[0]) if len(near) == 1 else None,
        safe=len(near) == 1 and (dropped is not None or _is_own(pair, near[0]) or slip(pair.claim.name, near[0])),
        truth_at=dropped.at if dropped else None,
    )


def _severity(pair: RelationPair, dropped: Dropped | None) -> Severity:
    if pair.claim.name in _MADE_BY and dropped is None:
        return Severity.INFO
    if pair.access is not Access.MENTION or pair.sent:
        return Severity.ERROR
    return Severity.INFO if _may_be_meant(pair) else Severity.WARNING


def _may_be_meant(pair: RelationPair) -> bool:
    """Who writes a table's name without its schema may mean the one of another schema of the project."""
    from pgconform.sql.doubts import MANAGED

    return not pair.claim.schema and any(home.schema not in MANAGED for home in _homes(pair))


def _missing(pair: RelationPair) -> str:
    schemas = (pair.claim.schema,) if pair.claim.schema else pair.world.schemas
    return f'there is no table "{pair.claim.name}" in schema {" or ".join(schemas)}'


def _homes(pair: RelationPair) -> tuple[Relation, ...]:
    """Relations of that name in schemas that are not searched, be the schema unsaid or written into the name."""
    schema, dot, name = pair.claim.name.rpartition(".")
    if dot and (inside := pair.world.relation(name, schema)):
        return () if _is_own(pair, name) else (inside,)
    return pair.world.homes(pair.claim.name)


def _is_own(pair: RelationPair, name: str) -> bool:
    """The claim has that name with the schema that is searched before it, where no schema belongs."""
    searched = (pair.claim.schema,) if pair.claim.schema else pair.world.schemas[:1]
    return any(pair.claim.name == f"{schema}.{name}" for schema in searched)


def _elsewhere(pair: RelationPair) -> str:
    homes = _homes(pair)
    if not homes:
        return ""
    if homes[0].name != pair.claim.name:
        return f"; {homes[0].qualified} is a {homes[0].kind} of schema {homes[0].schema}"
    return f"; schema {homes[0].schema} has one"


def _near(pair: RelationPair, dropped: Dropped | None) -> tuple[str, ...]:
    if dropped and dropped.renamed_to:
        return (dropped.renamed_to,)
    if dropped or _homes(pair):
        return ()
    schema, _, name = pair.claim.name.rpartition(".")
    return (name,) if _is_own(pair, name) and pair.world.relation(name, schema) else nearest_relations(pair)


def _consequence(pair: RelationPair) -> str:
    if pair.access is Access.MENTION and not pair.sent:
        return "whoever follows this names a table that is not there"
    creates = "; no migration creates it" if pair.world.truth.origin.startswith("migrations") else ""
    return fails(pair, "42P01 (relation does not exist)", "404 PGRST205") + creates


def _help(pair: RelationPair, near: tuple[str, ...]) -> str:
    if pair.claim.name in _MADE_BY:
        return f"{_MADE_BY[pair.claim.name]} makes it when it runs; migrations need not have it"
    homes = _homes(pair)
    if not homes:
        return f'write "{near[0]}"' if len(near) == 1 else _CATALOGUE if _is_system(pair) else ""
    home = homes[0]
    if home.qualified == "auth.users":
        return "auth.users is not exposed: use the client's auth.admin, or keep a table of profiles that refers to it"
    if pair.claim.transport is Transport.POSTGREST:
        return f'write .schema("{home.schema}").table("{home.name}"), and expose that schema to the API'
    return f"write {home.qualified}"


def _is_system(pair: RelationPair) -> bool:
    name = pair.claim.name
    return pair.claim.transport is Transport.POSTGREST and (name.partition(".")[0] in SYSTEM or name.startswith("pg_"))


RULE = Rule("REL001", "unknown-relation", "a table or view that does not exist", RelationPair, judge)
