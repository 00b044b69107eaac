"""``pgconform redis``: does what the cache holds fit the schema?"""

from __future__ import annotations

from pathlib import Path

import click

from pgconform.cli._groups import Group
from pgconform.cli._options import config_option, format_option, output_option, truth_option, verbose_option

_url = click.argument("url", required=False, default="", metavar="[URL]")
_live = click.option("--live", is_flag=True, help="Hold the entries to the live database.")
_pattern = click.option("--pattern", "patterns", metavar="PATTERN", multiple=True, help="Only keys of this contract.")
_count = click.option(
    "--count", metavar="N", default=100, show_default=True, type=click.IntRange(1, 10_000), help="Keys a request."
)
_load = click.option(
    "--max-load", "load", metavar="PERCENT", default=100, show_default=True, type=click.IntRange(1, 100),
    help="The share of time in which the server may work for pgconform.",
)  # fmt: skip
_size = click.option(
    "--max-size", "max_size", metavar="MB", type=click.IntRange(0),
    help="Larger entries are not fetched (16, or as the settings say; 0: all are).",
)  # fmt: skip
_primary = click.option("--primary", is_flag=True, help="Read primaries even where replicas could be read.")


@click.group(name="redis", cls=Group, short_help="Hold a Redis or Valkey server to the schema.")
def command() -> None:
    """Hold what a Redis or Valkey server keeps to the schema: look, check, bring back in line.

    URL is redis://user:password@host:6379/0, rediss:// for TLS, unix:///path, redis+sentinel://host:26379/master; a
    cluster is known by any of its nodes. Without it the settings' url counts, else REDIS_URL.
    """


@command.command(name="check", short_help="Decode and judge every entry of the contracts.")
@_url
@truth_option
@_live
@_pattern
@click.option(
    "--sample", metavar="N", default=0, type=click.IntRange(0), help="So many entries are enough, instead of all."
)
@click.option(
    "--compare-rows",
    "compare",
    metavar="N",
    default=0,
    type=click.IntRange(0),
    help="Also hold N entries a pattern to their rows.",
)
@_count
@_load
@_size
@_primary
@format_option()
@output_option
@click.option("--exit-zero", is_flag=True, help="Leave with 0 even when something does not conform.")
@config_option
@click.option("-v", "--verbose", is_flag=True, help="Also show notes; details of a fault.")
def check(config: Path | None, **said: object) -> int:
    """Decode and judge every entry that a contract is about.

    Only reads. Entries that change or go meanwhile are no error. Leaves with 0 when all conforms, 1 when something does
    not, 2 when pgconform could not do its job.
    """
    from pgconform.cli._caching import Looking, looked
    from pgconform.cli._project import project_of

    return looked(project_of(config), Looking(**said))  # type: ignore[arg-type]


@command.command(name="sync", short_help="Bring entries that do not conform back in line.")
@_url
@truth_option
@_live
@_pattern
@click.option(
    "--cache", "action", type=click.Choice(["report", "evict", "refresh"]), default="report", show_default=True,
    help="Entries that do not conform: count them, drop them, or write them anew from their rows.",
)  # fmt: skip
@click.option("--write", is_flag=True, help="Do it; without this it is only counted.")
@click.option("--again", is_flag=True, help="Also patterns that an earlier run left as current.")
@click.option(
    "--per-second",
    metavar="N",
    default=1000,
    show_default=True,
    type=click.IntRange(1),
    help="Changes a second at most.",
)
@click.option(
    "--sample", metavar="N", default=0, type=click.IntRange(0), help="So many entries are enough, instead of all."
)
@_count
@_load
@_size
@config_option
@verbose_option
def sync(config: Path | None, **said: object) -> int:
    """Bring entries that do not conform back in line; whatever conforms is not touched.

    An entry is watched, judged once more, and changed only if nobody wrote it meanwhile. Dropped are only entries whose
    contract says that they can be made again (cache = true). It can be stopped anywhere and run again. Leaves with 0
    when all conforms, 1 when something remains, 2 when pgconform could not do its job.
    """
    from pgconform.cli._caching import Syncing, synced
    from pgconform.cli._project import project_of

    return synced(project_of(config), Syncing(**said))  # type: ignore[arg-type]


@command.command(name="discover", short_help="Look at a sample of keys, and propose contracts.")
@_url
@truth_option
@_live
@click.option(
    "--sample", metavar="N", default=20_000, type=click.IntRange(1), show_default=True, help="So many keys are enough."
)
@_count
@_load
@_primary
@output_option
@config_option
@verbose_option
def discover(config: Path | None, **said: object) -> int:
    """Look at a sample of keys, and propose contracts to paste into the settings.

    Only SCAN, TYPE, TTL, GET, MGET, HGETALL, JSON.GET and MEMORY USAGE are sent.
    """
    from pgconform.cli._caching import Discovering, discovered
    from pgconform.cli._project import project_of

    return discovered(project_of(config), Discovering(**said))  # type: ignore[arg-type]
