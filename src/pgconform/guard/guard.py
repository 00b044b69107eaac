"""`Guard`: one program, the part of the schema it uses, and what to do when the two no longer fit."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pgconform.errors import Problem, Unreachable
from pgconform.finding import Finding, Severity
from pgconform.guard import policy as policies
from pgconform.guard import uses as files
from pgconform.guard.policy import Mode, Policy, SchemaMismatch, ceiling
from pgconform.guard.standing import Standing
from pgconform.guard.statements import Writes
from pgconform.guard.verification import Verification

if TYPE_CHECKING:
    from pgconform.guard.arrivals import Arrivals
    from pgconform.guard.cache import Cache
    from pgconform.guard.contracts import Contract
    from pgconform.guard.requests import Requests
    from pgconform.guard.uses import Uses
    from pgconform.guard.values import Rows
    from pgconform.guard.verification import Steps
    from pgconform.guard.watching import Watch
    from pgconform.schema import Schema

Client = TypeVar("Client")
F = TypeVar("F", bound=Callable[..., Any])


class Guard:
    """Holds one program to the schema it was made for. Safe to share between threads and tasks.

    Make one with `from_uses` (the file that ``pgconform guard --write`` writes), `from_snapshot` or `from_models`.
    ``policy`` says what to do with what is found, ``PGCONFORM_GUARD`` (off, report, warn, raise) how much of that is
    done in this environment. With ``off`` nothing is attached to anything, and nothing is asked.
    """

    def __init__(self, uses: Uses, policy: Policy | None = None, truth: Schema | None = None) -> None:
        self.uses = uses
        self.policy = policy or Policy()
        self.most = ceiling()
        self.standing = Standing()
        self._given = truth or uses.truth
        self._known: tuple[Schema, bool, frozenset[str]] = (self._given, False, frozenset())
        self._requests: Requests | None = None
        self._arrivals: Arrivals | None = None
        self._rows: Rows | None = None
        self.written = {style: Writes(style) for style in ("pyformat", "numeric")}
        self._question = ""
        self.blind = truth is None and not uses.relations
        self._lock = threading.Lock()

    @classmethod
    def from_uses(cls, path: str | Path | None = None, policy: Policy | None = None) -> Guard:
        """By the file of what the program uses; without a path, the nearest ``pgconform.uses.json`` above."""
        return cls(files.read(Path(path) if path else files.find()), policy)

    @classmethod
    def from_snapshot(
        cls, path: str | Path | None = None, uses: Iterable[Any] | None = None, policy: Policy | None = None
    ) -> Guard:
        """By a committed snapshot and what is used of it.

        ``uses`` are model classes that say what they hold rows of, and names (``documents``, ``billing.invoices``,
        ``documents.status``), which are read. Without any, everything in the snapshot is.
        """
        from pgconform.guard.given import of_snapshot

        given, truth = of_snapshot(Path(path) if path else None, None if uses is None else tuple(uses))
        return cls(given, policy, truth)

    @classmethod
    def from_models(cls, *models: type[Any], policy: Policy | None = None) -> Guard:
        """By model classes alone. Nothing is known of the schema beforehand, so that `verify` reads all of it."""
        from pgconform.guard.given import of_models

        return cls(of_models(models), policy)

    @property
    def off(self) -> bool:
        return self.most is Mode.OFF

    def verify(self, target: Any) -> Verification:
        """Ask the database whether it still has what this program uses, in one round trip.

        ``target`` is a ``postgresql://`` URL, a connection or pool of psycopg, an engine, connection or session of
        SQLAlchemy, or a client of supabase-py. Raises `SchemaMismatch` or warns, as the policy says; a database that is
        ahead in ways the program can bear passes. Of a database that cannot be reached, ``policy.unreachable`` decides.
        """
        if self.off:
            return Verification(by="off")
        try:
            found = self._asked(target)
        except Exception as error:
            return self._unasked(error)
        return self.settle(found)

    async def averify(self, target: Any) -> Verification:
        """`verify`, over an asynchronous connection, pool, engine, session or client; a URL is asked in a thread."""
        if self.off:
            return Verification(by="off")
        try:
            found = await self._awaited(target)
        except Exception as error:
            return self._unasked(error)
        return self.settle(found)

    def _asked(self, target: Any) -> Verification:
        from pgconform.guard import drivers, over_http
        from pgconform.guard.verification import run

        if drivers.is_client(target) and not drivers.is_asynchronous(target):
            return over_http.run(target, over_http.steps(self.uses, blind=self.blind))
        with drivers.asking(target) as ask:
            return run(self.steps(), ask)

    async def _awaited(self, target: Any) -> Verification:
        import asyncio

        from pgconform.guard import drivers, over_http

        if not drivers.is_asynchronous(target):
            return await asyncio.to_thread(self._asked, target)
        if drivers.is_client(target):
            return await over_http.arun(target, over_http.steps(self.uses, blind=self.blind))

        async def carried(ask: Callable[[str], Awaitable[str]]) -> Verification:
            taken = self.steps()
            try:
                statement = next(taken)
                while True:
                    statement = taken.send(await ask(statement))
            except StopIteration as end:
                found: Verification = end.value
                return found

        done: Verification = await drivers.aask(target, carried)
        return done

    def steps(self) -> Steps:
        """The steps of a verification; the question is made once."""
        from pgconform.guard.question import statement
        from pgconform.guard.verification import steps

        if not self._question and not self.blind:
            self._question = statement(self.uses)
        return steps(self.uses, blind=self.blind, question=self._question)

    def _unasked(self, error: Exception) -> Verification:
        """What becomes of a failure to ask: a mismatch, or a problem that is the program's own, goes on as it is."""
        from pgconform.errors import masked

        if isinstance(error, SchemaMismatch | Problem) and not isinstance(error, Unreachable):
            raise error
        said = masked(str(error)).strip().splitlines()
        kind = "" if isinstance(error, Problem) else f"{type(error).__name__}: "
        message = f"the schema could not be verified: {kind}{said[0] if said else 'no reason given'}"
        policies.deny(message, self.policy.unreachable, self.most, error)
        return Verification(by="unreachable")

    def settle(self, found: Verification) -> Verification:
        """Remember what was found, then do with it what the policy says."""
        self.noted(found)
        self.act("the database does not have what this program uses", found.findings)
        return found

    def noted(self, found: Verification) -> None:
        """Remember what was found, without doing anything about it."""
        with self._lock:
            self._known = (found.truth or self._given, found.truth is not None, frozenset(found.ahead))
            self._requests = self._arrivals = self._rows = None
        self.standing.found(found.findings)

    def act(self, message: str, findings: Iterable[Finding]) -> None:
        """Do with findings what the policy says: log them, warn, raise."""
        policies.act(message, findings, self.policy, self.most)

    @property
    def requests(self) -> Requests:
        """What judges requests before they leave, by the schema as it was last seen."""
        found = self._requests
        if found is None:
            from pgconform.guard.judging import Judge
            from pgconform.guard.requests import Requests

            truth, live, ahead = self._known
            judge = Judge(truth, self.uses.schemas, self.uses.postgrest, live=live, ahead=ahead)
            found = self._requests = Requests(judge)
        return found

    @property
    def arrivals(self) -> Arrivals:
        """What looks at rows as they arrive."""
        found = self._arrivals
        if found is None:
            from pgconform.guard.arrivals import Arrivals

            found = self._arrivals = Arrivals(self.requests.judge, self.act)
        return found

    @property
    def rows(self) -> Rows:
        """What looks at rows on their way to a driver."""
        found = self._rows
        if found is None:
            from pgconform.guard.values import Rows

            found = self._rows = Rows(self.requests.judge)
        return found

    def need(self, needs: Iterable[Any]) -> frozenset[tuple[str, str]]:
        """Take what is needed into what is verified; (relation, column) of each part."""
        from pgconform.guard.given import extended

        with self._lock:
            self._question = ""
            self.uses, names = extended(self.uses, self._given, tuple(needs))
        return names

    def refused(self, code: str, findings: tuple[Finding, ...]) -> None:
        """A server refused something: log it, and let a watch look again if a change may be the reason."""
        from pgconform.guard.translating import STALE

        if self.off:
            return
        for finding in findings:
            policies.log.warning("refused by the server: %s", policies.told(finding))
        if code in STALE:
            self.standing.doubt()

    def may_write(self, relation: str) -> None:
        """Refuse a write to what no longer fits, or let it go, as ``policy.stale`` says."""
        concerned = self.standing.concerning(relation)
        if not concerned:
            return
        message = f"the schema has changed under this program: it no longer writes to {relation}"
        if policies.lower(self.policy.stale, self.most) is Mode.RAISE:
            raise SchemaMismatch(message, concerned)

    @property
    def stale(self) -> bool:
        """The schema has changed so that something this program does will fail."""
        return any(finding.severity is Severity.ERROR for finding in self.standing.findings)

    def wrap(self, client: Client) -> Client:
        """Guard a client of supabase-py or postgrest-py: the same client, with hooks on the httpx client it uses."""
        if not self.off:
            from pgconform.guard.http import attach_client

            attach_client(self, client)
        return client

    def http_client(self, **options: Any) -> Any:
        """An ``httpx.Client`` with the hooks, for ``ClientOptions(httpx_client=…)``."""
        import httpx

        return self._hooked(httpx.Client(**{"follow_redirects": True, **options}))

    def async_http_client(self, **options: Any) -> Any:
        """An ``httpx.AsyncClient`` with the hooks, for ``AsyncClientOptions(httpx_client=…)``."""
        import httpx

        return self._hooked(httpx.AsyncClient(**{"follow_redirects": True, **options}))

    def _hooked(self, session: Any) -> Any:
        if not self.off:
            from pgconform.guard.http import attach

            attach(self, session)
        return session

    def engine(self, engine: Any, *, verify: bool = True) -> Any:
        """Guard an engine of SQLAlchemy, synchronous or not: verified on its first connection, errors explained,
        objects and statements checked before they leave."""
        if not self.off:
            from pgconform.guard.sqlalchemy import attach

            attach(self, engine, verify=verify)
        return engine

    def cursor_factory(self, base: type[Any] | None = None) -> type[Any]:
        """A cursor class for ``psycopg.connect(cursor_factory=…)`` that looks at rows and explains errors; ``base`` by
        default Cursor."""
        from pgconform.guard.psycopg import cursor_factory

        return cursor_factory(self, base)

    def connection_class(self) -> type[Any]:
        """A connection class for ``asyncpg.connect(connection_class=…)`` and its pools that explains errors."""
        from pgconform.guard.asyncpg import connection_class

        return connection_class(self)

    def requires(self, *needs: Any) -> Callable[[F], F]:
        """A decorator: the function needs these relations, columns (``documents.status``) and models.

        It is called only while all of them fit; else `SchemaMismatch` is raised, or a warning given.
        """
        from pgconform.guard.requiring import requires

        return requires(self, needs)

    def cache(self, redis: Any, contracts: Iterable[Contract] | None = None) -> Cache:
        """A Redis client whose values are held to the contracts of their keys.

        Without any, those of ``[tool.pgconform.redis.keys]``, in the settings at or above the working directory.
        """
        from pgconform.guard.cache import Cache
        from pgconform.guard.contracts import declared

        given = declared(self._known[0], self.uses.schemas) if contracts is None else contracts
        return Cache(self, redis, given)

    def watch(
        self, dsn: str, *, interval: float = 30.0, on_change: Callable[[Verification], None] | None = None
    ) -> Watch:
        """Look again whenever the schema changes: a thread with a connection of its own; use it with ``with``."""
        from pgconform.guard.watching import Watch

        return Watch(self, dsn, interval, on_change)

    def ready(self) -> tuple[bool, dict[str, Any]]:
        """Whether the program fits as far as is known, and what to answer at a readiness endpoint."""
        from pgconform.guard.serving import ready

        return ready(self)

    def lifespan(self, target: Any, *, watch: str | None = None) -> Callable[[Any], Any]:
        """A lifespan for FastAPI and Starlette: verified before the first request; ``watch`` is a URL to watch."""
        from pgconform.guard.serving import lifespan

        return lifespan(self, target, watch)

    def celery(self, target: Any) -> None:
        """Verify in each Celery worker before it takes tasks; a ``target`` that is a function is called there."""
        if not self.off:
            from pgconform.guard.serving import celery

            celery(self, target)
