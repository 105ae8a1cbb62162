"""A Python client generated from the merged document knows every operation and plays the whole demo."""

import json
import sys
import tempfile
from pathlib import Path

import pytest

from samples.licheng import client, play
from tests.contracts import generated
from wushe.commands import documents, up

pytestmark = pytest.mark.client

MERGED = documents.FOLDER / "merged.json"


@pytest.fixture
def folder(monkeypatch):
    """A folder the database may enter, from which the generated package can be imported."""
    with tempfile.TemporaryDirectory(prefix="wushe-client-") as made:
        Path(made).chmod(0o755)
        monkeypatch.syspath_prepend(made)
        yield Path(made)
    for name in [name for name in sys.modules if name.split(".")[0] == generated.PACKAGE]:
        del sys.modules[name]


def test_a_generated_client_plays_the_demo(folder, monkeypatch, capsys):
    document = json.loads(MERGED.read_text(encoding="utf-8"))
    assert generated.generate(MERGED, folder) == ""
    operations = generated.operations(document)
    written = [path for path in (folder / generated.PACKAGE / "api").rglob("*.py") if path.stem != "__init__"]
    assert len(operations) == len(written) == sum(len(item) for item in document["paths"].values())

    speakers, plain = [], play.play

    async def played(url, results):
        def speaker(timeout):
            speakers.append(generated.Generated(url, operations))
            return speakers[-1]

        monkeypatch.setattr(client, "new_client", speaker)
        return await plain(url, results)

    monkeypatch.setattr(play, "play", played)
    failed = up.demo(None, folder / "demo")
    (speaker,) = speakers
    assert speaker.faults == set()
    said = capsys.readouterr().out
    assert not failed, said
    assert "every step arrived" in said
    assert len(speaker.used) > 50
