"""The truth over HTTPS, from a real PostgREST."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple
from urllib.request import Request, urlopen

import psycopg
import pytest
from msgspec.structs import replace

from pgconform.check import check
from pgconform.drift.differences import differences
from pgconform.embedded import Server
from pgconform.errors import Problem
from pgconform.schema import Access, Argument, Key, Link, Relation, Schema, Writable
from pgconform.shape import Array, Labels, Scalar, Unknown
from pgconform.sources.postgres import read as read_database
from pgconform.sources.supabase import read
from pgconform.sources.supabase.http import Api, ask, checked
from pgconform.sources.supabase.install import migration
from pgconform.sources.supabase.read import read_api
from tests.postgrest_server import PostgREST, postgrest
from tests.truths import SQL, apply, column, everything, function, relation

pytestmark = pytest.mark.every_version
VARIABLES = (
    "SUPABASE_URL",
    "NEXT_PUBLIC_SUPABASE_URL",
    "SUPABASE_SECRET_KEY",
    "SUPABASE_SERVICE_ROLE_KEY",
    "SUPABASE_KEY",
)


class Place(NamedTuple):
    server: PostgREST
    dsn: str

    def api(self, role: str = "service_role") -> Api:
        return Api(self.server.url, self.server.token(role))


@contextmanager
def _place(postgres: Server, sql: str) -> Iterator[Place]:
    name = f"api_{uuid.uuid4().hex[:8]}"
    dsn = postgres.create_database(name)
    apply(dsn, everything(postgres) + (SQL / "roles.sql").read_text() + sql)
    with postgrest(postgres.dsn(name, "authenticator"), "app", "anon") as server:
        yield Place(server, dsn)
    postgres.drop_database(name)


@pytest.fixture(scope="module")
def bare(postgres: Server) -> Iterator[Place]:
    with _place(postgres, "") as place:
        yield place


@pytest.fixture(scope="module")
def full(postgres: Server) -> Iterator[Place]:
    with _place(postgres, migration("app")) as place:
        yield place


@pytest.fixture(scope="module")
def plain(bare: Place) -> Schema:
    """What the API's root says."""
    return read_api(bare.api(), ("app",))


@pytest.fixture(scope="module")
def installed(full: Place) -> Schema:
    """What the installed function says."""
    return read_api(full.api(), ("app",))


def test_the_installed_function_says_all_that_the_database_does(full: Place, installed: Schema) -> None:
    live = read_database(full.dsn)
    assert installed.normal() == live.normal()
    assert replace(installed, origin="") == replace(live, origin="")


@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_the_installed_function_is_the_service_roles_alone(full: Place, installed: Schema, role: str) -> None:
    assert installed
    answer = ask(full.api(role), "/rpc/pgconform_schema", {"Content-Type": "application/json"}, b"{}")
    assert answer.status in (401, 403)
    with psycopg.connect(full.dsn) as connection:
        assert connection.execute(
            "select has_function_privilege(%s, 'app.pgconform_schema()', 'execute')", [role]
        ).fetchone() == (False,)


def test_the_installed_function_takes_nothing_and_writes_nothing(full: Place, installed: Schema) -> None:
    found = function(installed, "app.pgconform_schema")
    assert (found.arguments, found.volatility) == ((), "stable")
    assert "SECURITY DEFINER" not in found.definition
    assert "SET search_path TO ''" in found.definition


def test_the_migration_can_be_applied_again(full: Place, installed: Schema) -> None:
    apply(full.dsn, migration("app"))
    assert read_api(full.api(), ("app",)).normal() == installed.normal()


def test_another_versions_function_is_told_from_ours(full: Place, installed: Schema) -> None:
    assert installed
    apply(full.dsn, migration("app").replace("'format', 1", "'format', 0"))
    with pytest.raises(Problem, match="another version"):
        read_api(full.api(), ("app",))
    apply(full.dsn, migration("app"))


def test_names_types_and_nullability_from_the_root(plain: Schema) -> None:
    assert {one.name for one in plain.relations} == {
        "base", "child", "counted", "event_notes", "events", "hooks", "live_things", "nested", "owners", "plain",
        "things",
    }  # fmt: skip
    assert column(plain, "app.things.state").type == Labels(("draft", "held", "live", "gone"), "app.state")
    assert column(plain, "app.things.at").type == Scalar("timestamptz", raw="timestamp with time zone")
    assert column(plain, "app.things.title").type == Scalar("varchar", (80,), "character varying")
    assert column(plain, "app.owners.home").type == Unknown("app.address")
    assert column(plain, "app.owners.email").type == Scalar("citext", raw="public.citext")
    assert column(plain, "app.owners.homes").type == Array(Unknown("app.address"), "app.address[]")
    assert (column(plain, "app.things.title").nullable, column(plain, "app.things.weight").nullable) == (False, True)


def test_what_the_root_does_not_say_is_left_unsaid(plain: Schema) -> None:
    assert "links" in plain.unsaid
    assert column(plain, "app.things.id").filled is None
    assert column(plain, "app.things.id").identity == ""
    assert column(plain, "app.nested.id").nullable is None
    assert function(plain, "app.add").returns == Unknown()
    assert relation(plain, "app.things").kind == "relation"


def test_keys_links_and_writability_from_the_root(plain: Schema) -> None:
    things = relation(plain, "app.things")
    assert things.keys == (Key(("id",), "primary"),)
    assert Link(("owner_id",), "app", "owners", ("id",)) in things.links
    assert (things.writable, things.comment) == (Writable(), "what is kept")
    assert relation(plain, "app.live_things").writable == Writable(False, False, False)
    assert column(plain, "app.things.title").comment == "what it is called"
    assert column(plain, "app.things.id").comment is None


def test_functions_from_the_root(plain: Schema) -> None:
    assert function(plain, "app.add").arguments == (
        Argument("a", Scalar("int4", raw="integer")),
        Argument("b", Scalar("int4", raw="integer"), optional=True),
    )


def test_the_root_says_nothing_the_database_does_not(bare: Place, plain: Schema) -> None:
    live = read_database(bare.dsn)
    for mine in plain.relations:
        theirs = {field.name: field for field in relation(live, mine.qualified).fields}
        assert [field.name for field in mine.fields] == list(theirs)
        for field in mine.fields:
            assert field.nullable in (None, theirs[field.name].nullable) or field.name == "maybe"
            assert field.filled in (None, theirs[field.name].filled)
            if isinstance(field.type, Scalar):
                assert getattr(theirs[field.name].type, "kind", "") == field.type.kind


def test_the_root_differs_in_nothing_it_says(bare: Place, plain: Schema) -> None:
    live = read_database(bare.dsn)
    assert list(differences(plain, live)) == []
    assert list(differences(live, plain)) == []


def test_a_key_that_may_not_see_the_schema_is_a_problem(bare: Place) -> None:
    with pytest.raises(Problem, match="refuses the key") as caught:
        read_api(Api(bare.server.url, "not.a.token"), ("app",))
    assert "secret" in caught.value.help
    assert "not.a.token" not in str(caught.value)


def test_a_schema_that_is_not_exposed_is_a_problem(bare: Place) -> None:
    with pytest.raises(Problem, match="does not show schema pg_catalog"):
        read_api(bare.api(), ("pg_catalog",))


@pytest.fixture
def gateway(bare: Place) -> Iterator[str]:
    """The address of what stands before PostgREST at Supabase: it answers under /rest/v1 only."""

    class Gateway(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if not self.path.startswith("/rest/v1"):
                self.send_response(302)
                self.send_header("Location", "http://127.0.0.1:9/")
                self.end_headers()
                return
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length) if length else None
            url = bare.server.url + self.path.removeprefix("/rest/v1")
            answer = ask(Api(url, ""), "", dict(self.headers), body)
            self.send_response(answer.status)
            self.end_headers()
            self.wfile.write(answer.body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Gateway) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def test_url_and_key_come_from_dotenv(bare: Place, gateway: str, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"SUPABASE_URL={gateway}\nSUPABASE_SERVICE_ROLE_KEY={bare.api().key}\n")
    assert relation(read(tmp_path, "app"), "app.things")


def test_url_and_key_come_from_the_environment(
    bare: Place, gateway: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPABASE_URL", gateway)
    monkeypatch.setenv("SUPABASE_SECRET_KEY", bare.api().key)
    assert relation(read(tmp_path, "app"), "app.things")


def test_dotenv_does_not_decide_where_a_key_of_the_environment_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("SUPABASE_URL=https://evil.example\n")
    monkeypatch.setenv("SUPABASE_SECRET_KEY", "sb_secret_mine")
    with pytest.raises(Problem, match=r"no key for https://evil\.example is set"):
        read(tmp_path)


def test_a_redirect_is_not_followed(bare: Place, gateway: str) -> None:
    assert bare
    assert ask(Api(gateway, "sb_secret_x"), "/elsewhere", {}).status == 302


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("", "SUPABASE_URL is not set"),
        ("SUPABASE_URL=https://x.supabase.co", r"no key for https://x\.supabase\.co is set"),
        ("SUPABASE_URL=http://x.example\nSUPABASE_KEY=sb_secret_1", "must not be sent"),
        ("SUPABASE_URL=https://x.supabase.co\nSUPABASE_KEY=sb_publishable_1", "publishable"),
        ("SUPABASE_URL=https://x.supabase.co\nSUPABASE_KEY=e30.eyJyb2xlIjoiYW5vbiJ9.x", "publishable"),
        ("SUPABASE_URL=http://127.0.0.1:9\nSUPABASE_KEY=sb_secret_1", "cannot reach http://127.0.0.1:9/rest/v1"),
    ],
)
def test_what_is_wrong_with_the_settings_is_said(tmp_path: Path, lines: str, message: str) -> None:
    (tmp_path / ".env").write_text(lines)
    with pytest.raises(Problem, match=message) as caught:
        read(tmp_path)
    assert "sb_secret_1" not in f"{caught.value.message} {caught.value.help}"


def test_a_secret_goes_to_this_machine_or_over_tls() -> None:
    for url in ("https://x.supabase.co/", "http://localhost:54321", "http://127.0.0.1:1", "http://[::1]:1"):
        assert checked(url) == url.rstrip("/")
    for url in ("http://10.0.0.1", "ftp://x", "http://localhost.evil.example"):
        with pytest.raises(Problem):
            checked(url)


def test_an_answer_that_is_no_api_is_a_problem() -> None:
    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>")

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(Problem, match=r"501|no OpenAPI document"):
            read_api(Api(f"http://127.0.0.1:{server.server_port}", "k"))
        server.shutdown()


def test_the_server_is_the_real_one(bare: Place) -> None:
    with urlopen(Request(bare.server.url, headers={"Authorization": f"Bearer {bare.api().key}"})) as answer:
        assert answer.headers["Server"].startswith("postgrest/")


def test_no_rule_judges_by_what_the_root_does_not_say(plain: Schema, installed: Schema) -> None:
    """An upsert on a unique constraint: over the root, which names primary keys only, nothing is said of it."""
    upserts = [
        Relation("things", "app", "payload", keys=(Key(columns, "target"),), access=Access.INSERT, whole=False)
        for columns in (("owner_id", "title"), ("title",))
    ]
    claim = Schema(relations=tuple(upserts))
    assert [found.code for found in check(plain, claim) if found.code.startswith("KEY")] == []
    assert [found.code for found in check(installed, claim) if found.code.startswith("KEY")] == ["KEY001"]


def test_what_the_root_leaves_open_is_told(plain: Schema, installed: Schema) -> None:
    assert [found.code for found in check(plain) if "could not be read" in found.message] == ["SRC001"]
    assert check(installed) == []
