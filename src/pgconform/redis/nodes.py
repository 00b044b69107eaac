"""The servers that hold the keys: one alone, a cluster's primaries, or who sentinels name; replicas where asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from pgconform.errors import Problem
from pgconform.redis.address import Address
from pgconform.redis.link import Link, Refused

_OLDEST = (6, 0)


class Node(msgspec.Struct, frozen=True):
    """A server to read. ``replica``: of a primary; ``cluster``: keys of several slots cannot be asked for at once."""

    address: Address
    replica: bool = False
    cluster: bool = False


class Server(msgspec.Struct, frozen=True):
    """What a server says of itself: ``product`` and version, ``mode`` standalone, cluster or sentinel.

    ``replicas`` are those that are in step with it, as host and port; ``in_step``: it is one itself, and is so.
    """

    product: str
    version: tuple[int, ...]
    mode: str
    role: str
    keys: int = 0
    replicas: tuple[tuple[str, int], ...] = ()
    in_step: bool = False

    @property
    def shown(self) -> str:
        return f"{self.product} {'.'.join(map(str, self.version[:2]))}"


def server(link: Link) -> Server:
    """What the server is; where INFO is not allowed, what its greeting tells."""
    try:
        info = _info(link.ask("INFO", "server") + link.ask("INFO", "replication"))
    except Refused:
        info = _greeting(link)
    named = "Valkey" if "valkey_version" in info else "Redis"
    version = info.get("valkey_version") or info.get("redis_version", "0")
    numbers = tuple(int(part) for part in version.split(".") if part.isdigit())
    mode = info.get("redis_mode", info.get("server_mode", "standalone"))
    role = info.get("role", "master")
    in_step = role == "slave" and info.get("master_link_status") == "up"
    found = Server(named, numbers, mode, role, keys(link), tuple(_replicas(info)), in_step)
    if (0,) < numbers < _OLDEST:
        raise Problem(f"{link.name} is {found.shown}, which is too old", "Redis from 6.0 on, or any Valkey")
    return found


def keys_of(nodes: tuple[Node, ...]) -> int:
    """How many keys they hold together."""
    total = 0
    for node in nodes:
        link = Link(node.address)
        total += keys(link)
        link.close()
    return total


def nodes(address: Address, *, replicas: bool = True) -> tuple[Node, ...]:
    """The servers to read, each with every key once; ``replicas``: rather those than their primaries."""
    if address.master:
        return (_of_sentinels(address, replicas),)
    link = Link(address)
    try:
        said = server(link)
        if said.mode == "cluster":
            return _of_cluster(address, link, replicas)
        found = _reachable(address, said.replicas) if replicas else None
        return (found or Node(address, said.role == "slave"),)
    finally:
        link.close()


def _reachable(address: Address, replicas: Iterable[tuple[str, int]], *, cluster: bool = False) -> Node | None:
    """The first replica that can be reached from here, and says that it is one and in step with its primary."""
    for host, port in replicas:
        here = address.at(host, port)
        try:
            link = Link(here, timeout=1)
        except Problem:
            continue
        try:
            if server(link).in_step:
                return Node(here, replica=True, cluster=cluster)
        finally:
            link.close()
    return None


def _greeting(link: Link) -> dict[str, str]:
    """The answer to HELLO in the words of INFO: without it a cluster would be taken for its one node."""
    (said,) = link.ask_all([("HELLO",)])
    if not isinstance(said, list):
        return {}
    told = {name.decode(): value.decode() for name, value in zip(said[::2], said[1::2], strict=True) if _is_text(value)}
    role = "slave" if told.get("role") == "replica" else "master"
    version = "valkey_version" if told.get("server") == "valkey" else "redis_version"
    return {version: told.get("version", "0"), "redis_mode": told.get("mode", "standalone"), "role": role}


def _is_text(value: Any) -> bool:
    return isinstance(value, bytes)


def _replicas(info: dict[str, str]) -> Iterator[tuple[str, int]]:
    """``slave0:ip=10.0.0.2,port=6379,state=online,…``"""
    for name, said in sorted(info.items()):
        parts = dict(part.partition("=")[::2] for part in said.split(","))
        if name.startswith("slave") and parts.get("state") == "online" and parts.get("port", "").isdigit():
            yield parts.get("ip", ""), int(parts["port"])


def _info(text: bytes) -> dict[str, str]:
    pairs = (line.split(":", 1) for line in text.decode("utf-8", "replace").splitlines() if ":" in line)
    return {name: value.strip() for name, value in pairs}


def keys(link: Link) -> int:
    """How many keys the server holds; 0 where it does not say."""
    try:
        return int(link.ask("DBSIZE"))
    except Refused:
        return 0


def _of_cluster(address: Address, link: Link, replicas: bool) -> tuple[Node, ...]:
    """``CLUSTER NODES``: primaries with slots, each or one of its replicas."""
    rows = [line.split() for line in link.ask("CLUSTER", "NODES").decode().splitlines()]
    alive = [row for row in rows if "fail" not in row[2].split(",") and "noaddr" not in row[2]]
    primaries = [row for row in alive if "master" in row[2] and len(row) > 8]
    if not primaries:
        raise Problem(f"no node of the cluster at {address.shown} has keys", "look at  CLUSTER NODES")
    found: list[Node] = []
    for row in primaries:
        followers = [_place(address, other[1]) for other in alive if "slave" in other[2] and other[3] == row[0]]
        follower = _reachable(address, followers, cluster=True) if replicas else None
        found.append(follower or Node(address.at(*_place(address, row[1])), cluster=True))
    return tuple(found)


def _place(address: Address, said: str) -> tuple[str, int]:
    """``10.0.0.2:6379@16379,host.name``: over TLS the name counts, for a certificate is of a name."""
    place, *names = said.split(",")
    host, _, port = place.partition("@")[0].rpartition(":")
    name = names[0] if names and address.tls and "=" not in names[0] else ""
    return name or host or address.host, int(port)


def _of_sentinels(address: Address, replicas: bool) -> Node:
    """The first sentinel that answers says where the group's primary and its replicas are."""
    failure: Problem | None = None
    for host, port in ((address.host, address.port), *address.others):
        try:
            link = _sentinel(address, host, port)
        except Problem as problem:
            failure = problem
            continue
        try:
            return _said(address, link, replicas)
        finally:
            link.close()
    raise failure or Problem(f"no sentinel of {address.master} answers")


def _sentinel(address: Address, host: str, port: int) -> Link:
    """A sentinel, with its own password; where none is said and it asks for one, with that of its servers."""
    own = msgspec.structs.replace(
        address.at(host, port), user=address.sentinel_user, password=address.sentinel_password, database=0
    )
    try:
        return Link(own, timeout=5)
    except Problem as problem:
        if own.password or not isinstance(problem.__cause__, Refused) or problem.__cause__.code != "NOAUTH":
            raise
    return Link(msgspec.structs.replace(own, user=address.user, password=address.password), timeout=5)


def _said(address: Address, link: Link, replicas: bool) -> Node:
    primary = link.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", address.master)
    if primary is None:
        raise Problem(f"the sentinel at {link.name} knows no group {address.master}", "check the name in the URL")
    follower = _reachable(address, _followers(link, address.master)) if replicas else None
    return follower or Node(address.at(primary[0].decode(), int(primary[1])))


def _followers(link: Link, master: str) -> list[tuple[str, int]]:
    try:
        rows: list[list[Any]] = link.ask("SENTINEL", "REPLICAS", master)
    except Refused:
        return []
    said = [dict(zip(row[::2], row[1::2], strict=False)) for row in rows]
    up = [item for item in said if item.get(b"master-link-status") == b"ok" and b"down" not in item.get(b"flags", b"")]
    return [(item[b"ip"].decode(), int(item[b"port"])) for item in up]
