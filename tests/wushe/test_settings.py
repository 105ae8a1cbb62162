"""Secrets are files: found by the variable's name, behind the environment, and named when they cannot be read."""

from pathlib import Path

import pytest

from services.evaluation.settings import Settings
from wushe import settings
from wushe.commands import serve
from wushe.commands.faults import CommandRefused
from wushe.settings import given

URL, BALLOTS = "WUSHE_EVALUATION_DATABASE_URL", "WUSHE_EVALUATION_BALLOTS_DATABASE_URL"


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with both addresses, as a container has it."""
    for name, address in ((URL, "postgresql://a@127.0.0.1:1/a"), (BALLOTS, "postgresql://b@127.0.0.1:1/b")):
        monkeypatch.delenv(name, raising=False)
        (tmp_path / name.lower()).write_text(address + "\n")
    monkeypatch.setattr(settings, "SECRETS", str(tmp_path))
    return tmp_path


def test_a_setting_comes_from_its_file_unless_the_environment_has_it(
    secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Settings().database_url == given(URL) == "postgresql://a@127.0.0.1:1/a"
    assert Settings().ballots_database_url == given(BALLOTS) == "postgresql://b@127.0.0.1:1/b"
    monkeypatch.setenv(URL, "postgresql://c@127.0.0.1:1/c")
    assert Settings().database_url == given(URL) == "postgresql://c@127.0.0.1:1/c"


def test_another_folder_may_be_named(secrets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / URL.lower()).write_text("postgresql://d@127.0.0.1:1/d")
    monkeypatch.setenv("WUSHE_SECRETS_DIR", str(other))
    assert Settings().database_url == given(URL) == "postgresql://d@127.0.0.1:1/d"
    assert Settings().ballots_database_url == given(BALLOTS) == ""


def test_a_key_file_that_is_not_there_is_named(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUSHE_EVALUATION_KEK_FILE", str(secrets / "kek.bin"))
    with pytest.raises(CommandRefused, match=r"kek\.bin cannot be read by user \d+ \(No such file"):
        serve.load("evaluation")
