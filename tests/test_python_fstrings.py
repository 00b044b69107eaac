"""F-strings of Python 3.12 and later, read by an older one: the same strings at the same places."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from pgconform.sources.python.syntax.fstrings import with_other_quotes
from pgconform.sources.python.syntax.tree import Unparsable, parse
from tests.flowing import tables

FREE = [
    ('f"{x["a"]}"', "f\"{x['a']}\""),
    ("f'{x['a']}{y}'", "f'{x[\"a\"]}{y}'"),
    ('f"{x["it\'s"]}"', "f\"{x['it_s']}\""),
    ("f\"{'\\n'.join(x)}\"", "f\"{'_n'.join(x)}\""),
    ('f"""{"".join(x)} {y["""z"""]}"""', 'f"""{"".join(x)} {y[\'\'\'z\'\'\']}"""'),
    ('f"{{no}} {x:>{w["b"]}}"', "f\"{{no}} {x:>{w['b']}}\""),
    ('rf"\\d{x["a"]}" + "b"', 'rf"\\d{x[\'a\']}" + "b"'),
    ('f"{ {"k": 1}["k"] }"', "f\"{ {'k': 1}['k'] }\""),
    ('f"{\'a=\\"b\\"\' + x}"', "f\"{'a=__b__' + x}\""),
    ('f"{"a=\\"b\\"" + x}"', "f\"{'a=__b__' + x}\""),
    ("f'{x + \"it\\'s\"}'", "f'{x + \"it__s\"}'"),
]


@pytest.mark.parametrize(("free", "older"), FREE)
def test_quotes_inside_are_others_and_nothing_moves(free: str, older: str) -> None:
    assert with_other_quotes(free.encode()).decode() == older
    assert len(older) == len(free)
    ast.parse(older)


SAME = ['# f"{x["a"]}"\n', "'f\"{\"'", 'x = "f" if"a"else "{" + "}"', "f'{x}' 'it''s'", '"""f"{x["a"]}" """']


@pytest.mark.parametrize("source", SAME)
def test_what_any_python_reads_stays_as_it_is(source: str) -> None:
    assert with_other_quotes(source.encode()).decode() == source


@pytest.mark.parametrize("package", ["src/pgconform/rules", "src/pgconform/cli", "tests"])
def test_the_trees_of_this_project_stay_the_same(package: str) -> None:
    for file in sorted((Path(__file__).parent.parent / package).glob("*.py")):
        source = file.read_bytes()
        older = with_other_quotes(source)
        assert len(older) == len(source)
        ast.parse(older)


def test_a_file_of_a_newer_python_is_read() -> None:
    named = 'row = {}\nname = f"{row["name"]}"\n'
    assert tables(named + 'db.table("users").select("id").eq("name", name).execute()') == ["users"]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python reads them itself")
def test_what_no_python_reads_is_said_as_this_one_has_it() -> None:
    with pytest.raises(Unparsable, match=r"it does not parse as Python 3\.\d+, on which pgconform runs: "):
        parse(b'f"{x["a"]}"\ndef (:\n')
