"""RDS009: a cache of pickles."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.caching import Observed
from pgconform.finding import Finding, Severity
from pgconform.pairs.caches import CachePair
from pgconform.rules._caches import counted, of_kind, who
from pgconform.rules.registry import Rule


def judge(pair: CachePair) -> Iterator[Finding]:
    pickled = pair.contract is None and pair.use is not None and pair.use.encoding == "pickle"
    found = [Observed(pair.holder, "pickle")] if pickled else list(of_kind(pair, "pickle"))
    for item in found:
        verb = ("writes" if pair.use.verb == "write" else "loads") if pair.use else "are"
        yield Finding(
            Severity.WARNING,
            f"{who(pair)} {verb} pickles",
            consequence=counted(
                item, "a pickle breaks when a class moves or changes, and runs the code of whoever may write it"
            ),
            help="write JSON:  model.model_dump_json()",
        )


RULE = Rule("RDS009", "pickled-entry", "a cache of pickles", CachePair, judge, Severity.WARNING, preview=True)
