"""DRF: what is said of each way in which two truths can differ."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from pgconform.check import check
from pgconform.schema import Check, Function, Key, NamedType, Policy, Relation, Schema, Trigger
from pgconform.shape import Field, Labels, Location
from tests.schemas import column, said, schema, table

BASE = table("documents", "id uuid!", "title text", keys=(Key(("id",), "primary", "documents_pkey"),))
STATUS = NamedType("status", "public", "enum", Labels(("new", "done")))
NOW = schema(BASE, types=(STATUS,))


def but(**parts: object) -> Schema:
    """The truth with another table."""
    return schema(replace(BASE, **parts), types=(STATUS,))


def fields(*texts: str) -> tuple[Field, ...]:
    return tuple(map(column, texts))


@pytest.mark.parametrize(
    ("then", "code", "message"),
    [
        (
            schema(types=(STATUS,), schemas=("public",)),
            "DRF001",
            "relation public.documents is new: the other side does not have it",
        ),
        (
            schema(BASE, table("notes"), types=(STATUS,)),
            "DRF001",
            "relation public.notes is missing: the other side has it",
        ),
        (but(kind="view"), "DRF001", "relation public.documents: kind is table, was view"),
        (
            but(fields=fields("id uuid!")),
            "DRF002",
            "column public.documents.title is new: the other side does not have it",
        ),
        (
            but(fields=fields("id uuid!", "title varchar(20)")),
            "DRF002",
            "column public.documents.title: type is text, was varchar(20)",
        ),
        (
            but(fields=fields("id uuid!", "title text!")),
            "DRF002",
            "column public.documents.title: nullable is yes, was no",
        ),
        (but(keys=()), "DRF003", "key public.documents.documents_pkey is new: the other side does not have it"),
        (
            but(checks=(Check("a > 0", "pos"),)),
            "DRF003",
            "check public.documents.pos is missing: the other side has it",
        ),
        (but(row_security=True), "DRF004", "relation public.documents: row_security is nothing, was yes"),
        (but(policies=(Policy("own"),)), "DRF004", "policy public.documents.own is missing: the other side has it"),
        (but(triggers=(Trigger("t"),)), "DRF005", "trigger public.documents.t is missing: the other side has it"),
        (but(comment="notes"), "DRF005", "relation public.documents: comment is nothing, was notes"),
        (
            replace(NOW, functions=(Function("f", "api"),)),
            "DRF005",
            "function api.f() is missing: the other side has it",
        ),
        (
            schema(BASE, types=(replace(STATUS, type=Labels(("new",))),)),
            "DRF006",
            "type public.status: type is new, done, was new",
        ),
    ],
)
def test_each_difference_has_one_rule(then: Schema, code: str, message: str) -> None:
    (finding,) = check(NOW, then)
    assert (finding.code, finding.message) == (code, message)


def test_a_comment_is_info_and_all_else_a_warning() -> None:
    assert said(check(NOW, but(comment="x", row_security=False))) == [
        "warning relation public.documents: row_security is nothing, was no",
        "info relation public.documents: comment is nothing, was x",
    ]


def test_both_places_are_given() -> None:
    moved = replace(column("title int4"), at=Location("old.sql", 9))
    (finding,) = check(NOW, but(fields=(*fields("id uuid!"), moved)))
    assert (str(finding.at), str(finding.truth_at)) == ("old.sql:9", "1.sql:2")


def test_partitions_and_the_order_of_columns_are_no_drift() -> None:
    part = Relation("documents_1", "public", "partition", partition_of=("public", "documents"))
    turned = replace(BASE, fields=BASE.fields[::-1])
    assert check(NOW, schema(turned, part, types=(STATUS,))) == []
