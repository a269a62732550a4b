"""Certificates for a test: an authority's, and what it has signed for 127.0.0.1."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    """Signs for as long as the test runs."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("Test authority")
        builder = _builder(self._name, self._name, self._key).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        self._certificate = builder.sign(self._key, hashes.SHA256())

    def sign(self, folder: Path, name: str, password: bytes = b"") -> tuple[Path, Path]:
        """A chain and its key as files in `folder`; written over those that are there."""
        key = ec.generate_private_key(ec.SECP256R1())
        here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        builder = _builder(_name(name), self._name, key).add_extension(here, critical=False)
        chain, secret = folder / "chain.pem", folder / "key.pem"
        signed = builder.sign(self._key, hashes.SHA256())
        chain.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        sealing = (
            serialization.BestAvailableEncryption(password)
            if password
            else serialization.NoEncryption()
        )
        secret.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, sealing
            )
        )
        secret.chmod(0o600)
        return chain, secret

    def trusting(self) -> ssl.SSLContext:
        """What a client trusts that trusts this authority alone."""
        context = ssl.create_default_context()
        context.load_verify_locations(
            cadata=self._certificate.public_bytes(serialization.Encoding.PEM).decode()
        )
        return context


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
    )
