"""Statements proven: which server is asked, and what it said, kept between runs by truth and statement."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import msgspec
from msgspec.structs import replace

from pgconform.config import Project
from pgconform.errors import Problem
from pgconform.project.api import searched
from pgconform.project.asking import Ask
from pgconform.request import Proof, Statement
from pgconform.schema import Schema
from pgconform.sql.doubts import words
from pgconform.sql.making import Makings, texts_of
from pgconform.sql.placeholders import normal
from pgconform.sql.sureness import Sureness
from pgconform.support.caches import cache_home, read_cached, write_cached
from pgconform.support.digests import digest_of
from pgconform.support.forked import Forked, Tell, forked, tidily
from pgconform.support.kept import holding

if TYPE_CHECKING:
    from pgconform.sql.lines import Line

    Asked: TypeAlias = tuple[Line, frozenset[str]]
    """The way to a server, and the names of what of the truth is not there."""

VERSION = 3
UNASKED = "no server could be asked"
_KNOWN = msgspec.msgpack.Decoder(dict[str, Proof])


class Ground(msgspec.Struct, frozen=True):
    """The truth that statements are held to: as a schema, as the reference it was read from, under ``root``.

    ``schemas`` are those in which names are looked for.
    """

    truth: Schema
    ref: str
    root: Path
    schemas: tuple[str, ...] = ("public",)


def ground_of(project: Project, ask: Ask, truth: Schema) -> Ground:
    """What the statements of a project are held to."""
    more = tuple(name for name in ("extensions",) if name in truth.schemas)
    return Ground(truth, ask.truth, project.root, (*searched(project), *more))


def makes_of(claim: Schema) -> list[tuple[str, str]]:
    """The SQL of a program, by (file, text), that makes or alters something in a database not known."""
    return [(item.at.uri, item.makes) for item in claim.unread if item.at and item.makes]


class Begun:
    """Another process, which has a server asked about statements that are held to one truth, kept at ``place``."""

    def __init__(self, process: Forked, place: Path) -> None:
        self.place = place
        self._process = process
        self._told: dict[str, Proof] | None = None

    def told(self, statements: Sequence[str], wanted: Collection[str]) -> dict[str, Proof]:
        """What it said of those of the statements that it was asked about, described if they are ``wanted``."""
        if self._told is None:
            self._told = {}
            with contextlib.suppress(msgspec.MsgspecError):
                self._told = _KNOWN.decode(self._process.value() or b"\x80")
        found = {sql: self._told[sql] for sql in statements if sql in self._told}
        return {
            sql: proof if sql in wanted or proof.results is None else replace(proof, results=None, parameters=None)
            for sql, proof in found.items()
        }

    def wait(self) -> None:
        """Returns when it has ended, and its server with it."""
        self._process.wait()

    def stop(self) -> None:
        """Ends it and its server: nobody will ask."""
        self._process.leave()


def prepare(ground: Ground) -> None:
    """Imports what asks a server of our own, if one was asked before: else the first new statement waits for that."""
    if _place(ground).exists():
        import pgconform.embedded
        import pgconform.sql.server  # noqa: F401


def begin(claim: Schema, ground: Ground, *, cached: bool) -> Begun | None:
    """Has a server of our own asked about what no run has asked before; None: all is known, or nobody is there to."""
    if holding() or _live(ground):
        return None
    sent = {said.sql for one in claim.statements if not (said := normal(one)).reason}
    ground = replace(ground, schemas=_makings(claim.statements, ground, makes_of(claim)).schemas)
    place = _place(ground)
    fresh = sorted(sent.difference(_load(place)) if cached else sent)

    def work(_: object, tell: Tell) -> None:
        tidily()
        _asked(fresh, ground, frozenset(fresh), cached=cached, tell=lambda said: tell(msgspec.msgpack.encode(said)))

    process = forked(work) if fresh else None
    return Begun(process, place) if process else None


def proven(
    statements: Sequence[Statement],
    ground: Ground,
    texts: Sequence[tuple[str, str]] = (),
    *,
    cached: bool = True,
    begun: Begun | None = None,
) -> tuple[Statement, ...]:
    """The statements with what a server says of them; one that can be sent to none keeps no proof.

    ``texts`` is more SQL of the program, by (file, text), that makes or alters something in a database not known.
    ``begun`` are proofs of some that are on their way.
    """
    sent = {index: said.sql for index, one in enumerate(statements) if not (said := normal(one)).reason}
    if not sent:
        return tuple(statements)
    makings = _makings(statements, ground, texts)
    ground = replace(ground, schemas=makings.schemas)
    place = _place(ground)
    known = _load(place) if cached else {}
    wanted = frozenset(sent[index] for index, one in enumerate(statements) if index in sent and one.wanting)
    fresh = sorted({sql for sql in sent.values() if sql not in known or (sql in wanted and _lacks(known[sql]))})
    if fresh:
        told = begun.told(fresh, wanted) if begun and begun.place == place else {}
        rest = [sql for sql in fresh if sql not in told]
        known = {**known, **told, **(_asked(rest, ground, wanted, cached=cached) if rest else {})}
        if cached:
            kept = {sql: proof for sql, proof in known.items() if not proof.unjudged}
            write_cached(place, msgspec.msgpack.encode(kept))
    proofs = [_said(one, known[sent[index]]) if index in sent else None for index, one in enumerate(statements)]
    sure = Sureness(ground.truth, makings, statements, proofs)
    return tuple(
        one if proof is None else replace(one, proof=sure.of(one, proof))
        for one, proof in zip(statements, proofs, strict=True)
    )


def _makings(statements: Sequence[Statement], ground: Ground, texts: Sequence[tuple[str, str]]) -> Makings:
    return Makings((*texts_of(statements), *texts), ground.schemas, ground.truth.relations)


def _said(statement: Statement, proof: Proof) -> Proof:
    """What the server says of a statement to a driver: all but asyncpg send types with the values that have one."""
    return proof.typed if proof.typed and statement.style != "numeric" else proof


_PLACES: list[tuple[Ground, Path]] = []
"""The last that was asked for, which is asked for again."""


def _place(ground: Ground) -> Path:
    for known, place in _PLACES:
        if known.truth is ground.truth and (known.ref, known.schemas) == (ground.ref, ground.schemas):
            return place
    _PLACES[:] = [(ground, _place_of(ground))]
    return _PLACES[0][1]


def _place_of(ground: Ground) -> Path:
    said = (VERSION, ground.truth, ground.ref.partition(":")[0], ground.schemas)
    name = digest_of(msgspec.msgpack.encode(said)).hex()
    return cache_home() / "statements" / name


def _load(place: Path) -> Mapping[str, Proof]:
    try:
        return _KNOWN.decode(read_cached(place) or b"\x80")
    except msgspec.MsgspecError:
        return {}


def _lacks(proof: Proof) -> bool:
    """The server took the statement, and was not asked for its results."""
    return not proof.code and proof.results is None


def _asked(
    statements: Sequence[str],
    ground: Ground,
    wanted: frozenset[str],
    *,
    cached: bool,
    tell: Callable[[dict[str, Proof]], None] = lambda _: None,
) -> dict[str, Proof]:
    """What a server says, which ``tell`` hears before that is ended; where none can be had, why."""
    from pgconform.sql.server import prove

    try:
        with _held(ground, cached=cached) as (line, lacking):
            found = prove(line, statements, ground.schemas, wanted)
            said = {sql: _sure(sql, proof, lacking) for sql, proof in zip(statements, found, strict=True)}
            tell(said)
    except Problem as problem:
        said = dict.fromkeys(statements, Proof(unjudged=f"{UNASKED}: {problem.message}"))
        tell(said)
    return said


def _sure(sql: str, proof: Proof, lacking: frozenset[str]) -> Proof:
    """The proof, unless the server lacks something of the truth that the refused statement names."""
    absent = sorted(lacking.intersection(words(sql))) if proof.code and lacking else []
    return Proof(unjudged=f"{absent[0]} could not be made again from the truth") if absent else proof


class _Standing:
    """The server that a process which goes on keeps for the next statement: one, of one truth."""

    def __init__(self) -> None:
        self.place: Path | None = None
        self.server: Asked | None = None
        self.open = contextlib.ExitStack()

    def release(self) -> None:
        self.place, self.server = None, None
        self.open.close()


_STANDING = _Standing()


def release() -> None:
    """Ends the server that was kept for the next statement, if there is one."""
    _STANDING.release()


@contextlib.contextmanager
def _held(ground: Ground, *, cached: bool) -> Iterator[Asked]:
    """A server for this block; where the process holds what is kept, a database of our own stands for the next, too."""
    if not holding() or _live(ground):
        with _server(ground, cached=cached) as server:
            yield server
        return
    if _STANDING.server is None or _STANDING.place != _place(ground):
        _STANDING.release()
        _STANDING.server = _STANDING.open.enter_context(_server(ground, cached=cached))
        _STANDING.place = _place(ground)
    try:
        yield _STANDING.server
    except BaseException:
        _STANDING.release()
        raise


def _live(ground: Ground) -> bool:
    return ground.ref.partition(":")[0].lower().partition("+")[0] in ("postgresql", "postgres")


@contextlib.contextmanager
def _server(ground: Ground, *, cached: bool) -> Iterator[Asked]:
    """The way to the truth itself where it is live, else to a database of our own like it, and what that lacks."""
    scheme, _, rest = ground.ref.partition(":")
    if _live(ground):
        from pgconform.sources.postgres.connect import connected
        from pgconform.sql.lines import Driver

        with connected(ground.ref) as connection:
            yield Driver(connection), frozenset()
    elif scheme in ("migrations", "sql"):
        from pgconform.sources.migrations import open_shadow
        from pgconform.sql.lines import line_to

        sources = [ground.root / part.strip() for part in rest.split(",") if part.strip()]
        with open_shadow(sources, ground.root, cached=cached) as database, line_to(database) as line:
            yield line, frozenset()
    else:
        from pgconform.sql.rebuilt import rebuilt

        with rebuilt(ground.truth, cached=cached) as found:
            yield found
