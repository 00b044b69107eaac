"""The lattice against reality: over each transport, what it says of writing is what Postgres keeps."""

from __future__ import annotations

import time
import uuid
from collections import defaultdict
from collections.abc import Iterator

import pytest

from pgconform.embedded import Server
from pgconform.lattice import Fit, Verdict, fits
from pgconform.schema import Transport
from pgconform.shape import Scalar
from tests.wire.writes import CHANGED, HELD, REFUSED, Write, write

pytestmark = pytest.mark.filterwarnings("ignore:Did not recognize type")
JUDGED = frozenset(
    {
        "bool",
        "int2",
        "int4",
        "int8",
        "float4",
        "float8",
        "numeric",
        "money",
        "text",
        "varchar",
        "citext",
        "bytea",
        "uuid",
    }
    | {"timestamptz", "timestamp", "date", "time", "timetz", "interval", "json", "jsonb", "inet", "mood", "vector(3)"}
)
WIRES = (Transport.POSTGREST, Transport.PSYCOPG, Transport.ASYNCPG, Transport.SQLALCHEMY)


@pytest.fixture
def database(postgres: Server) -> Iterator[str]:
    name = f"writes_{uuid.uuid4().hex[:8]}"
    yield postgres.create_database(name)
    postgres.drop_database(name)


@pytest.fixture
def far_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine in another time zone than the database, so that whoever assumes one is seen to."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


def verdict(writes: list[Write]) -> tuple[Verdict, bool]:
    """What the lattice should have said of these values: the verdict, and whether only rare ones fare badly."""
    seen = {one.became for one in writes}
    if seen == {REFUSED}:
        return Verdict.NO, False
    usual = {one.became for one in writes if not one.rare} - {HELD}
    worst = usual or seen - {HELD}
    found = Verdict.LOSSY if CHANGED in worst else Verdict.SOME if worst else Verdict.YES
    return found, bool(worst) and not usual


@pytest.mark.parametrize("transport", WIRES)
@pytest.mark.usefixtures("far_away")
def test_writing_is_as_the_lattice_says(database: str, transport: Transport) -> None:
    found = defaultdict(list)
    for one in write(database, transport):
        found[one.name, one.kind].append(one)
    wrong = []
    for (name, kind), writes in found.items():
        fit = fits(Scalar(kind), writes[0].type, transport)
        was = verdict(writes)
        if (fit.verdict, fit.rare) != was and not _open(writes[0], fit, was[0]):
            shown = " ".join(f"{one.text}{'*' if one.rare else ''}={one.became}" for one in writes)
            wrong.append(f"{kind} into {name}: {fit.verdict.name} {fit.rare}, but {was[0].name} {was[1]}: {shown}")
    assert not wrong, f"{len(wrong)} wrong\n" + "\n".join(wrong)


def _open(one: Write, fit: Fit, was: Verdict) -> bool:
    """A text can be anything, a range of any type: no list of values shows all that would be taken."""
    name, kind, transport = one.name, one.kind, one.transport
    if fit.verdict is Verdict.UNKNOWN:
        return name not in JUDGED or ("json" in name and transport is not Transport.POSTGREST)
    if kind in ("py.pg_range", "py.pg_multirange") and "range" in name:
        return fit.verdict is Verdict.YES
    if kind == "py.str" and name not in JUDGED:
        return fit.rare or fit.verdict is Verdict.SOME
    return (fit.rare or kind == "py.str") and fit.verdict is Verdict.SOME and was in (Verdict.SOME, Verdict.NO)
