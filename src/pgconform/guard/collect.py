"""What claims use of a truth, put together for a guard: by relation, by file, without lines that move."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from msgspec.structs import replace

from pgconform.check import every_pair, judge
from pgconform.finding import Severity
from pgconform.guard.judging import mark
from pgconform.guard.stated import stated
from pgconform.guard.uses import Uses, plain, unmade
from pgconform.pairs.pair import RUN, FieldPair, KeyPair, Pair, RelationPair
from pgconform.pairs.world import World
from pgconform.postgrest.cache import SchemaCache, cache_of
from pgconform.postgrest.config import PostgrestConfig
from pgconform.postgrest.pairs import CallPair, EmbedPair
from pgconform.request import Operand, Payload, Query, Text
from pgconform.schema import Access, Function, Relation, Schema
from pgconform.shape import Field, Location, Unknown
from pgconform.sql.pairs import StatementPair

_SENT = frozenset({"payload", "statement"})
_UNSAID = Field("").type


def collect(truth: Schema, claims: Iterable[Schema], schemas: tuple[str, ...], postgrest: PostgrestConfig) -> Uses:
    """The uses of all claims that the truth can be asked about; what is wrong with them already is ``known``."""
    listed = tuple(claims)
    world = World(truth, schemas)
    seen = _Seen(world)
    for pair in every_pair(world, listed, postgrest):
        seen.add(pair)
    for claim in (one for item in listed for statement in item.statements for one in stated(world, statement)):
        seen.claimed(world.relation(claim.name, claim.schema), claim)
    seen.add_computed(cache_of(world, postgrest))
    uses = Uses(
        schemas=schemas,
        postgrest=postgrest,
        relations=tuple(map(plain, seen.relations())),
        functions=tuple(map(unmade, seen.functions.values())),
        claims=tuple(_merged(seen.claims.values())),
        queries=_requests(query for claim in listed for query in claim.queries),
        unjudged=seen.unjudged,
    )
    return replace(uses, known=accepted(uses, truth))


def accepted(uses: Uses, truth: Schema) -> tuple[str, ...]:
    """The marks of what is wrong with the uses against the truth they were checked against."""
    found = judge(replace(truth, dropped=()), uses.claim, schemas=uses.schemas, postgrest=uses.postgrest).findings
    return tuple(sorted({mark(one) for one in found if one.severity is not Severity.INFO}))


class _Seen:
    """The claims met in pairs, each once, and what of the truth they are about."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.claims: dict[int, Relation] = {}
        self.functions: dict[str, Function] = {}
        self.unjudged = 0
        self._kept: list[object] = []
        self._names: set[str] = set()

    def add(self, pair: Pair) -> None:
        self.unjudged += pair.site and pair.unjudged is not None and not self._stated(pair)
        match pair:
            case RelationPair() if pair.truth is not None:
                self.claimed(pair.truth, pair.claim)
            case FieldPair() if pair.relation.truth is not None:
                self.claimed(pair.relation.truth, pair.relation.claim)
            case KeyPair():
                claim = replace(pair.relation.claim, keys=(pair.claim,), fields=(), name=pair.truth.name)
                self.claimed(pair.truth, replace(claim, schema=pair.truth.schema))
            case EmbedPair():
                for relationship in pair.found:
                    self._name(*relationship.foreign)
                    self._name(*relationship.table)
            case CallPair():
                self.functions.update({repr(one): one for one in pair.named})

    def _stated(self, pair: Pair) -> bool:
        """A statement of which no server has been asked is in the uses all the same, by what it names."""
        return isinstance(pair, StatementPair) and any(stated(self.world, pair.claim))

    def claimed(self, truth: Relation | None, claim: Relation) -> None:
        if truth is not None and id(claim) not in self.claims:
            self._kept.append(claim)
            self.claims[id(claim)] = replace(claim, name=truth.name, schema=truth.schema)
            self._name(truth.schema, truth.name)

    def _name(self, schema: str, name: str) -> None:
        relation = self.world.relation(name, schema)
        if relation is None or relation.qualified in self._names:
            return
        self._names.add(relation.qualified)
        if relation.partition_of:
            self._name(*relation.partition_of)
        for field in relation.fields:
            if field.origin:
                self._name(*field.origin[:2])

    def add_computed(self, cache: SchemaCache) -> None:
        """The functions of the rows, which requests may name like columns."""
        names = {name for item in self.relations() for name in cache.computed(item, item.schema)}
        self.functions.update({repr(one): one for one in self.world.truth.functions if one.name in names})

    def relations(self) -> Iterator[Relation]:
        return (item for item in self.world.truth.relations if item.qualified in self._names)


def _merged(claims: Iterable[Relation]) -> Iterator[Relation]:
    """The claims of one file about one relation as few: what is named in any, and of inserts what is in each."""
    groups: dict[Relation, list[Relation]] = {}
    for claim in claims:
        bare = replace(claim, fields=(), keys=(), links=(), checks=(), comment=None, whole=False, at=_file(claim.at))
        head = replace(bare, holder="" if claim.kind in RUN else claim.holder)
        groups.setdefault(head, []).append(claim)
    told = {head.qualified for head, group in groups.items() if _any(group) or _keys(group)}
    for head, group in groups.items():
        place, fields, keys = _file(group[0].at), _any(group), _keys(group)
        if fields or keys or head.qualified not in told:
            yield replace(head, fields=fields, keys=keys, at=place)
        whole = [claim for claim in group if claim.whole]
        if whole and head.access is Access.INSERT:
            yield replace(head, whole=True, fields=_every(whole) if head.kind in _SENT else _any(whole), at=place)
        elif whole and head.kind not in _SENT:
            yield replace(head, whole=True, fields=_any(whole), at=place)


def _any(claims: Iterable[Relation]) -> tuple[Field, ...]:
    found = {_unplaced(field): None for claim in claims for field in claim.fields}
    typed = {field.name for field in found if field.type is not _UNSAID}
    telling = (field for field in found if field.type is not _UNSAID or field.name not in typed)
    return tuple(sorted(telling, key=lambda field: (field.name, repr(field))))


def _every(claims: list[Relation]) -> tuple[Field, ...]:
    """The keys that each payload surely has."""
    sure = [{field.name for field in claim.fields if field.required is not False} for claim in claims]
    return tuple(Field(name, required=True) for name in sorted(set.intersection(*sure)))


def _keys(claims: Iterable[Relation]) -> tuple[object, ...]:
    found = {replace(key, at=None): None for claim in claims for key in claim.keys}
    return tuple(sorted(found, key=repr))


def _unplaced(field: Field) -> Field:
    return replace(field, type=_UNSAID if field.type == Unknown() else field.type, comment=None, at=None)


def _file(at: Location | None) -> Location | None:
    return Location(at.uri) if at else None


def _requests(queries: Iterable[Query]) -> tuple[Query, ...]:
    """What only requests say, each once."""
    bare = (found for query in queries if (found := _bare(query)))
    return tuple({msgspec.json.encode(query): query for query in bare}.values())


def _bare(query: Query) -> Query | None:
    """The part of a request that only it says: embeds, calls, conflict targets; None where there is none of these."""
    if query.relation is None or not query.relation.whole or query.fallback or not query.schema_known:
        return None
    select = tuple(part for part in query.select or () if part is not None and part.whole and "(" in part.value)
    called = query.verb == "rpc"
    target = query.on_conflict if query.on_conflict and query.on_conflict.whole else None
    if not (select or called or target):
        return None
    return Query(
        query.verb if called or target else "select",
        Text(query.relation.value),
        schema=Text(query.schema.value) if query.schema and query.schema.whole else None,
        select=tuple(Text(part.value) for part in select)
        if select and len(select) == len(query.select or ())
        else None,
        payload=_names(query.payload) if called and query.payload else None,
        on_conflict=Text(target.value) if target else None,
        options={"upsert": "true"} if target and query.verb == "insert" else {},
        at=_file(query.at),
    )


def _names(payload: Payload) -> Payload:
    fields = tuple(Field(field.name, required=field.required) for field in payload.fields)
    values = tuple((field.name, Operand(Unknown())) for field in payload.fields)
    return Payload(fields, values, payload.whole, payload.many)
