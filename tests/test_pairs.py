"""How claims meet the truth: names, schemas, directions, what is left out and what is only half in view."""

from __future__ import annotations

import pytest

from pgconform.finding import Severity
from pgconform.lattice import Fit, Verdict
from pgconform.pairs.pair import FieldPair, KeyPair, LinkPair, RelationPair
from pgconform.pairs.pairing import pairs, truth_pairs
from pgconform.pairs.world import World
from pgconform.schema import Access, Key, Link, Relation, Schema, Transport, Unread
from pgconform.shape import Type
from tests.schemas import claim, column, schema, table

TRUTH = schema(table("documents", "id uuid!", "title text"), table("auth.users", "id uuid!", "email text"))


def paired(*claims: Relation, truth: Schema = TRUTH, schemas: tuple[str, ...] = ("public",)) -> list[object]:
    return list(pairs(World(truth, schemas), schema(*claims)))


def field_pairs(*claims: Relation, truth: Schema = TRUTH) -> dict[str, FieldPair]:
    return {pair.name: pair for pair in paired(*claims, truth=truth) if isinstance(pair, FieldPair)}


def test_an_unsaid_schema_is_the_first_searched_one_that_has_the_relation() -> None:
    truth = schema(table("a.only_a"), table("a.both"), table("b.both"), table("c.both"))
    claims = [claim("both"), claim("only_a"), claim("c.both"), claim("c.only_a")]
    found = paired(*claims, truth=truth, schemas=("b", "a"))
    names = [pair.truth and pair.truth.qualified for pair in found if isinstance(pair, RelationPair)]
    assert names == ["b.both", "a.only_a", "c.both", None]


def test_every_claimed_column_is_paired_and_a_whole_claim_also_with_what_it_leaves_out() -> None:
    part = field_pairs(claim("documents", "title str", "stars int"))
    assert {name: (bool(pair.truth), bool(pair.claim)) for name, pair in part.items()} == {
        "title": (True, True),
        "stars": (False, True),
    }
    whole = field_pairs(claim("documents", "title str", whole=True))
    assert {name: bool(pair.claim) for name, pair in whole.items()} == {"title": True, "id": False}


def test_a_relation_outside_the_first_schema_is_called_by_its_full_name() -> None:
    assert field_pairs(claim("auth.users", "email str"))["email"].subject == "auth.users.email"
    assert field_pairs(claim("documents", "title str"))["title"].subject == "documents.title"


def test_the_access_decides_which_way_types_must_fit() -> None:
    asked = {}
    for access in Access:
        pair = field_pairs(claim("documents", "title str", access=access))["title"]
        asked[access.value] = (pair.access.reads, pair.access.writes)
    assert asked == {
        "read": (True, False),
        "insert": (False, True),
        "update": (False, True),
        "mention": (False, False),
        "both": (True, True),
    }


def test_unknown_types_are_not_asked_about() -> None:
    pair = field_pairs(claim("documents", "title ?", access=Access.BOTH))["title"]
    assert (pair.read_fit, pair.write_fit, pair.judged[0]) == (None, None, None)


@pytest.mark.parametrize(("read", "write", "worst"), [(2, 4, 4), (4, 2, 4), (0, 0, 0)])
def test_the_worst_fit_is_the_worse_direction(
    read: int, write: int, worst: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(source: Type, target: Type, transport: Transport) -> Fit:
        return Fit(Verdict(read if source.raw == "text" else write), source.raw)

    monkeypatch.setattr("pgconform.pairs.pair.fit", answer)
    found = field_pairs(claim("documents", "title str", access=Access.BOTH))["title"].judged[0]
    assert found is not None
    assert (found.verdict, found.witness) == (worst, "text" if read >= write else "str")


def test_keys_and_links_are_paired_with_the_relation_and_its_foreign_key() -> None:
    here = Link(("owner",), "auth", "users", ("id",))
    truth = schema(table("notes", "owner uuid", links=(here,)))
    other = Link(("team",), "", "teams", ("id",))
    found = paired(
        claim("notes", keys=(Key(("owner",)),), links=(Link(("owner",), "", "users", ("id",)), other)), truth=truth
    )
    assert [pair.claim.columns for pair in found if isinstance(pair, KeyPair)] == [("owner",)]
    assert [pair.truth for pair in found if isinstance(pair, LinkPair)] == [here, None]


def test_a_claim_that_only_names_a_column_that_is_there_is_bare() -> None:
    found = field_pairs(claim("documents", "id ?", "stars ?", "title str", kind="query"))
    assert {name: pair.bare for name, pair in found.items()} == {"id": True, "stars": False, "title": False}
    written = field_pairs(claim("documents", "id ?", kind="payload", access=Access.INSERT))
    assert not written["id"].bare


def test_a_views_column_leads_to_its_base_column_through_other_views() -> None:
    base = table("t", column("n int8!", identity="always"))
    inner = Relation("inner_v", "public", "view", (column("m int8", origin=("public", "t", "n")),))
    outer = Relation("outer_v", "public", "view", (column("o int8", origin=("public", "inner_v", "m")),))
    pair = field_pairs(claim("outer_v", "o int"), truth=schema(base, inner, outer))["o"]
    assert pair.stored == base.fields[0]


def test_an_origin_that_leads_in_a_circle_or_nowhere_ends() -> None:
    one = Relation("a", "public", "view", (column("x int8", origin=("public", "b", "x")),))
    two = Relation("b", "public", "view", (column("x int8", origin=("public", "a", "x")),))
    lost = Relation("c", "public", "view", (column("x int8", origin=("public", "gone", "x")),))
    truth = schema(one, two, lost)
    assert field_pairs(claim("a", "x int"), truth=truth)["x"].stored is not None
    assert field_pairs(claim("c", "x int"), truth=truth)["x"].stored == lost.fields[0]


def test_a_relation_known_in_part_is_not_known() -> None:
    unread = (Unread("refused", "statement", subject="public.documents"),)
    partly = schema(*TRUTH.relations, unread=unread)
    (pair, *_) = paired(claim("documents"), truth=partly)
    assert isinstance(pair, RelationPair)
    assert (pair.known, pair.half_seen, pair.unjudged) == (False, True, None)
    column_pair = field_pairs(claim("documents", "stars int"), truth=partly)["stars"]
    assert column_pair.unjudged is not None
    assert column_pair.unjudged.kind == "partly known"


def test_a_create_that_does_nothing_leaves_the_relation_known() -> None:
    truth = schema(*TRUTH.relations, unread=(Unread("exists already", "shadowed", subject="public.documents"),))
    (pair, *_) = paired(claim("documents"), truth=truth)
    assert isinstance(pair, RelationPair)
    assert pair.known


def test_who_speaks_limits_what_can_be_said() -> None:
    ceilings = {
        "model": claim("documents"),
        "inferred": claim("documents", certain=False),
        "document": claim("documents", kind="document"),
    }
    found = {name: RelationPair(World(TRUTH), None, one).ceiling for name, one in ceilings.items()}
    assert found == {"model": Severity.ERROR, "inferred": Severity.WARNING, "document": Severity.WARNING}


def test_the_truth_by_itself_is_what_was_claimed_and_what_it_only_heard_of() -> None:
    unread = (Unread("relation does not exist", "statement", subject="base"),)
    world = World(schema(*TRUTH.relations, unread=unread))
    subjects = [pair.subject for pair in truth_pairs(world, {"public.documents"})]
    assert subjects == ["documents", "base", "base"]
