"""SIGTERM under load: readiness first, then the door; whoever was let in is answered, what was begun is finished."""

import asyncio
import errno
import json
import signal
import socket
import time

from tests.faults.load import besiege
from tests.faults.stage import Stage, until
from tests.faults.things import READY, THINGS, probing, reading, writing
from wushe.commands.serve import GRACE


def test_every_request_that_was_let_in_is_answered(stage: Stage) -> None:
    serving = stage.command("serve", drain_seconds=0.3)
    until(lambda: stage.is_ready("probe"), "the producer")
    tally = asyncio.run(
        besiege(
            stage.ports["probe"],
            [reading, writing, probing],
            callers=4,
            strike=lambda seen: seen.answered > 40,
            end=lambda: serving.signal(signal.SIGTERM),
        )
    )
    assert serving.ends(seconds=GRACE) == 0
    assert tally.lost == [], tally
    assert tally.statuses.keys() == {(THINGS, 200), (THINGS, 201), (READY, 200), (READY, 503)}
    assert tally.told_to_leave > 0, "a connection that wished to stay learns that it cannot"
    made = {json.loads(body)["id"] for body in tally.made}
    assert made == {thing for (thing,) in stage.produce("select body::jsonb->'data'->>'thing_id' from event")}


def test_the_door_stays_open_while_readiness_is_red(stage: Stage) -> None:
    leaving = stage.command("serve", drain_seconds=60)
    until(lambda: stage.is_ready("probe"), "the producer")
    leaving.signal(signal.SIGTERM)
    said = until(lambda: "leaving" in stage.http.get(f"{stage.address('probe')}{READY}").text, "readiness to turn red")
    assert said and stage.says("probe", "live")
    made = [stage.make() for _ in range(3)]
    assert [(answer.status_code, answer.headers["connection"]) for answer in made] == [(201, "close")] * 3
    assert leaving.poll() is None


def is_shut(port: int) -> bool:
    with socket.socket() as visitor:
        visitor.settimeout(0.2)
        return visitor.connect_ex(("127.0.0.1", port)) == errno.ECONNREFUSED


def test_whoever_has_connected_is_heard(stage: Stage) -> None:
    leaving, port = stage.command("serve", patience=30), stage.ports["probe"]
    until(lambda: stage.is_ready("probe"), "the producer")
    with socket.create_connection(("127.0.0.1", port)) as silent:
        leaving.signal(signal.SIGTERM)
        until(lambda: is_shut(port), "the door to be shut")
        silent.sendall(reading().wire(stay=True))
        with silent.makefile("rb") as answer:
            said = answer.read()
    assert said.startswith(b"HTTP/1.1 200 ") and b"connection: close" in said
    assert leaving.ends(seconds=GRACE) == 0


def test_a_job_under_way_is_finished(stage: Stage) -> None:
    job = "row('wushe', 'tidy', 0, null, null, '{}', null)"
    stage.produce(f"select procrastinate_defer_jobs_v1(array[{job}]::procrastinate_job_to_defer_v1[])")
    with stage.locked(stage.producer, "things") as waiting:
        leaving = stage.command("work")
        until(lambda: waiting() == 1, "the job under way")
        leaving.signal(signal.SIGTERM)
        time.sleep(0.2)
        assert leaving.poll() is None
    assert leaving.ends(seconds=GRACE) == 0
    left = "select count(*) from procrastinate_jobs where task_name = 'tidy'"
    assert stage.produce(f"select ({left}), (select count(*) from event)") == [(0, 1)]
