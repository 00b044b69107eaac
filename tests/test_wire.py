"""The lattice against reality: over each transport, what it says of reading is what Pydantic does."""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from ipaddress import IPv4Network, IPv6Network
from typing import Any, NamedTuple, TypeAlias

import psycopg
import pytest
from pydantic import TypeAdapter, ValidationError

from pgconform.embedded import Server
from pgconform.lattice import Fit, Verdict, fits
from pgconform.schema import Transport
from pgconform.shape import Array, Scalar, Struct
from tests.wire.meaning import held
from tests.wire.measure import Sent, Undecodable, send
from tests.wire.python import ANNOTATIONS, SHAPES
from tests.wire.values import ARRAYS

pytestmark = pytest.mark.filterwarnings("ignore:Did not recognize type")
Connection: TypeAlias = "psycopg.Connection[Any]"
HELD, REFUSED, CHANGED = "held", "refused", "changed"
COMING_BACK = frozenset(
    f"py.pg_{name}"
    for name in "timestamptz timestamp date time timetz interval bytea hstore range multirange sparsevec".split()  # noqa: SIM905
)
OPEN = ("text", "varchar", "bpchar", "char", "name", "citext", "json", "jsonb")
WIRES = (Transport.POSTGREST, Transport.PSYCOPG, Transport.ASYNCPG, Transport.SQLALCHEMY)


class Outcome(NamedTuple):
    text: str
    rare: bool
    became: str


@pytest.fixture(scope="module")
def database(postgres: Server) -> Iterator[str]:
    name = f"wire_{uuid.uuid4().hex[:8]}"
    yield postgres.create_database(name)
    postgres.drop_database(name)


@pytest.fixture(scope="module")
def sent(database: str) -> dict[tuple[str, Transport], list[Sent]]:
    """Every value of every type, as it arrived over every transport."""
    found = defaultdict(list)
    for one in send(database):
        found[one.name, one.transport].append(one)
    return dict(found)


@pytest.fixture
def connection(database: str, sent: object) -> Iterator[Connection]:
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


@cache
def adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(ANNOTATIONS[kind])


def became(one: Sent, kind: str, connection: Connection) -> str:
    """What Pydantic made of the value under the annotation."""
    if isinstance(one.arrived, Undecodable) or _endless(one.arrived, kind):
        return REFUSED
    try:
        value = adapter(kind).validate_python(one.arrived)
    except (ValidationError, ValueError):
        return REFUSED
    if kind in COMING_BACK:
        return HELD if comes_back(one, kind, value, connection) else CHANGED
    return HELD if held(one, value) else CHANGED


def _endless(arrived: Any, kind: str) -> bool:
    """A list of every address of a network, which Pydantic would set out to make."""
    return isinstance(arrived, IPv4Network | IPv6Network) and kind in ("py.list", "py.pg_vector", "py.pg_multirange")


def comes_back(one: Sent, kind: str, value: Any, connection: Connection) -> bool:
    """Postgres makes of the value's JSON form the value that it sent."""
    dumped = adapter(kind).dump_python(value, mode="json")
    text = dumped if isinstance(dumped, str) else json.dumps(dumped)
    try:
        row = connection.execute(f"select %s::text::{one.name}::text, %s::text::{one.name}::text", [text, one.text])
        back, there = row.fetchone() or ("", "")
    except psycopg.Error:
        return False
    return bool(back == there)


def verdict(outcomes: list[Outcome]) -> tuple[Verdict, bool]:
    """What the lattice should have said of these values: the verdict, and whether only rare ones fare badly."""
    seen = {outcome.became for outcome in outcomes}
    if seen == {REFUSED}:
        return Verdict.NO, False
    usual = {outcome.became for outcome in outcomes if not outcome.rare} - {HELD}
    worst = usual or seen - {HELD}
    found = Verdict.LOSSY if CHANGED in worst else Verdict.SOME if worst else Verdict.YES
    return found, bool(worst) and not usual


@pytest.mark.parametrize("transport", WIRES)
def test_reading_is_as_the_lattice_says(
    sent: dict[tuple[str, Transport], list[Sent]], connection: Connection, transport: Transport
) -> None:
    wrong = []
    for (name, wire), values in sent.items():
        if wire is not transport or isinstance(values[0].type, Array | Struct):
            continue
        for kind in ANNOTATIONS:
            fit = fits(values[0].type, Scalar(kind), transport)
            outcomes = [Outcome(one.text, one.rare, became(one, kind, connection)) for one in values]
            was = verdict(outcomes)
            if (fit.verdict, fit.rare) != was and not _narrowed(values[0], fit, was[0]):
                wrong.append(f"{name} as {kind}: {_said(fit.verdict, fit.rare)}, but {_said(*was)}: {_shown(outcomes)}")
    assert not wrong, f"{len(wrong)} wrong\n" + "\n".join(wrong)


def _narrowed(one: Sent, fit: Fit, was: Verdict) -> bool:
    """Of an open type, a text or a JSON document, no list of values shows all that would be taken."""
    leaf = one.type.of if isinstance(one.type, Array) else one.type
    open_type = isinstance(leaf, Scalar) and leaf.kind in OPEN
    return (open_type or fit.rare) and fit.verdict is Verdict.SOME and was in (Verdict.SOME, Verdict.NO)


def _said(found: Verdict, rare: bool) -> str:
    return f"{found.name}{' rarely' if rare else ''}"


def _shown(outcomes: list[Outcome]) -> str:
    return " ".join(f"{one.text}{'*' if one.rare else ''}={one.became}" for one in outcomes)


STRUCTURED = ("bool", "int4", "numeric", "text", "uuid", "jsonb", "mood", "addr", *ARRAYS)


@pytest.mark.parametrize("transport", WIRES)
def test_reading_shapes_is_as_the_lattice_says(
    sent: dict[tuple[str, Transport], list[Sent]], transport: Transport
) -> None:
    wrong = []
    for name in STRUCTURED:
        values = sent[name, transport]
        for said, (claim, annotation) in SHAPES.items():
            fit = fits(values[0].type, claim, transport)
            outcomes = [Outcome(one.text, one.rare, _taken(one, TypeAdapter(annotation))) for one in values]
            was = verdict(outcomes)
            unsaid = fit.verdict in (Verdict.LOSSY, Verdict.UNKNOWN) or _narrowed(values[0], fit, was[0])
            if (fit.verdict, fit.rare) != was and not unsaid:
                wrong.append(f"{name} as {said}: {_said(fit.verdict, fit.rare)}, but {_said(*was)}: {_shown(outcomes)}")
    assert not wrong, f"{len(wrong)} wrong\n" + "\n".join(wrong)


def _taken(one: Sent, adapter: TypeAdapter[Any]) -> str:
    """Whether the annotation takes the value; what it makes of its parts is the scalars' affair."""
    if isinstance(one.arrived, Undecodable):
        return REFUSED
    try:
        adapter.validate_python(one.arrived)
    except (ValidationError, ValueError):
        return REFUSED
    return HELD
