"""Which databases a file connects to, as far as addresses tell: of several, or of another kind, none is the truth's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING

import msgspec

from pgconform.request import Text
from pgconform.sources.python.evaluate.library.addresses import LOOKED_UP, WHERE, is_looked_up, names_of, words_of
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame, Place
from pgconform.sources.python.evaluate.values.kinds import External, Str, Value
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.modules.roads import parts
from pgconform.sources.python.passes.looking import Looker, Pass
from pgconform.sql.drivers import EITHER, POSTGRES
from pgconform.support.patterns import deferred
from pgconform.support.testfiles import in_tests

if TYPE_CHECKING:
    from pgconform.sources.python.facts.facts import ModuleFacts
    from pgconform.sources.python.statements.engines import Engines

MAKERS = frozenset(
    {"connect", "create_engine", "create_async_engine", "create_pool", "ConnectionPool", "AsyncConnectionPool"}
    | {"SimpleConnectionPool", "ThreadedConnectionPool", "Database"}
)
"""The calls that open a database."""
_SIZED = {"SimpleConnectionPool": 2, "ThreadedConnectionPool": 2}
"""Those that are handed the sizes of a pool before its address, and how many."""

_TARGETS = ("dbname", "database", "conninfo", "dsn", "url")
_NAME = deferred(r"(?:\bdbname\s*=\s*|^\w[\w+]*://[^/?]*/)([\w-]+)|^([\w-]+)$")

_POSTGRES = frozenset({"postgresql", "postgres"})
_UNTOLD = "untold"
"""The kind of server of an address that is not known."""
_KIND = deferred(
    r"(postgres(?:ql)?|cockroachdb|sqlite|mysql|mariadb|mssql|oracle|duckdb|clickhouse|snowflake|bigquery|redshift|trino"
    r"|databricks|libsql|hana|db2|awsathena)(?:\+\w+)?(?::|$)"
)
"""The kind of server in an address of a toolkit."""


_ENGINE = "engine"
"""How a database is told of which nothing is known but whose engine connects to it."""

_AKIN = frozenset({"akin to postgres"})
_SAYS_AKIN = deferred(r"(?i)redshift|cockroach|questdb|(?:^|[:=])(?:5439|26257|8812)\b")
"""Names and ports of servers that take what drivers of Postgres send."""


class Database(msgspec.Struct, frozen=True, array_like=True):
    """``how`` it was told, by "text", "name" or "engine", or not at all, and the ``words`` that set it apart.

    ``kinds`` of servers that the address a toolkit is handed may be of. ``named`` are the words of the address's name,
    even where its text is known; None: it has none.
    """

    how: str = ""
    words: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    named: frozenset[str] | None = None


def _is_engines(frame: Frame, call: flows.Call) -> bool:
    """It is what an attribute ``engine`` is asked for."""
    method = frame.ops[call.function]
    base = frame.ops[method.base] if type(method) is flows.Attr else None
    return type(base) is flows.Attr and base.name == _ENGINE


def _elsewhere(function: Value) -> frozenset[str]:
    """The names of functions of packages that are not here."""
    return frozenset({one.name for one in options(function) if isinstance(one, External)})


def _which(one: Database) -> frozenset[str]:
    """What the address's name says of which database it is."""
    return (one.named or frozenset()) - WHERE


class Databases:
    """The databases of each file."""

    def __init__(self, looker: Looker, engines: Engines) -> None:
        self.looker = looker
        self.engines = engines
        self.evaluator = engines.evaluator
        self.ground = engines.ground
        self.modules: Mapping[str, ModuleFacts] = engines.modules
        self._imports = cache(self._imports_of)
        self._near = cache(self._opened_near)
        self._opening = Pass("databases", frozenset[Database], MAKERS, self._opened)
        looker.add(self._opening)

    def several(self, uri: str) -> bool:
        """The file, with what it imports, connects to databases that are not one, or itself to one that it looks up."""
        if not self._made:
            return False
        found = {(one.how, one.words) for one in self._near(uri) if one.how not in ("", _ENGINE)}
        engines = {one.words for one in self._made.get(uri, ()) if one.how == _ENGINE}
        if len(engines) > 1:
            return True
        looked_up = any(one.words == LOOKED_UP for one in self._made.get(uri, ()))
        return looked_up or len(found) > len({how for how, _ in found}) or self._further(uri) or self._apart(uri)

    def _further(self, uri: str) -> bool:
        """The file imports, by a name that says so, what opens one more database than the plain one of another file."""
        for attribute, home in self._imports(uri):
            names = {one.named for one in self._made.get(home, ()) if one.named is not None}
            if attribute and frozenset() in names and not words_of(attribute).isdisjoint(frozenset().union(*names)):
                return True
        return False

    def _apart(self, uri: str) -> bool:
        """The file opens one by a name of its own, where no fewer files open the plain one."""
        own = {_which(one) for one in self._made.get(uri, ()) if one.how == "name"} - {frozenset()}
        return any(self._openers[which] <= self._openers[frozenset()] for which in own)

    @cached_property
    def _openers(self) -> Counter[frozenset[str]]:
        """How many files, but for tests, open a database of these words."""
        homes = [found for uri, found in self._made.items() if not in_tests(uri)]
        return Counter(which for found in homes for which in {_which(one) for one in found if one.named is not None})

    def akin(self, uri: str) -> bool:
        """The file, or one that it imports, connects to a server that is only akin to Postgres."""
        return any(one.kinds == _AKIN for one in self._near(uri)) if self._made else False

    def kind(self, uri: str) -> str:
        """What toolkits in a file are told to speak to: "postgres", "sqlite" too, "other" or, where nothing tells, "".

        The file and what it imports come first, then all that are no tests: the engines of these are their own.
        """
        near = self._kinds(self._near(uri))
        return near or self._kinds(one for home, found in self._made.items() if not in_tests(home) for one in found)

    def _kinds(self, opened: Iterable[Database]) -> str:
        kinds = frozenset[str]().union(*(one.kinds for one in opened))
        if kinds <= {*_POSTGRES, _UNTOLD}:
            return "postgres" if kinds and _UNTOLD not in kinds else ""
        return "sqlite" if kinds <= {*_POSTGRES, _UNTOLD, "sqlite"} else "other"

    def _opened_near(self, uri: str) -> list[Database]:
        """What the file, and the files it imports, open."""
        homes = {uri, *[home for _, home in self._imports(uri)]}
        return [one for home in homes for one in self._made.get(home, ())]

    def _imports_of(self, uri: str) -> list[tuple[str, str]]:
        """The files that a file imports, and what of each."""
        found = [
            (item.attribute, self.ground.roads.find(uri, item.level, names))
            for item in self.modules[uri].imports
            for names in (parts(item.module), (*parts(item.module), item.attribute))
        ]
        return [(attribute, home) for attribute, home in found if home]

    @cached_property
    def _made(self) -> dict[str, frozenset[Database]]:
        """The databases that calls in each file open."""
        found: dict[str, frozenset[Database]] = {}
        for uri, opened in self.looker.of(self._opening):
            found[uri] = found.get(uri, frozenset()) | opened
        return found

    def _opened(self, places: Iterable[Place]) -> frozenset[Database]:
        found: set[Database] = set()
        for place in places:
            if self.ground.calls(place, MAKERS):
                frame = self.ground.alone(*place)
                calls = [op for op in frame.ops if type(op) is flows.Call and op.name in MAKERS]
                found.update(filter(None, (self._database(frame, op) for op in calls)))
        return frozenset(found)

    def _database(self, frame: Frame, call: flows.Call) -> Database | None:
        function = self.evaluator.value(frame, call.function)
        driver = self.engines.of_value(function)
        if _is_engines(frame, call):
            return Database(_ENGINE, frozenset() if driver else _elsewhere(function))
        if not driver:
            return None
        if driver in POSTGRES and self._is_akin(frame, call):
            return Database(kinds=_AKIN)
        said = dict(call.keywords)
        given = call.arguments[_SIZED.get(call.name, 0) :]
        target = next((said[name] for name in _TARGETS if name in said), given[0] if given else -1)
        if target < 0 or type(frame.ops[target]) is flows.Star:
            return None
        texts = [one.text for one in options(self.evaluator.value(frame, target)) if isinstance(one, Str)]
        if is_looked_up(self.evaluator, frame, target):
            return Database("name", LOOKED_UP)
        name = next(names_of(frame, target), "")
        named = words_of(name) if name else None
        kinds = self._kinds_of(frame, target, texts) if driver in EITHER else frozenset[str]()
        if texts:
            found = _NAME.search(texts[0].value) if len(texts) == 1 and texts[0].whole else None
            words = words_of(found[1] or found[2]) if found else frozenset[str]()
            return Database("text" if found else "", words, kinds, named)
        return Database("name" if name else "", named or frozenset(), kinds, named)

    def _is_akin(self, frame: Frame, call: flows.Call) -> bool:
        """An address, a port or the name of a variable says that the server is another than Postgres."""
        for number in (*call.arguments, *dict(call.keywords).values()):
            op, value = frame.ops[number], self.evaluator.value(frame, number)
            said = [one.text.value for one in options(value) if isinstance(one, Str)]
            said += [str(op.value)] if isinstance(op, flows.Const) else [next(names_of(frame, number), "")]
            if any(_SAYS_AKIN.search(text) for text in said):
                return True
        return False

    def _kinds_of(self, frame: Frame, target: int, texts: Iterable[Text]) -> frozenset[str]:
        """The kinds of servers that an address may be of: of a text, or of one that is put together of parts."""
        op = frame.ops[target]
        parts = (*op.arguments[:1], *dict(op.keywords).values()) if type(op) is flows.Call else ()
        said = [option for part in parts for option in options(self.evaluator.value(frame, part))]
        found = [*texts, *(one.text for one in said if isinstance(one, Str))]
        return frozenset(kind[1] for text in found if (kind := _KIND.match(text.value))) or frozenset({_UNTOLD})
