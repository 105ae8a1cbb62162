"""compose.yaml as Compose reads it, and everything that would be wrong with it."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import yaml
from typer.testing import CliRunner

from wushe.cli import app
from wushe.commands import keys, reference
from wushe.commands.children import FAREWELL
from wushe.commands.stack import DATABASES, variable
from wushe.settings import PORTS

ROOT = Path(__file__).parents[2]
FILE = ROOT / "compose.yaml"
JOBS = ("databases", "migrate")
HARDENED = {
    "user": "10001:10001",
    "read_only": True,
    "init": True,
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges:true"],
}
BACKGROUND_EXTRA = 4  # connections of the job worker, wushe/jobs.py
Document = dict[str, Any]


def read(given: Mapping[str, str] = {}) -> Document:
    """The document with `${NAME:-default}` filled in."""
    text = re.sub(r"\$\{(\w+):-([^}]*)\}", lambda found: given.get(found[1]) or found[2], FILE.read_text())
    document: Document = yaml.load(text, yaml.CSafeLoader)
    return document


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile, one instruction each."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE).replace("\\\n", "")
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in text.splitlines() if line)]


def faults(document: Document) -> list[str]:
    """A sentence for everything that is wrong; the checks read like a description of the system."""
    return [sentence for check in CHECKS for sentence in check(document)]


def ours(document: Document) -> dict[str, Document]:
    """The services that run our image."""
    return {name: each for name, each in document["services"].items() if name != "postgres"}


def owner(name: str) -> str:
    """The process a service belongs to: `needs` for both `needs` and `needs-work`."""
    return name.removesuffix("-work")


def processes(document: Document) -> dict[str, Document]:
    """What serves or works, the jobs that run once left out."""
    return {name: each for name, each in ours(document).items() if name not in JOBS}


def commands(document: Document) -> Iterator[str]:
    """Every process is there as `serve` and as `work`, and every command is one of ours."""
    expected = {name: ["serve", name] for name in PORTS} | {f"{name}-work": ["work", name] for name in PORTS}
    expected |= {"databases": ["db", "create"], "migrate": ["db", "upgrade"]}
    found = {name: each["command"] for name, each in ours(document).items()}
    if found != expected:
        yield f"commands: {found}"
    for name, command in found.items():
        if not is_known(*command):
            yield f"{name} is no command: {command}"


@cache
def is_known(*words: str) -> bool:
    """Whether our command line has such a command."""
    return CliRunner().invoke(app, [*words, "--help"]).exit_code == 0


def hardening(document: Document) -> Iterator[str]:
    """No root, no writable root, no capability, no new privilege; one image, built once."""
    for name, each in ours(document).items():
        for key, value in HARDENED.items():
            if each.get(key) != value:
                yield f"{name}: {key} is {each.get(key)!r}"
        if int(each.get("stop_grace_period", "10s").removesuffix("s")) < FAREWELL:
            yield f"{name}: what is under way may need {FAREWELL:.0f} seconds to end"
    if len({each["image"] for each in ours(document).values()}) != 1:
        yield "there is more than one image"
    if [name for name, each in ours(document).items() if "build" in each] != ["databases"]:
        yield "the image is not built by the service that starts first"


def doors(document: Document) -> Iterator[str]:
    """Only the gateway is published and reaches outside, on this machine's own address unless told otherwise."""
    for name, each in document["services"].items():
        published, networks = each.get("ports", []), each["networks"]
        if name != "gateway" and (published or networks != ["inside"]):
            yield f"{name} can be reached from outside"
    if document["services"]["gateway"]["ports"] != ["127.0.0.1:8000:8000"]:
        yield "the gateway is published elsewhere"
    if document["networks"]["inside"] != {"internal": True}:
        yield "the inner network is open"


def order(document: Document) -> Iterator[str]:
    """Server, databases, migrations, services, gateway; workers after the migrations."""
    done, healthy = {"condition": "service_completed_successfully"}, {"condition": "service_healthy"}
    expected = {name: {"migrate": done} for name in processes(document)}
    expected |= {"databases": {"postgres": healthy}, "migrate": {"databases": done}}
    expected["gateway"] = {name: healthy for name in PORTS if name != "gateway"}
    for name, each in ours(document).items():
        if each.get("depends_on") != expected.get(name):
            yield f"{name} waits for {each.get('depends_on')}"
        if each.get("restart") != ("no" if name in JOBS else "unless-stopped"):
            yield f"{name}: restart is {each.get('restart')!r}"


def health(document: Document) -> Iterator[str]:
    """Whatever keeps running is asked for readiness on the port it was given."""
    for name, each in processes(document).items():
        kind = "WORK_PORT" if name.endswith("-work") else "PORT"
        port = each["environment"].get(f"WUSHE_{owner(name).upper()}_{kind}")
        if each.get("healthcheck", {}).get("test") != ["CMD", "python", "-m", "wushe.healthcheck", str(port)]:
            yield f"{name} is not asked on port {port}"
    if "--host=127.0.0.1" not in document["services"]["postgres"]["healthcheck"]["test"]:
        yield "postgres is asked on the socket, where it answers before it is ready"


def secrets(document: Document) -> Iterator[str]:
    """Each sees only its own: addresses, pair keys, and a key where it is the one who needs it."""
    roots = {"gateway": ["tokens.pem"], "evaluation": ["kek.bin"], "needs": ["pii-needs.keys"]}
    both = {kind: [variable(each, kind).lower() for each in DATABASES] for kind in ("DATABASE_URL", "MIGRATION_URL")}
    migrating = [*both["DATABASE_URL"], *both["MIGRATION_URL"]]
    expected = {"postgres": ["postgres-password"], "migrate": migrating, "databases": ["wushe_admin_url", *migrating]}
    for name in processes(document):
        mine = owner(name)
        databases = [mine, "ballots"] if mine == "evaluation" else [mine]
        pairs = [f"{issuer}-{audience}.key" for issuer, audience in product(PORTS, PORTS) if mine in (issuer, audience)]
        urls = [variable(each, "DATABASE_URL").lower() for each in databases]
        expected[name] = [*urls, *pairs, *roots.get(mine, [])]
    for name, each in document["services"].items():
        if sorted(each.get("secrets", [])) != sorted(expected.get(name, [])):
            wrong = set(each.get("secrets", [])) ^ set(expected.get(name, []))
            yield f"{name} is shown too much or too little: {sorted(wrong)}"
    made = {name for name, _ in keys.files("postgres:5432")}
    if {name: {"file": f"./secrets/{name}"} for name in made} != document["secrets"]:
        yield f"declared and generated differ: {sorted(made ^ set(document['secrets']))}"


def settings(document: Document) -> Iterator[str]:
    """Every variable is a setting of its own process, every process is told to be in production."""
    for name, each in processes(document).items():
        mine, given = owner(name), each["environment"]
        known = {reference.variable(mine, field) for field in reference.settings_of(mine).model_fields}
        if unknown := set(given) - known:
            yield f"{name}: no setting of its process: {sorted(unknown)}"
        prefix = f"WUSHE_{mine.upper()}_"
        wanted = {"WUSHE_PROFILE": "production", f"{prefix}HOST": "0.0.0.0", f"{prefix}BACKGROUND": "false"}
        for key, value in wanted.items():
            if given.get(key) != value:
                yield f"{name}: {key} is {given.get(key)!r}"
    for job in JOBS:
        if "environment" in document["services"][job]:
            yield f"{job} reads secrets only"


def peers(document: Document) -> Iterator[str]:
    """Every process is called by the name and port it has in the network, and stays within the server's connections."""
    services, budget = document["services"], 0
    right = {name: f"http://{name}:{services[name]['environment'][f'WUSHE_{name.upper()}_PORT']}" for name in PORTS}
    for name, each in processes(document).items():
        mine = owner(name)
        found = dict(part.split("=", 1) for part in each["environment"][f"WUSHE_{mine.upper()}_PEERS"].split(","))
        if found != right:
            yield f"{name}: peers are {found}"
        pools = 2 if mine == "evaluation" else 1
        size = reference.settings_of(mine).model_fields["pool_size"].default
        budget += pools * size + (BACKGROUND_EXTRA if name.endswith("-work") else 0)
    (allowed,) = (int(word.partition("=")[2]) for word in services["postgres"]["command"] if "max_connections" in word)
    if budget > allowed - 10:  # some for the operator, and for a second of what is being replaced
        yield f"{budget} connections may be wanted, {allowed} are allowed"


CHECKS: tuple[Callable[[Document], Iterator[str]], ...] = (
    commands,
    hardening,
    doors,
    order,
    health,
    secrets,
    settings,
    peers,
)
