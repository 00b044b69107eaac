"""Asking over the API, without a connection to the database: one call where the function is installed, else one
request for each relation, which tells of missing relations and columns and of nothing else."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from typing import Any, TypeAlias

import msgspec
from msgspec.structs import replace

from pgconform.guard.question import Difference, answer, asked
from pgconform.guard.uses import Uses
from pgconform.guard.verification import Verification, judged, split
from pgconform.postgrest.client import sanitized
from pgconform.schema import Relation, Schema
from pgconform.support.patterns import deferred

FUNCTION = "pgconform_guard"
_COLUMN = deferred(r"column (?:[^.\s]+\.)*\"?([^\s\"]+)\"? does not exist")


class Call(msgspec.Struct, frozen=True):
    """A function to call with its arguments."""

    name: str
    arguments: dict[str, Any] = {}


class Look(msgspec.Struct, frozen=True):
    """Columns of a relation to select no row of."""

    schema: str
    relation: str
    columns: tuple[str, ...]


class Refused(msgspec.Struct, frozen=True):
    """The API's error."""

    code: str
    message: str


Steps: TypeAlias = Generator[Call | Look, Any, Verification]


def steps(uses: Uses, *, blind: bool = False) -> Steps:
    """What to ask, each answered with the data that came or `Refused`."""
    started = time.perf_counter()
    if not blind:
        said = yield Call(FUNCTION, {"uses": msgspec.json.decode(asked(uses))})
        if not isinstance(said, Refused):
            differences, ahead = split(answer(said if isinstance(said, str) else msgspec.json.encode(said)))
            if not differences:
                return Verification(ahead=ahead, by="rpc", seconds=time.perf_counter() - started)
            return (yield from _judged(uses, differences, started))
    else:
        whole = yield Call("pgconform_schema")
        if not isinstance(whole, Refused):
            return judged(uses, _schema(whole), (), "rpc", started)
    missing = []
    for claim in _looks(uses):
        missing += yield from _look(claim)
    found = tuple(sorted(set(missing)))
    if not found:
        return Verification(by="requests", seconds=time.perf_counter() - started)
    return judged(uses, without(uses.truth, found), found, "requests", started)


def _judged(uses: Uses, differences: tuple[Difference, ...], started: float) -> Steps:
    whole = yield Call("pgconform_schema")
    truth = without(uses.truth, differences) if isinstance(whole, Refused) else _schema(whole)
    return judged(uses, truth, differences, "rpc", started)


def _schema(body: Any) -> Schema:
    from pgconform.sources.supabase.install import answered

    return answered(msgspec.json.encode(body), "the database")


def _looks(uses: Uses) -> Iterator[Look]:
    """The columns that are used of each exposed relation; unlike a claim, a look names only what was there."""
    exposed = set(uses.postgrest.schemas)
    used: dict[tuple[str, str], set[str]] = {}
    for claim in uses.claims:
        if claim.schema in exposed or not claim.schema:
            names = {field.name for field in claim.fields}
            used.setdefault((claim.schema, claim.name), set()).update(names)
    there = {(item.schema, item.name): {field.name for field in item.fields} for item in uses.relations}
    for key, names in sorted(used.items()):
        known = there.get(key)
        yield Look(*key, tuple(sorted(names if known is None else names & known)))


def _look(look: Look) -> Generator[Look, Any, list[Difference]]:
    subject = f"{look.schema}.{look.relation}"
    missing: list[Difference] = []
    while True:
        said = yield look
        if not isinstance(said, Refused):
            return missing
        column = _COLUMN.search(said.message) if said.code == "42703" else None
        if column is None or column[1] not in look.columns:
            gone = said.code in ("PGRST205", "42P01", "PGRST106")
            return [*missing, *([Difference(subject, "missing")] if gone else [])]
        missing.append(Difference(f"{subject}.{column[1]}", "missing"))
        look = replace(look, columns=tuple(name for name in look.columns if name != column[1]))


def without(truth: Schema, differences: tuple[Difference, ...]) -> Schema:
    """The truth without what is missing."""
    gone = {item.subject for item in differences if item.what == "missing"}
    kept = (item for item in truth.relations if item.qualified not in gone)
    return replace(truth, relations=tuple(_without(item, gone) for item in kept))


def _without(item: Relation, gone: set[str]) -> Relation:
    fields = tuple(field for field in item.fields if f"{item.qualified}.{field.name}" not in gone)
    return replace(item, fields=fields)


def builder(client: Any, step: Call | Look) -> Any:
    """The request of a step, made with the client's own methods."""
    if isinstance(step, Call):
        return client.rpc(step.name, step.arguments)
    home = client.schema(step.schema) if step.schema else client
    return home.from_(step.relation).select(",".join(map(sanitized, step.columns)) or "*").limit(0)


def run(client: Any, steps: Steps) -> Verification:
    """Take the steps with a synchronous client."""
    said = None
    try:
        while True:
            said = _asked(client, steps.send(said))
    except StopIteration as end:
        found: Verification = end.value
        return found


def _asked(client: Any, step: Call | Look) -> Any:
    from postgrest.exceptions import APIError

    try:
        return builder(client, step).execute().data
    except APIError as error:
        return Refused(error.code or "", error.message or "")


async def arun(client: Any, steps: Steps) -> Verification:
    """Take the steps with an asynchronous client."""
    from postgrest.exceptions import APIError

    said: Any = None
    try:
        while True:
            step = steps.send(said)
            try:
                said = (await builder(client, step).execute()).data
            except APIError as error:
                said = Refused(error.code or "", error.message or "")
    except StopIteration as end:
        found: Verification = end.value
        return found
