"""What is read of a live database: every part of it, exactly."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from pgconform.embedded import Server
from pgconform.schema import Check, Key, Link, Policy, Schema, Writable
from pgconform.shape import Array, Bounds, Field, Labels, Scalar, Struct
from tests.postgres_servers import EMBEDDED
from tests.truths import column, everything, function, named_type, relation, truth_of

pytestmark = pytest.mark.every_version
STATE = Labels(("draft", "held", "live", "gone"), "app.state")
ZIP = Scalar("varchar", (10,), "character varying(10)")
ADDRESS = Struct(
    (
        Field("street", Scalar("text", raw="text"), nullable=True),
        Field("zip", ZIP, nullable=True),
        Field("state", STATE, nullable=True),
    ),
    "app.address",
)


@pytest.fixture(scope="module")
def truth(postgres: Server) -> Iterator[Schema]:
    name = f"everything_{uuid.uuid4().hex[:8]}"
    yield truth_of(postgres.create_database(name), everything(postgres))
    postgres.drop_database(name)


def test_schemas_and_extensions(postgres: Server, truth: Schema) -> None:
    assert truth.schemas == ("app", "public")
    assert truth.extensions == (("citext", "hstore") if postgres.version < EMBEDDED else ("citext", "hstore", "vector"))
    assert truth.unread == ()
    assert truth.server.startswith(str(postgres.version))


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("things.id", Scalar("int8", raw="bigint")),
        ("things.size", Scalar("int2", raw="smallint")),
        ("things.title", Scalar("varchar", (80,), "character varying(80)")),
        ("things.price", Scalar("numeric", (10, 2), "numeric(10,2)")),
        ("things.loose", Scalar("numeric", raw="numeric")),
        ("things.at", Scalar("timestamptz", (3,), "timestamp(3) with time zone")),
        ("things.lasts", Scalar("interval", raw="interval hour to minute")),
        ("things.span", Scalar("span", raw="app.span")),
        ("things.spans", Scalar("span_multirange", raw="app.span_multirange")),
        ("things.state", STATE),
        ("things.states", Array(STATE, "app.state[]")),
        ("owners.email", Scalar("citext", raw="public.citext")),
        ("owners.extra", Scalar("hstore", raw="public.hstore")),
        ("owners.handle", Scalar("varchar", (40,), "app.short_slug")),
        ("owners.home", ADDRESS),
        ("owners.homes", Array(ADDRESS, "app.address[]")),
        ("owners.scores", Array(Scalar("numeric", (5, 2), "app.score"), "app.score[]")),
        ("counted.many", Scalar("int8", raw="bigint")),
    ],
)
def test_types(truth: Schema, name: str, type_: object) -> None:
    assert column(truth, f"app.{name}").type == type_


def test_types_that_not_every_server_has(postgres: Server, truth: Schema) -> None:
    scale = -2 if postgres.version >= 15 else 2
    assert column(truth, "app.things.negative").type == Scalar("numeric", (3, scale), f"numeric(3,{scale})")
    if postgres.version == EMBEDDED:
        assert column(truth, "app.things.embedding").type == Scalar("vector", (3,), "public.vector(3)")
        assert named_type(truth, "public.vector").extension == "vector"


@pytest.mark.parametrize(
    ("name", "nullable", "filled"),
    [
        ("things.id", False, True),
        ("things.serial", False, True),
        ("things.owner_id", False, False),
        ("things.second_owner", True, False),
        ("things.title", False, False),
        ("things.price", True, True),
        ("things.nothing", True, False),
        ("things.maybe", False, False),
        ("things.weight", True, False),
        ("owners.handle", False, True),
    ],
)
def test_nullability_and_whether_the_database_fills_it(truth: Schema, name: str, nullable: bool, filled: bool) -> None:
    found = column(truth, f"app.{name}")
    assert (found.nullable, found.filled) == (nullable, filled)


def test_defaults_identity_and_generated_columns(truth: Schema) -> None:
    things = {field.name: field for field in relation(truth, "app.things").fields}
    assert things["id"].identity == "always"
    assert things["code"].identity == "by default"
    assert things["doubled"].generated == "stored"
    assert things["doubled"].default == "(price * (2)::numeric)"
    assert things["state"].default == "'draft'::app.state"
    assert things["at"].default == "now()"
    assert column(truth, "app.owners.handle").default == "'none'::character varying"


def test_columns_keep_their_order_and_dropped_ones_are_gone(truth: Schema) -> None:
    names = [field.name for field in relation(truth, "app.things").fields]
    assert names[:4] == ["id", "code", "serial", "owner_id"]
    assert "flags" not in names


def test_keys(postgres: Server, truth: Schema) -> None:
    assert relation(truth, "app.things").keys == (
        Key(("id",), "primary", "things_pkey"),
        Key(("owner_id", "title"), "unique", "things_owner_id_title_key"),
        Key(("code", "serial"), "index", "things_code", nulls_distinct=postgres.version < 15),
        Key(("code",), "index", "things_live", partial="(state = 'live'::app.state)"),
        Key(
            ("",),
            "index",
            "things_lower",
            expression=True,
            definition="CREATE UNIQUE INDEX things_lower ON app.things USING btree (lower((title)::text))",
        ),
        Key(
            ("span",),
            "exclusion",
            "no_overlap",
            partial="(state = 'live'::app.state)",
            definition="EXCLUDE USING gist (span WITH &&) WHERE ((state = 'live'::app.state))",
        ),
    )


def test_links(truth: Schema) -> None:
    assert relation(truth, "app.things").links == (
        Link(("second_owner",), "app", "owners", ("id",), "second", validated=False, deferrable=True, indexed=False),
        Link(
            ("owner_id",),
            "app",
            "owners",
            ("id",),
            "things_owner_id_fkey",
            on_delete="cascade",
            on_update="restrict",
            indexed=True,
        ),
    )
    assert [link.target for link in relation(truth, "app.event_notes").links] == ["events"]


def test_checks_and_what_they_say_of_columns(truth: Schema) -> None:
    checks = {check.name: check for check in relation(truth, "app.things").checks}
    assert {name: check.understood for name, check in checks.items()} == {
        "kinds": True,
        "later": True,
        "maybe_is_there": True,
        "odd": False,
        "sizes": True,
        "titled": True,
    }
    assert checks["later"] == Check(
        "(weight > (0)::double precision)", "later", ("weight",), validated=False, understood=True
    )
    assert checks["sizes"].columns == ("size", "price")
    said = {field.name: field.bounds for field in relation(truth, "app.things").fields if field.bounds}
    assert said == {
        "title": Bounds(min_length=3),
        "kind": Bounds(labels=("a", "b")),
        "size": Bounds(ge="1", le="9"),
        "price": Bounds(ge="0"),
        "weight": Bounds(gt="0"),
    }


def test_domains_bring_their_limits_along(truth: Schema) -> None:
    assert column(truth, "app.owners.handle").bounds == Bounds(max_length=10, pattern="^[a-z-]+$")
    slug = named_type(truth, "app.short_slug")
    assert (slug.kind, slug.nullable, slug.default) == ("domain", False, "'none'::character varying")
    assert slug.type == Scalar("varchar", (40,), "app.slug")
    assert named_type(truth, "app.score").bounds == Bounds(ge="0", le="100")


def test_named_types(truth: Schema) -> None:
    kinds = {named.name: named.kind for named in truth.types if named.schema == "app"}
    assert kinds == {
        "address": "composite",
        "score": "domain",
        "short_slug": "domain",
        "slug": "domain",
        "span": "range",
        "span_multirange": "multirange",
        "state": "enum",
    }
    assert named_type(truth, "app.state").comment == "where it stands"
    assert named_type(truth, "app.span").type == Scalar("float8", raw="double precision")
    assert named_type(truth, "public.citext").extension == "citext"


def test_security_and_triggers(truth: Schema) -> None:
    things = relation(truth, "app.things")
    assert things.row_security is True
    assert things.policies == (
        Policy("more", "insert", ("public",), permissive=False, check="(price < (100)::numeric)"),
        Policy("own", "select", ("public",), using="(owner_id = gen_random_uuid())"),
    )
    assert [(one.name, one.enabled) for one in things.triggers] == [("touched", True)]
    assert things.triggers[0].definition.startswith("CREATE TRIGGER touched BEFORE INSERT OR UPDATE ON app.things")


def test_comments(truth: Schema) -> None:
    assert relation(truth, "app.things").comment == "what is kept"
    assert column(truth, "app.things.title").comment == "what it is called"
    assert function(truth, "app.add").comment == "adds"


def test_partitions_fold_into_their_parent(truth: Schema) -> None:
    events, part = relation(truth, "app.events"), relation(truth, "app.events_2024")
    assert (events.kind, events.definition) == ("partitioned table", "RANGE (day)")
    assert (part.kind, part.partition_of, part.fields, part.whole) == ("partition", ("app", "events"), (), False)
    assert part.name not in {found.name for found in truth.normal().relations}


def test_inherited_columns_are_the_childs(truth: Schema) -> None:
    assert [field.name for field in relation(truth, "app.child").fields] == ["id", "name", "more"]
    assert column(truth, "app.child.name").nullable is False


def test_what_may_be_written(postgres: Server, truth: Schema) -> None:
    kinds = {name: relation(truth, f"app.{name}") for name in ("things", "plain", "live_things", "counted")}
    assert {name: found.writable for name, found in kinds.items()} == {
        "things": Writable(),
        "plain": Writable(),
        "live_things": Writable(False, False, False),
        "counted": Writable(False, False, False),
    }
    assert kinds["live_things"].options == (("security_invoker=true",) if postgres.version >= 15 else ())


def test_functions(truth: Schema) -> None:
    add = function(truth, "app.add")
    assert [(one.name, one.type.raw, one.optional) for one in add.arguments] == [
        ("a", "integer", False),
        ("b", "integer", True),
    ]
    assert (add.returns, add.volatility, add.language) == (Scalar("int4", raw="integer"), "immutable", "sql")
    assert "select a + b" in add.definition
    many = function(truth, "app.all_things")
    assert [one.mode for one in many.arguments] == ["in", "variadic"]
    assert (many.returns_set, many.returns_relation, many.rows) == (True, ("app", "things"), 7)
    assert isinstance(many.returns, Struct)
    assert [field.name for field in many.returns.fields] == [f.name for f in relation(truth, "app.things").fields]


def test_functions_that_give_rows_say_their_columns(truth: Schema) -> None:
    for name, names, many in (("app.pairs", ["first", "second"], False), ("app.listed", ["id", "name"], True)):
        found = function(truth, name)
        assert isinstance(found.returns, Struct)
        assert ([field.name for field in found.returns.fields], found.returns_set) == (names, many)
    assert [one.mode for one in function(truth, "app.listed").arguments] == ["in", "table", "table"]
    assert function(truth, "app.run").kind == "procedure"


def test_what_types_make_for_themselves_is_left_out(truth: Schema) -> None:
    assert "span" not in {found.name for found in truth.functions}
    assert {found.extension for found in truth.functions if found.schema == "public"} == set(truth.extensions)


def test_keys_of_others_do_not_leave_the_database(truth: Schema) -> None:
    hooks = relation(truth, "app.hooks")
    texts = f"{hooks.comment} {hooks.triggers[0].definition} {function(truth, 'app.notify').definition}"
    assert "hunter2" not in texts
    assert "sb_secret_" not in texts
    assert "eyJ" not in texts
    assert "***" in texts
