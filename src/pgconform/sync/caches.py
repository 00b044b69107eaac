"""Caches after a migration: entries that no longer conform are counted, dropped, or written anew from their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgconform.config import Project
from pgconform.support.telling import Tell

if TYPE_CHECKING:
    from pgconform.project.caches.sync import Synced
    from pgconform.redis.options import Action


def reach(project: Project) -> None:
    """Raises `Problem` when no server is named or it cannot be reached: before anything is written, not after."""
    from pgconform.project.caches.check import address_of
    from pgconform.redis.nodes import nodes

    nodes(address_of(project), replicas=False)


def brought(project: Project, ref: str, action: Action, tell: Tell, *, write: bool) -> tuple[Synced, ...]:
    """What became of the entries of every contract; with ``write`` False, what would."""
    from pgconform.project.caches.check import LiveAsk
    from pgconform.project.caches.sync import SyncAsk, sync_caches

    return sync_caches(project, SyncAsk(LiveAsk(truth=ref, primary=action != "report"), action, write), tell)
