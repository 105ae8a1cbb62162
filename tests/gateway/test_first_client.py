"""A fresh system has no operator yet: the first client is made at the terminal."""

import json
from collections.abc import Callable

import psycopg
import pytest
from typer.testing import CliRunner

from gateway.usecases.accounts import fingerprint
from wushe.cli import app
from wushe.commands.faults import CommandRefused
from wushe.provision import Addresses


def test_the_first_client_is_made_at_the_terminal_and_audited(
    fresh_database: Callable[[str], Addresses], monkeypatch: pytest.MonkeyPatch
) -> None:
    at = fresh_database("gateway")
    monkeypatch.setenv("WUSHE_GATEWAY_DATABASE_URL", at.runtime)
    command = ["client", "首个管理员", "operator@000000000000", "auditor@350502000000"]
    said = CliRunner().invoke(app, command)
    made = json.loads(said.output)
    with psycopg.connect(at.runtime) as connection:
        connection.execute("select set_config('wushe.lo', '0', false), set_config('wushe.hi', '9', false)")
        (kept,) = connection.execute("select secret_hash from clients where id = %s", (made["client_id"],)).fetchone()
        grants = set(connection.execute("select role, division from grants").fetchall())
        audited = connection.execute("select actor, verb from audit order by verb").fetchall()
    assert kept == fingerprint(made["client_secret"])
    assert grants == {("operator", "000000000000"), ("auditor", "350502000000")}
    assert audited == [("command", "create"), ("command", "create"), ("command", "grant"), ("command", "grant")]
    again = CliRunner().invoke(app, command).exception
    assert isinstance(again, CommandRefused) and "already a client" in str(again)


@pytest.mark.parametrize("grant", ["operator", "operator@35", "king@000000000000"])
def test_a_grant_that_is_none_is_refused(grant: str) -> None:
    refused = CliRunner().invoke(app, ["client", "x", grant]).exception
    assert isinstance(refused, CommandRefused) and "ROLE@DIVISION" in str(refused)


def test_a_database_without_its_tables_is_said_in_a_sentence(
    fresh_database: Callable[[str], Addresses], monkeypatch: pytest.MonkeyPatch
) -> None:
    at = fresh_database("gateway")
    with psycopg.connect(at.owner) as owner:
        owner.execute("drop function business_now")
    monkeypatch.setenv("WUSHE_GATEWAY_DATABASE_URL", at.runtime)
    refused = CliRunner().invoke(app, ["client", "x", "operator@000000000000"]).exception
    assert isinstance(refused, CommandRefused) and "business_now" in str(refused)
