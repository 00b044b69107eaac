"""Whatever a program says of its classes, reading and mapping them ends, and always says the same."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pgconform.check import check
from pgconform.pairs.world import World
from pgconform.schema import Relation, Schema
from pgconform.sources.python.facts.facts import read_facts
from pgconform.sources.python.models.mapping import map_models
from pgconform.sources.python.models.read import read_models
from pgconform.sources.python.modules.project import Project
from tests.schemas import column

HEAD = """
from __future__ import annotations
import enum, uuid, typing as t, dataclasses
from datetime import datetime
from typing import *
from pydantic import *
from pydantic.alias_generators import to_camel
from sqlalchemy import *
from sqlalchemy.orm import *
from sqlmodel import SQLModel, Relationship
from . import other
from .other import *
T = TypeVar("T", bound="A")
"""
NAMES = st.sampled_from(["A", "B", "C", "T", "x", "y", "id", "other.A", "Alias", "E", "E.ONE"])
ATOMS = st.one_of(
    NAMES,
    st.sampled_from(
        [
            *(
                "int",
                "str",
                "None",
                "Any",
                "datetime",
                "uuid.UUID",
                "'A'",
                "'list[B]'",
                "'('",
                "...",
                "-1",
                "1.5e300",
                "'é'",
            ),
            *(
                "Optional",
                "list",
                "dict",
                "Literal",
                "Annotated",
                "Union",
                "ClassVar",
                "Json",
                "PositiveInt",
                "to_camel",
            ),
            *("lambda: 1", "f'{x}'", "[]", "{}", "()", "True", "b'x'", "enum.auto()", "Integer", "10**30"),
        ]
    ),
)
CALLED = ["Field", "constr", "Column", "mapped_column", "NewType", "ForeignKey", "ConfigDict", "x", "TypeVar"]
KEYWORDS = ["alias", "default", "gt", "max_length", "alias_generator", "bound", "primary_key", "**z"]
ANNOTATED = ["x", "y", "id", "model_config", "__tablename__", "_p", "ONE"]
ASSIGNED = ["x", "id", "model_config", "__table_args__", "__pgconform__", "ONE"]
EXPRESSIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(ATOMS, st.lists(inner, min_size=1, max_size=3)).map(lambda p: f"{p[0]}[{', '.join(p[1])}]"),
        st.tuples(inner, inner).map(" | ".join),
        st.tuples(
            st.sampled_from(CALLED),
            st.lists(inner, max_size=2),
            st.lists(
                st.tuples(
                    st.sampled_from(KEYWORDS),
                    inner,
                ),
                max_size=2,
                unique_by=lambda pair: pair[0],
            ),
        ).map(lambda p: f"{p[0]}({', '.join([*p[1], *(k if k[0] == '*' else f'{k}={v}' for k, v in p[2])])})"),
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
    ),
    max_leaves=6,
)  # fmt: skip
BASES = st.sampled_from(
    [
        *(
            "BaseModel",
            "A",
            "B",
            "C",
            "Generic[T]",
            "BaseModel, Generic[T]",
            "A[int]",
            "B[T]",
            "RootModel[int]",
            "SQLModel",
        ),
        *(
            "TypedDict",
            "NamedTuple",
            "DeclarativeBase",
            "enum.Enum",
            "str, enum.Enum",
            "object",
            "other.A",
            "A, B",
            "Base",
        ),
    ]
)
MEMBERS = st.one_of(
    st.tuples(st.sampled_from(ANNOTATED), EXPRESSIONS, EXPRESSIONS).map(lambda p: f"{p[0]}: {p[1]} = {p[2]}"),
    st.tuples(st.sampled_from(ASSIGNED), EXPRESSIONS).map(" = ".join),
    st.tuples(st.sampled_from(["x", "y"]), EXPRESSIONS).map(": ".join),
    st.sampled_from(
        [
            "@field_validator('x', mode='before')\n    def f(cls, v): ...",
            "@computed_field\n    def g(self) -> 'A': ...",
            "class A(BaseModel): z: 'C'",
            "class Config: extra = 'forbid'",
        ]
    ),
)  # fmt: skip
CLASSES = st.tuples(st.sampled_from("ABCE"), BASES, st.lists(MEMBERS, max_size=4)).map(
    lambda p: f"class {p[0]}({p[1]}):\n    " + "\n    ".join([*p[2], "pass"])
)
ALIASES = st.tuples(st.sampled_from(["Alias", "T", "Base", "x", "A"]), EXPRESSIONS).map(" = ".join)
PROGRAMS = st.lists(st.one_of(CLASSES, CLASSES, ALIASES), max_size=6).map(lambda parts: HEAD + "\n".join(parts) + "\n")
TRUTH = Schema(relations=(Relation("a", "public", fields=tuple(map(column, ("id int4!", "x text", "y jsonb")))),))


@settings(max_examples=400)
@example("", f"{HEAD}class A(BaseModel):\n    x: ClassVar[()] = []\n    y: Annotated[()] = 1\n    z: Optional[()]\n")
@given(PROGRAMS, PROGRAMS)
def test_any_classes_are_read_and_mapped(one: str, other: str) -> None:
    facts = {"p/one.py": read_facts(one.encode()), "p/other.py": read_facts(other.encode())}
    found = read_models(Project(facts))
    assert found == read_models(Project(facts))
    mapped = map_models(found, World(TRUTH), settings={"p.one.A": "a", "p.other.B": "a"})
    check(TRUTH, mapped.schema)


def test_what_multiplies_without_end_ends() -> None:
    aliases = "".join(f"A{n} = Union[A{n + 1}, list[A{n + 1}], dict[str, A{n + 1}]]\n" for n in range(60))
    literals = "".join(f"L{n} = Literal[L{n + 1}, L{n + 1}]\n" for n in range(60))
    classes = "".join(f"class C{n}(C{n + 1}[int], C{n + 1}[str], Generic[T]): ...\n" for n in range(60))
    cyclic = "class D(E[int], E[str]): ...\nclass E(D[int], D[str]): ...\n"
    models = "class M(BaseModel):\n    a: A0\n    b: L0\n    c: D\nclass N(C0[int], BaseModel): ...\n"
    facts = read_facts(f"{HEAD}{models}{aliases}{literals}{classes}{cyclic}".encode())
    assert not facts.error
    assert [field.attribute for field in read_models(Project({"m.py": facts}))[0].fields] == ["a", "b", "c"]
