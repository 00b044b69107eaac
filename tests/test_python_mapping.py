"""Which class is of which relation: said, proven, told by name; and most of all, left alone."""

from __future__ import annotations

from typing import Any

import pytest

from pgconform.check import check
from pgconform.config import ModelConfig
from pgconform.finding import Severity
from pgconform.pairs.world import World
from pgconform.schema import Access, Relation, Schema, Transport
from pgconform.shape import Labels, Scalar, Unknown
from pgconform.sources.python.facts.facts import read_facts
from pgconform.sources.python.models.evidence import Evidence
from pgconform.sources.python.models.mapping import Mapped, map_models
from pgconform.sources.python.models.read import read_models
from pgconform.sources.python.models.roles import access_of, asked, subject
from pgconform.sources.python.models.transports import transport_of
from pgconform.sources.python.modules.project import Project
from tests.schemas import column

HEAD = "from pydantic import *\nfrom typing import *\nfrom uuid import UUID\nfrom datetime import datetime\n"
TRUTH = Schema(
    relations=(
        Relation(
            "documents",
            "public",
            fields=tuple(
                map(column, ("id uuid! = gen()", "title text!", "body text", "owner_id uuid!", "made_at timestamptz!"))
            ),
        ),
        Relation("user_groups", "public", fields=tuple(map(column, ("id int8!", "name text!", "size int4!")))),
        Relation("accounts", "billing", fields=tuple(map(column, ("id int8!", "plan new|old!")))),
    )
)
WORLD = World(TRUTH, ("public",))
DOCUMENT = "class Document(BaseModel):\n    id: UUID\n    title: str\n    body: str | None\n    owner_id: UUID\n"


def mapped(source: str, uri: str = "app/models.py", **said: Any) -> Mapped:
    facts = read_facts((HEAD + source).encode())
    assert not facts.error, facts.error
    return map_models(read_models(Project({uri: facts})), WORLD, **said)


def one(source: str, **said: Any) -> Relation:
    (relation,) = mapped(source, **said).schema.relations
    return relation


def proof(path: str, access: Access = Access.READ, relation: str = "documents", **said: Any) -> Evidence:
    return Evidence("app/models.py", path, relation, access, **said)


def errors(found: Mapped) -> list[str]:
    said = check(TRUTH, found.schema)
    return [finding.message for finding in said if finding.severity is Severity.ERROR]


def test_a_class_of_the_relations_name_and_columns_is_of_it_uncertainly() -> None:
    found = one(DOCUMENT + "    pages: int\n", transport=Transport.POSTGREST)
    assert (found.qualified, found.access, found.certain, found.whole) == (
        "public.documents",
        Access.READ,
        False,
        False,
    )
    assert (found.kind, found.holder, found.transport) == ("model", "Document", Transport.POSTGREST)
    assert [field.name for field in found.fields] == ["id", "title", "body", "owner_id", "pages"]


def test_what_is_only_told_by_name_is_never_an_error() -> None:
    source = DOCUMENT.replace("title: str", "title: int") + "    pages: int\n    extra: dict\n"
    assert len(mapped(source).schema.relations) == 1
    assert check(TRUTH, mapped(source).schema)
    assert errors(mapped(source)) == []


@pytest.mark.parametrize(
    "source",
    [
        DOCUMENT.replace("Document", "Invoice"),
        DOCUMENT.replace("Document", "DocumentRequest"),
        "class Document(BaseModel):\n    id: UUID\n    a: int\n    b: int\n    c: int\n",
        "class Document(BaseModel):\n    pass\n",
        "class Document:\n    id: UUID\n    title: str\n",
        DOCUMENT.replace("Document", "DocumentBase") + "class Wider(DocumentBase):\n    z: int\n",
    ],
)
def test_other_classes_are_left_alone_and_counted(source: str) -> None:
    found = mapped(source)
    assert found.schema.relations == ()
    assert found.alone == source.count("BaseModel") + source.count("Base):")


def test_classes_of_tests_are_left_alone() -> None:
    for uri in ("tests/models.py", "app/test_models.py", "conftest.py"):
        assert mapped(DOCUMENT, uri).schema.relations == ()


def test_mostly_columns_is_a_suggestion_and_no_claim() -> None:
    found = mapped(DOCUMENT.replace("Document", "Paper"))
    assert found.schema.relations == ()
    (suggestion,) = found.suggestions
    assert (suggestion.model, suggestion.relation, suggestion.share) == ("app.models.Paper", "public.documents", 1.0)
    assert mapped(DOCUMENT.replace("Document", "PaperRequest")).suggestions == ()
    assert mapped(DOCUMENT.replace("Document", "Paper"), settings={"models.Paper": False}).suggestions == ()


@pytest.mark.parametrize(
    ("label", "words", "access"),
    [
        ("Document", ("document",), Access.READ),
        ("DocumentCreate", ("document",), Access.INSERT),
        ("CreateDocument", ("document",), Access.INSERT),
        ("DocumentUpdate", ("document",), Access.UPDATE),
        ("PatchDocumentModel", ("document",), Access.UPDATE),
        ("DocumentInDBBase", ("document",), Access.READ),
        ("DocumentCreateResponse", ("document",), Access.READ),
        ("UserGroupsRow", ("user", "group"), Access.READ),
        ("APIKeyOut", ("api", "key"), Access.READ),
        ("Model", (), Access.READ),
    ],
)
def test_a_name_says_what_it_is_of_and_for(label: str, words: tuple[str, ...], access: Access) -> None:
    assert (subject(label), access_of(label)) == (words, access)
    assert not asked(label)


def test_settings_outweigh_all_else() -> None:
    source = DOCUMENT + "    __pgconform__ = 'user_groups'\n"
    assert one(source).name == "user_groups"
    found = one(source, settings={"app.models.Document": "billing.accounts"})
    assert (found.qualified, found.access, found.certain, found.whole) == ("billing.accounts", Access.READ, True, True)
    found = one(source, settings={"models.Document": ModelConfig("documents", "insert")})
    assert (found.qualified, found.access, found.whole) == ("documents", Access.INSERT, True)
    for none in ("", False):
        assert mapped(source, settings={"app.models.Document": none}).alone == 1
    assert mapped(source, settings={"app.models.Nobody": "documents"}).unmatched == ("app.models.Nobody",)


def test_a_marker_is_certain_and_may_name_what_does_not_exist() -> None:
    found = mapped("class Paper(BaseModel):\n    __pgconform__ = 'papers'\n    id: int\n")
    assert found.schema.relations[0].certain
    assert errors(found) == ['there is no table "papers" in schema public']
    assert mapped("class Document(BaseModel):\n    __pgconform__ = False\n    id: UUID\n").alone == 1


def test_code_proves_what_a_class_is_of() -> None:
    found = one("class Paper(BaseModel):\n    id: UUID\n    pages: int\n", evidence=[proof("Paper")])
    assert (found.name, found.certain, found.transport) == ("documents", True, Transport.POSTGREST)
    assert errors(mapped("class Paper(BaseModel):\n    pages: int\n", evidence=[proof("Paper")])) == [
        'documents has no column "pages"'
    ]


@pytest.mark.parametrize(
    ("source", "evidence"),
    [
        ("class P(BaseModel):\n    pages: int\n", [proof("P", straight=False)]),
        ("class P(BaseModel):\n    pages: int\n", [proof("P", added=("pages",))]),
        ("class P(BaseModel):\n    pages: int\n", [proof("P"), proof("P", relation="user_groups")]),
        ("class P(BaseModel):\n    pages: int\n", [proof("P", relation="nowhere")]),
        ("class O(BaseModel):\n    x: int\nclass P(BaseModel):\n    owner: O\n    l: list[O]\n", [proof("P")]),
        (
            "class P(Base):\n    pages: int\nclass Base(BaseModel):\n    model_config = {'alias_generator': f}\n",
            [proof("P")],
        ),
        (
            "class P(BaseModel):\n    pages: int\n    @model_validator(mode='before')\n    def f(cls, v): ...\n",
            [proof("P")],
        ),
        ("from lib import Other\nclass P(Other, BaseModel):\n    pages: int\n", [proof("P")]),
    ],
)
def test_what_may_come_from_elsewhere_is_no_error(source: str, evidence: list[Evidence]) -> None:
    assert errors(mapped(source, evidence=evidence)) == []


@pytest.mark.parametrize(
    ("columns", "field", "wrong"),
    [
        (("id",), "title: list[str] = []", False),
        (("id",), "title: list[str]", True),
        (("id", "title"), "title: list[str] = []", True),
        (None, "title: list[str] = []", True),
    ],
)
def test_a_field_that_no_request_fills_is_held_to_its_column_by_its_name_alone(
    columns: tuple[str, ...] | None, field: str, wrong: bool
) -> None:
    found = mapped(f"class P(BaseModel):\n    id: UUID\n    {field}\n", evidence=[proof("P", columns=columns)])
    assert bool(errors(found)) is wrong
    assert [item.code for item in check(TRUTH, found.schema) if item.subject == "documents.title"] == ["TYP016"]


def test_a_dump_is_what_is_sent() -> None:
    source = """
class DocumentIn(BaseModel):
    title: str = Field(alias="Title")
    secret: str = Field(exclude=True)
    body: Annotated[datetime, PlainSerializer(str)] | None = None
    @computed_field
    def size(self) -> int: ...
"""
    said = one(source, evidence=[proof("DocumentIn", Access.INSERT)])
    assert [(field.name, field.attribute, field.required) for field in said.fields] == [
        ("title", "title", True),
        ("body", "body", False),
        ("size", "size", True),
    ]
    assert said.whole
    assert isinstance(said.fields[1].type, Unknown)
    assert errors(mapped(source, evidence=[proof("DocumentIn", Access.INSERT)])) == ['documents has no column "size"']
    by_alias = one(source, evidence=[proof("DocumentIn", Access.INSERT, by_alias=True, omitted=("size",))])
    assert [field.name for field in by_alias.fields] == ["Title", "body"]
    sparse = one(source, evidence=[proof("DocumentIn", Access.UPDATE, sparse=True)])
    assert [(field.name, field.nullable) for field in sparse.fields][1] == ("body", None)


def test_the_name_that_reaches_a_column_is_the_one_meant() -> None:
    source = """
class Document(BaseModel):
    model_config = ConfigDict(populate_by_name=True)
    owner_id: UUID = Field(alias="ownerId")
    heading: str = Field(validation_alias=AliasChoices("head", "title"))
    text: str = Field(validation_alias=AliasPath("body", "text"))
"""
    found = one(source, settings={"app.models.Document": "documents"})
    assert [(field.name, field.attribute) for field in found.fields] == [
        ("owner_id", "owner_id"),
        ("title", "heading"),
        ("body", "text"),
    ]
    assert isinstance(found.fields[2].type, Unknown)


def test_what_validators_convert_is_not_judged_when_read_but_is_when_written() -> None:
    source = """
class Group(BaseModel):
    size: Annotated[str, BeforeValidator(str)]
"""
    read = one(source, settings={"app.models.Group": "user_groups"}).fields[0]
    assert (read.type, read.nullable) == (Unknown("str"), None)
    written = one(source, settings={"app.models.Group": ModelConfig("user_groups", "insert")}).fields[0]
    assert (written.type, written.nullable) == (Scalar("py.str", raw="str"), False)


ORM = """
from sqlalchemy.orm import *
from sqlalchemy import *
class Base(DeclarativeBase): ...
"""


def declared(*tables: str) -> str:
    classes = (f"class C{n}(Base):\n    __tablename__ = '{t}'\n    id: Mapped[int]\n" for n, t in enumerate(tables))
    return ORM + "".join(classes)


def test_declarative_classes_of_another_database_are_not_judged() -> None:
    found = mapped(declared("songs", "albums", "documents"))
    assert [relation.name for relation in found.schema.relations] == ["documents"]
    assert [unread.kind for unread in found.schema.unread] == ["elsewhere", "elsewhere"]
    found = mapped(declared("songs", "documents", "user_groups"))
    assert [relation.name for relation in found.schema.relations] == ["songs", "documents", "user_groups"]
    assert errors(found) == ['there is no table "songs" in schema public']


def test_what_a_declarative_class_says_of_types_is_at_most_a_warning() -> None:
    found = mapped(declared("documents"))
    assert found.schema.relations[0].access is Access.BOTH
    assert found.schema.relations[0].transport is Transport.SQLALCHEMY
    assert not found.schema.relations[0].enforced
    assert {finding.severity for finding in check(TRUTH, found.schema) if finding.code.startswith("TYP")} <= {
        Severity.WARNING,
        Severity.INFO,
    }
    assert check(TRUTH, found.schema)


@pytest.mark.parametrize(
    ("sources", "transport"),
    [
        (["import supabase"], Transport.POSTGREST),
        (
            ["from sqlalchemy.orm import Session", "import asyncpg", "from sqlmodel import SQLModel"],
            Transport.SQLALCHEMY,
        ),
        (["import psycopg"], Transport.PSYCOPG),
        (["import asyncpg"], Transport.ASYNCPG),
        (["import psycopg2"], Transport.SQL),
        (["import supabase", "import sqlalchemy"], Transport.SQL),
        (["import os"], Transport.SQL),
    ],
)
def test_the_wire_is_told_by_the_libraries(sources: list[str], transport: Transport) -> None:
    project = Project({f"m{number}.py": read_facts(text.encode()) for number, text in enumerate(sources)})
    assert transport_of(project) is transport
    assert transport_of(project, recoded=True) in (Transport.SQL, Transport.POSTGREST)


def test_labels_of_an_enum_reach_the_claim() -> None:
    found = one(
        "from enum import Enum\nclass Plan(str, Enum):\n    NEW = 'new'\nclass A(BaseModel):\n    plan: Plan\n",
        settings={"models.A": "billing.accounts"},
    )
    assert found.fields[0].type == Labels(("new",), raw="Plan")
    assert "ENM001" in {finding.code for finding in check(TRUTH, Schema(relations=(found,)))}


TWO = """
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase): ...

class Document(Base):
    __tablename__ = "documents"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    {columns}

class Group(Base):
    __tablename__ = "user_groups"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    {more}

class Account(Base):
    __tablename__ = "accounts"
    __table_args__ = {{"schema": "billing"}}
    id: Mapped[int] = mapped_column(primary_key=True)
    plan: Mapped[str]
    {last}
"""


@pytest.mark.parametrize(
    ("other", "wrong"), [("app/db/models.py", []), ("site/models.py", ["Account", "Document", "Group"])]
)
def test_of_two_sets_of_classes_for_tables_of_the_same_names_one_is_of_another_database(
    other: str, wrong: list[str]
) -> None:
    ours = TWO.format(columns="title: Mapped[str]\n    body: Mapped[str]", more="size: Mapped[int]", last="")
    more = "\n    ".join(f"{name}: Mapped[int]" for name in "abc")
    theirs = TWO.format(columns=more, more=more, last="note: Mapped[str]")
    files = {"app/db/orm.py": ours, other: theirs}
    project = Project({uri: read_facts((HEAD + text).encode()) for uri, text in files.items()})
    found = map_models(read_models(project), WORLD)
    assert [unread.reason.split()[0] for unread in found.schema.unread if unread.kind == "elsewhere"] == wrong
    assert bool(errors(found)) is not bool(wrong)
