"""Whether a working tree holds work that is not committed, so that what is written could not be told from it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from pgconform.errors import Problem

_QUIET = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
_MOST = 3


def refuse_dirty(root: Path) -> None:
    """Raises `Problem` when files that git knows are changed and not committed."""
    changed = _changed(root)
    if changed:
        more = f" and {len(changed) - _MOST} more" if len(changed) > _MOST else ""
        raise Problem(
            f"the working tree has changes that are not committed: {', '.join(changed[:_MOST])}{more}",
            "commit or stash them, so that you see what sync changes; or use --force",
        )


def _changed(root: Path) -> list[str]:
    """The changed files below the root that git knows; none where there is no git, or no repository."""
    git = shutil.which("git")
    if git is None:
        return []
    command = [git, *_QUIET, "status", "--porcelain=v1", "-z", "--untracked-files=no", "--no-renames", "--", "."]
    settings = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    ran = subprocess.run(command, cwd=root, env=settings, capture_output=True, timeout=60, check=False)
    if ran.returncode:
        return []
    return sorted(item[3:] for item in ran.stdout.decode("utf-8", "replace").split("\0") if item)
