"""Changes written into text: a file, a finding's change in it, and the file as a careful person leaves it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgconform.finding import (
    AddField,
    Change,
    DropField,
    Finding,
    Rebound,
    Relabel,
    Rename,
    Renull,
    Retype,
    Severity,
    Unignore,
)
from pgconform.fix.plan import Fix, edited
from pgconform.remedies.remedy import remedy
from pgconform.remedies.source import Sources
from pgconform.shape import Array, Location, Scalar

PYDANTIC = "from pydantic import BaseModel, Field\n\n\nclass Row(BaseModel):\n    "
OPTIONAL = "from typing import Optional\n\n" + PYDANTIC
DATACLASS = "from dataclasses import dataclass\n\n\n@dataclass\nclass Row:\n    "
NUMERIC = Scalar("numeric", (10, 2), "numeric(10,2)")
STAMP = Scalar("timestamptz", (), "timestamp with time zone")


def place(text: str, mark: str, uri: str) -> Location:
    """Where the marked words stand, from their beginning to their end."""
    start = text.index(mark)
    line = text.count("\n", 0, start) + 1
    column = start - (text.rfind("\n", 0, start) + 1) + 1
    return Location(uri, line, column, line, column + len(mark))


def mended(text: str, mark: str, change: Change, uri: str = "app.py", **others: str) -> str | None:
    """The text after the change of a finding at these words; None where it cannot be written."""
    overlay = {uri: text.encode(), **{f"{name}.py": other.encode() for name, other in others.items()}}
    sources = Sources(Path("/nowhere"), overlay, tuple(overlay))
    finding = Finding(Severity.WARNING, "it is wrong", change=change, at=place(text, mark, uri))
    found = remedy(finding, sources)
    files = edited([Fix(finding, found)], sources) if found else None
    return files[found.uri].decode() if files and found else None


@pytest.mark.parametrize(
    ("text", "mark", "change", "after"),
    [
        (f"{PYDANTIC}a: int\n", "a: int", Renull(nullable=True), f"{PYDANTIC}a: int | None = None\n"),
        (f"{OPTIONAL}a: int  # why\n", "a: int", Renull(nullable=True), f"{OPTIONAL}a: Optional[int] = None  # why\n"),
        (f"{PYDANTIC}a: int = ...\n", "a: int = ...", Renull(nullable=True), f"{PYDANTIC}a: int | None = None\n"),
        (f'{PYDANTIC}a: "Other"\n', "a: ", Renull(nullable=True), f'{PYDANTIC}a: "Other | None" = None\n'),
        (
            f"{PYDANTIC}a: int = Field(..., gt=0)\n",
            "a: int",
            Renull(nullable=True),
            f"{PYDANTIC}a: int | None = Field(None, gt=0)\n",
        ),
        (
            f"{PYDANTIC}a: int = Field(\n        description='x',\n    )\n",
            "a: int",
            Renull(nullable=True),
            f"{PYDANTIC}a: int | None = Field(\n        default=None,\n        description='x',\n    )\n",
        ),
        (f"{PYDANTIC}a: int = 3\n", "a: int", Renull(nullable=True), f"{PYDANTIC}a: int | None = 3\n"),
        (f"{DATACLASS}a: int\n", "a: int", Renull(nullable=True), f"{DATACLASS}a: int | None\n"),
        (f"{PYDANTIC}a: int | None = None\n", "a: int", Renull(nullable=False), f"{PYDANTIC}a: int\n"),
        (f"{PYDANTIC}a: None | int\n", "a: None", Renull(nullable=False), f"{PYDANTIC}a: int\n"),
        (
            f"{OPTIONAL}a: Optional[list[int]] = Field(None, max_length=3)\n",
            "a: Opt",
            Renull(nullable=False),
            f"{OPTIONAL}a: list[int] = Field(max_length=3)\n",
        ),
        (f"{DATACLASS}b: int = 1\n    a: int | None = None\n", "a: int", Renull(nullable=False), None),
    ],
)
def test_none_allowed_or_not(text: str, mark: str, change: Change, after: str | None) -> None:
    assert mended(text, mark, change) == after


@pytest.mark.parametrize(
    ("text", "mark", "change", "after"),
    [
        (
            f"{PYDANTIC}a: str\n",
            "a: str",
            Retype(STAMP),
            f"{PYDANTIC.replace('import BaseModel', 'import AwareDatetime, BaseModel')}a: AwareDatetime\n",
        ),
        (
            f"{OPTIONAL}a: Optional[float] = None\n",
            "a: Opt",
            Retype(NUMERIC),
            OPTIONAL.replace("from typing", "from decimal import Decimal\nfrom typing", 1)
            + "a: Optional[Decimal] = None\n",
        ),
        (
            f"{PYDANTIC}a: str\n",
            "a: str",
            Retype(Array(Scalar("int4"), raw="integer[]")),
            f"{PYDANTIC}a: list[int | None]\n",
        ),
        (f"{PYDANTIC}a: str = Field(max_length=3)\n", "a: str", Retype(NUMERIC), None),
        (f"Decimal = 1\n{PYDANTIC}a: str\n", "a: str", Retype(NUMERIC), None),
        (f"{PYDANTIC}a: str\n", "a: str", Rebound("max_length", "5"), f"{PYDANTIC}a: str = Field(max_length=5)\n"),
        (
            f'{PYDANTIC}a: str = "x"\n',
            "a: str",
            Rebound("max_length", "5"),
            f'{PYDANTIC}a: str = Field(default="x", max_length=5)\n',
        ),
        (
            f"{PYDANTIC}a: str = Field(max_length=9, min_length=1)\n",
            "a: str",
            Rebound("max_length", "5"),
            f"{PYDANTIC}a: str = Field(max_length=5, min_length=1)\n",
        ),
        (
            f"{PYDANTIC}a: str = Field(max_length=9, min_length=1)\n",
            "a: str",
            Rebound("max_length", None),
            f"{PYDANTIC}a: str = Field(min_length=1)\n",
        ),
        (
            f"{PYDANTIC}a: constr(max_length=9)\n",
            "a: con",
            Rebound("max_length", "5"),
            f"{PYDANTIC}a: constr(max_length=5)\n",
        ),
        (f"{DATACLASS}a: str\n", "a: str", Rebound("max_length", "5"), None),
        (
            f"{PYDANTIC}a: int\n    b: int\n",
            "b: int",
            DropField("b"),
            f"{PYDANTIC}a: int\n",
        ),
        (f"{PYDANTIC}a: int\n", "a: int", DropField("a"), None),
    ],
)
def test_types_and_limits(text: str, mark: str, change: Change, after: str | None) -> None:
    assert mended(text, mark, change) == after


@pytest.mark.parametrize(
    ("text", "labels", "after"),
    [
        ("a: Literal['x', 'y']", ("x", "y", "z"), "a: Literal['x', 'y', 'z']"),
        ('a: Literal["x", "y"] | None', ("x",), 'a: Literal["x"] | None'),
        (
            'a: Literal[\n        "x",\n        "y",\n    ]',
            ("y", "z"),
            'a: Literal[\n        "y",\n        "z",\n    ]',
        ),
        ('a: Literal["x"]', ("p", "q"), None),
    ],
)
def test_labels_of_a_literal(text: str, labels: tuple[str, ...], after: str | None) -> None:
    head = "from typing import Literal\n" + PYDANTIC
    wanted = None if after is None else f"{head}{after}\n"
    assert mended(f"{head}{text}\n", "a: Lit", Relabel(labels)) == wanted


def test_labels_of_an_enum_of_another_module() -> None:
    head = "from enum import Enum\n\n\nclass State(str, Enum):\n"
    enum = f'{head}    NEW = "new"  # first\n    OLD = "old"\n\n    def f(self): ...\n'
    text = f"from states import State\n{PYDANTIC}a: State\n"
    after = enum.replace('    OLD = "old"\n', '    OLD = "old"\n    IN_WORK = "in work"\n')
    assert mended(text, "a: State", Relabel(("new", "old", "in work")), states=enum) == after
    assert mended(text, "a: State", Rename("new", "New"), states=enum) == enum.replace('"new"', '"New"')


@pytest.mark.parametrize(
    ("text", "mark", "change", "after"),
    [
        (f"{PYDANTIC}titel: str\n", "titel: str", Rename("titel", "title"), f"{PYDANTIC}title: str\n"),
        (
            f"{PYDANTIC}titel: str\n\nprint(Row.titel)\n",
            "titel: str",
            Rename("titel", "title"),
            PYDANTIC.replace("import BaseModel", "import AliasChoices, BaseModel")
            + 'titel: str = Field(validation_alias=AliasChoices("title", "titel"))\n\nprint(Row.titel)\n',
        ),
        (
            f"{PYDANTIC}name: str = Field(alias='titel')\n",
            "name: str",
            Rename("titel", "title"),
            f'{PYDANTIC}name: str = Field(alias="title")\n',
        ),
        ("f({'titel': 1, 'b': 2})\n", "'titel'", Rename("titel", "title"), "f({'title': 1, 'b': 2})\n"),
        ("f({'a': 1, 'b': g(\n  2)})\n", "'b'", DropField("b"), "f({'a': 1})\n"),
        ("f({'a': 1, 'b': 2})\n", "'a'", DropField("a"), "f({'b': 2})\n"),
        ("f('titel, titel')\n", "'titel, titel'", Rename("titel", "title"), None),
        ("f('tit' 'el')\n", "'tit' 'el'", Rename("titel", "title"), None),
        ("f('subtitel')\n", "'subtitel'", Rename("titel", "title"), None),
        ("f('titel')\n", "'titel'", Rename("titel", "the title"), "f('the title')\n"),
        ("f('titel, x')\n", "'titel, x'", Rename("titel", "the title"), None),
        ("f('titel')\n", "'titel'", Rename("titel", "the 'title'"), None),
        ("x = 1  # pgconform: ignore[A1, B2]  why\n", "# pgc", Unignore(("A1",)), None),
    ],
)
def test_names(text: str, mark: str, change: Change, after: str | None) -> None:
    if isinstance(change, Unignore):
        mark, after = text[text.index("#") :].rstrip("\n"), "x = 1  # pgconform: ignore[B2]  why\n"
    assert mended(text, mark, change) == after


def test_a_file_that_came_of_generate_is_never_edited() -> None:
    from pgconform.generate.header import headed

    text = headed(f"{PYDANTIC}a: int\n", "0")
    assert mended(text, "a: int", Renull(nullable=True)) is None


TABLE = "| Column | Type | Nullable |\n|:--|---|--:|\n| a \\| b | `text` | no |\n| size | `int4` | NO |\n"


@pytest.mark.parametrize(
    ("mark", "change", "after"),
    [
        ("size", Retype(Scalar("int8", raw="bigint")), TABLE.replace("int4", "bigint")),
        ("size", Renull(nullable=True), TABLE.replace("NO", "YES")),
        ("size", Renull(nullable=False), None),
        ("a \\| b", Renull(nullable=True), TABLE.replace("no |", "yes |")),
        ("size", Rename("size", "length"), TABLE.replace("size", "length")),
    ],
)
def test_cells_of_documents(mark: str, change: Change, after: str | None) -> None:
    assert mended(TABLE, mark, change, uri="docs/schema.md") == after


ALIGNED = """\
| Column | Type       | Nullable |
|--------|------------|----------|
| `size` | `int4`     | no       |
| `a`    | `jsonb`    | no       |
"""


@pytest.mark.parametrize(
    ("change", "row"),
    [
        (Retype(Scalar("int8", raw="bigint")), "| `size` | `bigint`   | no       |"),
        (Retype(Scalar("numeric", raw="numeric(10,2)")), "| `size` | `numeric(10,2)` | no       |"),
        (Renull(nullable=True), "| `size` | `int4`     | yes      |"),
        (Rename("size", "id"), "| `id`   | `int4`     | no       |"),
    ],
)
def test_cells_that_stand_under_one_another_do_so_afterwards(change: Change, row: str) -> None:
    after = ALIGNED.replace("| `size` | `int4`     | no       |", row)
    assert mended(ALIGNED, "size", change, uri="docs/schema.md") == after


TEXT = Scalar("text", (), "text")
SENT = "def f(owner, title):\n    {sent}\n"


@pytest.mark.parametrize(
    ("sent", "after"),
    [
        ("send({'title': title})", "send({'title': title, 'owner': owner})"),
        ('send({"title": title,})', 'send({"title": title, "owner": owner,})'),
        (
            'send({\n        "title": title,  # what\n    })',
            'send({\n        "title": title,  # what\n        "owner": owner,\n    })',
        ),
        (
            'send({\n        "title": title  # what\n    })',
            'send({\n        "title": title,  # what\n        "owner": owner\n    })',
        ),
        ('send({\n        "title": title})', 'send({\n        "title": title,\n        "owner": owner})'),
        ('send({"title": title, **more})', 'send({"title": title, **more, "owner": owner})'),
        ('send({"title": (title)})', None),
        ("send({**title})", None),
        ('owner = 1\n    send({"title": title})', None),
    ],
)
def test_a_missing_key_is_given_the_parameter_of_its_name(sent: str, after: str | None) -> None:
    expected = None if after is None else SENT.format(sent=after)
    assert mended(SENT.format(sent=sent), "{", AddField("owner", TEXT)) == expected


def test_a_key_without_a_parameter_of_its_name_has_no_remedy() -> None:
    assert mended(SENT.format(sent='send({"title": title})'), "{", AddField("status", TEXT)) is None
    assert mended('send({"title": owner})\n', "{", AddField("owner", TEXT)) is None


@pytest.mark.parametrize(
    ("text", "change", "after"),
    [
        (f"{PYDANTIC}a: int\n", AddField("b", TEXT, nullable=True), f"{PYDANTIC}a: int\n    b: str | None = None\n"),
        (
            f"{OPTIONAL}a: int  # why\n\n    def f(self):\n        ...\n",
            AddField("b", TEXT, nullable=True),
            f"{OPTIONAL}a: int  # why\n    b: Optional[str] = None\n\n    def f(self):\n        ...\n",
        ),
        (f"{PYDANTIC}a: int", AddField("b", TEXT, nullable=True), f"{PYDANTIC}a: int\n    b: str | None = None"),
        (f"{PYDANTIC}a: int\n", AddField("b", TEXT), None),
        (f"{PYDANTIC}a: int\n", AddField("model_config", TEXT, nullable=True), None),
        (f"{DATACLASS}a: int\n", AddField("b", TEXT, nullable=True), None),
    ],
)
def test_a_missing_field_is_added_where_it_may_stay_away(text: str, change: Change, after: str | None) -> None:
    assert mended(text, "Row", change) == after
