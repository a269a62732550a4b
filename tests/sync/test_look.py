"""Looking at an address: a gateway is known by its own refusal, each failure has its words."""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from civictui.domain.errors import CivicError, GatewayError, Unreachable, UsageError
from civictui.sync import look
from civictui.sync.look import look_at, spelled_out
from tests.site import Site


@asynccontextmanager
async def server(answer: bytes, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Something on loopback that gives this answer to whatever is asked; b"" is none."""
    waiting, talks = asyncio.Event(), asyncio.Event()
    talks.set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.clear()
        with suppress(OSError):
            await reader.read(1)
            if not answer:
                await waiting.wait()
            writer.write(answer)
            writer.close()
            await writer.wait_closed()
        talks.set()

    serving = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=tls)
    try:
        yield serving.sockets[0].getsockname()[1]
    finally:
        waiting.set()
        serving.close()
        await serving.wait_closed()
        await talks.wait()


def reply(status: str, body: str = "", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


async def test_a_gateway_is_known(site: Site) -> None:
    assert await look_at(site.origin) == site.origin
    assert await look_at(f" {site.origin.removeprefix('http://')}/ ") == site.origin


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (reply("200 OK", "<html>Welcome to nginx"), GatewayError, "is no civictui gateway"),
        (reply("404 Not Found"), GatewayError, "is no civictui gateway"),
        (reply("401 No", "", 'WWW-Authenticate: Basic realm="x"'), GatewayError, "is no civictui"),
        (reply("302 Found", "", "Location: https://login"), GatewayError, "sends one elsewhere"),
        (
            reply("503 No", '{"error": "backend_unavailable", "reason": "The database is away."}'),
            Unreachable,
            "it cannot work now: The database is away.",
        ),
        (reply("503 No", "away"), GatewayError, "is no civictui gateway"),
        (b"220 mail.example ESMTP\r\n", Unreachable, "Lost the connection"),
    ],
)
async def test_what_else_answers_is_said(answer: bytes, kind: type[CivicError], words: str) -> None:
    async with server(answer) as port:
        with pytest.raises(kind, match=words) as error:
            await look_at(f"127.0.0.1:{port}")
    assert isinstance(error.value, Unreachable) == (kind is Unreachable)


async def test_nothing_there_is_said() -> None:
    async with server(b"") as port:
        pass
    with pytest.raises(Unreachable, match="Nothing listens at"):
        await look_at(f"127.0.0.1:{port}")


async def test_a_name_that_nobody_knows_is_said() -> None:
    with pytest.raises(Unreachable, match="is not known"):
        await look_at("civictui.invalid")


async def test_silence_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look, "LOOK_SECONDS", 0.05)
    async with server(b"") as port:
        with pytest.raises(Unreachable, match="Nothing answers in time"):
            await look_at(f"127.0.0.1:{port}")


async def test_a_certificate_that_nobody_trusts_is_said(tmp_path: Path) -> None:
    async with server(reply("200 OK"), self_signed(tmp_path)) as port:
        with pytest.raises(Unreachable, match="is not trusted here") as error:
            await look_at(f"https://127.0.0.1:{port}")
    assert "go no further" in error.value.advice


async def test_plain_http_where_https_is_due_is_said() -> None:
    async with server(reply("200 OK")) as port:
        with pytest.raises(Unreachable, match="does not speak https"):
            await look_at(f"https://127.0.0.1:{port}")


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("reports.example.org", "https://reports.example.org"),
        ("reports.example.org:8443/", "https://reports.example.org:8443"),
        ("localhost:8931", "http://localhost:8931"),
        ("[::1]:8931", "http://[::1]:8931"),
        ("http://127.0.0.1:80", "http://127.0.0.1:80"),
    ],
)
def test_an_address_is_taken_as_people_write_it(typed: str, origin: str) -> None:
    assert spelled_out(typed) == origin


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "two words",
        "http://reports.example.org",
        "ftp://x",
        "a.example/path",
        "u:p@a.example",
    ],
)
def test_what_is_no_address_is_not_asked(typed: str) -> None:
    with pytest.raises(UsageError):
        spelled_out(typed)


def self_signed(folder: Path) -> ssl.SSLContext:
    """A server's side of TLS with a certificate that nobody has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    pem = serialization.Encoding.PEM
    path = folder / "server.pem"
    path.write_bytes(key.private_bytes(pem, form, plain) + made.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
