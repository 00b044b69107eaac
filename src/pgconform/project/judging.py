"""The claims of a project, judged against a truth, and freed of what the team asks to ignore."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec
from msgspec.structs import replace

from pgconform.check import judge_each, said_of
from pgconform.config import Project
from pgconform.drift.differences import differences
from pgconform.errors import Problem
from pgconform.finding import Finding
from pgconform.pairs.leftout import LeftOutPair, ScantyPair
from pgconform.pairs.managed import ManagedPair
from pgconform.pairs.staleness import SnapshotPair
from pgconform.pairs.verdict import Verdicts
from pgconform.pairs.world import World
from pgconform.project.api import api, refuse_absent, searched
from pgconform.project.asking import Ask
from pgconform.project.caches.claim import cache_claim
from pgconform.project.claiming import Claimed
from pgconform.project.documents import sure
from pgconform.project.doubts.beside import doubted, left_out, of_classes, said_beside
from pgconform.project.doubts.filling import filled_by_hand
from pgconform.project.doubts.guarded import filled_in, guarded, looked_for, rowless
from pgconform.project.doubts.idle import idle
from pgconform.project.doubts.imitated import imitated
from pgconform.project.doubts.knowing import asks, brought, by_texts, of_program
from pgconform.project.doubts.scanty import half_read, lacking, milder, scanty
from pgconform.project.doubts.texts import Texts
from pgconform.project.inputs import Inputs
from pgconform.project.managed import judged_documents
from pgconform.project.owned import owned
from pgconform.project.staleness import generated
from pgconform.project.together import of_documents
from pgconform.project.verdicts import KeptVerdicts
from pgconform.remedies.marking import Marks, marked
from pgconform.remedies.source import Sources
from pgconform.report import Report, Summary, summary
from pgconform.rules import Rule, all_rules
from pgconform.schema import Schema, Unread
from pgconform.select import chosen, refuse_unknown, regraded, selects
from pgconform.shape import Location
from pgconform.sources import snapshot
from pgconform.sources.migrations.beside import Spoken
from pgconform.sources.migrations.detect import BOOTSTRAPPED
from pgconform.support.kept import Kept
from pgconform.suppress import ignored_by_path, suppress

if TYPE_CHECKING:
    from pgconform.project.proving import Begun
    from pgconform.sources.python.claims import Claims
    from pgconform.sources.python.models.mapping import Suggestion

T = TypeVar("T")


class Standard(NamedTuple):
    """What claims are judged by, whatever they are: the rules that run, and the verdicts of the last run."""

    rules: tuple[Rule, ...]
    known: Verdicts


def standard(project: Project, ask: Ask, truth: Schema, inputs: Inputs) -> Standard:
    """What the claims of a project are judged by. Raises `Problem` where its settings name what is not there."""
    refuse_absent(project, truth)
    rules = _running(project, ask)
    return Standard(rules, _known(project, ask, inputs, rules))


def judged(
    project: Project, ask: Ask, truth: Schema, inputs: Inputs, every: Claimed, by: Standard | None = None
) -> Report:
    """The report of everything the project claims, in the asked files."""
    rules, known = by or standard(project, ask, truth, inputs)
    schemas, server = searched(project), api(project)
    claims, told = every
    report = judge_each(truth, _said(project, ask, truth, inputs, every), rules, schemas, server, known)
    known.save()
    full = replace(
        report,
        truth=held_to(project, truth),
        claims=_claims(report, told, ask, inputs),
        alone=claims.alone,
        suggested=tuple(_suggested(item) for item in claims.suggestions if _means(ask, item.at)),
    )
    together = of_documents(project, truth, told[:1], rules)
    full = full.of([*full.findings, *_managed(project, truth, inputs, rules), *together])
    world = World(truth, schemas)
    beside = said_beside(world, project.root, inputs, cached=ask.cached)
    certain = _within(full.findings, Texts(project.root, inputs.overlay), inputs, claims, cached=ask.cached)
    found, doubts = _doubted(tuple(certain), world, inputs.beside, beside, claims)
    full = full.of([*found, *said_of(doubts, rules)])
    full = full.of(sorted([*full.findings, *generated(project, truth, inputs, rules)], key=Finding.order))
    if ask.live:
        full = full.of([*full.findings, *stale(project, truth, rules)])
    if ask.rows:
        from pgconform.project.rows.judged import with_rows

        full = with_rows(full, world, ask.truth, (within(ask, claim) for claim in every.schemas(project)), rules)
    return _settled(full, project, ask, inputs, rules)


def _said(project: Project, ask: Ask, truth: Schema, inputs: Inputs, every: Claimed) -> Iterator[Schema]:
    """All that is claimed in the asked files; statements, for which a server may still be asked, after requests."""
    begun = inputs.ahead.proving if inputs.ahead else None
    for claim in every.python.schemas:
        yield _proven(project, ask, truth, begun, within(ask, claim))
    yield within(ask, cache_claim(project, every.python))
    for claim in every.documents:
        yield sure(_proven(project, ask, truth, None, within(ask, claim)))


def _known(project: Project, ask: Ask, inputs: Inputs, rules: Iterable[Rule]) -> Verdicts:
    """The verdicts of the last run."""
    if not ask.cached or not inputs.truth:
        return Verdicts()
    codes = " ".join(rule.code for rule in rules)
    said = map(msgspec.msgpack.encode, (searched(project), api(project), codes))
    return KeptVerdicts(project.root, (inputs.truth, *said), partly=bool(ask.paths))


def held_to(project: Project, truth: Schema) -> Summary:
    """What the truth holds in the searched schemas, whoever brought it apart from extensions, or else in its others."""
    own = owned(truth, searched(project))
    return summary(own if own.relations else owned(truth, {item.schema for item in truth.relations} - BOOTSTRAPPED))


def _claims(report: Report, told: Iterable[Schema], ask: Ask, inputs: Inputs) -> tuple[Summary, ...]:
    """All claims in one, with the number of Python files that were read for them; of documents, how many speak."""
    counts: Counter[str] = Counter()
    for claim in report.claims:
        counts.update(dict(claim.counts))
    counts["document"] = len(
        {item.at.uri for claim in told for item in claim.relations if item.at and _means(ask, item.at)}
    )
    counts = +counts
    files = sum(uri.endswith(".py") and ask.means(uri) for uri, _ in inputs.digests)
    return (Summary("python", "", tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))), files),)


def _suggested(item: Suggestion) -> Unread:
    share = f"{item.share:.0%} of its fields are columns of {item.relation}"
    return Unread(f"{item.model}: {share}, and nothing says that it is of it", "unmapped", item.relation, item.at)


def _proven(project: Project, ask: Ask, truth: Schema, begun: Begun | None, claim: Schema) -> Schema:
    """The claim with what a server that has the truth says of its statements."""
    if not claim.statements:
        return claim
    from pgconform.project.proving import ground_of, makes_of, proven

    ground, texts = ground_of(project, ask, truth), makes_of(claim)
    return replace(claim, statements=proven(claim.statements, ground, texts, cached=ask.cached, begun=begun))


def within(ask: Ask, claim: Schema) -> Schema:
    """What of a claim stands in the asked files."""
    if not ask.paths:
        return claim

    def inside(items: Iterable[T]) -> tuple[T, ...]:
        return tuple(item for item in items if _means(ask, getattr(item, "at", None)))

    return replace(
        claim,
        relations=inside(claim.relations),
        types=inside(claim.types),
        queries=inside(claim.queries),
        statements=inside(claim.statements),
        secured=inside(claim.secured),
        unread=inside(claim.unread),
        caches=replace(claim.caches, uses=inside(claim.caches.uses)),
    )


def _means(ask: Ask, at: Location | None) -> bool:
    return not ask.paths or (at is not None and ask.means(at.uri))


def _within(
    findings: Iterable[Finding], texts: Texts, inputs: Inputs, claims: Claims, *, cached: bool
) -> Iterator[Finding]:
    """The findings, milder where other lines of the program's own files speak against them."""
    uris = [uri for uri, _ in inputs.digests]
    filled = filled_in(rowless(filled_by_hand(findings, texts, uris), texts), texts, uris)
    sought = looked_for(query for claim in claims.schemas for query in claim.queries)
    used = idle(guarded(filled, texts, sought, asks=asks(claims.statements)), texts, uris)
    return imitated(used, texts, inputs.digests, cached=cached)


def _doubted(
    findings: tuple[Finding, ...],
    world: World,
    files: tuple[str, ...] | None,
    said: Iterable[Spoken],
    claims: Claims,
) -> tuple[Iterable[Finding], list[LeftOutPair | ScantyPair]]:
    """The findings, milder where SQL beside the truth or what the program asks for speaks against it; and what does.

    ``files`` are those beside the truth, and ``said`` is what they say of its tables.
    """
    missing = lacking(findings)
    findings = tuple(of_program(findings, world, claims.statements, named=files is None))
    findings = tuple(milder(findings)) if half_read(world.truth) else findings
    if files is None:
        return findings, []
    found = list(doubted(findings, world, files, said))
    found = list(of_classes(found, claims.creator, claims.models)) if claims.creator else found
    found = list(by_texts(found, world, claims.making)) if claims.making else found
    lacks = tuple(sorted({*lacking(findings), *brought(missing, claims.statements)}))
    small = scanty(lacks, owned(world.truth, world.schemas), claims.schemas)
    found = list(milder(found)) if small else found
    return found, [*([small] if small else []), *left_out(found, files)]


def stale(project: Project, truth: Schema, rules: Iterable[Rule]) -> Iterator[Finding]:
    """What the rules say of the committed snapshot beside the database, where there is a snapshot."""
    file = project.root / project.config.snapshot
    if not file.is_file():
        return
    schemas = searched(project)
    kept = snapshot.read(file, project.config.snapshot)
    found = tuple(differences(owned(truth, schemas), owned(kept, schemas)))
    pair = SnapshotPair(project.config.snapshot, found)
    yield from said_of((pair,), rules)


def _managed(project: Project, truth: Schema, inputs: Inputs, rules: Iterable[Rule]) -> Iterator[Finding]:
    """What the rules say of the blocks and pages that pgconform keeps in documents."""
    if any(rule.on is ManagedPair for rule in rules):
        yield from said_of(judged_documents(project, truth, inputs), rules)


def _settled(report: Report, project: Project, ask: Ask, inputs: Inputs, rules: tuple[Rule, ...]) -> Report:
    """The report without what is ignored by path or comment, each finding as grave as the settings say."""
    config = project.config
    asked = [finding for finding in report.findings if _means(ask, finding.at)]
    named = [item for item in inputs.suppressions if ask.means(item.at.uri)]
    wanted = [finding for finding in asked if not ignored_by_path(finding, config.per_path_ignores)]
    kept, hidden = suppress(wanted, named, rules)
    settled = [regraded(item, config.severity) for item in kept if not ignored_by_path(item, config.per_path_ignores)]
    return replace(report.of(_marked(settled, project, ask, inputs)), suppressed=len(hidden))


def _running(project: Project, ask: Ask) -> tuple[Rule, ...]:
    """The rules that run. Raises `Problem` where the settings name one that is none, or none is left."""
    config, known = project.config, all_rules()
    said = [(f"severity.{selector}", selector) for selector in config.severity]
    said += [("per_path_ignores", selector) for these in config.per_path_ignores.values() for selector in these]
    for key, selector in said:
        try:
            refuse_unknown(known, selector)
        except Problem as problem:
            raise project.problem(key, problem.message, problem.help) from None
    rules = chosen(known, ask.select or config.select, (*config.ignore, *ask.ignore), config.extend_select)
    if not rules:
        raise Problem(
            "no rule is left to run",
            "what is selected is ignored too, by --ignore or by ignore in the settings",
        )
    return rules


def _marked(findings: list[Finding], project: Project, ask: Ask, inputs: Inputs) -> tuple[Finding, ...]:
    """The findings with what is true of their changes, which is kept for the next run."""
    kept: Kept[Marks] = Kept("marks", project.root, (), Marks)
    known = (kept.load() if ask.cached else None) or {}
    sources = Sources(project.root, inputs.overlay, (uri for uri, _ in inputs.digests))
    found, marks = marked(findings, sources, lambda item: _named(ask, item), known)
    if ask.cached and marks != known:
        kept.save({**known, **marks} if ask.paths or ask.select else marks)
    return found


def _named(ask: Ask, finding: Finding) -> bool:
    """The finding's rule is one of those that the person asks for."""
    return any(selects(selector, finding.code, finding.name) for selector in ask.select)
