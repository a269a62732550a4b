"""TLS from files: served, refused with a reason, and taken anew while connections go on."""

import asyncio
import signal
import socket
import ssl
from pathlib import Path

import httpx
import pytest
from cryptography import x509

from civictui.domain.errors import UsageError
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.operation import Operation
from civictui.gateway.process.certificate import Certificate
from civictui.gateway.server import GatewayThread
from tests.gateway.peer import bearer, push, report
from tests.gateway.process.certificates import Authority
from tests.gateway.process.running import running

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def shown(port: int, trusted: ssl.SSLContext) -> str:
    """The name in the certificate that a new connection is shown."""
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
        trusted.wrap_socket(plain, server_hostname="127.0.0.1") as sealed,
    ):
        found = x509.load_der_x509_certificate(sealed.getpeercert(binary_form=True) or b"")
        return found.subject.rfc4514_string()


async def test_it_is_served(folder: GatewayFolder, authority: Authority, tmp_path: Path) -> None:
    files = authority.sign(tmp_path, "one")
    trusted = authority.trusting()
    with GatewayThread(folder.path, cost=CHEAP, operation=Operation(certificate=files)) as served:
        origin = f"https://127.0.0.1:{served.port}"
        async with httpx.AsyncClient(base_url=origin, verify=trusted, trust_env=False) as http:
            http.headers.update(await bearer(http))
            assert await push(http, report("r1")) == []
            assert (await http.get("/db/civic/r1")).status_code == 200


def test_nothing_older_than_tls_1_2(
    folder: GatewayFolder, authority: Authority, tmp_path: Path
) -> None:
    files = authority.sign(tmp_path, "one")
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        old.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with (
        GatewayThread(folder.path, cost=CHEAP, operation=Operation(certificate=files)) as served,
        socket.create_connection(("127.0.0.1", served.port), timeout=10) as plain,
        pytest.raises((ssl.SSLError, ConnectionError)),
    ):
        old.wrap_socket(plain)


async def test_a_new_one_is_taken_while_a_connection_goes_on(
    folder: GatewayFolder, authority: Authority, tmp_path: Path
) -> None:
    chain, key = authority.sign(tmp_path, "one")
    trusted = authority.trusting()
    with running(folder.path, f"--tls-cert={chain}", f"--tls-key={key}") as served:
        assert served.origin.startswith("https://")
        assert shown(served.port, trusted) == "CN=one"
        async with httpx.AsyncClient(
            base_url=served.origin, verify=trusted, trust_env=False, timeout=20
        ) as http:
            http.headers.update(await bearer(http))
            query = {"feed": "longpoll", "since": "now", "timeout": "60000"}
            held = asyncio.create_task(http.get("/db/civic/_changes", params=query))
            await asyncio.to_thread(served.said, "/v1/session 200")
            authority.sign(tmp_path, "two")
            served.process.send_signal(signal.SIGHUP)
            await asyncio.to_thread(served.said, "a certificate was taken anew")
            assert await asyncio.to_thread(shown, served.port, trusted) == "CN=two"

            key.write_text("nothing")
            served.process.send_signal(signal.SIGHUP)
            why = await asyncio.to_thread(served.said, "the new certificate cannot be used")
            assert "key.pem holds no private key" in why
            assert await asyncio.to_thread(shown, served.port, trusted) == "CN=two"

            assert await push(http, report("r1")) == []
            assert [row["id"] for row in (await held).json()["results"]] == ["r1"]
        served.process.terminate()
        assert served.ended() == 0


def test_what_cannot_be_used_is_said(authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    chain, key = authority.sign(tmp_path, "one")
    _, other = authority.sign(tmp_path / "other", "two")
    nothing = tmp_path / "nothing"
    nothing.write_text("nothing")
    for files, words in {
        (tmp_path / "gone", key): "gone cannot be read: No such file",
        (chain, tmp_path / "gone"): "gone cannot be read: No such file",
        (chain, tmp_path): "cannot be read: Is a directory",
        (chain, other): "is not that of the certificate",
        (nothing, key): "nothing holds no certificate",
        (chain, nothing): "nothing holds no private key",
    }.items():
        with pytest.raises(UsageError, match=words):
            Certificate(*files)
    with pytest.raises(UsageError, match="without a password"):
        Certificate(*authority.sign(tmp_path, "sealed", b"a password"))
