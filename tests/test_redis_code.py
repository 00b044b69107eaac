"""What code keeps in Redis: keys, payloads, times to live, through wrappers and builders; contracts of classes."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgconform.caching import Caches, CacheUse, Contract, covers, parameters, regex
from pgconform.check import judge
from pgconform.config import Project, find_project
from pgconform.project.asking import Ask
from pgconform.project.caches.claim import cache_claim
from pgconform.project.claiming import read_claims
from pgconform.rules import all_rules
from pgconform.schema import Key, Relation, Schema
from pgconform.shape import Field, Labels, Scalar
from pgconform.sources.python.caches.marks import marks
from pgconform.sources.python.caches.models import Marked, marked
from pgconform.sources.python.caches.reader import Keys
from pgconform.sources.python.models.read import read_models
from pgconform.sources.python.modules.project import Project as Modules
from pgconform.sources.python.modules.reading import read_modules
from pgconform.sources.python.queries import reader as queries

TRUTH = Schema(
    relations=(
        Relation(
            "credit_accounts",
            "public",
            fields=(
                Field("account_id", Scalar("uuid"), nullable=False),
                Field("balance", Scalar("numeric", (12, 2)), nullable=False),
                Field("tier", Labels(("free", "pro")), nullable=False),
            ),
            keys=(Key(("account_id",), "primary"),),
        ),
    )
)


def project(root: Path, code: str, settings: str = "") -> Project:
    (root / "app.py").write_text(code, encoding="utf-8")
    (root / "pgconform.toml").write_text(settings, encoding="utf-8")
    return find_project(root)


def uses(root: Path, code: str) -> tuple[CacheUse, ...]:
    """The uses of Redis in one file."""
    (root / "app.py").write_text(code, encoding="utf-8")
    modules = read_modules(root, cached=False)
    reader = queries.reader(Modules(modules, modules.speaking))
    reader.read()
    return Keys(reader.looker).read().uses


def findings(root: Path, code: str, settings: str = "") -> list[str]:
    made = project(root, code, settings)
    claims = read_claims(made, TRUTH, Ask(cached=False))
    rules = [rule for rule in all_rules() if rule.code != "RDS001"]
    report = judge(TRUTH, cache_claim(made, claims), rules=rules)
    return [f"{item.code} {item.at.line if item.at else 0} {item.message}" for item in report.findings]


@pytest.mark.parametrize(
    ("call", "pattern", "encoding", "ttl"),
    [
        ('r.set(f"user:{user_id}", json.dumps({"a": 1}), ex=60)', "user:{user_id}", "json", 60),
        ('r.pipeline().set(f"user:{user_id}", json.dumps({"a": 1}), ex=60)', "user:{user_id}", "json", 60),
        ('r.setex(f"user:{user_id}", 300, json.dumps({"a": 1}))', "user:{user_id}", "json", 300),
        ('r.set("user:" + user_id, json.dumps({"a": 1}))', "user:{value}", "json", 0),
        ('r.set("user:%s" % user_id, json.dumps({"a": 1}))', "user:{value}", "json", 0),
        ('r.set("user:{}:x".format(user_id), pickle.dumps({"a": 1}), 9)', "user:{value}:x", "pickle", 9),
        ('r.hset(f"user:{user_id}", mapping={"a": 1})', "user:{user_id}", "hash", None),
        ('r.json().set(f"user:{user_id}", "$", {"a": 1})', "user:{user_id}", "redisjson", None),
        ('r.set(f"user:{row.id}:{now}", json.dumps({"a": 1}), px=5)', "user:{id}:{now}", "json", None),
        ('r.set(key_of(user_id), json.dumps({"a": 1}), ex=TTL)', "user:{user_id}:v1", "json", 3600),
        ('put(f"user:{user_id}", {"a": 1})', "app:user:{user_id}", "json", 900),
        ('Store().write(f"user:{user_id}", {"a": 1}, 30)', "user:{user_id}", "json", 30),
    ],
)
def test_a_write(tmp_path: Path, call: str, pattern: str, encoding: str, ttl: int | None) -> None:
    code = f"""
import json, pickle, redis
r = redis.Redis()
TTL = 3600

def key_of(user_id: str) -> str:
    return f"user:{{user_id}}:v1"

def put(key: str, value: dict, ttl: int = 900) -> None:
    r.set(f"app:{{key}}", json.dumps(value), ex=ttl)

class Store:
    def __init__(self):
        self.redis = redis.Redis()

    def write(self, key: str, value: dict, ttl: int) -> None:
        self.redis.setex(key, ttl, json.dumps(value))

def f(user_id: str, row, now) -> None:
    {call}
"""
    (found,) = uses(tmp_path, code)
    assert (found.pattern, found.encoding, found.ttl) == (pattern, encoding, ttl)
    assert found.verb == "write"
    assert found.payload is not None
    assert [field.name for field in found.payload.fields] == ["a"]


def test_what_is_no_redis_is_left_alone(tmp_path: Path) -> None:
    code = 'import redis\n\ndef f(key, d: dict):\n    d.get(f"user:{key}")\n    {"a": 1}.get("user:1")\n'
    assert uses(tmp_path, code) == ()
    assert uses(tmp_path, 'def f(r, key):\n    r.set(f"user:{key}", 1)\n') == ()


def test_the_tag_of_a_cluster_s_key_is_part_of_its_pattern(tmp_path: Path) -> None:
    code = 'import redis\n\nr = redis.Redis()\n\ndef f(uid):\n    r.set(f"user:{{{uid}}}:all", "{}")\n'
    assert [use.pattern for use in uses(tmp_path, code)] == ["user:{{uid}}:all"]
    assert parameters("user:{{uid}}:all") == ("uid",)
    found = regex("user:{{uid}}:all").fullmatch("user:{12}:all")
    assert found is not None and found["uid"] == "12"


FILLED = """
import json
import redis
from supabase import create_client

r, db = redis.Redis(), create_client("", "")

def balance(account_id: str):
    key = f"balance:{account_id}"
    if cached := r.get(key):
        return json.loads(cached)
    rows = db.table("credit_accounts").select("balance").eq("account_id", account_id).execute()
    found = {"total": rows.data[0]["balance"], "account_id": account_id}
    r.set(key, json.dumps(found), ex=300)
    return found
"""


def test_reads_and_columns_that_fields_are_filled_from(tmp_path: Path) -> None:
    read, written = uses(tmp_path, FILLED)
    assert (read.verb, read.pattern) == ("read", "balance:{account_id}")
    assert (written.relation, written.columns) == ("credit_accounts", (("total", "balance"),))


def test_a_key_that_is_not_known_is_counted(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(
        "import redis\n\nclient = redis.Redis()\n\ndef f(row) -> None:\n    client.set(row.name(), 1)\n",
        encoding="utf-8",
    )
    modules = read_modules(tmp_path, cached=False)
    reader = queries.reader(Modules(modules, modules.speaking))
    reader.read()
    (unread,) = Keys(reader.looker).read().unread
    assert (unread.kind, unread.at.line if unread.at else 0) == ("dynamic", 6)


BALANCE = """
import json
import redis

r = redis.Redis()

def keep(account_id: str, total: float) -> None:
    r.set(f"balance:{account_id}", %s)
"""
CONTRACT = """
[redis.keys."balance:{account_id}"]
relation = "credit_accounts"
fields = { total = "balance", account_id = "account_id" }
max_ttl = 300
"""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('json.dumps({"total": total, "account_id": account_id}), ex=300', []),
        ('json.dumps({"total": total, "account_id": account_id})', ["RDS007"]),
        ('json.dumps({"total": total, "account_id": account_id}), ex=301', ["RDS007"]),
        ('json.dumps({"total": total}), ex=300', ["RDS003"]),
        ('json.dumps({"total": total, "account_id": account_id, "x": 1}), ex=300', ["RDS003"]),
        ("json.dumps(str(total)), ex=300", ["RDS004"]),
        ('__import__("msgpack").packb({"total": total, "account_id": account_id}), ex=300', ["RDS004"]),
    ],
)
def test_code_is_held_to_its_contract(tmp_path: Path, value: str, expected: list[str]) -> None:
    assert [line[:6] for line in findings(tmp_path, BALANCE % value, CONTRACT)] == expected


@pytest.mark.parametrize(
    ("prefix", "expected"), [("stats", ["RDS010"]), ("v2_stats", ["RDS010"]), ("v2", []), ("", [])]
)
def test_writers_of_keys_of_which_nothing_is_known_but_a_version_may_mean_other_keys(
    tmp_path: Path, prefix: str, expected: list[str]
) -> None:
    code = f"""
import json
import redis
r = redis.Redis()

def key(*parts: str) -> str:
    return "{prefix}" + ":" + ":".join(str(p) for p in parts if str(p))

def total(n: int):
    r.set(key("total"), json.dumps(int(n)))

def page(n: int):
    r.set(key("page", str(n)), json.dumps({{"n": n}}))
"""
    assert [line[:6] for line in findings(tmp_path, code, "")] == expected


def test_contracts_are_held_to_the_schema_by_the_ordinary_rules(tmp_path: Path) -> None:
    said = findings(tmp_path, "", CONTRACT.replace('"balance"', '"blance"'))
    assert said == ['COL001 4 credit_accounts has no column "blance"; did you mean "balance"?']
    (one,) = findings(tmp_path, "", CONTRACT.replace('"credit_accounts"', '"credit_acounts"'))
    assert one.startswith('REL001 2 there is no table "credit_acounts"')
    (one,) = findings(tmp_path, "", CONTRACT.replace("{account_id}", "{tier}"))
    assert one.startswith("KEY002 2 (tier) does not identify a row")


MARKED = """
from typing import Literal
from uuid import UUID
from pydantic import BaseModel
from pgconform.cached import cached

@cached("balance:{account_id}", relation="credit_accounts", max_ttl=60, cache=True, total="balance")
class Balance(BaseModel):
    account_id: UUID
    total: int
    tier: Literal["free", "pro", "gold"]
    gone: str
"""


def test_a_marked_class_is_a_contract(tmp_path: Path) -> None:
    made = project(tmp_path, MARKED)
    (contract,) = cache_claim(made, read_claims(made, TRUTH, Ask(cached=False))).caches.contracts
    assert (contract.pattern, contract.max_ttl, contract.evictable) == ("balance:{account_id}", 60, True)
    assert [(part.name, part.column) for part in contract.parts] == [
        ("account_id", "account_id"), ("total", "balance"), ("tier", "tier"), ("gone", "gone"),
    ]  # fmt: skip
    found = findings(tmp_path, MARKED)
    assert [line.split()[0] for line in found] == ["TYP001", "ENM002", "COL001"]
    assert "credit_accounts.balance is numeric" in found[0]


CLASS = """
from typing import Annotated, Literal, Optional
from uuid import UUID
from pydantic import BaseModel
from pgconform.cached import Cached, cached

MINUTE = 60

class Balance(BaseModel):
    account_id: UUID
    total: float
    tier: Literal["free", "pro"]

"""
MARK = 'Cached("balance:{account_id}", relation="credit_accounts", max_ttl=MINUTE, cache=True, total="balance")'


@pytest.mark.parametrize(
    "said",
    [
        f"CachedBalance = Annotated[Balance, {MARK}]",
        f"CachedBalance = Annotated[Optional[Balance], 'other', {MARK}]",
        f"type CachedBalance = Annotated[Balance | None, {MARK}]",
        f"held: Annotated[Balance, {MARK}]",
        f"held: dict[str, Annotated[Balance, {MARK}]] = {{}}",
        f"class Page(BaseModel):\n    balance: Annotated[Balance, {MARK}] | None = None",
        f"class Page:\n    class Inner(BaseModel):\n        balance: list[Annotated[Balance, {MARK}]]",
        f"@{MARK}\nclass Other(Balance): ...",
        f"@{MARK.replace('Cached(', 'cached(')}\nclass Other(Balance): ...",
    ],
)
def test_a_marked_annotation_is_a_contract(tmp_path: Path, said: str) -> None:
    (contract,) = _marked(tmp_path, CLASS + said).contracts
    assert (contract.pattern, contract.relation, contract.max_ttl) == ("balance:{account_id}", "credit_accounts", 60)
    assert (contract.evictable, contract.parameters) == (True, (("account_id", "account_id"),))
    assert [(part.name, part.column) for part in contract.parts][:2] == [
        ("account_id", "account_id"), ("total", "balance"),
    ]  # fmt: skip
    assert contract.at is not None and contract.at.line >= 12


def _marked(tmp_path: Path, code: str) -> Marked:
    modules = read_modules(project(tmp_path, code).root, cached=False)
    ground = Modules(modules, modules.speaking)
    models = read_models(ground)
    return marked(marks(ground, models), models)


def test_a_marked_class_needs_no_other_word(tmp_path: Path) -> None:
    """It is not among those of which somebody should say what they are of."""
    names = ("alpha", "beta", "gamma", "delta", "epsilon")
    truth = Schema(relations=(Relation("letters", "public", fields=tuple(Field(n, Scalar("text")) for n in names)),))
    code = "from pydantic import BaseModel\nfrom pgconform.cached import cached\n\n%sclass Kept(BaseModel):\n"
    code += "".join(f"    {name}: str\n" for name in names)
    bare = read_claims(project(tmp_path, code % ""), truth, Ask(cached=False))
    assert ([item.relation for item in bare.suggestions], bare.alone) == (["public.letters"], 1)
    told = read_claims(project(tmp_path, code % '@cached("k:{alpha}", relation="letters")\n'), truth, Ask(cached=False))
    assert (told.suggestions, told.alone) == ((), 0)


def test_a_field_of_no_column_is_said_so(tmp_path: Path) -> None:
    mark = MARK.replace('total="balance"', 'total=""')
    assert findings(tmp_path, CLASS + f"C = Annotated[Balance, {mark}]") == []
    assert findings(tmp_path, CLASS + f"C = Annotated[Balance, {MARK.replace('total=', 'other=')}]")[0][:6] == "COL001"


def test_a_mark_is_found_in_a_file_that_has_no_class(tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text(CLASS, encoding="utf-8")
    alias = f"from typing import Annotated\nfrom models import *\nC = Annotated[Balance, {MARK}]\n"
    (contract,) = _marked(tmp_path, alias).contracts
    assert (contract.model, contract.at.uri if contract.at else "") == ("models.Balance", "app.py")


def test_a_marked_field_is_judged_as_any_other(tmp_path: Path) -> None:
    """The mark says nothing of the field's own type."""
    field = 'tier: Annotated[int, Cached("tier:{account_id}", encoding="string")]'
    code = CLASS + f'class Account(BaseModel):\n    __pgconform__ = "credit_accounts"\n    {field}\n'
    claims = read_claims(project(tmp_path, code), TRUTH, Ask(cached=False))
    assert "TYP001" in {item.code for item in judge(TRUTH, claims.models).findings}


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ('Annotated[Balance, Cached("b:{x}", max_ttl=int("3"))]', "max_ttl of this mark is computed"),
        ('Annotated[Balance, Cached("b" + MINUTE)]', "pattern of this mark is computed"),
        ('Annotated[Balance, Cached("b:{x}", **{})]', "** of this mark is computed"),
        ('Annotated[Balance, Cached("b:{x}:{x}")]', '"b:{x}:{x}" is no key pattern'),
        ('Annotated[Balance, Cached("b:{x}", encoding="xml")]', '"xml" is no encoding'),
        ('Annotated[list[Balance], Cached("b:{x}")]', "what is marked is no class whose fields are known"),
        ('Annotated[Balance, Cached("b:{x}"), Cached("b:{y}")]', "keys of b:{y} are marked twice"),
    ],
)
def test_what_a_mark_does_not_tell_is_counted(tmp_path: Path, mark: str, said: str) -> None:
    assert [item.reason for item in _marked(tmp_path, f"{CLASS}C = {mark}\n").unread] == [said]


def test_pydantic_takes_the_mark_as_a_note() -> None:
    from typing import Annotated

    from pydantic import BaseModel, TypeAdapter

    from pgconform.cached import Cached

    class Plain(BaseModel):
        a: int

    class Page(BaseModel):
        plain: Annotated[Plain, Cached("a:{b}", a="c")]

    assert Page.model_validate({"plain": {"a": 1}}).plain.a == 1
    assert TypeAdapter(Annotated[Plain, Cached("a:{b}")]).validate_python({"a": 1}) == Plain(a=1)
    assert repr(Cached("a:{b}", a="c")) == "Cached('a:{b}')"


def test_the_mark_leaves_the_class_as_it_is() -> None:
    from pgconform.cached import cached

    class Plain:
        pass

    assert cached("a:{b}", relation="t")(Plain) is Plain
    assert cached("c:{d}")(Plain).__pgconform_cached__[1].pattern == "c:{d}"  # type: ignore[attr-defined]


def test_a_class_of_the_settings_gives_the_fields(tmp_path: Path) -> None:
    settings = """
[redis.keys."b:{account_id}"]
relation = "credit_accounts"
model = "app.Balance"
fields = { total = "balance", gone = false }
"""
    made = project(tmp_path, MARKED.replace("@cached", "# @cached"), settings)
    (contract,) = cache_claim(made, read_claims(made, TRUTH, Ask(cached=False))).caches.contracts
    assert [(part.name, part.column) for part in contract.parts][1::2] == [("total", "balance"), ("gone", "")]


def test_patterns() -> None:
    assert parameters("a:{b}:{x|y}:{c}") == ("b", "c")
    assert covers("agent:{id}:{version}", "agent:{agent_id}:current")
    assert not covers("agent:{id}", "agent:{agent_id}:current:x") or regex("agent:{id}").fullmatch("agent:1:2")
    held = Caches((Contract("a:{id}:{v}"), Contract("a:{id}:current")))
    assert held.contract("a:{x}:current") == Contract("a:{id}:current")
    assert held.contract("b:{x}") is None
