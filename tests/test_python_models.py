"""Classes that describe rows, as they are read from the text; Pydantic itself confirms the reading."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from pgconform.errors import Problem
from pgconform.schema import Key
from pgconform.shape import Array, Labels, Scalar, Struct, Type, Union, Unknown
from pgconform.sources.python.facts.facts import read_facts
from pgconform.sources.python.models.imported import confirmed
from pgconform.sources.python.models.model import Family, Model, ModelField
from pgconform.sources.python.models.read import read_models
from pgconform.sources.python.modules.project import Project
from pgconform.sources.python.vocabulary.kinds import KINDS
from pgconform.sources.python.vocabulary.names import KIND_OF

CORPUS = Path(__file__).parent / "corpus"
TYPED = ("names", "nullable", "required", "bounds", "comment", "taken_freely", "given_freely", "taken", "given")
TOLD_ONLY_AT_RUN_TIME = {("shop.more.UsesLocal", "kind"), ("shop.newer.NewBound", "value")}


def read(source: str, **others: str) -> dict[str, Model]:
    """The models of ``app/models.py`` with this text, and of other modules beside it, by their own names."""
    files = {"models": source, **others}
    project = Project({f"app/{name}.py": read_facts(text.encode()) for name, text in files.items()})
    assert not [facts.error for facts in project.modules.values() if facts.error]
    return {model.path: model for model in read_models(project)}


def field(source: str, **others: str) -> ModelField:
    """The one field of the model M."""
    return read(f"from pydantic import *\nfrom typing import *\n{source}", **others)["M"].fields[0]


def bare(kind: Type) -> Type:
    """The type without the texts it was written as."""
    kind = replace(kind, raw="")
    match kind:
        case Array(of=of):
            return replace(kind, of=bare(of))
        case Union(options=options):
            return replace(kind, options=tuple(map(bare, options)))
        case Struct(fields=fields):
            return replace(kind, fields=tuple(replace(item, type=bare(item.type)) for item in fields))
        case _:
            return kind


@pytest.fixture(scope="module")
def corpus() -> tuple[Model, ...]:
    newer = sys.version_info >= (3, 12)
    paths = sorted(path for path in CORPUS.rglob("*.py") if newer or path.name != "newer.py")
    return read_models(Project({str(path.relative_to(CORPUS)): read_facts(path.read_bytes()) for path in paths}))


def test_the_text_says_what_pydantic_says(corpus: tuple[Model, ...]) -> None:
    imported, failed = confirmed(corpus, CORPUS)
    assert failed == ()
    differences = []
    for written, said in zip(corpus, imported, strict=True):
        assert written.extra == said.extra
        assert [item.attribute for item in written.fields] == [item.attribute for item in said.fields], written.name
        for mine, theirs in zip(written.fields, said.fields, strict=True):
            if (written.name, mine.attribute) not in TOLD_ONLY_AT_RUN_TIME:
                differences += [
                    (written.name, mine.attribute, name, getattr(mine, name), getattr(theirs, name))
                    for name in TYPED
                    if getattr(mine, name) != getattr(theirs, name)
                ]
                if bare(mine.type) != bare(theirs.type):
                    differences.append((written.name, mine.attribute, "type", mine.type, theirs.type))
    assert differences == []
    checked = [model for model in corpus if model.family is Family.PYDANTIC]
    assert len(checked) > 150
    assert sum(len(model.fields) for model in checked) > 500


def test_importing_tells_what_the_text_cannot(corpus: tuple[Model, ...]) -> None:
    imported, _ = confirmed(corpus, CORPUS)
    (said,) = (model.fields[0] for model in imported if model.name == "shop.more.UsesLocal")
    (written,) = (model.fields[0] for model in corpus if model.name == "shop.more.UsesLocal")
    assert isinstance(written.type, Unknown)
    assert said.type == Labels(("a-", "b"), raw="Local")
    assert said.at == written.at


def test_what_cannot_be_imported_stays_as_it_was_read(tmp_path: Path) -> None:
    text = "from pydantic import BaseModel\nclass M(BaseModel):\n    x: int\nraise SystemExit('stop')\n"
    (tmp_path / "m.py").write_text(text)
    models = read_models(Project({"m.py": read_facts(text.encode())}))
    imported, (failed,) = confirmed(models, tmp_path)
    assert imported == models
    assert failed.reason == "it cannot be imported: SystemExit: stop"
    assert failed.at is not None and failed.at.uri == "m.py"


def test_an_interpreter_that_is_not_there_is_a_problem(corpus: tuple[Model, ...]) -> None:
    with pytest.raises(Problem, match="cannot run /nowhere/python"):
        confirmed(corpus, CORPUS, "/nowhere/python")
    with pytest.raises(Problem, match="could not read the models"):
        confirmed(corpus, CORPUS, "/bin/true")


def test_every_kind_is_a_known_kind(corpus: tuple[Model, ...]) -> None:
    assert set(KIND_OF.values()) <= set(KINDS)
    kinds = {item.type.kind for model in corpus for item in model.fields if isinstance(item.type, Scalar)}
    assert kinds <= set(KINDS)
    assert len(kinds) > 45


def test_a_field_stands_where_it_is_declared() -> None:
    models = read(
        "from .base import Base\nclass M(Base):\n    y: int = 1\n",
        base="import pydantic\n\nclass Base(pydantic.BaseModel):\n    x: int\n",
    )
    x, y = models["M"].fields
    assert str(x.at) == "app/base.py:4:5"
    assert str(y.at) == "app/models.py:3:5"
    assert str(models["M"].at) == "app/models.py:2:7"


def test_a_type_keeps_the_text_it_was_written_as() -> None:
    assert field("class M(BaseModel):\n    x: Optional[list[str]] = None").type.raw == "list[str]"
    assert field("class M(BaseModel):\n    x: int | str | None").type.raw == "int | str"
    assert field("class M(BaseModel):\n    x: Annotated[str, Field(max_length=3)]").type.raw == "str"
    assert field("class M(BaseModel):\n    x: Literal['a', 'b']").type.raw == "Literal['a', 'b']"


@pytest.mark.parametrize(
    ("default", "spelled"),
    [
        ("1", "1"),
        ("'draft'", "'draft'"),
        ("None", "None"),
        ("Field('x', max_length=3)", "'x'"),
        ("Field(default=Status.OPEN)", "Status.OPEN"),
        ("Field(default_factory=uuid4)", "uuid4()"),
        ("Field(default_factory=lambda: 1)", "…()"),
        ("Field(...)", ""),
        ("Field(alias='y')", ""),
    ],
)
def test_defaults_are_spelled_as_in_the_program(default: str, spelled: str) -> None:
    said = field(f"class M(BaseModel):\n    x: Any = {default}")
    assert (said.default, said.required) == (spelled, spelled == "")


def test_an_alias_that_cannot_be_told_leaves_the_name_open() -> None:
    said = field("class M(BaseModel):\n    model_config = ConfigDict(alias_generator=own)\n    x: int")
    assert (said.names.taken, said.names.open) == ((), True)
    said = field("class M(BaseModel):\n    x: int = Field(alias=PREFIX + 'x')")
    assert said.names.open
    said = field("class M(BaseModel):\n    x: int = required_field('note')")
    assert (said.names.open, said.required) == (True, None)


def test_pydantic_1_lets_an_optional_field_be_left_out() -> None:
    models = read(
        "from pydantic.v1 import BaseModel\nfrom typing import Optional\nclass M(BaseModel):\n    x: Optional[int]\n"
    )
    assert models["M"].fields[0].required is False
    assert field("class M(BaseModel):\n    x: Optional[int]").required is True


def test_settings_roots_and_custom_classes_are_no_rows() -> None:
    source = """
from pydantic import BaseModel, RootModel
from pydantic_settings import BaseSettings
from enum import Enum
class S(BaseSettings): x: int
class R(RootModel[int]): ...
class E(Enum): A = 1
class P: x: int
class C(BaseModel):
    @classmethod
    def __get_pydantic_core_schema__(cls, source, handler): ...
class M(BaseModel): x: int
"""
    assert list(read(source)) == ["M"]


def test_an_unknown_base_leaves_the_class_open() -> None:
    models = read("from fastapi_users import Base\nfrom pydantic import BaseModel\nclass M(Base, BaseModel): x: int\n")
    assert not models["M"].closed
    assert read("from pydantic import BaseModel\nfrom abc import ABC\nclass M(BaseModel, ABC): x: int\n")["M"].closed


def test_the_marker_says_what_a_class_is_of() -> None:
    source = """
from pydantic import BaseModel
TABLE = "app.things"
class A(BaseModel):
    __pgconform__ = TABLE
class B(A): ...
class C(A):
    __pgconform__ = None
class D(BaseModel):
    __pgconform__: str = "things"
"""
    models = read(source)
    assert [(name, model.relation, model.none) for name, model in models.items()] == [
        ("A", "app.things", False),
        ("B", "app.things", False),
        ("C", "", True),
        ("D", "things", False),
    ]


RECORDS = """
import attr
from attrs import define, field as afield
from dataclasses import KW_ONLY, InitVar, dataclass, field
from typing import ClassVar, NamedTuple, NotRequired, Optional, Required, TypedDict

@dataclass
class Data:
    a: int
    b: Optional[str] = None
    c: list[int] = field(default_factory=list)
    d: ClassVar[int] = 1
    e: InitVar[int] = 2
    f: int = field(default=1, init=False)
    _: KW_ONLY
    g: int

@define
class Attrs:
    a: int
    b: str = "x"
    c: list[int] = afield(factory=list)

@attr.s
class OldAttrs:
    a = attr.ib(type=int)
    b = attr.ib(type=str, default="x")

class Typed(TypedDict, total=False):
    a: Required[int]
    b: str

class More(Typed):
    c: NotRequired[Optional[int]]
    d: float

class Row(NamedTuple):
    a: int
    b: Optional[str] = None
"""


def test_attrs_takes_a_private_field_without_its_underscore_or_by_its_alias() -> None:
    source = """
from attrs import define, field
from dataclasses import dataclass, field as other

@define
class A:
    _a: int
    b: int = field(alias="c")
    d: int = field(alias=unknown)

@dataclass
class B:
    _a: int = other(default=1)
"""
    models = read(source)
    assert [item.names.taken for item in models["A"].fields] == [("a",), ("c",), ()]
    assert [item.names.open for item in models["A"].fields] == [False, False, True]
    assert [item.names.taken for item in models["B"].fields] == [("_a",)]


@pytest.mark.parametrize(
    ("name", "family", "fields"),
    [
        ("Data", Family.DATACLASS, {"a": True, "b": False, "c": False, "g": True}),
        ("Attrs", Family.ATTRS, {"a": True, "b": False, "c": False}),
        ("OldAttrs", Family.ATTRS, {"a": True, "b": False}),
        ("Typed", Family.TYPED_DICT, {"a": True, "b": False}),
        ("More", Family.TYPED_DICT, {"a": True, "b": False, "c": False, "d": True}),
        ("Row", Family.NAMED_TUPLE, {"a": True, "b": False}),
    ],
)
def test_records_are_not_enforced(name: str, family: Family, fields: dict[str, bool]) -> None:
    model = read(RECORDS)[name]
    assert (model.family, model.enforced) == (family, False)
    assert {item.attribute: item.required for item in model.fields} == fields
    assert all(item.nullable in (None, True) for item in model.fields)


ORM = """
import enum, uuid
from datetime import datetime
from typing import Annotated, Optional
from sqlalchemy import ARRAY, Column, DateTime, Enum, ForeignKey, Integer, MetaData, Numeric, String, UniqueConstraint
from sqlalchemy import relationship as _
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

class Base(DeclarativeBase):
    metadata = MetaData(schema="app")

class Status(enum.Enum):
    OPEN = "open"
    CLOSED = "closed"

key = Annotated[uuid.UUID, mapped_column(primary_key=True)]

class Stamped:
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

class User(Stamped, Base):
    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("email", "org_id"), {"comment": "x"})
    id: Mapped[key]
    email: Mapped[str] = mapped_column("e_mail", String(80), comment="where to write")
    org_id: Mapped[Optional[int]] = mapped_column(ForeignKey("orgs.id"), nullable=True)
    tags: Mapped[list[str]] = mapped_column(ARRAY(String))
    orders: Mapped[list["Order"]] = relationship()
    extra = Column(JSONB)
    status = Column("state", Enum(Status))
    kind = Column(Enum("a", "b", name="kinds"))
    price = Column(Numeric(10, 2, asdecimal=False))
    ref = Column(UUID(as_uuid=False))
    helper: Mapped[int] = made_elsewhere()
    plain = 3

class Admin(User):
    level: Mapped[int]

class Joined(User):
    __tablename__ = "joined"
    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("app.users.id"), primary_key=True)

class Abstract(Base):
    __abstract__ = True
    x: Mapped[int]

class Other(Abstract):
    __tablename__ = "others"
    __table_args__ = {"schema": "elsewhere"}

class Computed(Base):
    __tablename__ = prefix + "x"
"""


MADE = """
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr
from sqlmodel import SQLModel

class Base(DeclarativeBase):
    @declared_attr
    def __tablename__(cls) -> str:
        return cls.__name__.lower()

class Kept(Base):
    __abstract__ = True
    id: Mapped[int]

class Invoice(Kept):
    total: Mapped[int]

class Special(Invoice):
    note: Mapped[str]

class Named(Base):
    __tablename__ = "own_name"
    id: Mapped[int]

class Model(SQLModel):
    @declared_attr
    def __tablename__(cls) -> str:
        return cls.__name__

class Stamped(Model):
    id: int

class Role(Stamped, table=True):
    name: str

class Odd(SQLModel, table=True):
    id: int

    @declared_attr
    def __tablename__(cls) -> str:
        return pluralize(cls.__name__)
"""


def test_a_base_makes_names_of_tables_of_those_of_classes() -> None:
    """Not for a class below one with a table of its own, whose columns are in two; nor by functions of others."""
    models = read(MADE)
    found = {name: model.relation for name, model in models.items()}
    assert {name: found.get(name) for name in ("Invoice", "Named", "Role", "Special", "Odd")} == {
        "Invoice": "invoice", "Named": "own_name", "Role": "Role", "Special": None, "Odd": ""
    }  # fmt: skip


def test_declarative_classes_are_their_tables() -> None:
    models = read(ORM)
    assert {name: model.relation for name, model in models.items() if model.family is Family.ORM} == {
        "User": "app.users",
        "Admin": "app.users",
        "Joined": "app.joined",
        "Other": "elsewhere.others",
    }
    columns = {item.attribute: (item.names.given, item.type.raw) for item in models["User"].fields}
    assert columns == {
        "created_at": ("created_at", "DateTime(timezone=True)"),
        "id": ("id", "uuid.UUID"),
        "email": ("e_mail", "String(80)"),
        "org_id": ("org_id", ""),
        "tags": ("tags", "ARRAY(String)"),
        "extra": ("extra", "JSONB"),
        "status": ("state", "Enum(Status)"),
        "kind": ("kind", "Enum('a', 'b', name='kinds')"),
        "price": ("price", "Numeric(10, 2, asdecimal=False)"),
        "ref": ("ref", "UUID(as_uuid=False)"),
        "helper": ("helper", "int"),
    }
    assert [item.attribute for item in models["Joined"].fields] == ["created_at", "id"]
    assert [item.attribute for item in models["Admin"].fields][-1] == "level"
    assert [item.attribute for item in models["Other"].fields] == ["x"]
    assert not models["User"].enforced


def test_declared_types_keys_and_links() -> None:
    user = read(ORM)["User"]
    types = {item.attribute: item.type for item in user.fields}
    assert types["status"] == Labels(("OPEN", "CLOSED"), raw="Enum(Status)")
    assert types["kind"] == Labels(("a", "b"), raw="Enum('a', 'b', name='kinds')")
    assert types["tags"] == Array(Scalar("py.str", raw="String"), raw="ARRAY(String)")
    assert {name: bare(types[name]) for name in ("email", "extra", "price", "ref", "created_at", "org_id")} == {
        "email": Scalar("py.str"),
        "extra": Scalar("py.json_value"),
        "price": Scalar("py.float"),
        "ref": Union((Scalar("py.uuid"), Scalar("py.str"))),
        "created_at": Scalar("py.datetime"),
        "org_id": Unknown(),
    }
    assert user.keys == (Key(("id",), "primary"), Key(("email", "org_id"), "unique"))
    assert [(link.columns, link.target, link.target_columns) for link in user.links] == [(("org_id",), "orgs", ("id",))]
    assert [(link.target_schema, link.target) for link in read(ORM)["Joined"].links] == [("app", "users")]
    assert user.fields[2].comment == "where to write"


def test_declarative_bases_of_every_style() -> None:
    source = """
from sqlalchemy.ext.declarative import declarative_base
from sqlalchemy import Column, Integer
from flask_sqlalchemy import SQLAlchemy
Base = declarative_base()
db = SQLAlchemy()
class Old(Base):
    __tablename__ = "app.old"
    id = Column(Integer, primary_key=True)
class UserGroup(db.Model):
    id = db.Column(db.Integer, primary_key=True)
class Mixin:
    id = Column(Integer)
"""
    models = read(source)
    assert {name: model.relation for name, model in models.items()} == {"Old": "app.old", "UserGroup": "user_group"}
    assert [item.attribute for item in models["UserGroup"].fields] == ["id"]


def test_sqlmodel_tables_and_models() -> None:
    source = """
from sqlmodel import Column, Field, Relationship, SQLModel, String
from typing import Optional
class HeroBase(SQLModel):
    name: str = Field(index=True, max_length=30)
class Hero(HeroBase, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    team_id: Optional[int] = Field(default=None, foreign_key="teams.id")
    alias: str = Field(sa_column=Column("aka", String(20)))
    team: Optional["Team"] = Relationship()
class Team(SQLModel, table=True):
    __tablename__ = "teams"
    __table_args__ = {"schema": "app"}
    id: int = Field(primary_key=True)
class HeroCreate(HeroBase): ...
"""
    models = read(source)
    assert {name: (model.relation, model.enforced) for name, model in models.items()} == {
        "HeroBase": ("", True),
        "Hero": ("hero", False),
        "Team": ("app.teams", False),
        "HeroCreate": ("", True),
    }
    hero = models["Hero"]
    assert [(item.names.given, item.nullable) for item in hero.fields] == [
        ("name", None),
        ("id", None),
        ("team_id", True),
        ("aka", None),
    ]
    assert hero.keys == (Key(("id",), "primary"),)
    assert [link.target for link in hero.links] == ["teams"]
    assert models["HeroCreate"].fields[0].bounds is not None
