"""Which rule speaks of a pair of types, and what they all say: the lattice's verdict, in the pair's direction."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Retype, Severity
from pgconform.pairs import Misfit
from pgconform.rules._wording import ACTIONS, milder, spelled
from pgconform.rules.registry import Rule
from pgconform.schema import Transport
from pgconform.shape import Array, Labels, Scalar, Struct, Type, Union, Unknown

GENERAL = "TYP001"
TEXTS = frozenset({"text", "varchar", "bpchar", "citext", "name"})
TIMES = {
    "date": "date", "timestamp": "datetime", "timestamptz": "datetime", "time": "time", "timetz": "time",
    "py.date": "date", "py.datetime": "datetime", "py.datetime_aware": "datetime", "py.datetime_naive": "datetime",
    "py.time": "time",
}  # fmt: skip
MOMENTS = frozenset({"timestamp", "timestamptz"})
FACETS: tuple[tuple[str, frozenset[str], frozenset[str]], ...] = (
    ("TYP002", frozenset({"int2", "int4", "int8", "oid"}), frozenset({"py.int"})),
    ("TYP003", frozenset({"numeric"}), frozenset({"py.decimal", "py.pg_numeric"})),
    ("TYP004", frozenset({"numeric"}), frozenset({"py.float"})),
    ("TYP009", frozenset({"bytea"}), frozenset({"py.bytes", "py.base64_bytes", "py.secret_bytes"})),
    ("TYP010", frozenset({"uuid"}), frozenset({f"py.uuid{version}" for version in range(1, 9)})),
    ("TYP011", frozenset({"timestamp", "timestamptz"}), frozenset({"py.datetime_aware", "py.datetime_naive"})),
    ("TYP014", frozenset({"interval"}), frozenset({"py.timedelta"})),
    ("TYP019", frozenset({"json", "jsonb"}), frozenset({"py.dict", "py.list", "py.json", "object", "array"})),
    (
        "TYP025",
        frozenset({"inet", "cidr", "macaddr", "macaddr8"}),
        frozenset({f"py.ip{what}" for what in ("address", "interface", "network")})
        | frozenset({f"py.ipv{v}{what}" for v in (4, 6) for what in ("address", "interface", "network")}),
    ),
)


def facet(truth: Type, claim: Type, *, writing: bool = False) -> str:
    """The code of the rule these two types belong to; "" where labels are compared instead, or nothing is known."""
    if writing and _kind(truth) in MOMENTS and _kind(claim) in ("py.datetime", "py.strict_datetime"):
        return "TYP011"
    if isinstance(truth, Unknown) or isinstance(claim, Unknown):
        return ""
    if isinstance(truth, Array) and isinstance(claim, Array):
        inner = facet(truth.of, claim.of)
        return "TYP017" if inner == GENERAL and _alike(truth.of, claim.of) else inner
    if isinstance(truth, Array) != isinstance(claim, Array) and not _is_json(truth) and not _open(claim):
        return "TYP016"
    if isinstance(claim, Labels) and (isinstance(truth, Labels) or _kind(truth) in TEXTS):
        return ""
    return _of_kinds(_kind(truth), _kind(claim))


def _of_kinds(truth: str, claim: str) -> str:
    plain = claim.replace("py.strict_", "py.")
    if truth in TIMES and plain in TIMES and TIMES[truth] != TIMES[plain]:
        return "TYP012"
    for code, theirs, mine in FACETS:
        if truth in theirs and plain in mine:
            return "TYP030" if plain != claim and code == "TYP002" else code
    if truth in TIMES and plain in TIMES and plain == claim:
        return "TYP015"
    if truth.endswith("range"):
        return "TYP018"
    return "TYP030" if plain != claim else GENERAL


def _kind(type_: Type) -> str:
    match type_:
        case Scalar(kind=kind):
            return kind
        case Struct():
            return "object"
        case Array():
            return "array"
        case Labels():
            return "labels"
        case _:
            return ""


def _is_json(type_: Type) -> bool:
    return _kind(type_) in ("json", "jsonb")


def _open(claim: Type) -> bool:
    return isinstance(claim, Union) or _kind(claim) in ("py.any", "py.list", "py.json_value", "py.json", "py.str")


def _alike(truth: Type, claim: Type) -> bool:
    """The elements fit, so that only a NULL among them can be what does not."""
    from pgconform.lattice import Verdict, fits

    return fits(truth, claim, Transport.SQL).verdict is Verdict.YES


def type_rule(code: str, name: str, summary: str, severity: Severity = Severity.ERROR) -> Rule:
    """The rule for one facet of types: it gives the lattice's verdict on the pairs that belong to it."""

    def judge(pair: Misfit) -> Iterator[Finding]:
        if facet(pair.truth, pair.claim, writing=pair.writing) == code:
            yield _finding(pair)

    return Rule(code, name, summary, Misfit, judge, severity)


def _finding(pair: Misfit) -> Finding:
    return Finding(
        _severity(pair),
        f"{pair.subject} is {spelled(pair.truth)}, {pair.pair.claimed} is {spelled(pair.claim)}",
        consequence=_consequence(pair),
        help=f"the column's type is {spelled(pair.truth)}",
        witness=pair.fit.witness,
        change=Retype(pair.truth),
    )


def _severity(pair: Misfit) -> Severity:
    if pair.fit.verdict.name == "NO":
        return Severity.ERROR
    return Severity.INFO if pair.fit.rare else milder(pair.relation, Severity.WARNING)


def _consequence(pair: Misfit) -> str:
    if pair.pair.told:
        return "whoever follows this expects another type"
    if pair.fit.reason:
        return pair.fit.reason
    happens = {"NO": "no value passes", "LOSSY": "a value can be changed"}
    return f"{happens.get(pair.fit.verdict.name, 'some values are refused')} in the {ACTIONS[pair.relation.access]}"
