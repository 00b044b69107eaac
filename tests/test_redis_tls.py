"""TLS: to servers that were built with it, and to any other through a proxy in front of it."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from pgconform.errors import Problem
from pgconform.redis.address import parse
from pgconform.redis.link import Link
from pgconform.redis.nodes import nodes
from pgconform.redis.observe import Watch, observe
from tests.redis_server import SERVERS, NotStartedError, free_port, programs, running, until
from tests.test_redis_live import ROW, ROWS


class Authority(NamedTuple):
    """Who signs certificates: its own, a server's and a client's, as files; and those of another that nobody trusts."""

    folder: Path

    def file(self, name: str) -> str:
        return str(self.folder / name)

    @property
    def ours(self) -> str:
        return f"ssl_certfile={self.file('client.pem')}&ssl_keyfile={self.file('client.key')}"


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not here, which makes the certificates")
    found = Authority(tmp_path_factory.mktemp("tls"))
    for name in ("ca", "other"):
        _openssl(found, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                 "-addext", "keyUsage=critical,keyCertSign", "-subj", f"/CN={name}",
                 "-out", f"{name}.pem", "-keyout", f"{name}.key")  # fmt: skip
    for name, signer in (("server", "ca"), ("client", "ca"), ("stranger", "other")):
        (found.folder / f"{name}.ext").write_text("subjectAltName=DNS:localhost", encoding="utf-8")
        _openssl(found, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                 "-out", f"{name}.csr", "-keyout", f"{name}.key")  # fmt: skip
        _openssl(found, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{signer}.pem", "-CAkey", f"{signer}.key",
                 "-CAcreateserial", "-days", "2", "-extfile", f"{name}.ext", "-out", f"{name}.pem")  # fmt: skip
    return found


def _openssl(authority: Authority, *said: str) -> None:
    subprocess.run(["openssl", *said], check=True, capture_output=True, cwd=authority.folder)


class Secured(NamedTuple):
    """A server over TLS, and whether it lets only those in who have a certificate."""

    port: int
    wants: bool

    def url(self, *said: str, host: str = "localhost") -> str:
        return f"rediss://{host}:{self.port}/0?{'&'.join(said)}"


@pytest.fixture(scope="module", params=[False, True], ids=["anybody", "known"])
def wants(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(scope="module", params=["proxy", "direct"])
def secured(request: pytest.FixtureRequest, authority: Authority, wants: bool) -> Iterator[Secured]:
    with _proxied(authority, wants) if request.param == "proxy" else _direct(authority, wants) as found:
        link = Link(parse(found.url(f"ssl_ca_certs={authority.file('ca.pem')}", authority.ours)))
        link.ask("SET", "document:1", json.dumps(ROW))
        link.close()
        yield found


@contextlib.contextmanager
def _direct(authority: Authority, wants: bool, *more: str) -> Iterator[Secured]:
    """The first server that was built with TLS."""
    port = free_port()
    said = ["--tls-port", str(port), "--tls-auth-clients", "yes" if wants else "no", *more]
    files = {"cert": "server.pem", "key": "server.key", "ca-cert": "ca.pem"}
    said += [part for name, file in files.items() for part in (f"--tls-{name}-file", authority.file(file))]
    with contextlib.ExitStack() as stack:
        for program in filter(None, programs().values()):
            with contextlib.suppress(NotStartedError):
                stack.enter_context(running(program, *said))
                break
        else:
            pytest.skip(f"no server here was built with TLS; name one in {SERVERS}")
        until(lambda: _listens(port))
        yield Secured(port, wants)


def _listens(port: int) -> bool:
    with socket.socket() as found:
        return found.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def _proxied(authority: Authority, wants: bool) -> Iterator[Secured]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.file("server.pem"), authority.file("server.key"))
    context.load_verify_locations(authority.file("ca.pem"))
    context.verify_mode = ssl.CERT_REQUIRED if wants else ssl.CERT_NONE
    with running(programs()["valkey"]) as inner, _proxy(context, inner.address.path) as port:
        yield Secured(port, wants)


@contextlib.contextmanager
def _proxy(context: ssl.SSLContext, path: str) -> Iterator[int]:
    """Passes everything on to a unix socket, until it is left."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as inner:
                outer = context.wrap_socket(self.request, server_side=True)
                inner.connect(path)
                thread = threading.Thread(target=_pass_on, args=(inner, outer), daemon=True)
                thread.start()
                _pass_on(outer, inner)
                inner.shutdown(socket.SHUT_RDWR)
                thread.join()

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as proxy:
        proxy.daemon_threads = True
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield proxy.server_address[1]
        proxy.shutdown()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := one.recv(1 << 16):
            other.sendall(data)


def test_entries_are_read_over_tls(secured: Secured, authority: Authority) -> None:
    trusted = f"ssl_ca_certs={authority.file('ca.pem')}"
    said = [trusted, authority.ours] if secured.wants else [trusted]
    _, counted = observe(nodes(parse(secured.url(*said))), (ROWS,), Watch())
    assert (counted.judged, counted.wrong) == (1, 0)


@pytest.mark.parametrize("said", ["ssl_cert_reqs=none", "ssl_check_hostname=false&ssl_ca_certs={ca}"])
def test_what_is_not_to_be_verified_is_not(secured: Secured, authority: Authority, said: str) -> None:
    trusting = said.format(ca=authority.file("ca.pem"))
    Link(parse(secured.url(trusting, authority.ours, host="127.0.0.1"))).close()


@pytest.mark.parametrize(
    ("host", "said", "message", "advice"),
    [
        ("localhost", "", r"the certificate of rediss://localhost:\d+/0 is not one to trust \(", "ssl_ca_certs"),
        ("localhost", "ssl_ca_certs={other}", r"is not one to trust \(", "ssl_ca_certs"),
        ("127.0.0.1", "ssl_ca_certs={ca}", r"is not one to trust \(IP address mismatch", ""),
        ("localhost", "ssl_ca_certs={gone}", r"there is no file .*gone\.pem", "mend its name"),
        ("localhost", "ssl_ca_certs={key}", r"ca\.key cannot be used for TLS", "PEM"),
        ("localhost", "ssl_certfile={client}&ssl_keyfile={key}", "cannot be used for TLS", "belong together"),
    ],
)  # fmt: skip
def test_who_is_not_trusted_is_one_sentence(
    secured: Secured, authority: Authority, host: str, said: str, message: str, advice: str
) -> None:
    files = {"ca": "ca.pem", "other": "other.pem", "gone": "gone.pem", "key": "ca.key", "client": "client.pem"}
    url = secured.url(said.format(**{name: authority.file(file) for name, file in files.items()}), host=host)
    with pytest.raises(Problem, match=message) as failure:
        Link(parse(url))
    assert advice in failure.value.help
    assert "\n" not in failure.value.message


@pytest.mark.parametrize("mine", ["", "ssl_certfile={stranger}&ssl_keyfile={key}"])
def test_a_server_that_wants_a_certificate_is_one_sentence(secured: Secured, authority: Authority, mine: str) -> None:
    if not secured.wants:
        pytest.skip("this server takes anybody")
    files = {"stranger": authority.file("stranger.pem"), "key": authority.file("stranger.key")}
    url = secured.url(f"ssl_ca_certs={authority.file('ca.pem')}", mine.format(**files))
    with pytest.raises(Problem, match=r"of its clients|closed the connection at once") as failure:
        Link(parse(url))
    assert "ssl_certfile" in failure.value.help


def test_a_plain_address_of_a_server_with_tls(secured: Secured) -> None:
    with pytest.raises(Problem, match="closed the connection at once") as failure:
        Link(parse(f"redis://localhost:{secured.port}/0"))
    assert "rediss://" in failure.value.help


def test_tls_to_a_server_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pgconform.redis.link.PATIENCE", 0.5)
    port = free_port()
    with (
        running(programs()["valkey"], port=port),
        pytest.raises(Problem, match=r"does not (speak TLS|answer to TLS)") as failure,
    ):
        Link(parse(f"rediss://127.0.0.1:{port}/0?ssl_cert_reqs=none"))
    assert "redis://" in failure.value.help


def test_a_cluster_over_tls(authority: Authority) -> None:
    cluster = ["--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf", "--tls-cluster", "yes"]
    cluster += ["--cluster-announce-hostname", "localhost"]
    with _direct(authority, True, *cluster) as alone:
        url = alone.url(f"ssl_ca_certs={authority.file('ca.pem')}", authority.ours)
        link = Link(parse(url))
        link.ask("CLUSTER", "ADDSLOTS", *range(16384))
        until(lambda: b"state:ok" in link.ask("CLUSTER", "INFO"))
        link.ask("SET", "document:1", json.dumps(ROW))
        link.close()
        (node,) = nodes(parse(url))
        assert node.address.host == "localhost"
        _, counted = observe((node,), (ROWS,), Watch())
        assert (counted.judged, counted.wrong) == (1, 0)
