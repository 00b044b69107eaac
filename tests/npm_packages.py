"""Programs the tests fetch with npm: one exact version each, held to its digest, kept in the cache between runs."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pgconform.support.caches import cache_home

HOME = cache_home() / "tests"
"""Where the suite itself keeps them, whatever cache a test gives to pgconform."""


@dataclass(frozen=True)
class Package:
    """A package of npm; ``integrity`` is the digest of its archive as npm writes it: ``sha512-`` and base64."""

    name: str
    version: str
    integrity: str

    @property
    def kept(self) -> Path:
        return HOME / f"{self.name.replace('/', '+')}-{self.version}"


@cache
def fetched(package: Package) -> str:
    """Have a package's files at ``package.kept``: "", else why they could not be had; npm is asked once a process."""
    if package.kept.is_dir():
        return ""
    if shutil.which("npm") is None:
        return f"{package.name} {package.version} is not here, and there is no npm to fetch it"
    package.kept.parent.mkdir(parents=True, exist_ok=True)
    with (package.kept.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return "" if package.kept.is_dir() else _fetch(package)


def _fetch(package: Package) -> str:
    named = f"{package.name}@{package.version}"
    with tempfile.TemporaryDirectory(dir=package.kept.parent) as place:
        command = ["npm", "pack", "--loglevel=error", "--ignore-scripts", "--pack-destination", place, named]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        archives = list(Path(place).glob("*.tgz"))
        if done.returncode or not archives:
            return f"npm could not fetch {named}: {''.join(done.stderr.strip().splitlines()[:1])}"
        digest = base64.b64encode(hashlib.sha512(archives[0].read_bytes()).digest()).decode()
        if f"sha512-{digest}" != package.integrity:
            raise RuntimeError(f"{named} is not what it was: its digest is sha512-{digest}")
        shutil.unpack_archive(archives[0], place)
        _link(Path(place) / "package")
        (Path(place) / "package").rename(package.kept)
    return ""


def _link(root: Path) -> None:
    """Make the symbolic links that npm's archives cannot hold, from the list that has them."""
    listed = root / "native" / "pg-symlinks.json"
    for link in json.loads(listed.read_text()) if listed.is_file() else ():
        target = root / link["target"]
        target.symlink_to(os.path.relpath(root / link["source"], target.parent))
