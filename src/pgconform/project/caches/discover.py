"""Contracts proposed for what a server holds: the relation by its columns and the key's parameter, ready to paste."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.caching import ENCODINGS, Caches, parameters, shape
from pgconform.config import SHARED_FILE, Project
from pgconform.pairs.world import World
from pgconform.project.api import searched
from pgconform.project.asking import Ask
from pgconform.project.caches.check import LiveAsk, address_of, pace
from pgconform.project.caches.claim import cache_claim
from pgconform.project.claiming import read_claims
from pgconform.project.truths import choose
from pgconform.redis.discover import Family, discover
from pgconform.redis.nodes import nodes
from pgconform.schema import Relation
from pgconform.shape import Scalar, Type
from pgconform.sources.opening import open_truth
from pgconform.support.names import likeness
from pgconform.support.patterns import deferred
from pgconform.support.telling import Tell

ENOUGH = 0.6
_STEPS = (60, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400, 604_800, 2_592_000, 31_536_000)
_BARE = deferred(r"^[A-Za-z0-9_-]+$")


def discovery(project: Project, ask: LiveAsk, tell: Tell = lambda _: None) -> str:
    """The proposals as TOML, the most frequent pattern first; what is declared already is only named."""
    ref = choose(project, ask.truth, live=ask.live)
    tell(f"reading the truth: {ref}")
    truth = open_truth(ref, project.root)
    world = World(truth, searched(project))
    declared = cache_claim(project, read_claims(project, truth, Ask())).caches
    address = address_of(project, ask.url)
    tell(f"looking at {address.shown}")
    families, seen = discover(nodes(address, replicas=not ask.primary), pace(project, ask), ask.sample)
    prefix = "tool.pgconform." if project.file is None or project.file.name == SHARED_FILE else ""
    blocks = [_block(family, world, declared, prefix) for family in families]
    heading = f"# {seen:,} keys of {address.shown} were looked at\n"
    return "\n".join([heading, *blocks])


def _block(family: Family, world: World, declared: Caches, prefix: str) -> str:
    ttl = f"time to live up to {family.ttl:,} s" if family.ttl is not None else "no time to live"
    many = "1 key" if family.count == 1 else f"{family.count:,} keys"
    lines = [f"# {many} · {family.encoding or family.type} · {family.size:,} bytes · {ttl}"]
    known = declared.contract(family.pattern)
    if known is not None:
        return "\n".join([*lines, f"# {family.pattern} is declared as {known.pattern}", ""])
    if family.encoding not in ENCODINGS or not family.fields:
        return "\n".join([*lines, f"# {family.pattern}  holds no object: nothing to propose", ""])
    known_columns, relation = _by_code(family, world, declared)
    relation = relation or proposed(family, world)
    lines.append(f"[{prefix}redis.keys.{_quoted(family.pattern)}]")
    if relation:
        lines += _of_relation(family, relation, known_columns)
    else:
        lines += ["# no table has enough of these fields", _fields(family, {}, {})]
    if family.encoding != "json":
        lines.append(f'encoding = "{family.encoding}"')
    if family.ttl is not None:
        lines.append(f"max_ttl = {next((step for step in _STEPS if step >= family.ttl), family.ttl)}")
    return "\n".join([*lines, ""])


def proposed(family: Family, world: World) -> Relation | None:
    """The relation whose columns the payload's fields are, or most of them."""
    scored = [(score(family, relation), relation) for relation in _relations(world)]
    best = max(scored, key=lambda item: (item[0], item[1].qualified), default=None)
    return best[1] if best and best[0] >= ENOUGH else None


def _relations(world: World) -> list[Relation]:
    return [item for item in world.truth.relations if item.schema in world.schemas and not item.partition_of]


def score(family: Family, relation: Relation) -> float:
    """The share of fields that are columns, more where the key's parameter is a key and the names are alike."""
    names = {name for name, _ in family.fields}
    columns = {field.name for field in relation.fields}
    shared = names & columns
    if len(shared) < min(2, len(names)):
        return 0.0
    keys = {column for key in relation.keys for column in key.columns}
    of_key = 0.3 if set(parameters(family.pattern)) & keys else 0.0
    alike = 0.2 * likeness(family.pattern.partition(":")[0], relation.name)
    return len(shared) / len(names) + of_key + alike - 0.05 * (len(columns - names) / max(len(columns), 1))


def _by_code(family: Family, world: World, declared: Caches) -> tuple[dict[str, str], Relation | None]:
    """The columns of fields, and the relation, as the code that writes such keys tells them."""
    wanted = shape(family.pattern)
    for use in declared.uses:
        if use.relation and shape(use.pattern) == wanted:
            schema, _, name = use.relation.rpartition(".")
            return dict(use.columns), world.relation(name, schema)
    return {}, None


def _of_relation(family: Family, relation: Relation, told: dict[str, str]) -> Iterator[str]:
    own = {field.name for field in relation.fields}
    columns = {name: name for name, _ in family.fields if name in own} | told
    shown = relation.name if relation.schema == "public" else relation.qualified
    source = "as the code fills it" if told else f"{len(columns)} of {len(family.fields)} fields are its columns"
    yield f'relation = "{shown}"  # {source}'
    named = parameters(family.pattern)
    odd = [name for name in named if name not in own]
    primary = next((key.columns for key in relation.keys if key.kind == "primary"), ())
    if len(odd) == 1 == len(primary) and primary[0] not in named:
        yield f'parameters = {{ {odd[0]} = "{primary[0]}" }}'
    forms = _forms(family, columns, relation)
    if forms or own != {name for name, _ in family.fields}:
        yield _fields(family, columns, forms)


_AS_TEXT = frozenset({"a number as text", "a whole number as text"})
_NUMBERS = frozenset({"int2", "int4", "int8", "float4", "float8", "numeric"})


def _forms(family: Family, columns: dict[str, str], relation: Relation) -> dict[str, str]:
    """The fields whose values have another form than their columns have in JSON; a hash has texts anyway."""
    if family.encoding == "hash":
        return {}
    types = {field.name: field.type for field in relation.fields}
    kinds = {name: kind for name, kind in family.kinds if name in columns}
    found = {name: _form(types.get(columns[name]), kind) for name, kind in kinds.items()}
    return {name: form for name, form in found.items() if form}


def _form(of: Type | None, kind: str) -> str:
    match of:
        case Scalar(kind=number) if number in _NUMBERS and kind in _AS_TEXT:
            return "text"
        case Scalar(kind="timestamptz" | "timestamp") if kind == "a number":
            return "epoch"
    return ""


def _fields(family: Family, columns: dict[str, str], forms: dict[str, str]) -> str:
    """A list where every field is a column, else a table; a field that not all payloads have is optional."""
    rows = sorted((name, count < family.looked) for name, count in family.fields)
    if all(columns.get(name) == name and name not in forms and not optional for name, optional in rows):
        return f"fields = [{', '.join(_quoted(name) for name, _ in rows)}]"
    said = (_field(name, columns.get(name, ""), forms.get(name, ""), optional) for name, optional in rows)
    return f"fields = {{ {', '.join(said)} }}"


def _field(name: str, column: str, form: str, optional: bool) -> str:
    key = name if _BARE.match(name) else _quoted(name)
    if not optional and not form:
        return f"{key} = {_quoted(column) if column else 'false'}"
    more = [f'form = "{form}"'] if form else []
    more += ["optional = true"] if optional else []
    return f"{key} = {{ {', '.join([f'column = {_quoted(column)}', *more])} }}"


def _quoted(text: str) -> str:
    """A TOML string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{"".join(map(_letter, escaped))}"'


def _letter(letter: str) -> str:
    return letter if letter.isprintable() else f"\\u{ord(letter) & 0xFFFF:04x}"
