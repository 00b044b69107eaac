"""Stage one: bytes of one file become facts; never a crash, and every place in characters."""

from __future__ import annotations

import ast
import codecs
import sys

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgconform.sources.python.facts.expressions import Const, Either, Opaque, Ref, Sub, read, spell
from pgconform.sources.python.facts.facts import Import, ModuleFacts, matters, read_facts
from pgconform.sources.python.flows.scopes import follow_later
from pgconform.sources.python.syntax import tree
from pgconform.sources.python.syntax.newer import with_joined_handlers, without_type_parameters
from pgconform.sources.python.syntax.tree import Unparsable, parse

PIECES = st.sampled_from(
    [
        *("class A(B):", "class C[T](D[T], x=1):", "    a: int = 1", "    b: 'list[C]'", "    def f(self): return 1"),
        *(
            "import a.b as c",
            "from . import *",
            "type X[T] = list[T]",
            "x = [1, 'é', b'\\xff']",
            "@d(1)",
            "\t",
            "\\",
            "(",
        ),
        *(
            "if x:",
            "try:",
            "except E:",
            "    pass",
            "x: int = f(y)",
            "'''",
            '"',
            "#é",
            "\ufeff",
            "\x00",
            "\x0c",
            "🐘 = 1",
        ),
    ]
)
SOURCES = st.one_of(
    st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.lists(PIECES, max_size=12).map(lambda lines: "\n".join(lines).encode()),
)  # fmt: skip


@settings(max_examples=400)
@given(SOURCES)
def test_any_bytes_have_facts_and_always_the_same_ones(source: bytes) -> None:
    facts = read_facts(source)
    assert facts == read_facts(source)
    kept = msgspec.msgpack.encode(facts)
    assert msgspec.msgpack.decode(kept, type=ModuleFacts) == facts


@pytest.mark.parametrize(
    ("source", "kind", "line"),
    [
        (b"x = (", "syntax", 1),
        (b"a\nclass", "syntax", 2),
        (b"\xff\xfe", "decode", 0),
        (b"# coding: nonsense\n", "decode", 0),
        (b"x = '\xe9'\n", "decode", 1),
        (b"x\x00 = 1", "syntax", 0),
        (b"-" * 200_000 + b"1", "syntax", 0),
        (b"x" * 4_000_001, "unsupported", 0),
    ],
)
def test_what_is_no_python_says_so(source: bytes, kind: str, line: int) -> None:
    facts = read_facts(source)
    assert (facts.error_kind, facts.classes) == (kind, ())
    assert facts.error and "\n" not in facts.error
    assert facts.error_line in (line, 0, 1) if kind == "decode" else facts.error_line == line or line == 0


@pytest.mark.parametrize(
    "source",
    [
        codecs.BOM_UTF8 + "ä = 1; Ö = 2".encode(),
        "# -*- coding: latin-1 -*-\nä = 1; Ö = 2".encode("latin-1"),
        "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nä = 1; Ö = 2".encode("cp1252"),
    ],
)
def test_encodings_are_those_of_python_and_columns_are_in_characters(source: bytes) -> None:
    first, second = read_facts(source).names
    assert (first.name, first.value, first.span.column) == ("ä", Const(1), 1)
    assert (second.name, second.span.column, second.span.end_column) == ("Ö", 8, 9)


def test_a_file_that_says_nothing_does_not_matter() -> None:
    assert not matters(b"import os\n\nprint(os.name)\n")
    assert matters(b"import os\n\nclass A:\n    pass\n")
    assert matters(b'db.table ("users")')


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def rows(answer):\n    return answer.data\n", True),
        ("def first(rows):\n    return rows[0] if rows else None\n", True),
        ("def stop():\n    return\n", False),
        ("def stop():\n    return None\n", False),
    ],
)
def test_a_file_that_may_give_back_a_part_of_what_it_is_handed_matters(source: str, expected: bool) -> None:
    assert matters(source.encode()) is expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from app.rows import find\n\nfind('users')\n", True),
        ("from . import rows\nrows.find('users')\n", True),
        ("import os\n\n\ndef late():\n    import app\n    app.find('users')\n", True),
        ("from app.rows import NAME\n", False),
        ("import os, sys\nfrom collections import abc\nprint(os.name)\n", False),
    ],
)
def test_a_file_that_may_call_what_asks_for_its_caller_matters(source: str, expected: bool) -> None:
    assert matters(source.encode()) is expected


def test_imports_wherever_they_stand() -> None:
    source = b"""
import a.b.c
import a.b as ab
from ..x import y as z, w
from . import *
try:
    from fast import json
except ImportError:
    import json
if TYPE_CHECKING:
    from t import T
"""
    assert read_facts(source).imports == (
        Import("a", "a"),
        Import("ab", "a.b"),
        Import("z", "x", "y", 2),
        Import("w", "x", "w", 2),
        Import("*", "", "*", 1),
        Import("json", "json"),
        Import("json", "fast", "json"),
        Import("T", "t", "T"),
    )


def test_a_class_with_all_that_it_says() -> None:
    source = b"""
@register(1)
class A(B, C[int], table=True):
    x: int = 1
    "about x"
    y = Field(..., alias="Y")

    class Config:
        extra = "forbid"

    @validator("x", mode="before")
    def check(cls, v) -> int:
        return v

    def plain(self): ...
    def __init__(self): ...
"""
    facts = read_facts(source).classes[0]
    assert (facts.name, facts.span.line, facts.span.column) == ("A", 3, 7)
    assert list(map(spell, facts.bases)) == ["B", "C[int]"]
    assert facts.keywords == (("table", Const(True)),)
    assert list(map(spell, facts.decorators)) == ["register(1)"]
    assert [member.name for member in facts.members] == ["x", "y"]
    assert facts.members[1].value is not None and spell(facts.members[1].value) == "Field(..., alias='Y')"
    assert [method.name for method in facts.methods] == ["check", "__init__"]
    assert facts.methods[0].returns == Ref("int")
    assert facts.classes[0].name == "Config"


@pytest.mark.parametrize(
    "text",
    [
        "int",
        "a.b.C",
        "dict[str, list[int]]",
        "A | B | None",
        "f(1, 'x', key=[1, 2], **more)",
        "{'a': 1}",
        "(1, 2.5)",
        "Literal['a', -1, True]",
        "{1, 2}",
        "...",
    ],
)
def test_an_expression_is_spelled_as_it_was_written(text: str) -> None:
    import ast

    assert spell(read(ast.parse(text, mode="eval").body)) == text


def test_constants_are_worked_out_and_the_rest_is_opaque() -> None:
    import ast

    def of(text: str) -> object:
        return read(ast.parse(text, mode="eval").body)

    assert (of("'a' 'b'"), of("60 * 60"), of("2**31 - 1"), of("+1")) == (
        Const("ab"), Const(3600), Const(2**31 - 1), Const(1),
    )  # fmt: skip
    assert of("lambda: 1") == of("f'{x}'") == of("x + 1") == Opaque()
    assert of("9" * 30) == Opaque("9" * 30)
    assert of("int | None") == Either((Ref("int"), Const(None)))
    assert of("a[b][c]") == Sub(Sub(Ref("a"), (Ref("b"),)), (Ref("c"),))


def test_type_parameters_are_read_by_any_python() -> None:
    source = b"class A[T: list[int], *Ts](B[T]):\n    x: T\n\ntype X[K] = dict[K, int]\ntype Y = int\n"
    facts = read_facts(source)
    assert facts.error == ""
    assert facts.classes[0].parameters == ("T", "Ts")
    assert facts.classes[0].span.column == 7
    assert facts.classes[0].members[0].annotation == Ref("T")
    said = {member.name: member for member in facts.names}
    assert said["X"].parameters == ("K",)
    assert said["Y"].value == Ref("int")
    assert said["X"].span.column == 6


@pytest.mark.skipif(sys.version_info < (3, 12), reason="this Python knows no type parameters itself")
def test_older_pythons_read_the_same() -> None:
    source = b"class A[T](B[T]):\n    x: T\n"
    older, parameters = without_type_parameters(source)
    assert read_facts(older).classes[0].members == read_facts(source).classes[0].members
    assert parameters == {1: ("T",)}


def test_taking_type_parameters_out_moves_nothing() -> None:
    source = b"x = 1\nclass A[T: (int, str)](B):\n    def f[K](self, a: K) -> K: ...\ntype X = int\n"
    older, parameters = without_type_parameters(source)
    assert len(older) == len(source)
    assert older == b"x = 1\nclass A               (B):\n    def f   (self, a: K) -> K: ...\ntype;X = int\n"
    assert parameters == {2: ("T",), 3: ("K",)}


def test_handlers_without_brackets_are_read_by_any_python() -> None:
    source = b"try:\n    x: int = 1\nexcept KeyError, a.Error:  # both\n    y = 2\nexcept* A, B, C:\n    pass\n"
    joined = with_joined_handlers(source)
    assert joined == source.replace(b"KeyError, a", b"KeyError| a").replace(b"A, B, C", b"A| B| C")
    facts = read_facts(source.replace(b"*", b""))
    assert (facts.error, [member.name for member in facts.names]) == ("", ["y", "x"])
    whole = b"except (A, B):\nexcept A as e:\nprint('except a, b:')\nexcept f(a, b):\n"
    assert with_joined_handlers(whole) == whole


KEPT = (
    "def plain(a, b=1):\n    c = a\n    for one in b:\n        c += one\n    return c\n",
    "async def waits(\n    a: int,  # what: \n    b=')',\n) -> list[int]:\n    c = []\n    c.append(a)\n    return c\n",
    "class Shop:\n    @property\n    def name(self) -> str:  # said\n        one = self.a\n        two = one\n\n"
    "        return two\n    x = 1\n",
    "def told():\n    '''Words:\n\n    more\n    '''\n    def inner():\n        return 1\n    return inner\n",
    "def asks(db):\n    rows = db.table('a').select('b')\n    if rows:\n        return rows.execute()\n    return 1\n",
    "def sends(address):\n    at = address + '/rest/v1/a'\n    it = at\n    one = it\n    return requests.get(one)\n",
    "if True:\n    def below(x):\n        a = x\n        b = a\n        c = b\n        return c\n",
    "for one in []:\n    def in_turn(x):\n        global one\n        b = x\n        one = b\n        return one\n",
    "class Fed:\n\f    def all(a):\n        b = a\n        url = b + '/rest/v1/a'\n        c = url\n        return c\n",
    "def mixed(a):\n\tb = a\n\tc = b\n\tif c:\n\t        d = c\n\treturn b\n",
)
EDITS = (
    *("", "\n", "import requests\n", "x = '''\n", "'''\n", "        more = 1\n", "if x:\n", "(\n", "\\\n", "# é\n"),
    *('    x = \'"""\'\n', "    x = [\n", "]\n", '"a",\n', "    return (\n", ")\n", "    # more\n", "\r", "\t", "\f"),
    *(
        "    '''a\n",
        "b'''\n",
        "class B:\n",
        "    def m(self):\n",
        "    class In:\n",
        "@d\n",
        "    @d\n",
        "    x = 1 + \\\n",
    ),
    *(
        "y = 2\n",
        "else:\n",
        "    lambda: (\n",
        '    x: int = 1; y = "\n',
        '"\n',
        "def one(a): return a\n",
        "    nonlocal x\n",
    ),
    "def other():\n    a = 1\n    b = a\n    c = b\n    return c\n",
)


@settings(max_examples=300)
@given(
    parts=st.lists(st.sampled_from(KEPT), min_size=1, max_size=6),
    edits=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 3), st.sampled_from(EDITS)), max_size=4),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_facts_hang_on_nothing_in_functions_that_are_not_parsed(
    parts: list[str], edits: list[tuple[int, int, str]], end: str
) -> None:
    """But an error of syntax, which is seen when such a function is followed."""
    text = "".join(parts)
    for at, gone, put in edits:
        lines = text.splitlines(keepends=True)
        lines[at : at + gone] = [put]
        text = "".join(lines)
    source = text.replace("\n", end).encode()
    found = read_facts(source)
    try:
        whole = parse(source)
    except Unparsable:
        kept = [(head, number) for number, head in enumerate(found.flows.scopes().heads) if head.source]
        assert found.error or any(follow_later(*one).scopes[0].unfollowed for one in kept)
    else:
        assert found == read_facts(source, whole)


def test_functions_that_ask_nothing_are_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    source = "".join(("import x\n", *KEPT[:4])).encode()
    parsed: list[bytes] = []

    def noted(source: bytes) -> ast.Module:
        parsed.append(source)
        return ast.parse(source)

    monkeypatch.setattr(tree, "_tree", noted)
    assert read_facts(source) == read_facts(source, parse(source))
    partly, whole = parsed
    assert b"append" not in partly
    assert b"Words" not in partly
    assert partly.count(b"\n") == whole.count(b"\n")


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    a = 1\n" + "    b = 2\n" * 9 + "# more\n" * 200_000,
        "def f(a='((('):\n" + "    if a:\n        b = 1\n" * 50_000,
        "".join(f"{' ' * depth}class A:\n" for depth in range(1_500)),
        "".join(f"class A:\n{' ' * (1 + number % 400)}x = 1\n" for number in range(3_000)),
    ],
    ids=["comments", "a head without an end", "classes in one another", "many widths"],
)
def test_texts_made_to_be_slow_are_not(text: str) -> None:
    """Work that grows faster than the text would not end here."""
    source = f"x = 1\n{text}".encode()
    found = read_facts(source)
    try:
        assert found == read_facts(source, parse(source))
    except Unparsable:
        assert found.error
