"""A live check of a cache: which server, which contracts, what its entries are, and the ordinary report of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from pgconform.caching import Caches, Contract, Observed
from pgconform.check import judge
from pgconform.config import Project
from pgconform.errors import Problem
from pgconform.finding import Finding
from pgconform.pairs.world import World
from pgconform.project.api import searched
from pgconform.project.asking import Ask
from pgconform.project.caches.claim import cache_claim
from pgconform.project.claiming import read_claims
from pgconform.project.judging import held_to
from pgconform.project.run import named
from pgconform.project.truths import choose, sql_sources
from pgconform.redis.options import RedisConfig
from pgconform.report import Report, Summary, statuses
from pgconform.rules import all_rules
from pgconform.rules._caches import counted
from pgconform.schema import Schema, Unread
from pgconform.select import regraded
from pgconform.sources.opening import open_truth
from pgconform.support.environment import expanded, variable
from pgconform.support.telling import Tell

if TYPE_CHECKING:
    from pgconform.redis.address import Address
    from pgconform.redis.observe import Seen, Tally
    from pgconform.redis.plan import Plan
    from pgconform.redis.scan import Pace

_FAMILIES = ("RDS", "REL", "COL", "ENM", "TYP", "NUL", "KEY")


class LiveAsk(msgspec.Struct, frozen=True):
    """What a person asks of a live check. ``url`` "" is the settings'; ``truth`` and ``live`` are as for a check.

    ``patterns`` are those to look at, none for all; ``sample`` entries are enough, 0: all; ``count`` keys are asked
    for at once, ``load`` is the share of time that the server may work for us; ``primary``: rather than replicas.
    ``compare`` entries of each pattern are held to their rows. Entries of more than ``max_size`` megabytes are not
    fetched (0: all are); None is the settings'.
    """

    url: str = ""
    truth: str = ""
    live: bool = False
    patterns: tuple[str, ...] = ()
    sample: int = 0
    count: int = 100
    load: float = 1.0
    primary: bool = False
    compare: int = 0
    max_size: int | None = None


class Ground(msgspec.Struct, frozen=True):
    """What entries are held to: the truth, the contracts that are asked for, and what each wants of its entries."""

    ref: str
    world: World
    contracts: tuple[Contract, ...]
    plans: tuple[Plan, ...]


class Checked(msgspec.Struct, frozen=True):
    """The report of a live check, and what was seen on the way."""

    report: Report
    seen: Seen


def address_of(project: Project, url: str = "") -> Address:
    """The server: the one named, the settings', else that of ``REDIS_URL``. Raises `Problem` when there is none."""
    from pgconform.redis.address import parse

    said = url or (project.config.redis.url if project.config.redis else "")
    if not url and said and not said.startswith("$"):
        raise project.problem(
            "redis.url",
            "the setting redis.url holds an address, which does not belong in a file",
            'put it in the environment and write  url = "$REDIS_URL"',
        )
    found = expanded(said, project.root) if said else variable("REDIS_URL", project.root)
    if not found:
        raise Problem("no Redis server is named", "name one, or set REDIS_URL:  redis://localhost:6379/0")
    return parse(found)


def ground(project: Project, ask: LiveAsk, tell: Tell = lambda _: None) -> Ground:
    """The truth and the contracts. Raises `Problem` where no contract is asked for."""
    ref = choose(project, ask.truth, live=ask.live)
    tell(f"reading the truth: {ref}")
    truth = named(open_truth(ref, project.root), ref)
    tell("reading the contracts")
    return ground_of(project, ask, truth, ref)


def ground_of(project: Project, ask: LiveAsk, truth: Schema, ref: str) -> Ground:
    """The contracts beside a truth that was read from ``ref``."""
    from pgconform.redis.plan import plan

    said = cache_claim(project, read_claims(project, truth, Ask())).caches
    known = [item.pattern for item in said.contracts]
    contracts = tuple(item for item in said.contracts if not ask.patterns or item.pattern in ask.patterns)
    missing = set(ask.patterns) - {item.pattern for item in contracts}
    if missing or not contracts:
        named = f'no contract is of "{min(missing)}"' if missing else "no contract says what the cache holds"
        help_ = f"contracts are of  {'  '.join(known)}" if known else "let it be proposed:  pgconform redis discover"
        raise Problem(named, help_)
    world = World(truth, searched(project))
    return Ground(ref, world, contracts, tuple(plan(item, world) for item in contracts))


def checked(project: Project, ask: LiveAsk, tell: Tell = lambda _: None) -> Checked:
    """Looks at the server and gives the report."""
    return looked(project, ask, ground(project, ask, tell), tell)


def looked(project: Project, ask: LiveAsk, held: Ground, tell: Tell = lambda _: None) -> Checked:
    """What the server's entries are beside their contracts."""
    from pgconform.project.caches.rows import Sampler, rows_of
    from pgconform.redis.nodes import nodes
    from pgconform.redis.observe import Watch, observe
    from pgconform.redis.progress import far

    address = address_of(project, ask.url)
    tell(f"looking for {address.shown}")
    found = nodes(address, replicas=not ask.primary)
    watch = Watch(pace(project, ask), ask.sample, lambda seen, total: tell(far(seen, total, ask.sample)))
    if ask.compare:
        with rows_of(project, held.ref) as rows:
            sampler = Sampler(rows, held.plans, ask.compare)
            tally, seen = observe(found, held.plans, replace(watch, taken=sampler.take))
            observed = [*tally.observed(), *sampler.observed()]
    else:
        tally, seen = observe(found, held.plans, watch)
        observed = list(tally.observed())
    caches = Caches(held.contracts, (), tuple(observed))
    claim = Schema(caches=caches, unread=tuple(_large(tally)), origin=address.shown)
    return Checked(_report(project, held, claim, seen), seen)


def pace(project: Project, ask: LiveAsk) -> Pace:
    """How the server is read, by what is asked and by the settings."""
    from pgconform.redis.scan import Pace

    settled = (project.config.redis or RedisConfig()).max_size
    return Pace(ask.count, ask.load, (settled if ask.max_size is None else ask.max_size) << 20)


def _large(tally: Tally) -> Iterator[Unread]:
    for plan, count, examples in tally.large():
        many, are = ("1 entry", "is") if count == 1 else (f"{count:,} entries", "are")
        said = f"{many} of {plan.contract.pattern} {are} too large to be fetched, such as {examples[0]}"
        yield Unread(said, "size", at=plan.contract.at)


def _report(project: Project, held: Ground, claim: Schema, seen: Seen) -> Report:
    observed = claim.caches.observed
    rules = [rule for rule in all_rules() if rule.code.startswith(_FAMILIES)]
    report = judge(held.world.truth, claim, rules=rules, schemas=searched(project))
    counts = (("entry", seen.judged), ("key pattern", len(held.contracts)))
    files = len(sql_sources(held.ref, project.root))
    told = replace(
        report,
        truth=replace(held_to(project, held.world.truth), files=files),
        claims=(Summary(claim.origin, seen.product, counts),),
        judged=seen.judged,
        seconds=seen.seconds,
        relations=statuses({plan.relation.qualified for plan in held.plans if plan.relation}, report.findings),
    )
    findings = [_counted(item, observed) for item in told.findings if item.source != "truth"]
    return told.of(regraded(item, project.config.severity) for item in findings)


def _counted(finding: Finding, observed: tuple[Observed, ...]) -> Finding:
    """The finding of an entry with how many there are: the rules of other claims do not count."""
    if finding.source != "entry":
        return finding
    for item in observed:
        said = f'"{item.said if item.kind == "label" else item.field}"'
        if item.kind in ("label", "column") and item.pattern == finding.holder and said in finding.message:
            return replace(finding, consequence=counted(item, finding.consequence))
    return finding
