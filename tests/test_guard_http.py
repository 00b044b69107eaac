"""Guards around supabase-py, before a real PostgREST: what leaves, what does not, and what an error says."""

from __future__ import annotations

import asyncio
import threading
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from postgrest import AsyncPostgrestClient, SyncPostgrestClient
from postgrest.exceptions import APIError

from pgconform import Guard, Policy, SchemaMismatch, SchemaWarning
from pgconform.embedded import Server
from pgconform.guard.installing import function
from pgconform.guard.policy import Mode
from pgconform.guard.requests import Forms
from pgconform.guard.uses import Uses
from pgconform.schema import Schema
from pgconform.sources import snapshot
from pgconform.sources.postgres import read
from pgconform.sources.supabase.install import migration
from tests.guarding import SQL, uses_of
from tests.postgrest_server import PostgREST, postgrest
from tests.truths import SQL as FILES
from tests.truths import apply

GRANTS = "grant all on all tables in schema public to service_role, anon; grant usage on schema public to service_role;"
KEY = "11111111-1111-1111-1111-111111111111"


class Place(NamedTuple):
    server: PostgREST
    dsn: str
    truth: Schema

    def client(self, session: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.server.token('service_role')}"}
        return SyncPostgrestClient(self.server.url, headers=headers, http_client=session)


@pytest.fixture(scope="module")
def place(postgres: Server) -> Iterator[Place]:
    name = f"guard_{uuid.uuid4().hex[:8]}"
    dsn = postgres.create_database(name)
    apply(dsn, (FILES / "roles.sql").read_text().replace("app", "public") + SQL + GRANTS)
    apply(dsn, f"insert into authors values ('{KEY}', 'Ada', 'ada@x.org')")
    truth = read(dsn)
    with postgrest(postgres.dsn(name, "authenticator"), "public", "anon") as server:
        yield Place(server, dsn, truth)
    postgres.drop_database(name)


@pytest.fixture(scope="module")
def uses(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Uses:
    return uses_of(tmp_path_factory.mktemp("program"), place.truth)


def form(
    url: str = "/documents?columns=%22title%22", method: str = "POST", content: bytes = b"{}", **headers: str
) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Request(method, f"http://x/rest/v1{url}", headers=named, content=content)


def test_a_form_is_all_of_a_request_but_its_values() -> None:
    forms = Forms()
    first = forms.of(form(Authorization="a", Prefer="return=minimal"))
    assert forms.of(form(Authorization="another", Prefer="return=minimal", content=b'{"title": "x"}')) == first
    others = [
        form(Prefer="missing=default"),
        form(PREFER="missing=default, return=minimal"),
        form(Authorization="a", Prefer="return=minimal", Content_Profile="billing"),
        form("/documents", Prefer="return=minimal"),
        form("/documents?columns=%22words%22", Prefer="return=minimal"),
        form(method="PATCH", Prefer="return=minimal"),
    ]
    assert len({first, *map(forms.of, others)}) == len(others) + 1
    filtered = [forms.of(form(f"/documents?select=a.b,c&id={said}", "GET", b"")) for said in ("eq.1", "eq.2", "gt.1")]
    assert filtered[0] == filtered[1] != filtered[2]
    profiles = [forms.of(httpx.Request("GET", "http://x/rest/v1/a", headers={"Accept-Profile": one})) for one in "ab"]
    assert profiles[0] != profiles[1]


def guarded(uses: Uses, place: Place, **policy: Any) -> tuple[Guard, Any]:
    guard = Guard(uses, Policy(**policy))
    client = guard.wrap(place.client())
    return guard, client


def test_what_is_right_goes_through_and_is_judged_once(uses: Uses, place: Place) -> None:
    guard, client = guarded(uses, place)
    for number in range(3):
        row = {
            "title": f"t{number}",
            "status": "draft",
            "author_id": KEY,
            "tags": ["a"],
            "price": 1.5,
            "meta": {"a": 1},
        }
        assert client.from_("documents").insert(row).execute().data[0]["title"] == f"t{number}"
        assert client.from_("documents").select("id, title, authors(name)").eq("status", "draft").execute().data
        assert client.from_("documents").update({"words": number}).eq("title", f"t{number}").execute().data
    client.from_("documents").insert([{"title": "a", "words": 1}, {"title": "b", "words": 2}]).execute()
    assert len(client.from_("documents").delete().gt("id", 0).execute().data) >= 5
    assert guard.requests.unjudged == 0


WRONG: list[tuple[Any, str]] = [
    (lambda db: db.from_("documents").insert({"title": "x", "titel": "x"}), "COL001"),
    (lambda db: db.from_("documents").insert({"status": "draft"}), "COL002"),
    (lambda db: db.from_("documents").insert({"title": "x", "length": 3}), "COL004"),
    (lambda db: db.from_("documents").insert({"title": "x", "id": 3}), "COL004"),
    (lambda db: db.from_("documents").insert({"title": "x", "status": "gone"}), "ENM002"),
    (lambda db: db.from_("documents").insert({"title": "x", "kind": "gone"}), "ENM002"),
    (lambda db: db.from_("documents").insert({"title": "x" * 41}), "QRY006"),
    (lambda db: db.from_("documents").insert({"title": "x", "words": "many"}), "QRY006"),
    (lambda db: db.from_("documents").insert({"title": "x", "words": 1 << 40}), "QRY006"),
    (lambda db: db.from_("documents").insert({"title": "x", "author_id": "ada"}), "QRY006"),
    (lambda db: db.from_("documents").insert({"title": None}), "NUL003"),
    (
        lambda db: db.from_("documents").insert([{"title": "x", "status": "draft"}, {"title": "y", "status": "gone"}]),
        "ENM002",
    ),
    (lambda db: db.from_("documents").update({"status": "gone"}).neq("title", ""), "ENM002"),
    (lambda db: db.from_("documents").update({"title": None}).neq("title", ""), "NUL003"),
    (lambda db: db.from_("documents").select("id, nope"), "COL001"),
    (lambda db: db.from_("documents").select("*").eq("nope", 1), "COL001"),
    (lambda db: db.from_("documents").select("*").order("nope"), "COL001"),
    (lambda db: db.from_("documents").select("*").eq("words", "many"), "QRY006"),
    (lambda db: db.from_("documents").select("*").or_("nope.eq.1,id.eq.2"), "COL001"),
    (lambda db: db.from_("authors").upsert({"name": "x"}, on_conflict="name"), "KEY001"),
    (lambda db: db.rpc("word_count", {"wrong": 1}), "RPC002"),
]


@pytest.mark.parametrize(("ask", "code"), WRONG, ids=[f"{number}-{code}" for number, (_, code) in enumerate(WRONG)])
def test_what_the_server_would_refuse_does_not_leave_and_the_server_agrees(
    uses: Uses, place: Place, ask: Any, code: str
) -> None:
    apply(place.dsn, "insert into documents (title) values ('there')")
    with pytest.raises(APIError):
        ask(place.client()).execute()
    _, client = guarded(uses, place)
    for _ in range(2):
        with pytest.raises(SchemaMismatch) as raised:
            ask(client).execute()
        assert {finding.code for finding in raised.value.findings} == {code}
        assert all(finding.at and finding.at.uri.endswith("test_guard_http.py") for finding in raised.value.findings)


def test_a_call_is_judged_again_when_its_arguments_have_other_names(uses: Uses, place: Place) -> None:
    _, client = guarded(uses, place)
    for number in (1, 2):
        assert client.rpc("word_count", {"doc": number}).execute().data == 1
    with pytest.raises(SchemaMismatch, match="RPC002"):
        client.rpc("word_count", {"doc": 1, "more": 2}).execute()
    with pytest.raises(SchemaMismatch, match="RPC002"):
        client.rpc("word_count", {}).execute()


def test_with_a_milder_policy_it_leaves_and_the_servers_error_says_more(uses: Uses, place: Place) -> None:
    _, client = guarded(uses, place, error=Mode.WARN)
    with pytest.warns(SchemaWarning, match="COL001"), pytest.raises(APIError) as raised:
        client.from_("documents").select("id, nope").execute()
    assert raised.value.code == "42703"
    (note,) = raised.value.__notes__
    assert "COL001" in note
    assert "test_guard_http.py:" in note


def test_an_error_of_another_kind_is_the_programs_own(uses: Uses, place: Place) -> None:
    _, client = guarded(uses, place)
    client.from_("authors").upsert({"name": "Ada", "email": "ada@x.org"}, on_conflict="email").execute()
    with pytest.raises(APIError) as raised:
        client.from_("authors").insert({"name": "B", "email": "ada@x.org"}).execute()
    assert raised.value.code == "23505"
    assert not hasattr(raised.value, "__notes__")
    with pytest.raises(APIError, match="PGRST116"):
        client.from_("documents").select("*").eq("id", -1).single().execute()


def test_a_relation_the_program_was_not_seen_to_use_is_not_judged(uses: Uses, place: Place) -> None:
    guard, client = guarded(uses, place)
    with pytest.raises(APIError) as raised:
        client.from_("unrelated").select("nope").execute()
    assert raised.value.code == "42703"
    assert guard.requests.unjudged == 2
    assert "COL001" in raised.value.__notes__[0]


def test_a_database_that_is_ahead_is_not_held_to_what_was_known(uses: Uses, place: Place) -> None:
    guard, client = guarded(uses, place)
    apply(place.dsn, "alter table authors add column nickname text; notify pgrst, 'reload schema'")
    try:
        found = guard.verify(place.dsn)
        assert (found.findings, found.ahead) == ((), ("public.authors",))
        with warnings.catch_warnings():
            warnings.simplefilter("error", SchemaWarning)
            guard.requests.refusals(guard_request("authors", b'{"name": "x", "nickname": "y"}'))
    finally:
        apply(place.dsn, "alter table authors drop column nickname; notify pgrst, 'reload schema'")
    assert guard.verify(place.dsn).ahead == ()
    with pytest.raises(SchemaMismatch):
        client.from_("authors").insert({"name": "x", "nickname": "y"}).execute()


def guard_request(table: str, body: bytes) -> Any:
    from pgconform.postgrest.received import Request

    return Request("POST", f"/{table}", body=body)


def test_rows_that_arrive_are_looked_at(uses: Uses, place: Place) -> None:
    guard, client = guarded(uses, place, arrivals=1.0)
    apply(place.dsn, "delete from documents")
    client.from_("documents").insert({"title": "arrives"}).execute()
    assert client.from_("documents").select("status, title").execute().data
    assert guard.arrivals.looked == 2
    apply(place.dsn, "alter type status rename value 'draft' to 'begun'")
    try:
        with pytest.warns(SchemaWarning, match='documents.status is "begun", no label that was known'):
            client.from_("documents").select("state:status, status, title").execute()
    finally:
        apply(place.dsn, "alter type status rename value 'begun' to 'draft'; delete from documents")


def test_off_attaches_nothing(uses: Uses, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_GUARD", "off")
    guard = Guard(uses)
    client = guard.wrap(place.client())
    assert client.session.event_hooks == {"request": [], "response": []}
    assert guard.http_client().event_hooks == {"request": [], "response": []}
    with pytest.raises(APIError):
        client.from_("documents").insert({"titel": "x"}).execute()


def test_asynchronous_clients_are_guarded_too(uses: Uses, place: Place) -> None:
    guard = Guard(uses)
    headers = {"Authorization": f"Bearer {place.server.token('service_role')}"}

    async def ask() -> None:
        session = guard.async_http_client(base_url=place.server.url, headers=headers)
        client = AsyncPostgrestClient(place.server.url, headers=headers, http_client=session)
        assert (await client.from_("authors").select("name").execute()).data
        with pytest.raises(SchemaMismatch, match="COL001"):
            await client.from_("authors").insert({"nome": "x"}).execute()
        await session.aclose()

    asyncio.run(ask())


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_client_that_signs_in_stays_guarded(uses: Uses, asynchronous: bool) -> None:
    """supabase-py then makes another client of PostgREST; nothing but its own notification tells."""
    from supabase import acreate_client, create_client

    guard = Guard(uses)
    url, key = "http://127.0.0.1:1", "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.x"

    async def sign_in() -> None:
        made = await acreate_client(url, key) if asynchronous else create_client(url, key)
        client: Any = guard.wrap(made)
        before = client.postgrest
        client.auth._notify_all_subscribers("SIGNED_IN", type("Session", (), {"access_token": "a.b.c"})())
        await asyncio.sleep(0)
        assert client.postgrest is not before
        assert len(client.postgrest.session.event_hooks["request"]) == 1
        guard.wrap(client)
        assert len(client.postgrest.session.event_hooks["request"]) == 1

    asyncio.run(sign_in())


def test_threads_share_a_guard(uses: Uses, place: Place) -> None:
    guard = Guard(uses)
    client = guard.wrap(place.client())
    found: list[bool] = []

    def work() -> None:
        for _ in range(10):
            client.from_("authors").select("name").execute()
            try:
                client.from_("authors").insert({"nome": "x"}).execute()
                found.append(False)
            except SchemaMismatch:
                found.append(True)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 40


def test_a_guard_asks_over_the_api_with_no_connection(uses: Uses, place: Place) -> None:
    found = Guard(uses).verify(place.client())
    assert (found.by, found.ok) == ("requests", True)
    reload = "; notify pgrst, 'reload schema'"
    apply(place.dsn, "alter table documents rename column words to number" + reload)
    try:
        with pytest.raises(SchemaMismatch, match='COL001 documents has no column "words"'):
            Guard(uses).verify(place.client())
    finally:
        apply(place.dsn, "alter table documents rename column number to words" + reload)


def test_with_the_function_installed_one_call_tells_all(
    uses: Uses, postgres: Server, place: Place, tmp_path: Path
) -> None:
    name = f"guard_{uuid.uuid4().hex[:8]}"
    dsn = postgres.create_database(name)
    apply(dsn, SQL + GRANTS + migration() + function())
    with postgrest(postgres.dsn(name, "authenticator"), "public", "anon") as server:
        there = Place(server, dsn, place.truth)
        found = Guard(uses).verify(there.client())
        assert (found.by, found.ok, found.ahead) == ("rpc", True, ())
        apply(dsn, "alter table documents add column must int not null")
        with pytest.raises(SchemaMismatch, match="COL002"):
            Guard(uses).verify(there.client())
        snapshot.write(place.truth, tmp_path / "lock.json")
        narrow = Guard.from_snapshot(tmp_path / "lock.json", ["documents.status"])
        assert narrow.verify(there.client()).ok
    postgres.drop_database(name)
