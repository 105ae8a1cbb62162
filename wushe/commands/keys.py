"""Every secret of a deployment, made once: keys between processes, passwords within database addresses."""

import secrets
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from wushe.commands.faults import CommandRefused
from wushe.commands.stack import DATABASES, variable
from wushe.provision import Addresses, addresses
from wushe.settings import PORTS


def write(folder: Path, server: str) -> None:
    """Write the files into a folder only its owner may enter; refuses one that holds anything.

    The files themselves may be read by all: a container is shown single files, and runs as an account of its own.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CommandRefused(f"{folder} 不是空文件夹", f"{folder} is not an empty folder; no secret is ever replaced")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        for name, content in files(server):
            path = folder / name
            path.write_bytes(content)
            path.chmod(0o444)
    except OSError as fault:
        raise CommandRefused(f"无法写入 {fault.filename}", f"{fault.filename} cannot be written") from fault
    typer.echo(f"✓ {folder}")


def files(server: str) -> Iterator[tuple[str, bytes]]:
    """Each secret by the name of its file."""
    password = secrets.token_urlsafe(24)
    admin = f"postgresql://postgres:{password}@{server}/postgres"
    yield "postgres-password", password.encode()
    yield "wushe_admin_url", admin.encode()
    for database in DATABASES:
        # One password each: whoever serves must not be able to migrate.
        yield variable(database, "DATABASE_URL").lower(), _fresh(admin, database).runtime.encode()
        yield variable(database, "MIGRATION_URL").lower(), _fresh(admin, database).owner.encode()
    for issuer, audience in product(PORTS, PORTS):
        yield f"{issuer}-{audience}.key", secrets.token_hex(32).encode()
    yield "kek.bin", secrets.token_bytes(32)
    yield "pii-needs.keys", f"index {secrets.token_hex(32)}\n1 {secrets.token_hex(32)}\n".encode()
    private = Ed25519PrivateKey.generate()
    yield "tokens.pem", private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _fresh(admin: str, database: str) -> Addresses:
    return addresses(admin, database, password=secrets.token_urlsafe(24))
