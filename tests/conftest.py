"""What all tests share."""

from __future__ import annotations

import gc
import os
import signal
import uuid
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from pgconform.embedded import Server, shadow
from pgconform.support.pause import collector_paused
from tests.postgres_servers import BUILDS, EMBEDDED, server_of

settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")
"""How busy the machine is while examples are made and run says nothing of pgconform."""

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
"""A shell's job in the background ignores interruptions, and all that it starts would; tests interrupt some of that."""

ROOT = Path(__file__).parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"


def pytest_configure(config: pytest.Config) -> None:
    """Each process of tests keeps to one core: a fork of it copies all that pytest holds, and gains nothing by that."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if hasattr(os, "sched_setaffinity") and (worker or not config.getoption("numprocesses", None)):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[int(worker.removeprefix("gw") or 0) % len(cores)]})


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What all tests are made of is no garbage: no collection looks through it, and no fork of ours copies it."""
    with collector_paused():
        found = yield
    gc.collect()
    gc.freeze()
    return found


def pytest_runtest_teardown() -> None:
    """A command that runs in a process of its own leaves the collector off, and the next test is none of its own."""
    gc.enable()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The test data kept beside the project; a test that needs it is skipped where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the shared test data (../shared/data) is not here")
    return SHARED_DATA


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what is marked ``every_version`` on the older servers too."""
    if "postgres" in metafunc.fixturenames and metafunc.definition.get_closest_marker("every_version"):
        versions = [*BUILDS, EMBEDDED]
        metafunc.parametrize("postgres", versions, ids=[f"pg{one}" for one in versions], indirect=True, scope="session")


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A private server: the embedded one, whatever else is installed, or one of the version that is asked for."""
    if (version := getattr(request, "param", EMBEDDED)) != EMBEDDED:
        with server_of(version) as server:
            yield server
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGCONFORM_IGNORE_SYSTEM_POSTGRES", os.environ.get("PGCONFORM_IGNORE_SYSTEM_POSTGRES", "1"))
        with shadow() as server:
            yield server


@pytest.fixture
def pg_dsn(postgres: Server) -> Iterator[str]:
    """The superuser's URL of a fresh, empty database; `postgres.dsn(name, user)` gives others'."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield postgres.create_database(name)
    postgres.drop_database(name)
