"""Statements of which parts are not known: nothing is said that is not so whatever those parts are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import psycopg
import pytest

from pgconform.check import judge
from pgconform.finding import Severity
from pgconform.project.proving import Ground, proven
from pgconform.report import Report
from pgconform.request import HOLE, Read, Statement, Text
from pgconform.schema import Schema
from pgconform.shape import Location
from pgconform.sources.postgres import read
from tests.own_cache import own_cache

SCHEMA = """
create table shops (id int primary key, name text not null, city text, tags text[], extra jsonb);
create table orders (
  id int primary key, shop_id int not null references shops, state text not null, total numeric, placed timestamptz
);
create unique index on orders (shop_id, state);
"""

VALID = (
    """select distinct s.id, s.name as shop, count(*) filter (where o.total > 3) as many, max(o.placed) last
    from shops s left join orders o on o.shop_id = s.id and o.state <> 'gone'
    where s.city ilike '%a' and (s.name = $1 or s.id in (1, 2))
    group by s.id, s.name having count(*) > 2 order by many desc nulls last, shop limit 10 offset 5""",
    """with late as (select shop_id, sum(total) as due from orders
    where placed < now() - interval '1 day' group by shop_id),
    named as (select id, upper(name) as loud from shops)
    select n.loud, l.due * 2 as twice from late l join named n on n.id = l.shop_id
    where l.due is not null order by twice""",
    """select sub.total, sub.day, case when sub.total > 5 then 'big' else 'small' end as size
    from (select o.total, date_trunc('day', o.placed) as day from orders o join shops using (id)) sub
    where sub.day is not null order by size""",
    """insert into orders (id, shop_id, state, total) values (1, 2, 'new', 3.5), ($1, $2, $3, null)
    on conflict (shop_id, state) do update set total = excluded.total, placed = now() where orders.total > 1
    returning id, state""",
    """insert into shops (id, name, city) select o.id, o.state, 'here' from orders o where o.total between 1 and 2""",
    """update orders o set state = 'sent', total = o.total + 1, placed = coalesce(o.placed, now()) from shops s
    where s.id = o.shop_id and s.name like 'A%' returning o.id, s.name as shop""",
    """update orders set total = v.total, state = v.state
    from (values (1, 2.5, 'new'), (2, 3, 'sent')) as v (id, total, state) where v.id = orders.id""",
    """delete from orders using shops s where s.id = orders.shop_id and s.extra ->> 'closed' = 'yes' returning *""",
    """select name, row_number() over (partition by city order by name desc) as place,
    (select array_agg(id order by id) from orders) as all_ids from shops where exists (select 1 from orders
    where orders.shop_id = shops.id and total > 1) and tags[1] = any($1)""",
    """select id, name from shops where id = $1
    union all select id, state from orders where cast(total as int) = $2::int order by name""",
    """select *, total::numeric(10, 2) as exact from orders join shops s on s.id = orders.shop_id
    where city is not distinct from $1""",
    """select name from shops cross join lateral (select total from orders where shop_id = shops.id limit 1) x
    for update of shops""",
)
"""All that is named in them is there."""

_WORD = re.compile(r"\s+|\$?\w+|'[^']*'|\W")


def _closed(part: str) -> bool:
    """It ends no parenthesis and no query that it does not begin, nor the other way round."""
    depth = 0
    for found in re.finditer(r"[()]|\b(?:union|select)\b", part):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth < 0 or (depth == 0 and found[0] == "union" and part[: found.start()].strip()):
            return False
    return depth == 0


def pierced(text: str, chance: Random) -> Iterator[str]:
    """The text without any one stretch of words and signs, and without some pairs of them."""
    ends = [0, *(found.end() for found in _WORD.finditer(text))]
    stretches = [
        (start, end) for number, start in enumerate(ends) for end in ends[number + 1 :] if _closed(text[start:end])
    ]
    for start, end in stretches:
        yield text[:start] + HOLE + text[end:]
    for _ in range(500):
        (a, b), (c, d) = sorted(chance.sample(stretches, 2))
        if b < c and b - a < 30 and d - c < 30:
            yield text[:a] + HOLE + text[b:c] + HOLE + text[d:]


@pytest.fixture
def ground(pg_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ground:
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", own_cache(tmp_path / "cache"))
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        connection.execute(SCHEMA.encode())
    return Ground(read(pg_dsn), pg_dsn, tmp_path)


def judged(texts: Sequence[str], ground: Ground) -> Report:
    places = [Location("app.py", line) for line in range(1, len(texts) + 1)]
    said = [
        Statement(Text(text, at), "asyncpg.fetch", "numeric", at=at) for text, at in zip(texts, places, strict=True)
    ]
    return judge(ground.truth, Schema(statements=proven(said, ground), origin="python"))


@pytest.mark.parametrize("text", VALID)
def test_whatever_part_of_a_valid_statement_is_not_known_no_error_is_said(text: str, ground: Ground) -> None:
    texts = [text, *pierced(text, Random(7))]
    report = judged(texts, ground)
    wrong = [(one, texts[one.at.line - 1]) for one in report.findings if one.severity is Severity.ERROR and one.at]
    assert [(one.message, said) for one, said in wrong if one.source == "statement"] == []
    unjudged = {one.at.line for one in report.unjudged if one.at}
    assert 1 not in unjudged
    assert len(unjudged) < len(texts) * 0.99


@pytest.mark.parametrize(
    "text",
    [
        f"select {HOLE} from shops where wrong = 1 order by name",
        f"select s.wrong, {HOLE} from shops s {HOLE} order by s.name",
        f"select id from shops where {HOLE} and wrong is null",
        f"select id, {HOLE} as size from shops where id in (select wrong from orders where {HOLE})",
        f"select id from shops where city {HOLE} $1 and wrong = 1",
        f"select city, count(*), wrong from shops group by city, {HOLE}",
        f"select id from shops order by {HOLE} {HOLE}, wrong",
        f"update shops set {HOLE} where wrong = $1",
        f"update shops s set {HOLE} = ${HOLE}, {HOLE} from orders o where o.wrong = s.id",
        f"update shops set wrong = $1, {HOLE} where id = ${HOLE}",
        f"insert into shops (id, wrong, {HOLE}) values ($1, $2, {HOLE})",
        f"insert into shops ({HOLE}) values ({HOLE}) on conflict (id) do update set {HOLE}, city = excluded.wrong",
        f"insert into shops ({HOLE}) values ({HOLE}) on conflict ({HOLE}) do update set {HOLE} returning wrong",
        f"insert into orders (id, shop_id, wrong) values {HOLE} on conflict do nothing",
        f"insert into orders (id, shop_id, wrong) values ($1, {HOLE})",
        f"update orders set wrong = v.total from (values {HOLE}) as v (id, total) where orders.id > 1",
        f"select o.wrong from (values (1, 2), {HOLE}) v(id, total) join orders o on v.id = o.id",
        "select None from shops where wrong = 1",
    ],
)
def test_what_is_known_of_a_statement_is_held_to_the_schema(text: str, ground: Ground) -> None:
    assert [(one.code, "wrong" in one.message) for one in judged([text], ground).findings] in (
        [("COL001", True)],
        [("SQL002", True)],
        [("REL001", True)],
    )


@pytest.mark.parametrize(
    "text",
    [
        f"select {HOLE} from shops order by size",
        f"select total from shops s {HOLE} where total > 1",
        f"select sub.due from (select {HOLE} from orders) sub",
        f"select id, name {HOLE}",
        f"insert into orders (id, {HOLE}) values ($1, {HOLE})",
        f"insert into shops (id, name) select {HOLE} from orders",
        f"update shops set {HOLE} = $1, name = {HOLE} where id = $2",
        f"select count(*), city from shops group by {HOLE}",
    ],
)
def test_what_may_be_among_what_is_not_known_is_not_missed(text: str, ground: Ground) -> None:
    assert not judged([text], ground).findings


def test_a_parameter_of_no_type_is_found_in_a_statement_of_which_all_else_is(ground: Ground) -> None:
    at = Location("app.py", 1)
    untold = "update shops set name = case when %s is not null then 'x' else name end, city = {} where id = 1"
    for api, column, found in (("psycopg2", "city", 1), ("psycopg2", "wrong", 0), ("psycopg", "city", 0)):
        said = [Statement(Text(untold.format(column), at), f"{api}.execute", "pyformat", at=at)]
        report = judge(ground.truth, Schema(statements=proven(said, ground), origin="python"))
        assert (not report.findings and not report.unjudged) == bool(found), (api, column)


def test_a_literal_that_a_driver_fills_in_is_one_to_drivers_that_do(ground: Ground) -> None:
    at = Location("app.py", 1)
    late = "select id from orders where placed > now() - interval '%s days' and wrong = 1"
    for api, found in (("psycopg2", ["COL001"]), ("psycopg", [])):
        said = [Statement(Text(late, at), f"{api}.execute", "pyformat", at=at)]
        report = judge(ground.truth, Schema(statements=proven(said, ground), origin="python"))
        assert [one.code for one in report.findings] == found
        assert [one.reason for one in report.unjudged] == ([] if found else ["a placeholder stands in a literal"])


def test_a_column_of_rows_that_may_be_among_what_is_not_known_is_no_finding(ground: Ground) -> None:
    texts = (
        (f"select id, {HOLE} from shops", 0),
        (f"select id from shops {HOLE}", 1),
        (f"select * from shops s {HOLE}", 0),
    )
    for text, count in texts:
        at = Location("app.py", 1)
        read = Read(Text("due", at), (), "key", at=at)
        said = [Statement(Text(text, at), "asyncpg.fetch", "numeric", reads=(read,), at=at)]
        report = judge(ground.truth, Schema(statements=proven(said, ground), origin="python"))
        assert [one.code for one in report.findings] == ["QRY027"] * count, text
