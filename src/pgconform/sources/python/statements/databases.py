"""Which databases a file connects to, as far as texts and names tell them apart: of several, none is the truth's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from pgconform.sources.python.evaluate.choices import options
from pgconform.sources.python.evaluate.frames import Frame, Place
from pgconform.sources.python.evaluate.values import Str
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.queries.looking import Looker, Pass

if TYPE_CHECKING:
    from pgconform.sources.python.facts.facts import ModuleFacts
    from pgconform.sources.python.statements.engines import Engines

MAKERS = frozenset(
    {"connect", "create_engine", "create_async_engine", "create_pool", "ConnectionPool", "AsyncConnectionPool"}
    | {"SimpleConnectionPool", "ThreadedConnectionPool", "Database"}
)
"""The calls that open a database."""

_TARGETS = ("dbname", "database", "conninfo", "dsn", "url")
_NAME = re.compile(r"(?:\bdbname\s*=\s*|^\w[\w+]*://[^/?]*/)([\w-]+)|^([\w-]+)$")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SAME = frozenset(
    re.findall(
        r"\w+",
        """url uri dsn conn connection string str info conninfo database db dbname name postgres postgresql pg psycopg
        asyncpg sqlalchemy sql async sync aio direct pool pooler pooled pgbouncer session transaction read readonly
        reader write writer replica primary admin root owner user superuser service migration migrations alembic test
        tests testing dev development local localhost prod production staging default main base my app application
        settings config env self raw full safe final effective normalized clean""",
    )
)
"""Words by which the names of one database's addresses differ."""

Database: TypeAlias = tuple[str, frozenset[str]]


class Databases:
    """The databases of each file: how it was told, by "text" or "name", and the words that set it apart."""

    def __init__(self, looker: Looker, engines: Engines) -> None:
        self.looker = looker
        self.engines = engines
        self.evaluator = engines.evaluator
        self.ground = engines.ground
        self.modules: Mapping[str, ModuleFacts] = engines.modules
        self._opening = Pass("databases", frozenset[Database], MAKERS, self._opened)
        looker.add(self._opening)

    def several(self, uri: str) -> bool:
        """The file, with what it imports, connects to databases that are not one."""
        if not self._made:
            return False
        near = {uri, *self._imported(uri)}
        found = {database for home in near for database in self._made.get(home, ())}
        return len(found) > len({how for how, _ in found})

    def _imported(self, uri: str) -> Iterator[str]:
        for item in self.modules[uri].imports:
            parts = tuple(filter(None, item.module.split(".")))
            for names in (parts, (*parts, item.attribute)):
                if home := self.ground.roads.find(uri, item.level, names):
                    yield home

    @cached_property
    def _made(self) -> dict[str, frozenset[Database]]:
        """The databases that calls in each file open."""
        return dict(self.looker.of(self._opening))

    def _opened(self, places: Iterable[Place]) -> frozenset[Database]:
        found: set[Database] = set()
        for place in places:
            if self.ground.calls(place, MAKERS):
                frame = self.ground.alone(*place)
                calls = [op for op in frame.ops if type(op) is flows.Call and op.name in MAKERS]
                found.update(filter(None, (self._database(frame, op) for op in calls)))
        return frozenset(found)

    def _database(self, frame: Frame, call: flows.Call) -> Database | None:
        if not self.engines.of_value(self.evaluator.value(frame, call.function)):
            return None
        said = dict(call.keywords)
        target = next((said[name] for name in _TARGETS if name in said), call.arguments[0] if call.arguments else -1)
        if target < 0 or type(frame.ops[target]) is flows.Star:
            return None
        texts = [one.text for one in options(self.evaluator.value(frame, target)) if isinstance(one, Str)]
        if texts:
            found = _NAME.search(texts[0].value) if len(texts) == 1 and texts[0].whole else None
            return ("text", _words(found[1] or found[2])) if found else None
        name = self._name(frame, target)
        return ("name", _words(name)) if name else None

    def _name(self, frame: Frame, number: int) -> str:
        """What the program calls the address: a variable of the environment, an attribute, a name."""
        match frame.ops[number]:
            case flows.Attr(name=name) | flows.Free(name=name):
                return name
            case flows.Param(index=index) if index < len(frame.scope.parameters):
                return frame.scope.parameters[index].name
            case flows.Item(key=key) | flows.Call(name="get" | "getenv", arguments=(key, *_)):
                op = frame.ops[key]
                return op.value if isinstance(op, flows.Const) and isinstance(op.value, str) else ""
            case flows.Sure(base=base) | flows.Noted(base=base):
                return self._name(frame, base)
        return ""


def _words(name: str) -> frozenset[str]:
    """The words of a name that say more than that it is a database's."""
    found = (word.lower() for word in _WORD.findall(name.replace("-", "_")))
    return frozenset(found) - _SAME
