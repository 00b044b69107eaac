"""The commands of the cache as a person meets them: discover, generate, what is missing, what is documented."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from jsonschema import Draft202012Validator

from pgconform.cli.main import group
from pgconform.config import find_project
from pgconform.project.caches.check import LiveAsk, address_of
from pgconform.project.caches.discover import discovery
from pgconform.project.targets import target
from pgconform.project.written import Asked
from pgconform.sources import snapshot
from pgconform.sources.opening import open_truth
from tests.conftest import ROOT
from tests.redis_server import Running, running, valkey
from tests.test_redis_code import FILLED, TRUTH

SETTINGS = """
[redis.keys."balance:{account_id}"]
relation = "credit_accounts"
fields = { total = "balance", account_id = "account_id", tier = "tier", seen = { form = "epoch", optional = true } }
max_ttl = 300

[redis.keys."row:{account_id}"]
relation = "credit_accounts"
encoding = "hash"
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    snapshot.write(TRUTH, tmp_path / "pgconform.lock.json")
    (tmp_path / "pgconform.toml").write_text(SETTINGS, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def store() -> Iterator[Running]:
    with running(valkey()) as found:
        yield found


def ran(root: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pgconform", *words], cwd=root, capture_output=True, text=True, check=False,
        env={"PATH": "/usr/bin:/bin", "PGCONFORM_CACHE_DIR": str(root / ".cache"), **env},
    )  # fmt: skip


def test_what_is_discovered_can_be_pasted_and_is_then_declared(root: Path, store: Running) -> None:
    link = store.link()
    for n in range(30):
        account = f"{n:08x}-0000-4000-8000-000000000000"
        value = {"account_id": account, "balance": 1.5, "tier": "free", "more": n}
        link.ask("SET", f"account:{account}", json.dumps(value), "EX", 250)
    (root / "pgconform.toml").write_text("", encoding="utf-8")
    text = discovery(find_project(root), LiveAsk(store.url, sample=1000))
    contract = tomllib.loads(text)["redis"]["keys"]["account:{account_id}"]
    assert contract == {
        "relation": "credit_accounts",
        "fields": {"account_id": "account_id", "balance": "balance", "tier": "tier", "more": False},
        "max_ttl": 300,
    }
    (root / "pgconform.toml").write_text(text, encoding="utf-8")
    again = discovery(find_project(root), LiveAsk(store.url, sample=1000))
    assert "account:{account_id} is declared" in again
    found = ran(root, "redis", "check", store.url)
    assert (found.returncode, found.stderr[:4]) == (0, "read")
    assert "all 30 sites judged" in found.stdout
    link.close()


def test_forms_are_proposed_as_they_are(root: Path, store: Running) -> None:
    """Numbers that are kept as texts are no drift of every entry, but what the writer does."""
    link = store.link()
    for n in range(30):
        account = f"{n:08x}-0000-4000-8000-000000000000"
        link.ask("SET", f"account:{account}", json.dumps({"account_id": account, "balance": "1.50", "tier": "free"}))
    link.ask("SET", "flag", "1")
    (root / "pgconform.toml").write_text("", encoding="utf-8")
    text = discovery(find_project(root), LiveAsk(store.url, sample=1000))
    contract = tomllib.loads(text)["redis"]["keys"]["account:{account_id}"]
    assert contract["fields"]["balance"] == {"column": "balance", "form": "text"}
    assert "# 1 key · string" in text
    (root / "pgconform.toml").write_text(text, encoding="utf-8")
    found = ran(root, "redis", "check", store.url)
    assert (found.returncode, "clean" in found.stdout) == (0, True)
    link.ask("FLUSHALL")
    link.close()


def test_an_entry_too_large_to_be_fetched_is_said(root: Path, store: Running) -> None:
    link = store.link()
    link.ask("SET", "balance:x", "x" * (2 << 20), "EX", 100)
    (root / "pgconform.toml").write_text("[redis]\nmax_size = 1\n" + SETTINGS, encoding="utf-8")
    found = ran(root, "redis", "check", store.url)
    assert (found.returncode, "not read (1)" in found.stdout) == (0, True)
    assert "1 entry of balance:{account_id} is too large to be fetched, such as balance:x" in found.stdout
    assert "1 too large to be fetched" in found.stderr
    assert ran(root, "redis", "check", store.url, "--max-size", "0").returncode == 1
    link.ask("FLUSHALL")
    link.close()


def test_what_the_code_tells_of_a_pattern_counts(root: Path, store: Running) -> None:
    link = store.link()
    for n in range(5):
        account = f"{n:08x}-0000-4000-8000-000000000000"
        link.ask("SET", f"balance:{account}", json.dumps({"total": 1.5, "account_id": account}), "EX", 250)
    (root / "pgconform.toml").write_text("", encoding="utf-8")
    (root / "app.py").write_text(FILLED, encoding="utf-8")
    text = discovery(find_project(root), LiveAsk(store.url, sample=1000))
    assert tomllib.loads(text)["redis"]["keys"]["balance:{account_id}"] == {
        "relation": "credit_accounts",
        "fields": {"account_id": "account_id", "total": "balance"},
        "max_ttl": 300,
    }
    link.ask("FLUSHALL")
    link.close()


def test_contracts_as_json_schema(root: Path) -> None:
    project = find_project(root)
    truth = open_truth("snapshot:pgconform.lock.json", root)
    for item in target("cache")(project, truth, Asked()):
        item.refuse()
        item.write()
    schema = json.loads((root / "cache_contracts" / "balance.account_id.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    holds = Draft202012Validator(schema).is_valid
    good = {"total": 1.5, "account_id": "00000000-0000-4000-8000-000000000000", "tier": "pro"}
    assert holds(good)
    assert holds({**good, "seen": 1.5})
    assert not any(map(holds, [{**good, "tier": "gold"}, {**good, "total": "1"}, {**good, "x": 1}, {"total": 1}]))
    assert all(item.current for item in target("cache")(project, truth, Asked()))
    (root / "pgconform.toml").write_text(SETTINGS.partition('\n[redis.keys."row')[0], encoding="utf-8")
    (gone,) = [item for item in target("cache")(find_project(root), truth, Asked()) if not item.current]
    assert (gone.name, gone.after) == ("cache_contracts/row.account_id.schema.json", None)
    (root / "cache_contracts" / "balance.account_id.schema.json").write_text("{}", encoding="utf-8")
    assert "was not written by pgconform" in ran(root, "generate", "cache").stderr


@pytest.mark.parametrize(
    ("settings", "words", "said"),
    [
        ("", ("redis", "check", "redis://127.0.0.1:1"), "no contract says what the cache holds"),
        (SETTINGS, ("redis", "check"), "no Redis server is named"),
        (SETTINGS, ("redis", "check", "redis://:secret@127.0.0.1:1"), "cannot reach redis://127.0.0.1:1/0"),
        (SETTINGS, ("redis", "check", "http://h"), '"http://h" is no address'),
        (SETTINGS, ("redis", "check", "--pattern", "x:{y}", "redis://127.0.0.1:1"), 'no contract is of "x:{y}"'),
        (SETTINGS, ("redis", "check", "--pattern", "x:{y}", "redis://127.0.0.1:1"), "contracts are of  "),
        (SETTINGS, ("redis", "check", "--sample", "-3", "redis://127.0.0.1:1"), "-3 is not in the range"),
        (SETTINGS, ("redis", "check", "--compare-rows", "-3", "redis://127.0.0.1:1"), "-3 is not in the range"),
        ('[redis]\nurl = "redis://h"\n' + SETTINGS, ("redis", "check"), "pgconform.toml:2: the setting redis.url"),
        ('[redis.keys."a:{b}:{b}"]\n', ("check",), '"a:{b}:{b}" is no key pattern'),
        ('[redis.keys."a:{b"]\n', ("check",), '"a:{b" is no key pattern'),
        ('[redis.keys."a:{b}"]\nparameters = { c = "d" }\n', ("check",), "has no parameter c"),
        ('[redis.keys."a:{b}"]\nmodel = "app.Gone"\n', ("check",), "there is no class app.Gone"),
        ('[redis.keys."a:{b}"]\nencodin = "json"\n', ("check",), "there is no setting redis.keys.a:{b}.encodin"),
        ('[redis.keys."a:{b}"]\nencoding = "xml"\n', ("check",), "the setting redis"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_one_sentence(root: Path, settings: str, words: tuple[str, ...], said: str) -> None:
    (root / "pgconform.toml").write_text(settings, encoding="utf-8")
    found = ran(root, *words)
    assert found.returncode == 2
    assert said in found.stderr
    assert "secret" not in found.stderr
    assert found.stderr.count("\n") <= 2


def test_a_user_without_the_right_is_told_so(root: Path, store: Running) -> None:
    link = store.link()
    link.ask("ACL", "SETUSER", "reader", "on", ">secret", "~*", "+@read", "+@connection", "+info", "+@transaction")
    link.ask("SET", "balance:x", "[]")
    (root / "pgconform.toml").write_text(SETTINGS.replace("max_ttl = 300", "cache = true"), encoding="utf-8")
    url = store.url.replace("unix://", "unix://reader:secret@")
    assert ran(root, "redis", "check", url).returncode == 1
    found = ran(root, "redis", "sync", "--cache", "evict", "--write", url)
    assert found.returncode == 2
    assert "the Redis server refused: NOPERM" in found.stderr
    assert "secret" not in found.stderr
    link.ask("DEL", "balance:x")
    link.close()


def test_the_address_comes_from_the_environment(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://one:1/2")
    monkeypatch.setenv("OTHER", "redis://two:2/0")
    assert address_of(find_project(root)).host == "one"
    (root / "pgconform.toml").write_text('[redis]\nurl = "$OTHER"\n', encoding="utf-8")
    assert address_of(find_project(root)).host == "two"
    assert address_of(find_project(root), "redis://three").host == "three"


def test_every_option_is_documented() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    section = page.split("## `pgconform redis", 1)[1].split("\n## ", 1)[0]
    everywhere = page.split("## Options of most commands", 1)[1].split("\n## ", 1)[0]
    command = group.get_command(click.Context(group), "redis")
    assert isinstance(command, click.Group)
    assert set(command.commands) == {"check", "sync", "discover"}
    for each in command.commands.values():
        for option in each.params:
            if isinstance(option, click.Option):
                long = max(option.opts, key=len)
                assert f"`{long}" in section or f"`{long}" in everywhere or f", `{long}" in section, (each.name, long)


def test_the_truth_is_named_and_counted_as_check_does(tmp_path: Path, store: Running) -> None:
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "001_accounts.sql").write_text("create table accounts (id int primary key);")
    (tmp_path / "migrations" / "002_more.sql").write_text("create view more as select id from accounts;")
    (tmp_path / "pgconform.toml").write_text(
        'truth = "migrations:migrations"\n[redis.keys."account:{id}"]\nrelation = "accounts"\n'
    )
    said = [ran(tmp_path, *words).stdout.splitlines() for words in (("check",), ("redis", "check", store.url))]
    assert said[0][0].startswith("truth    migrations (2 files → 1 table, 1 view)")
    assert said[1][0] == said[0][0]
    assert "the one table conforms" in said[1][-1]
