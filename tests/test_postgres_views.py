"""Views: where their columns come from, which can never be NULL, and the keys they repeat."""

from __future__ import annotations

import psycopg
import pytest

from pgconform.embedded import Server
from pgconform.schema import Schema
from pgconform.shape import Bounds
from pgconform.sources.postgres.build import build
from pgconform.sources.postgres.catalogue import Catalogue, fetch
from tests.truths import apply, column, everything, relation, truth_of

pytestmark = pytest.mark.every_version
TABLES = """
create table a (id int primary key, name text not null, note text, b_id int, n int not null);
create table b (id int primary key, title text not null, a_id int not null references a, unique (title, a_id));
"""


def nullable(dsn: str, query: str) -> dict[str, bool | None]:
    """Of each column of a view over that query."""
    truth = truth_of(dsn, f"{TABLES}; create view v as {query}")
    return {field.name: field.nullable for field in relation(truth, "public.v").fields}


VIEWS: list[tuple[str, dict[str, bool | None]]] = [
    ("select id, note from a", {"id": False, "note": True}),
    ("select a.id, b.title, a.note from a join b on b.a_id = a.id", {"id": False, "title": False, "note": True}),
    ("select a.id, b.title from a left join b on b.a_id = a.id", {"id": False, "title": True}),
    ("select a.name, b.title from a right join b on b.a_id = a.id", {"name": True, "title": False}),
    ("select a.name, b.title from a full join b on b.a_id = a.id", {"name": True, "title": True}),
    ("select b.title from a left join b on b.a_id = a.id where b.id is not null", {"title": None}),
    ("select note from a where note is not null", {"note": False}),
    ("select note from a where note is not null and id > 1", {"note": False}),
    ("select note from a where note is not null or id > 1", {"note": None}),
    ("select note from a where length(note) > 1", {"note": None}),
    ("select a.note from a where exists (select from b where b.title = a.note)", {"note": None}),
    ("select coalesce(note, '') as c, coalesce(note, name) as d from a", {"c": False, "d": False}),
    ("select count(*) as n, count(note) as m, max(id) as x from a", {"n": False, "m": False, "x": None}),
    ("select name, count(*) as n, max(n) as x from a group by name", {"name": False, "n": False, "x": None}),
    ("select name, count(*) as n from a group by rollup (name)", {"name": None, "n": None}),
    ("select id + n as s, note || name as t, upper(name) as u from a", {"s": False, "t": None, "u": False}),
    ("select 1 as one, null::int as nothing, true as yes from a", {"one": False, "nothing": True, "yes": False}),
    ("select note is null as n, id is distinct from n as d from a", {"n": False, "d": False}),
    ("select case when id > 1 then name else 'x' end as c from a", {"c": False}),
    ("select case when id > 1 then name end as c from a", {"c": None}),
    ("select (select title from b limit 1) as t, exists (select from b) as e from a", {"t": None, "e": False}),
    ("select array(select id from b) as ids, array[id] as one from a", {"ids": False, "one": False}),
    ("select row_number() over () as r, lag(name) over () as l from a", {"r": False, "l": None}),
    ("select x.name, x.note from (select name, note from a) x", {"name": False, "note": True}),
    ("with x as (select name from a) select name from x", {"name": None}),
    ("select name from a union select title from b", {"name": False}),
    ("select note as n from a union all select title from b", {"n": None}),
    ("select name::varchar as v, id::text as t from a", {"v": False, "t": False}),
    ("select now() as t, current_date as d, gen_random_uuid() as u from a", {"t": False, "d": False, "u": False}),
    ("select concat(note) as c, concat(variadic array[note]) as v from a", {"c": False, "v": None}),
    ("select id, title from a join b using (id)", {"id": False, "title": False}),
]


@pytest.mark.parametrize(("query", "expected"), VIEWS)
def test_nullability_is_proven_or_left_open(pg_dsn: str, query: str, expected: dict[str, bool | None]) -> None:
    assert nullable(pg_dsn, query) == expected


ROWS = """
insert into a select n, 'a' || n, case when n % 2 = 0 then 'note' || n end, nullif(n, 3), n
  from generate_series(1, 6) n;
insert into b select n + 2, 'b' || n, 1 + n % 3 from generate_series(1, 4) n;
insert into b values (90, 'note2', 5);
"""


def test_what_is_proven_holds_for_rows(pg_dsn: str) -> None:
    views = [f"create view v{number} as {query}" for number, (query, _) in enumerate(VIEWS)]
    truth = truth_of(pg_dsn, f"{TABLES}; {ROWS}; {'; '.join(views)}")
    held = [one for one in truth.relations if one.kind == "view"]
    assert len(held) == len(VIEWS)
    with psycopg.connect(pg_dsn) as connection:
        for view in held:
            for field in view.fields:
                query = f"select count(*) from {view.name} where {quoted(field.name)} is null"
                (nulls,) = connection.execute(query.encode()).fetchone() or (0,)
                assert nulls == 0 or field.nullable is not False, (view.definition, field.name)


def test_nullability_is_proven_through_views_of_views(pg_dsn: str) -> None:
    sql = f"{TABLES}; create view inner_v as select a.name, b.title from a left join b on b.a_id = a.id;"
    truth = truth_of(pg_dsn, sql + "create view outer_v as select name, title, name as again from inner_v")
    assert {field.name: field.nullable for field in relation(truth, "public.outer_v").fields} == {
        "name": False,
        "title": True,
        "again": False,
    }
    assert column(truth, "public.outer_v.title").origin == ("public", "b", "title")


def test_keys_are_repeated_when_all_their_columns_are(pg_dsn: str) -> None:
    views = "create view v as select id as key, title, a_id as a from b;"
    views += "create view w as select title, a_id + 1 as a from b"
    truth = truth_of(pg_dsn, f"{TABLES}; {views}")
    assert [(key.name, key.columns, key.kind) for key in relation(truth, "public.v").keys] == [
        ("b_pkey", ("key",), "primary"),
        ("b_title_a_id_key", ("title", "a"), "unique"),
    ]
    assert relation(truth, "public.w").keys == ()


def test_a_column_shown_twice_repeats_the_key_twice(pg_dsn: str) -> None:
    truth = truth_of(pg_dsn, f"{TABLES}; create view v as select id as x, id as y from a")
    assert [key.columns for key in relation(truth, "public.v").keys] == [("x",), ("y",)]


def test_an_updatable_view_takes_limits_and_filling_from_its_table(pg_dsn: str) -> None:
    table = "create table t (id int generated always as identity, n int not null check (n > 3), free text)"
    truth = truth_of(pg_dsn, f"{table}; create view v as select id, n, upper(free) as up from t")
    assert [column(truth, f"public.v.{name}").filled for name in ("id", "n", "up")] == [True, False, None]
    assert column(truth, "public.v.n").bounds == Bounds(gt="3")


def test_names_no_token_could_hold_do_not_disturb(pg_dsn: str) -> None:
    names = ['a"b', "a b", "a{b", "a}b", "a\\", "(a", ":resorigtbl 1", "é", "a\nb"]
    columns = ", ".join(f"{quoted(name)} int not null" for name in names)
    sql = f"create table odd ({columns}); create view v as select * from odd; create view w as select * from v"
    truth = truth_of(pg_dsn, sql)
    assert [(field.name, field.nullable) for field in relation(truth, "public.w").fields] == [
        (name, False) for name in names
    ]
    assert [field.origin for field in relation(truth, "public.w").fields] == [("public", "odd", name) for name in names]


@pytest.mark.parametrize("rule", ["", "<>", "{QUERY}", "({QUERY :targetList ({TARGETENTRY :resno 1})})", "}}{{"])
def test_a_rule_of_a_form_not_known_proves_nothing(pg_dsn: str, rule: str) -> None:
    apply(pg_dsn, f"{TABLES}; create view v as select id from a; create view w as select id from v")
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        catalogue = fetch(connection, 10)
        columns = list(catalogue.columns)
    rows = [(*row[:-1], rule if row[2] == "v" else row[-1]) for row in catalogue["relations"]]
    truth = build(Catalogue({**catalogue.rows, "relations": rows}, columns))
    assert column(truth, "public.v.id").nullable is None
    assert column(truth, "public.w.id").origin == ("public", "v", "id")
    assert [one.kind for one in truth.unread] == ["unsupported"]


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def test_the_views_of_the_whole_example(postgres: Server, pg_dsn: str) -> None:
    truth = truth_of(pg_dsn, everything(postgres))
    said = {field.name: (field.origin, field.nullable) for field in relation(truth, "app.nested").fields}
    assert said == {
        "id": (("app", "things", "id"), False),
        "name": (("app", "things", "title"), False),
        "email": (("app", "owners", "email"), True),
    }
    assert _nullable(truth, "app.counted") == {"owner_id": False, "many": False}
    assert _nullable(truth, "app.live_things")["maybe"] is False
    assert _nullable(truth, "app.live_things")["more"] is None


def _nullable(truth: Schema, name: str) -> dict[str, bool | None]:
    return {field.name: field.nullable for field in relation(truth, name).fields}
