"""QRY004: a request to a schema that the API does not expose."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.config import PostgrestConfig
from pgconform.postgrest.pairs import RequestPair
from pgconform.rules._wording import quoted
from pgconform.rules.registry import Rule


def judge(pair: RequestPair) -> Iterator[Finding]:
    exposed = pair.part.config.schemas
    if not pair.schema or pair.schema in exposed:
        return
    unsaid = exposed == PostgrestConfig().schemas and pair.schema in pair.part.world.truth.schemas
    yield Finding(
        Severity.INFO if unsaid else Severity.ERROR,
        f'the API does not expose schema "{pair.schema}"',
        consequence="the request fails with 406 PGRST106",
        help=f"known are {quoted(exposed)}; if there are more, list them in [tool.pgconform.postgrest] schemas",
    )


RULE = Rule("QRY004", "unexposed-schema", "a request to a schema that the API does not expose", RequestPair, judge)
