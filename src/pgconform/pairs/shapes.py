"""JSON in a column, of a shape that a CHECK, a comment or its rows show, beside the type it is read as."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.constraints.commented import commented
from pgconform.constraints.jsonschema import schemas
from pgconform.constraints.jsonshapes import JsonSchema, Misshape, kinds, misshapes, taken, takes, unwritable
from pgconform.pairs.pair import FieldPair, OfField
from pgconform.pairs.world import World
from pgconform.schema import Check, Relation, Transport
from pgconform.shape import JSONS, Field, Scalar, Type, Unknown


class ShapePair(OfField):
    """One thing that the claimed type refuses of a column's JSON. ``by`` says so: "check", "comment" or "rows".

    Of rows, ``count`` of ``total`` are so; ``every``: these are all that there are.
    """

    def __init__(
        self, field: FieldPair, by: str, shape: Misshape, counted: tuple[int, int] = (0, 0), *, every: bool = False
    ) -> None:
        super().__init__(field)
        self.by = by
        self.shape = shape
        self.count, self.total = counted
        self.every = every


def is_json(type_: Type) -> bool:
    return isinstance(type_, Scalar) and type_.kind in JSONS


def shaped(pair: FieldPair) -> bool:
    """The claim describes the JSON of a column that arrives as such."""
    truth, claim = pair.truth, pair.claim
    if truth is None or claim is None or not is_json(truth.type) or isinstance(claim.type, Unknown):
        return False
    relation = pair.relation
    return not (relation.sent or relation.told or relation.cached) and relation.claim.transport is not Transport.ASYNCPG


def shape_pairs(pair: FieldPair) -> Iterator[ShapePair]:
    """What the claim refuses of the JSON that a CHECK lets pass or a comment promises, and the CHECK of the claim's."""
    if not shaped(pair) or pair.claim is None:
        return
    for by, schema in _stated(pair):
        if pair.access.reads:
            for shape in misshapes(schema, taken(pair.claim)):
                yield ShapePair(pair, by, shape)
        if pair.access.writes and by == "check":
            for shape in unwritable(schema, pair.claim.type):
                yield ShapePair(pair, by, shape)


def settled(pair: FieldPair) -> bool:
    """A CHECK lets only such JSON pass as the claim takes, as far as its kind goes."""
    claim = pair.claim
    if claim is None or not shaped(pair):
        return False
    known = (kinds(schema) for by, schema in _stated(pair) if by == "check")
    return any(found and all(takes(taken(claim), kind) for kind in found) for found in known)


def _stated(pair: FieldPair) -> Iterator[tuple[str, JsonSchema]]:
    relation, field = _home(pair)
    for check in relation.checks if relation else ():
        if check.enforced and check.validated and check.columns == (field.name,):
            for schema in schemas(check.expression, field.name):
                yield "check", schema
    for check in _of_domains(pair.world, field.type):
        for schema in schemas(check.expression, "VALUE"):
            yield "check", schema
    if field.comment and (said := commented(field.comment)) is not None:
        yield "comment", said


def _of_domains(world: World, type_: Type) -> Iterator[Check]:
    """The checks of a column's domain, and of those that it is made of."""
    seen = set[str]()
    while type_.raw not in seen and (named := world.named_type(*reversed(world.split(type_.raw)))):
        seen.add(type_.raw)
        yield from (check for check in named.checks if check.validated and check.enforced)
        type_ = named.type


def _home(pair: FieldPair) -> tuple[Relation | None, Field]:
    """The table that has the column, whatever views it is seen through, and the column there."""
    truth, stored = pair.truth, pair.stored
    assert truth is not None
    if stored is truth or stored is None or pair.relation.truth is None:
        home = pair.relation.truth
        return (pair.world.unfolded(home) if home else None), truth
    return _base(pair, truth), stored


def _base(pair: FieldPair, field: Field) -> Relation | None:
    """The relation at the end of a view's column."""
    relation = None
    seen = set[tuple[str, str, str]]()
    while field.origin and field.origin not in seen:
        seen.add(field.origin)
        schema, name, column = field.origin
        relation = pair.world.relation(name, schema)
        below = pair.world.fields(relation).get(column) if relation else None
        if below is None:
            break
        field = below
    return relation
