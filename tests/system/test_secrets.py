"""The secrets of a deployment: made once, each its own, usable by the processes that read them."""

from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import make_url
from typer.testing import CliRunner

from gateway.identity import signing_key
from gateway.settings import Settings
from wushe.cli import app
from wushe.commands.faults import CommandRefused
from wushe.identity import Trust
from wushe.pii import read_keys
from wushe.settings import PORTS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("deployment") / "secrets"
    assert CliRunner().invoke(app, ["secrets", str(made), "--server", "db.example:6432"]).output == f"✓ {made}\n"
    return made


def test_only_the_owner_may_enter_and_a_container_may_read_what_it_is_shown(folder: Path) -> None:
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o444}


def test_every_pair_has_its_own_key_and_every_role_its_own_password(folder: Path) -> None:
    trust = Trust(root="", folder=folder)
    assert len({trust.key(*pair) for pair in product(PORTS, PORTS)}) == 25
    urls = [make_url(path.read_text()) for path in folder.glob("wushe_*_url")]
    assert {(url.host, url.port) for url in urls} == {("db.example", 6432)}
    assert len({url.username for url in urls}) == len({url.password for url in urls}) == 13
    assert (folder / "postgres-password").read_text() == make_url((folder / "wushe_admin_url").read_text()).password
    assert len((folder / "kek.bin").read_bytes()) == 32
    sealing = read_keys(folder / "pii-needs.keys")
    assert set(sealing) == {"index", "1"} and sealing["index"] != sealing["1"]
    assert signing_key(Settings(signing_key_file=folder / "tokens.pem")).key_type == "OKP"


def test_what_is_there_is_never_replaced(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    for taken in (folder, folder / "kek.bin"):
        refused = CliRunner().invoke(app, ["secrets", str(taken)]).exception
        assert isinstance(refused, CommandRefused) and "not an empty folder" in str(refused)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
