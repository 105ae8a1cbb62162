"""compose.yaml is what its checks say, each check finds its fault, and the image holds what the commands need."""

import contextlib
import io
import json
import tomllib
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from check_jsonschema import main as check_jsonschema
from click.testing import CliRunner
from compose_lint.cli import main as compose_lint

from tests.system import compose
from tests.system.compose import ROOT, Document
from tests.system.rehearsal import Machine
from wushe.commands import keys, reference, serve
from wushe.commands.faults import CommandRefused
from wushe.settings import PORTS


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything `python -m wushe secrets` makes."""
    folder = tmp_path_factory.mktemp("made") / "secrets"
    keys.write(folder, "postgres:5432")
    return folder


def test_it_is_what_the_checks_say() -> None:
    assert compose.faults(compose.read()) == []


@pytest.mark.parametrize(
    ("sentence", "where", "value"),
    [
        ("commands", "needs-work", None),
        ("migrate is no command", "migrate.command", ["db", "migrate"]),
        ("needs: user", "needs.user", "0:0"),
        ("migrate: read_only", "migrate.read_only", None),
        ("gateway-work: cap_drop", "gateway-work.cap_drop", []),
        ("needs: security_opt", "needs.security_opt", None),
        ("needs: what is under way", "needs.stop_grace_period", "5s"),
        ("more than one image", "needs.image", "wushe:2"),
        ("image is not built", "needs.build", "."),
        ("needs can be reached", "needs.ports", ["8001:8001"]),
        ("postgres can be reached", "postgres.networks", ["inside", "outside"]),
        ("published elsewhere", "gateway.ports", ["8000:8000"]),
        ("needs waits for", "needs.depends_on", None),
        ("gateway waits for", "gateway.depends_on.needs", None),
        ("databases waits for", "databases.depends_on.postgres.condition", "service_started"),
        ("migrate: restart", "migrate.restart", "always"),
        ("needs is not asked", "needs.environment.WUSHE_NEEDS_PORT", 8009),
        ("needs-work is not asked", "needs-work.healthcheck", None),
        ("asked on the socket", "postgres.healthcheck.test", ["CMD", "pg_isready"]),
        ("needs is shown", "needs.secrets.0", "wushe_projects_database_url"),
        ("needs is shown", "needs.secrets.0", "wushe_needs_migration_url"),
        ("projects is shown", "projects.secrets", []),
        ("resources is shown", "resources.secrets.1", "needs-gateway.key"),
        ("no setting of its process", "needs.environment.WUSHE_NEEDS_PROT", 8001),
        ("no setting of its process", "needs.environment.WUSHE_PROJECTS_PORT", 8002),
        ("WUSHE_PROFILE", "needs.environment.WUSHE_PROFILE", "development"),
        ("WUSHE_NEEDS_BACKGROUND", "needs.environment.WUSHE_NEEDS_BACKGROUND", None),
        ("reads secrets only", "migrate.environment", {"WUSHE_ADMIN_URL": "x"}),
        ("peers are", "needs.environment.WUSHE_NEEDS_PEERS", "gateway=http://gateway:80"),
        ("connections may be wanted", "postgres.command", ["postgres", "-c", "max_connections=100"]),
    ],
)
def test_a_fault_is_found(sentence: str, where: str, value: Any) -> None:
    document = compose.read()
    # What is shared by an anchor is one object in memory; a change is meant for one service.
    place: Any = {name: deepcopy(each) for name, each in document["services"].items()}
    document["services"] = place
    *parts, last = [int(part) if part.isdecimal() else part for part in where.split(".")]
    for part in parts:
        place = place[part]
    if value is None:
        del place[last]
    else:
        place[last] = value
    assert [fault for fault in compose.faults(document) if sentence in fault], compose.faults(document)


def test_an_open_network_and_an_undeclared_secret_are_found() -> None:
    document = compose.read()
    document["networks"]["inside"] = {}
    del document["secrets"]["kek.bin"]
    assert compose.faults(document) == ["the inner network is open", "declared and generated differ: ['kek.bin']"]


def test_it_obeys_the_compose_specification(tmp_path: Path) -> None:
    """Against the specification's own schema, as the check-jsonschema package carries it."""
    broken = tmp_path / "compose.yaml"
    document = compose.read()
    document["services"]["needs"]["read-only"] = True
    broken.write_text(yaml.safe_dump(document))
    for file, code in ((compose.FILE, 0), (broken, 1)):
        said = CliRunner().invoke(check_jsonschema, ["--builtin-schema", "vendor.compose-spec", str(file)])
        assert said.exit_code == code, said.output
    assert "'read-only' was unexpected" in said.output


def test_a_linter_of_container_security_misses_nothing_but_digests(tmp_path: Path) -> None:
    """A digest pins one build for one processor; whoever deploys pins the image by WUSHE_IMAGE and POSTGRES_IMAGE."""
    assert findings(compose.FILE) == {"CL-0019"}
    broken = tmp_path / "compose.yaml"
    broken.write_text(compose.FILE.read_text().replace("cap_drop", "x-cap").replace("127.0.0.1:8000", "8000"))
    assert findings(broken) > {"CL-0005", "CL-0006"}


def findings(file: Path) -> set[str]:
    """The rules a file breaks."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
        compose_lint(["check", "--format", "json", "--no-env", str(file)])
    return {each["rule_id"] for each in json.loads(said.getvalue())["findings"]}


def started(monkeypatch: pytest.MonkeyPatch, document: Document, name: str, folder: Path, made: Path) -> Any:
    """The application of one service, from exactly its environment and the secrets it is shown."""
    service = document["services"][name]
    for key in [key for key in serve.os.environ if key.startswith("WUSHE_")]:
        monkeypatch.delenv(key)
    monkeypatch.setenv("WUSHE_SECRETS_DIR", str(folder))
    for key, value in service["environment"].items():
        monkeypatch.setenv(key, str(value).replace("/run/secrets", str(folder)))
    for secret in service["secrets"]:
        (folder / secret).write_bytes((made / secret).read_bytes())
    return serve.load(service["command"][1])


@pytest.mark.parametrize("name", PORTS)
def test_a_process_starts_with_exactly_what_it_is_given(
    name: str, secrets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = started(monkeypatch, compose.read(), name, tmp_path, secrets).state
    given = state.settings
    assert (given.profile, given.background, given.port) == ("production", False, PORTS[name])
    assert f"wushe_{name}:" in given.database_url and "@postgres:5432" in given.database_url
    for other in PORTS:
        assert state.trust.key(name, other) == (secrets / f"{name}-{other}.key").read_bytes()
        assert state.trust.key(other, name) == (secrets / f"{other}-{name}.key").read_bytes()


@pytest.mark.parametrize(
    ("name", "missing"),
    [("needs", "TRUST_DIR"), ("needs", "PII_KEYS_FILE"), ("evaluation", "KEK_FILE"), ("gateway", "SIGNING_KEY_FILE")],
)
def test_what_production_needs_is_missed(
    name: str, missing: str, secrets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = compose.read()
    del document["services"][name]["environment"][f"WUSHE_{name.upper()}_{missing}"]
    with pytest.raises(CommandRefused, match=f"set WUSHE_.*_{missing}"):
        started(monkeypatch, document, name, tmp_path, secrets)


def test_the_rehearsal_says_the_same_in_the_words_of_this_machine(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    here, own, inner = (
        machine.port("postgres", "5432"),
        machine.port("needs", "8001"),
        machine.port("needs-work", "9000"),
    )
    said = {
        ("needs", "//postgres:5432abc@postgres:5432/needs"): f"//postgres:5432abc@127.0.0.1:{here}/needs",
        ("gateway", "needs=http://needs:8001,projects=x"): f"needs=http://127.0.0.1:{own},projects=x",
        ("needs", "8001"): f"{own}",
        ("needs-work", "9000"): f"{inner}",
        ("postgres", "--port=5432"): f"--port={here}",
        ("postgres", "max_connections=200"): "max_connections=200",
        ("needs", "0.0.0.0"): "127.0.0.1",
        ("needs", "/run/secrets/kek.bin"): f"{tmp_path}/needs/secrets/kek.bin",
    }  # fmt: skip
    assert {each: machine.translate(*each) for each in said} == said
    assert len({here, own, inner, machine.port("projects-work", "9000")}) == 4


# --- The image ---------------------------------------------------------------


def test_the_image_is_built_in_two_stages_and_runs_as_nobody() -> None:
    found = compose.instructions()
    last = max(number for number, (word, _) in enumerate(found) if word == "FROM")
    assert [rest.split()[0] for word, rest in found if word == "FROM"] == ["${BASE_IMAGE}"] * 2
    document = compose.read()
    base = document["services"]["databases"]["build"]["args"]["BASE_IMAGE"]
    assert found[0] == ("ARG", f"BASE_IMAGE={base}")
    assert dict(found[last:])["USER"] == document["services"]["databases"]["user"]
    assert json.loads(dict(found)["ENTRYPOINT"]) == ["python", "-m", "wushe"]
    assert any("--require-hashes" in rest and "requirement /tmp/run.txt" in rest for _, rest in found[:last])
    assert [rest for word, rest in found[last:] if word == "RUN"] == [
        (
            "python -m pip uninstall --yes --quiet setuptools wheel pip"
            "     && install --directory --owner 10001 --group 10001 --mode 0700 /var/lib/wushe/files"
        )
    ]
    assert {rest.split()[0] for word, rest in found[last:] if word == "COPY"} == {"--from=build"}


def test_the_image_holds_the_code_the_documents_and_nothing_else() -> None:
    copied = {
        rest.split()[0] for word, rest in compose.instructions() if word == "COPY" and not rest.startswith("--from")
    }
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
    assert copied == {*packages, "openapi", "requirements/run.txt"}
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert ignored == ["*", *sorted((f"!{each}" for each in copied), key=ignored.index), "**/__pycache__"]
    documents = reference.settings_of("gateway").model_fields["documents_dir"].default
    assert documents.relative_to(ROOT) == Path("openapi")


def test_the_image_is_named_by_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert compose.read()["services"]["needs"]["image"] == f"wushe:{version}"
    assert compose.read({"WUSHE_IMAGE": "registry.example/wushe@sha256:0"})["services"]["needs"]["image"] != "wushe"
