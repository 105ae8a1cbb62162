"""SIGTERM under load: readiness first, then the door; whoever was let in is answered, what was begun is finished."""

import asyncio
import json
import signal
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
