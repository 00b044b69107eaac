"""Every form in which a program may say a name, a payload or a client: each one small program and what it asks."""

from __future__ import annotations

import pytest

from pgconform.request import HOLE
from tests.flowing import column_names, keys, queries, query, table, tables

NAMES = {
    "concatenation": "P = 'pro'\ndb.table(P + 'jects').delete().execute()",
    "joined": "db.table(''.join(['pro', 'jects'])).delete().execute()",
    "class attribute": "class T:\n    P = 'projects'\ndef f():\n    db.table(T.P).delete().execute()",
    "nested class attribute": """
class C:
    class T:
        P = 'projects'
db.table(C.T.P).delete().execute()
""",
    "instance attribute": """
class R:
    def __init__(self):
        self.t = 'projects'
    def f(self):
        db.table(self.t).delete().execute()
""",
    "attribute of an instance": """
class S:
    t = 'projects'
s = S()
def f():
    db.table(s.t).delete().execute()
""",
    "dataclass default": """
from dataclasses import dataclass
@dataclass
class S:
    t: str = 'projects'
s = S()
db.table(s.t).delete().execute()
""",
    "settings": """
from pydantic_settings import BaseSettings
class S(BaseSettings):
    t: str = 'projects'
settings = S()
db.table(settings.t).delete().execute()
""",
    "enum member": """
from enum import StrEnum
class T(StrEnum):
    P = 'projects'
db.table(T.P).delete().execute()
""",
    "keyword default": "def f(*, t: str = 'projects'):\n    db.table(t).delete().execute()",
    "getenv default": "import os\ndb.table(os.getenv('T', 'projects')).delete().execute()",
    "environ or": "import os\ndb.table(os.environ.get('T') or 'projects').delete().execute()",
    "imported getenv": """
from os import getenv
T = getenv('T', default='projects')
db.table(T).delete().execute()
""",
    "case changed": "db.table('PROJECTS'.lower()).delete().execute()",
    "walrus": "if (t := 'projects'):\n    db.table(t).delete().execute()",
    "unpacked": "a, b = 'x', 'projects'\ndb.table(b).delete().execute()",
    "keyword": "db.table(table_name='projects').delete().execute()",
    "format": "db.table('{}'.format('projects')).delete().execute()",
    "format by number and name": "db.table('{1}{0}{e}'.format('ject', 'pro', e='s')).delete().execute()",
    "percent": "db.table('%s' % 'projects').delete().execute()",
    "percent tuple": "db.table('%s%s' % ('pro', 'jects')).delete().execute()",
    "percent dict": "db.table('%(p)s' % {'p': 'projects'}).delete().execute()",
    "replaced": "db.table('pro-jects'.replace('-', '')).delete().execute()",
    "prefix taken off": "db.table('public.projects'.removeprefix('public.')).delete().execute()",
    "suffix taken off": "db.table('projects_v1'.removesuffix('_v1')).delete().execute()",
    "stripped": "db.table('_projects_'.strip('_')).delete().execute()",
    "split": "db.table('public.projects'.split('.')[-1]).delete().execute()",
    "partition": "_, _, t = 'public.projects'.partition('.')\ndb.table(t).delete().execute()",
    "cut": "db.table('projects_old'[:-4]).delete().execute()",
    "JSON": "import json\nC = json.loads('{\"t\": [\"projects\"]}')\ndb.table(C['t'][0]).delete().execute()",
    "first counts": """
from collections import ChainMap
db.table(ChainMap({'t': 'projects'}, {'t': 'x'})['t']).delete().execute()
""",
    "read only": """
from types import MappingProxyType
db.table(MappingProxyType({'t': 'projects'})['t']).delete().execute()
""",
    "enum by name": """
from enum import Enum
class T(Enum):
    P = 'projects'
db.table(T['P'].value).delete().execute()
""",
    "after a star": "*_, t = ['x', 'y', 'projects']\ndb.table(t).delete().execute()",
    "rest of a star": "_, *ts = ['x', 'projects']\nfor t in ts:\n    db.table(t).delete().execute()",
    "slice": "for t in ['x', 'projects', 'y'][1:-1]:\n    db.table(t).delete().execute()",
    "field by place": """
from dataclasses import dataclass
@dataclass
class S:
    n: int
    t: str = ''
db.table(S(1, 'projects').t).delete().execute()
""",
    "named tuple": """
from typing import NamedTuple
class S(NamedTuple):
    t: str
    n: int
for s in [S('projects', 1)]:
    db.table(s.t).delete().execute()
""",
    "class factory": """
class S:
    def __init__(self, t):
        self.t = t
    @classmethod
    def make(cls):
        return cls('projects')
    def f(self):
        db.table(self.t).delete().execute()
""",
}

SEVERAL = {
    "constant": """
TS = ['a', 'b']
def f():
    for t in TS:
        db.table(t).delete().execute()
""",
    "dict keys": "for t in {'a': 1, 'b': 2}:\n    db.table(t).delete().execute()",
    "dict items": "for t, c in {'a': 'x', 'b': 'y'}.items():\n    db.table(t).delete().execute()",
    "dict values": "for t in {'x': 'a', 'y': 'b'}.values():\n    db.table(t).delete().execute()",
    "enumerate": "for i, t in enumerate(['a', 'b']):\n    db.table(t).delete().execute()",
    "zip": "for t, n in zip(['a', 'b'], [1, 2]):\n    db.table(t).delete().execute()",
    "chain": "from itertools import chain\nfor t in chain(['a'], ['b']):\n    db.table(t).delete().execute()",
    "chain of lists": """
import itertools
for t in itertools.chain.from_iterable([['a'], ['b']]):
    db.table(t).delete().execute()
""",
    "map": "for t in map(lambda n: n[:1], ['aa', 'bb']):\n    db.table(t).delete().execute()",
    "filter": "for t in filter(None, ['a', 'b']):\n    db.table(t).delete().execute()",
    "frozen set": "for t in frozenset({'a', 'b'}):\n    db.table(t).delete().execute()",
    "generator of another": """
def some():
    yield 'a'
    yield 'b'
def every():
    yield from some()
for t in every():
    db.table(t).delete().execute()
""",
    "sorted": "for t in sorted({'b', 'a'}):\n    db.table(t).delete().execute()",
    "enum": """
import enum
class T(str, enum.Enum):
    A = 'a'
    B = 'b'
for t in T:
    db.table(t.value).delete().execute()
""",
    "comprehension": "found = [db.table(t).delete().execute() for t in ('a', 'b')]",
    "dicts": "for e in [{'t': 'a'}, {'t': 'b'}]:\n    db.table(e['t']).delete().execute()",
    "lookup": "T = {'x': 'a', 'y': 'b'}\ndb.table(T[x]).delete().execute()",
    "lookup get": "T = {'x': 'a'}\ndb.table(T.get(x, 'b')).delete().execute()",
    "match": """
match x:
    case 1:
        t = 'a'
    case _:
        t = 'b'
db.table(t).delete().execute()
""",
}

BARE = """
def bare(s: str) -> str:
    t = s.strip()
    if (t.startswith('"') and t.endswith('"')) or (t.startswith("'") and t.endswith("'")):
        return t[1:-1].strip()
    return t
db.table(bare(GIVEN)).delete().execute()
"""


OTHERS = {
    "split once": "db.table('public.old.projects'.split('.', maxsplit=1)[1]).delete().execute()",
    "a percent sign": "db.table('%%s' % 'projects').delete().execute()",
    "padded": "db.table('{:>9}'.format('projects')).delete().execute()",
    "shown": "db.table('{!r}'.format('projects')).delete().execute()",
    "a list for a text": "db.table('%s' % ['projects']).delete().execute()",
    "one of more columns": "for t, c in zip([x], *y):\n    db.table(c).delete().execute()",
    "a field that is not given": """
from dataclasses import dataclass, field
@dataclass
class S:
    n: str = field(init=False)
    t: str
db.table(S('projects').n).delete().execute()
""",
    "a base's fields": """
from dataclasses import dataclass
@dataclass(kw_only=True)
class B:
    n: str
@dataclass
class S(B):
    t: str
db.table(S('projects', n='x').t).delete().execute()
""",
    "JSON that is made something else": """
import json
t = json.loads('"projects"', object_hook=x)
db.table(t).delete().execute()
""",
}

CLIENTS = {
    "module": "db.table('t').delete().eq('a', 1).execute()",
    "async": """
from supabase import acreate_client
async def f():
    c = await acreate_client(u, k)
    await c.table('t').delete().eq('a', 1).execute()
""",
    "async2": """
from supabase import AsyncClient
async def f(c: AsyncClient):
    r = await (c.from_('t').delete().eq('a', 1)).execute()
""",
    "deep": """
class D:
    def __init__(self):
        self.client = create_client(1, 2)
class A:
    def __init__(self):
        self.d = D()
    def f(self):
        return self.d.client.table('t').delete().eq('a', 1).execute()
""",
    "property": """
class A:
    @property
    def c(self):
        return create_client(1, 2)
    def f(self):
        return self.c.table('t').delete().eq('a', 1).execute()
""",
    "helper": """
def get_client() -> Client:
    return create_client(1, 2)
def f():
    get_client().table('t').delete().eq('a', 1).execute()
""",
    "global": """
_c = None
def get():
    global _c
    if _c is None:
        _c = create_client(1, 2)
    return _c
def f():
    get().table('t').delete().eq('a', 1).execute()
""",
    "depends": """
from fastapi import Depends
def get():
    return create_client(1, 2)
def f(c=Depends(get)):
    c.table('t').delete().eq('a', 1).execute()
""",
    "depends typed": """
from typing import Annotated
from fastapi import Depends
def get():
    return create_client(1, 2)
def f(c: Annotated[Client, Depends(get)]):
    c.table('t').delete().eq('a', 1).execute()
""",
    "with": """
from contextlib import contextmanager
@contextmanager
def get():
    yield create_client(1, 2)
def f():
    with get() as c:
        c.table('t').delete().eq('a', 1).execute()
""",
    "awaited helper": """
async def get():
    return create_client(1, 2)
async def f():
    c = await get()
    await c.table('t').delete().eq('a', 1).execute()
""",
    "cached": """
from functools import lru_cache
@lru_cache
def get():
    return create_client(1, 2)
get().table('t').delete().eq('a', 1).execute()
""",
    "class attribute": """
class A:
    c = create_client(1, 2)
    @classmethod
    def f(cls):
        cls.c.table('t').delete().eq('a', 1).execute()
""",
    "method alias": "t = db.table\nt('t').delete().eq('a', 1).execute()",
    "thread": """
import asyncio
async def f():
    await asyncio.to_thread(lambda: db.table('t').delete().eq('a', 1).execute())
""",
    "thread execute": """
import asyncio
async def f():
    await asyncio.to_thread(db.table('t').delete().eq('a', 1).execute)
""",
    "ternary": "q = db.table('t').delete()\nq = q.eq('a', 1) if x else q\nq.execute()",
    "apply": "def only(q):\n    return q.eq('a', 1)\nonly(db.table('t').delete()).execute()",
    "loop": """
q = db.table('t').delete()
for k, v in {'a': 1}.items():
    q = q.eq(k, v)
q.execute()
""",
    "getattr": "q = db.table('t').delete()\nq = getattr(q, 'eq')('a', 1)\nq.execute()",
}

WRAPPERS = {
    "in a thread": """
import asyncio
def get(t, i):
    return db.table(t).select('*').eq('id', i).execute()
async def f():
    await asyncio.to_thread(get, 'a', 1)
""",
    "in an executor": """
def get(t, i):
    return db.table(t).select('*').eq('id', i).execute()
async def f(loop):
    await loop.run_in_executor(None, get, 'a', 1)
""",
    "partial in a thread": """
import asyncio
from functools import partial
def get(t, *, i=0):
    return db.table(t).select('*').eq('id', i).execute()
async def f():
    await asyncio.to_thread(partial(get, 'a', i=1))
""",
    "partial of a partial in a thread": """
import asyncio, functools
def get(t, i):
    return db.table(t).select('*').eq('id', i).execute()
async def f():
    await asyncio.to_thread(functools.partial(functools.partial(get, 'a'), 1))
""",
    "lambda": "get = lambda t, i: db.table(t).select('*').eq('id', i).execute()\nget('a', 1)",
    "abstract property": """
from abc import ABC, abstractmethod
class Base(ABC):
    def __init__(self, c: Client): self.c = c
    @property
    @abstractmethod
    def table_name(self) -> str: ...
    def get(self, i): return self.c.table(self.table_name).select('*').eq('id', i).execute()
class A(Base):
    @property
    def table_name(self) -> str: return 'a'
""",
    "abstract annotation": """
from typing import ClassVar, Generic, TypeVar
T = TypeVar('T')
class Base(Generic[T]):
    table_name: ClassVar[str]
    def __init__(self, c: Client): self.c = c
    def get(self, i): return self.c.table(self.table_name).select('*').eq('id', i).execute()
class A(Base[int]):
    table_name = 'a'
""",
    "super init": """
class Base:
    def __init__(self, c: Client, name: str): self.c, self.name = c, name
    def get(self, i): return self.c.table(self.name).select('*').eq('id', i).execute()
class A(Base):
    def __init__(self, c: Client): super().__init__(c, 'a')
""",
    "own method": """
class Base:
    TABLE = ''
    def q(self): return db.table(self.TABLE)
    def get(self, i): return self.q().select('*').eq('id', i).execute()
class A(Base):
    TABLE = 'a'
""",
    "classmethod": """
class Base:
    __tablename__ = None
    @classmethod
    def get(cls, i): return db.table(cls.__tablename__).select('*').eq('id', i).execute()
class A(Base):
    __tablename__ = 'a'
""",
    "decorated": """
import functools
def retry(f):
    @functools.wraps(f)
    def run(*args, **kwargs):
        return f(*args, **kwargs)
    return run
@retry
def get(t, i): return db.table(t).select('*').eq('id', i).execute()
get('a', 1)
""",
    "kwargs": """
def get(**kw): return db.table(kw['t']).select('*').eq('id', 1).execute()
get(t='a')
""",
    "args": """
def get(*a): return low(*a)
def low(t): return db.table(t).select('*').eq('id', 1).execute()
get('a')
""",
    "filters dict": """
def get(t, filters):
    q = db.table(t).select('*')
    for k, v in filters.items():
        q = q.eq(k, v)
    return q.execute()
get('a', {'id': 1})
""",
}

PAYLOADS = {
    "key that is moved": (
        "p = {'old': 1}\nif 'old' in p and 'a' not in p:\n    p['a'] = p.pop('old')",
        {"a": True},
    ),
    "key that is not there to be moved": (
        "p = {'a': 1}\nif 'old' in p and 'a' not in p:\n    p['a'] = p.pop('old')",
        {"a": True},
    ),
    "key that one of two tests lets in": (
        "p = {'a': 1}\nif 'b' in p or 'a' in p:\n    p['b'] = 1",
        {"a": True, "b": True},
    ),
    "key that neither test lets in": ("p = {'a': 1}\nif 'b' in p or not 'a' in p:\n    p['b'] = 1", {"a": True}),
    "setdefault": ("p = {'a': 1}\np.setdefault('b', 2)", {"a": True, "b": True}),
    "union": ("p = {'a': 1} | {'b': 2}", {"a": True, "b": True}),
    "union keyword": ("p = dict({'a': 1}, b=2)", {"a": True, "b": True}),
    "copy": ("q = {'a': 1}\np = q.copy()\np['b'] = 1", {"a": True, "b": True}),
    "deepcopy": ("import copy\nq = {'a': 1}\np = copy.deepcopy(q)\np['b'] = 1", {"a": True, "b": True}),
    "constant key": ("K = 'b'\np = {'a': 1}\np[K] = 2", {"a": True, "b": True}),
    "fkey": ("p = {'a': 1, f'{\"b\"}': 2}", {"a": True, "b": True}),
    "spread kw": ("q = {'a': 1}\np = dict(**q, b=2)", {"a": True, "b": True}),
    "list +": ("p = [{'a': 1}] + [{'a': 2, 'b': 1}]", {"a": True, "b": False}),
    "extend": ("p = [{'a': 1}]\np.extend([{'a': 2, 'b': 1}])", {"a": True, "b": False}),
    "list +=": ("p = []\np += [{'a': 2, 'b': 1}]", {"a": True, "b": True}),
    "typed dict": (
        "from typing import TypedDict\nclass R(TypedDict):\n    a: int\np = R(a=1)",
        {"a": True},
    ),
    "pairs": ("p = dict([('a', 1), ('b', 2)])", {"a": True, "b": True}),
    "items": ("q = {'a': 1}\np = dict(q.items())", {"a": True}),
    "zip": ("p = dict(zip(['a', 'b'], (x, y)))", {"a": True, "b": True}),
    "fromkeys": ("p = dict.fromkeys(['a', 'b'], 0)", {"a": True, "b": True}),
    "every one of a list": ("p = {k: x[k] for k in ('a', 'b')}", {"a": True, "b": True}),
    "layers": ("from collections import ChainMap\np = dict(ChainMap({'a': 1}, {'b': 1}))", {"a": True, "b": True}),
    "ordered": ("from collections import OrderedDict\np = OrderedDict(a=1, b=2)", {"a": True, "b": True}),
    "default": ("from collections import defaultdict\np = defaultdict(int, a=1)\np['b'] = 1", {"a": True, "b": True}),
    "updated with pairs": ("p = {'a': 1}\np.update([('b', 2)])", {"a": True, "b": True}),
    "JSON": ('import json\np = json.loads(\'{"a": 1, "b": null}\')', {"a": True, "b": True}),
    "to JSON and back": (
        "import json\ns = json.dumps({'a': 1, 'b': x}, default=str)\np = json.loads(s)",
        {"a": True, "b": True},
    ),
    "encoded": (
        "from fastapi.encoders import jsonable_encoder\np = jsonable_encoder({'a': 1, 'b': x})",
        {"a": True, "b": True},
    ),
    "map": ("p = list(map(lambda i: {'a': i, 'b': 1}, x))", {"a": True, "b": True}),
    "map of a function": ("def row(i):\n    return {'a': i}\np = list(map(row, x))", {"a": True}),
    "gathered": (
        """
import asyncio
async def row(i):
    return {'a': i}
async def rows():
    return await asyncio.gather(*[row(i) for i in x])
p = asyncio.run(rows())
""",
        {"a": True},
    ),
    "generator": (
        """
def rows():
    for i in x:
        yield {'a': i, 'b': 1}
p = list(rows())
""",
        {"a": True, "b": True},
    ),
    "spread in comprehension": ("q = {'a': 1}\np = [{**q, 'b': i} for i in x]", {"a": True, "b": True}),
    "filtered": ("q = {'a': x, 'b': y}\np = {k: v for k, v in q.items() if v}", {"a": None, "b": None}),
    "append copy": ("p = []\nfor i in x:\n    r = {'a': i}\n    r['b'] = 2\n    p.append(r)", {"a": True, "b": True}),
    "append if": (
        """
p = []
for i in x:
    r = {'a': i}
    if i:
        r['b'] = 2
    p.append(r)
""",
        {"a": True, "b": False},
    ),
}


TEXTS = {
    "formatted": "db.table('t').select().or_(f'a.is.null,b.lt.{x!r}')",
    "constant part": "C = 'a'\ndb.table('t').select().or_(f'{C}.is.null,b.lt.{x}')",
    "beside a constant": "db.table('t').select().or_('a.is.null,' f'b.lt.{x}')",
    "added": "db.table('t').select().or_('a.is.null,b.lt.' + str(x))",
    "percent": "db.table('t').select().or_('a.is.null,b.lt.%s' % x)",
    "format method": "db.table('t').select().or_('a.is.null,b.lt.{}'.format(x))",
    "joined": "db.table('t').select().or_(','.join(['a.is.null', f'b.lt.{x}']))",
    "appended": "p = ['a.is.null']\np.append(f'b.lt.{x}')\ndb.table('t').select().or_(','.join(p))",
    "grown": "s = 'a.is.null'\ns += f',b.lt.{x}'\ndb.table('t').select().or_(s)",
}

UNKNOWN = {
    "fromkeys": "p = dict.fromkeys(x)",
    "pairs": "p = dict([(x, 1), ('b', 2)])",
    "zip": "p = dict(zip(['a', 'b'], x))",
    "map": "p = list(map(x, y))",
    "some of a list": "p = {k: x[k] for k in ('a', 'b') if k in x}",
    "asdict": "from dataclasses import dataclass, asdict\n@dataclass\nclass R:\n    a: int\np = asdict(R(1))",
    "asked keys of a loop": "p = {}\nfor k in ('a', 'b'):\n    if k in x:\n        p[k] = x[k]",
    "gathered": "import asyncio\np = asyncio.run(asyncio.gather(*x))",
    "JSON": "import json\np = json.loads(x)",
}


@pytest.mark.parametrize("body", NAMES.values(), ids=NAMES)
def test_a_name_is_known(body: str) -> None:
    assert {name for name in tables(body) if name} == {"projects"}


@pytest.mark.parametrize("given", ["'projects'", "' projects '", "\"'projects'\"", "'\"projects\"'"])
def test_what_a_function_takes_off_a_text_is_taken_off_where_it_is_there(given: str) -> None:
    assert tables(BARE.replace("GIVEN", given)) == ["projects"]


@pytest.mark.parametrize("body", OTHERS.values(), ids=OTHERS)
def test_what_only_looks_like_a_name_is_not_taken_for_it(body: str) -> None:
    assert "projects" not in tables(body)


@pytest.mark.parametrize("body", SEVERAL.values(), ids=SEVERAL)
def test_each_of_several_names_is_known(body: str) -> None:
    assert sorted(map(str, tables(body))) == ["a", "b"]


@pytest.mark.parametrize("body", CLIENTS.values(), ids=CLIENTS)
def test_a_chain_is_one_request_from_wherever_its_client_comes(body: str) -> None:
    assert [(table(item), column_names(item)) for item in queries(body)] == [("t", ["a"])]


@pytest.mark.parametrize("body", WRAPPERS.values(), ids=WRAPPERS)
def test_a_wrapper_asks_what_its_callers_or_derived_classes_say(body: str) -> None:
    assert [(table(item), column_names(item)) for item in queries(body) if table(item)] == [("a", ["id"])]


def test_a_method_that_a_derived_class_has_of_its_own_is_not_run_for_it() -> None:
    body = """
class Base:
    table_name = ''
    def get(self, i): return db.table(self.table_name).select('*').eq('id', i).execute()
    def drop(self, i): return db.table(self.table_name).delete().eq('number', i).execute()
    def list(self): return self.rows().eq('shown', True).execute()
    def rows(self): return db.table(self.table_name).select('*')
class A(Base):
    table_name = 'a'
class B(Base):
    table_name = 'b'
    def get(self, i): return None
    def list(self): return []
class C(B):
    table_name = 'c'
    def drop(self, i): return super().drop(i)
class D(B):
    table_name = 'd'
    def get(self, i): return None
    def drop(self, i): return None
"""
    found = sorted((str(table(item)), *map(str, column_names(item))) for item in queries(body))
    assert [item for item in found if "id" in item] == [("a", "id")]
    assert [item for item in found if "number" in item] == [("a", "number"), ("b", "number"), ("c", "number")]
    assert [item for item in found if "shown" in item] == [("a", "shown")]


@pytest.mark.parametrize(("body", "sent"), PAYLOADS.values(), ids=PAYLOADS)
def test_the_keys_of_a_payload_are_known(body: str, sent: dict[str, bool | None]) -> None:
    found = query(f"{body}\ndb.table('t').insert(p).execute()")
    assert keys(found) == sent
    assert found.payload and found.payload.whole


PARTLY = {
    "keywords": "def f(**p):\n    p['b'] = 1\n    {send}",
    "something given": "def f(p):\n    p['b'] = 1\n    {send}",
    "a copy of it": "def f(x):\n    p = dict(x)\n    p['b'] = 1\n    {send}",
    "values": "by = {}\nfor x in y:\n    by[x] = {'b': x}\np = list(by.values())\n{send}",
    "value of an item": "by = {}\nfor x in y:\n    by[x] = {'b': x}\np = by[z]\n{send}",
}


@pytest.mark.parametrize("body", PARTLY.values(), ids=PARTLY)
def test_a_key_is_known_where_others_are_not(body: str) -> None:
    found = query(body.replace("{send}", "db.table('t').insert(p).execute()"))
    assert found.payload and not found.payload.whole
    assert "b" in keys(found)


def test_a_long_row_of_tests_takes_no_longer_than_it_is() -> None:
    tests = "".join(f"    if name == 'a{number}':\n        print(name)\n" for number in range(200))
    body = f"def f(name):\n{tests}    db.table('t').select('*').eq('name', name).execute()"
    assert table(query(body)) == "t"


@pytest.mark.parametrize("body", UNKNOWN.values(), ids=UNKNOWN)
def test_a_payload_that_is_not_followed_is_not_taken_for_an_empty_one(body: str) -> None:
    found = query(f"{body}\ndb.table('t').insert(p).execute()")
    assert found.payload is None or not found.payload.whole


def test_a_key_that_is_put_in_where_there_is_none_is_always_there() -> None:
    body = "p = {}\nif x:\n    p['a'] = 1\nif 'a' not in p:\n    p['a'] = 2\n"
    assert {tuple(keys(item).items()) for item in queries(f"{body}db.table('t').insert(p).execute()")} == {
        (("a", True),)
    }


@pytest.mark.parametrize(
    ("said", "sent", "whole"),
    [
        ("{'a': 1, **({'b': 2} if x else {})}", {"a": True, "b": False}, True),
        ("{'a': 1} | ({'b': 2} if x else {})", {"a": True, "b": False}, True),
        ("{'a': 1, **({} if x else {'a': 3, 'b': 2})}", {"a": True, "b": False}, True),
        ("{'a': 1, **(x or {})}", {"a": True}, False),
        ("{**(x or {}), 'a': 1}", {"a": True}, False),
        ("{**(x or {}), **{'a': 1}, **(y or {})}", {"a": True}, False),
        ("{**({'a': 1} if x else {'a': 2}), **{'b': 1}}", {"a": True, "b": True}, True),
        ("{**(x or {}), f(): 1, 'a': 2}", {"a": True}, False),
        ("dict(**(x or {}), **{'a': 1})", {"a": True}, False),
    ],
)
def test_what_is_spread_only_sometimes_is_not_sure_to_be_there(
    said: str, sent: dict[str, bool | None], whole: bool
) -> None:
    found = queries(f"db.table('t').insert({said}).execute()")
    assert all(keys(item) == sent for item in found)
    assert all(item.payload is not None and item.payload.whole is whole for item in found)


def test_keywords_that_are_spread_are_handed_on_all() -> None:
    body = "def send(**row):\n    db.table('t').insert(row).execute()\nsend(**(x or {}), **{'a': 1})"
    assert [keys(item) for item in queries(body)] == [{"a": True}]


@pytest.mark.parametrize("body", TEXTS.values(), ids=TEXTS)
def test_the_constant_parts_of_a_text_are_known(body: str) -> None:
    found = query(f"{body}.execute()")
    assert [logic.text and logic.text.value for logic in found.logics] == [f"a.is.null,b.lt.{HOLE}"]


@pytest.mark.parametrize(
    "text",
    [
        "f\"{kept}{',' if kept else '*'}\"",
        "kept + (',' if kept else '*')",
        "'{}{}'.format(kept, '*' if not kept else ',')",
    ],
)
def test_what_a_test_of_a_text_chooses_goes_with_that_text(text: str) -> None:
    body = f"""
def go(period):
    kept = ''
    if period == 'day':
        kept = 'a'
    elif period == 'week':
        kept = 'b'
    db.table('t').select({text}).execute()
"""
    found = {one.value for item in queries(body) for one in item.select or () if one}
    assert found == {"a,", "b,", "*"}
