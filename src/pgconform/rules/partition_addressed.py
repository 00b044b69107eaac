"""REL005: a claim about one partition instead of the table it belongs to."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Rename, Severity
from pgconform.pairs.pair import RelationPair
from pgconform.rules.registry import Rule
from pgconform.schema import Transport


def judge(pair: RelationPair) -> Iterator[Finding]:
    truth = pair.truth
    if truth is None or truth.partition_of is None:
        return
    schema, parent = truth.partition_of
    api = pair.claim.transport is Transport.POSTGREST and pair.sent
    yield Finding(
        Severity.ERROR if api else Severity.INFO,
        f"{pair.subject} is a partition of {parent}",
        consequence="the request fails with 404 PGRST205: the API does not show partitions"
        if api
        else "rows of other partitions are out of reach, and a detached partition is gone",
        help=f'name the partitioned table "{parent}"',
        change=Rename(truth.name, parent) if schema == truth.schema else None,
    )


RULE = Rule("REL005", "partition-addressed", "a partition named instead of its table", RelationPair, judge)
