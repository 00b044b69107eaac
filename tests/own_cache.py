"""A cache directory of a test's own, in which only that is shared which hangs on no test but on Postgres' programs."""

from __future__ import annotations

from pathlib import Path

from pgconform.support.caches import cache_home

SHARED = (cache_home() / "postgres", cache_home() / "programs")
"""The clusters that initdb made, and the versions that programs say they are."""


def own_cache(place: Path) -> str:
    """That directory, for ``PGCONFORM_CACHE_DIR``; there already or not."""
    place.mkdir(exist_ok=True)
    for shared in SHARED:
        shared.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (place / shared.name).exists():
            (place / shared.name).symlink_to(shared)
    return str(place)
