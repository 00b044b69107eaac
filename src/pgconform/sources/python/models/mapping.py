"""Which class holds rows of which relation: said, proven by the code, or told by name and fields; else left alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import PurePosixPath

import msgspec

from pgconform.config import ModelConfig
from pgconform.pairs.world import World
from pgconform.schema import Access, Relation, Schema, Transport, Unread
from pgconform.shape import Field, Location
from pgconform.sources.python.models.bound import Binding, claim
from pgconform.sources.python.models.evidence import Evidence
from pgconform.sources.python.models.model import Family, Model
from pgconform.sources.python.models.roles import ByName, access_of, asked, is_part
from pgconform.support.testfiles import in_tests

ENOUGH = 0.6
TELLING = 0.8
FEWEST = 4
_ACCESS = {"row": Access.READ, "insert": Access.INSERT, "update": Access.UPDATE}


class Suggestion(msgspec.Struct, frozen=True):
    """A class whose fields are mostly columns of a relation, though nothing says that it holds its rows."""

    model: str
    relation: str
    share: float
    at: Location | None = None


class Mapped(msgspec.Struct, frozen=True):
    """The claims of the classes whose relation is known. ``alone`` counts the classes that were left alone.

    ``unmatched`` are names in the settings that no class has.
    """

    schema: Schema = Schema()
    alone: int = 0
    suggestions: tuple[Suggestion, ...] = ()
    unmatched: tuple[str, ...] = ()

    def without(self, named: set[str]) -> Mapped:
        """The same without a word on classes that are said elsewhere to be of a relation."""
        kept = tuple(item for item in self.suggestions if item.model not in named)
        gone = len(self.suggestions) - len(kept)
        return msgspec.structs.replace(self, suggestions=kept, alone=self.alone - gone)


def map_models(
    models: Iterable[Model],
    world: World,
    evidence: Iterable[Evidence] = (),
    settings: Mapping[str, str | bool | ModelConfig] | None = None,
    transport: Transport = Transport.SQL,
) -> Mapped:
    """The claims of those models whose relation the settings, the class, the code or its name and fields tell."""
    listed = tuple(models)
    mapper = _Mapper(listed, world, evidence, settings or {}, transport)
    relations: list[Relation] = []
    suggestions: list[Suggestion] = []
    alone = 0
    for model in listed:
        bindings = mapper.bindings(model)
        relations += [claim(model, binding, mapper.columns(binding)) for binding in bindings]
        alone += not bindings
        suggestions += [] if bindings or mapper.silenced(model) else mapper.suggested(model)
    return Mapped(
        Schema(relations=tuple(relations), unread=tuple(mapper.elsewhere()), origin="python"),
        alone,
        tuple(suggestions),
        tuple(sorted(mapper.unmatched)),
    )


class _Mapper:
    def __init__(
        self,
        models: tuple[Model, ...],
        world: World,
        evidence: Iterable[Evidence],
        settings: Mapping[str, str | bool | ModelConfig],
        transport: Transport,
    ) -> None:
        self.models = models
        self.world = world
        self.transport = transport
        self.proofs: defaultdict[tuple[str, str], list[Evidence]] = defaultdict(list)
        for item in evidence:
            self.proofs[item.uri, item.path].append(item)
        self.settings = {model.name: said for model in models if (said := _setting(model, settings))}
        self.unmatched = {key for key in settings if not any(_named(model, key) for model in models)}

    @cached_property
    def relations(self) -> tuple[Relation, ...]:
        """The relations that an unqualified name reaches, each under its name once."""
        reached: dict[str, Relation] = {}
        for schema in self.world.schemas:
            for relation in self.world.truth.relations:
                if relation.schema == schema and relation.kind != "partition":
                    reached.setdefault(relation.name, relation)
        return tuple(reached.values())

    @cached_property
    def by_name(self) -> ByName:
        return ByName(self.relations)

    @cached_property
    def by_column(self) -> dict[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for relation in self.relations:
            for name in self.world.fields(relation):
                found[name].append(relation.qualified)
        return dict(found)

    def columns(self, binding: Binding) -> Mapping[str, Field]:
        relation = self.world.relation(binding.name, binding.schema)
        return self.world.fields(relation) if relation else {}

    def bindings(self, model: Model) -> list[Binding]:
        """What the class is of; the first that has a word on it decides, and none leaves it alone."""
        setting = self.settings.get(model.name)
        if setting is not None:
            return [self._said(model, setting.relation, setting.role)] if setting.relation else []
        if model.none:
            return []
        if model.relation:
            return [self._said(model, model.relation)] if model.name not in self.strangers else []
        proofs = [proof for proof in self.proofs[model.uri, model.path] if self._known(proof)]
        return list(self._proven(model, proofs)) if proofs else self._told_by_name(model)

    def silenced(self, model: Model) -> bool:
        """Nothing need be suggested: somebody has said what the class is of, or its name says that it is no row."""
        said = model.none or bool(model.relation) or model.name in self.settings
        return said or in_tests(model.uri) or asked(model.label)

    def _said(self, model: Model, relation: str, role: str | None = None) -> Binding:
        schema, _, name = relation.rpartition(".")
        if model.family is Family.ORM or (model.family is Family.SQLMODEL and not model.enforced):
            return Binding(name, schema, Access.BOTH, Transport.SQLALCHEMY)
        role = role or model.role or None
        access = _ACCESS[role] if role else access_of(model.label)
        return Binding(name, schema, access, self.transport, whole=role is not None or access is Access.READ)

    def _known(self, proof: Evidence) -> bool:
        schema, _, name = proof.relation.rpartition(".")
        return self.world.relation(name, schema) is not None

    def _proven(self, model: Model, proofs: list[Evidence]) -> Iterator[Binding]:
        """One binding per relation and access; rows of several relations prove less of each."""
        grouped: defaultdict[tuple[str, Access], list[Evidence]] = defaultdict(list)
        for proof in proofs:
            grouped[proof.relation, proof.access].append(proof)
        read = {relation for relation, access in grouped if access is Access.READ}
        for (relation, access), found in sorted(grouped.items()):
            schema, _, name = relation.rpartition(".")
            straight = all(proof.straight for proof in found)
            added = frozenset(key for proof in found for key in proof.added)
            everything = all(proof.columns is None for proof in found)
            binding = Binding(
                name,
                schema,
                access,
                found[0].transport,
                certain=straight and (access is not Access.READ or len(read) == 1),
                whole=straight
                and not added
                and (access is not Access.READ or (everything and model.extra == "forbid")),
                added=added,
                omitted=frozenset(field for proof in found for field in proof.omitted),
                sparse=any(proof.sparse for proof in found),
                by_alias=all(proof.by_alias for proof in found),
                assigned=frozenset(field for proof in found for field in proof.assigned),
                filled=frozenset.intersection(*(frozenset(proof.filled) for proof in found)),
            )
            left = self._left(model, binding, found)
            yield msgspec.structs.replace(binding, added=added | left)
            if left:
                yield msgspec.structs.replace(binding, certain=False, only=left)

    def _left(self, model: Model, binding: Binding, found: list[Evidence]) -> frozenset[str]:
        """Columns that no request gives a field that can do without: only their names tell that it is for them."""
        if binding.access is not Access.READ or any(proof.columns is None for proof in found):
            return frozenset()
        selected = {name for proof in found for name in proof.columns or ()}
        spare = {name for field in model.fields if field.required is False for name in field.names.taken}
        return frozenset(spare.intersection(self.columns(binding)) - selected - binding.added)

    def _told_by_name(self, model: Model) -> list[Binding]:
        """The relation of the class's name, if most of its fields are columns there."""
        if in_tests(model.uri) or asked(model.label) or (model.subclassed and is_part(model.label)):
            return []
        relation = self.by_name.find(model.label)
        if relation is None or share(model, self.world.fields(relation)) < ENOUGH:
            return []
        access = access_of(model.label)
        return [Binding(relation.name, relation.schema, access, self.transport, certain=False)]

    def suggested(self, model: Model) -> list[Suggestion]:
        """The one relation that most fields of the class are columns of."""
        known = [name for field in model.fields for name in field.names.taken[:1]]
        if len(known) < FEWEST:
            return []
        counts = Counter(relation for name in known for relation in self.by_column.get(name, ()))
        best = counts.most_common(2)
        if not best or best[0][1] < TELLING * len(model.fields) or (len(best) > 1 and best[0][1] == best[1][1]):
            return []
        return [Suggestion(model.name, best[0][0], best[0][1] / len(model.fields), model.at)]

    @cached_property
    def strangers(self) -> Mapping[str, Model]:
        """Declarative classes whose table is not there, nor most of those declared beside them: another database's.

        A table is not the one that a class declares if it has few of its columns, and most of a class's elsewhere.
        """
        groups: defaultdict[PurePosixPath, list[Model]] = defaultdict(list)
        for model in self.models:
            if model.relation and not model.enforced:
                groups[PurePosixPath(model.uri).parent].append(model)
        found: dict[str, Model] = {}
        for models in groups.values():
            missing = [model for model in models if not self._is_meant(model)]
            if 2 * len(missing) > len(models):
                found.update({model.name: model for model in models if model in missing or self._is_outdone(model)})
        return found

    def _is_meant(self, model: Model) -> bool:
        """The table that a class declares is there, and none other of that name that a class elsewhere declares."""
        shares = self._declared.get(model.relation, {})
        here = PurePosixPath(model.uri).parent
        if here not in shares:
            return False
        return 2 * shares[here] >= 1 or all(share < ENOUGH for share in shares.values())

    def _is_outdone(self, model: Model) -> bool:
        """The table that is there has more of a class elsewhere that declares one of that name."""
        shares = self._declared[model.relation]
        return shares[PurePosixPath(model.uri).parent] < max(shares.values())

    @cached_property
    def _declared(self) -> Mapping[str, Mapping[PurePosixPath, float]]:
        """Of tables that are there, how much of a class is in one by the folder that declares it."""
        found: defaultdict[str, dict[PurePosixPath, float]] = defaultdict(dict)
        for model in self.models:
            schema, _, name = model.relation.rpartition(".")
            if model.relation and not model.enforced and (relation := self.world.relation(name, schema)):
                shares, here = found[model.relation], PurePosixPath(model.uri).parent
                shares[here] = max(share(model, self.world.fields(relation)), shares.get(here, 0))
        return found

    def elsewhere(self) -> Iterator[Unread]:
        for _, model in sorted(self.strangers.items()):
            yield Unread(
                f"{model.label} seems to be of another database: most tables declared here are not in this one",
                "elsewhere",
                at=model.at,
            )


def share(model: Model, columns: Mapping[str, Field]) -> float:
    """How many of a class's fields are columns, of 1."""
    if not model.fields:
        return 0
    hits = sum(any(name in columns for name in (*field.names.taken, field.names.given)) for field in model.fields)
    return hits / len(model.fields)


def _setting(model: Model, settings: Mapping[str, str | bool | ModelConfig]) -> ModelConfig | None:
    """What the settings say of a class; the longest of the names that mean it counts."""
    keys = sorted((key for key in settings if _named(model, key)), key=len)
    if not keys:
        return None
    said = settings[keys[-1]]
    return said if isinstance(said, ModelConfig) else ModelConfig(said if isinstance(said, str) else "")


def _named(model: Model, key: str) -> bool:
    """``app.models.Account`` names the class wherever the folder of ``app`` lies."""
    return model.name == key or model.name.endswith(f".{key}")
