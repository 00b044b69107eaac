"""DOC007: what pgconform wrote into a document, and what is no longer so, or no longer as it was written."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.managed import ManagedPair
from pgconform.rules.registry import Rule

_WRITE = "write it again:  pgconform generate docs"


def judge(pair: ManagedPair) -> Iterator[Finding]:
    match pair.state:
        case "stale":
            said, happens, help_ = "is not what the schema is", "whoever follows it is told of an older schema", _WRITE
        case "edited":
            said = "was edited by hand"
            happens = "it is left as it is, and no longer follows the schema"
            help_ = "move what was added out of it, then:  pgconform generate docs --force"
        case _:
            said, happens, help_ = f"cannot be written: {pair.reason}", "it stays as it is", "mend its first line"
    yield Finding(Severity.WARNING, f"{pair.what} {said}", consequence=happens, help=help_)


RULE = Rule(
    "DOC007",
    "stale-document",
    "generated text that is out of date or was edited",
    ManagedPair,
    judge,
    Severity.WARNING,
)
