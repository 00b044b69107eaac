"""What ``pgconform redis`` does once its command line was understood."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pgconform.cli._checking import code
from pgconform.cli._progress import progress
from pgconform.cli._screen import look, note, put
from pgconform.config import Project
from pgconform.errors import Problem
from pgconform.project.caches.check import Checked, LiveAsk, checked
from pgconform.redis.options import Action
from pgconform.reports import formats, renderer
from pgconform.support.version import version
from pgconform.support.visible import visible

if TYPE_CHECKING:
    from pgconform.project.caches.sync import Synced


class Looking(msgspec.Struct, frozen=True):
    """The options of the command, by their names."""

    url: str
    truth: str
    live: bool
    patterns: tuple[str, ...]
    sample: int
    compare: int
    count: int
    load: int
    max_size: int | None
    primary: bool
    form: str
    output: Path | None
    exit_zero: bool
    verbose: bool


def looked(project: Project, said: Looking) -> int:
    """Checks, reports, and gives the exit code."""
    if said.form not in formats():
        raise Problem(f"there is no format {said.form}", f"the formats are {', '.join(formats())}")
    named = {name: getattr(said, name) for name in LiveAsk.__struct_fields__}
    ask = LiveAsk(**(named | {"load": said.load / 100}))
    with progress() as tell:
        found = checked(project, ask, tell)
    how = msgspec.structs.replace(
        look(project.root, file=said.output is not None),
        notes=said.verbose,
        version=version() if said.form == "json" else "",
    )
    put(renderer(said.form)(found.report, how), said.output)
    if said.form == "text":
        note(_figures(found))
    return 0 if said.exit_zero else code(found.report)


def _figures(found: Checked) -> str:
    """What the look took, of us and of others."""
    seen = found.seen
    rate = seen.scanned / seen.seconds if seen.seconds else 0
    said = [f"{seen.scanned:,} keys read in {seen.seconds:.1f} s ({rate:,.0f} a second)"]
    if other := seen.scanned - sum(seen.by_plan) - seen.gone - seen.large:
        said.append(f"{other:,} {'has' if other == 1 else 'have'} no contract")
    if seen.large:
        said.append(f"{seen.large:,} too large to be fetched")
    if seen.gone:
        said.append(f"{seen.gone:,} went meanwhile")
    before, meanwhile = seen.waits.before, seen.waits.meanwhile
    if before is not None and meanwhile is not None:
        said.append(f"99 of 100 requests of others took at most {meanwhile:.1f} ms, before {before:.1f} ms")
    return f"read     {' · '.join(said)}"


class Syncing(msgspec.Struct, frozen=True):
    """The options of the command, by their names."""

    url: str
    truth: str
    live: bool
    patterns: tuple[str, ...]
    action: Action
    write: bool
    again: bool
    per_second: int
    sample: int
    count: int
    load: int
    max_size: int | None


def synced(project: Project, said: Syncing) -> int:
    """Brings the cache back in line, or says what would be; gives the exit code."""
    from pgconform.project.caches.sync import SyncAsk, sync_caches

    named = {name: getattr(said, name) for name in ("url", "truth", "live", "patterns", "sample", "count", "max_size")}
    live = LiveAsk(**named, load=said.load / 100, primary=said.action != "report")
    with progress() as tell:
        found = sync_caches(project, SyncAsk(live, said.action, said.write, said.again, said.per_second), tell)
    put(_table(found))
    remaining = sum(item.remaining for item in found)
    if remaining and not said.write and said.action != "report":
        note("help:     nothing was changed; do it with  --write")
    return int(remaining > 0)


_OUTCOMES = {
    "refreshed": "refreshed",
    "evicted": "evicted",
    "would be refreshed": "to be refreshed",
    "would be evicted": "to be evicted",
    "changed": "changed",
    "mended": "mended",
    "gone": "gone",
    "left": "left alone",
}


def _table(found: tuple[Synced, ...]) -> str:
    """A row for each pattern, with the columns that have something to say."""
    used = [name for name in _OUTCOMES if any(item.outcomes.get(name) for item in found)]
    titles = [_OUTCOMES[name] for name in used]
    large = ["not fetched"] if any(item.large for item in found) else []
    rows = [("pattern", "entries", "wrong", *titles, *large)]
    for item in found:
        more = [item.large] if large else []
        counts = (item.judged, item.wrong, *(item.outcomes.get(name, 0) for name in used), *more)
        shown = ["current"] + [""] * (len(counts) - 1) if item.current else [f"{count:,}" for count in counts]
        rows.append((visible(item.pattern), *shown))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "".join(_row(row, widths) for row in rows)


def _row(row: tuple[str, ...], widths: list[int]) -> str:
    first, *rest = row
    cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))]
    return "  ".join(cells).rstrip() + "\n"


class Discovering(msgspec.Struct, frozen=True):
    """The options of the command, by their names."""

    url: str
    truth: str
    live: bool
    sample: int
    count: int
    load: int
    primary: bool
    output: Path | None


def discovered(project: Project, said: Discovering) -> int:
    """Prints the contracts that are proposed."""
    from pgconform.project.caches.discover import discovery

    named = {name: getattr(said, name) for name in ("url", "truth", "live", "sample", "count", "primary")}
    with progress() as tell:
        text = discovery(project, LiveAsk(**named, load=said.load / 100), tell)
    put(text, said.output)
    return 0
