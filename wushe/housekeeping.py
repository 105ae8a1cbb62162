"""What every service forgets in time: answers kept for repeats, events everybody took, the inbox."""

from sqlalchemy import text

from wushe import outbox_admin
from wushe.idempotency import RETENTION_HOURS
from wushe.jobs import Sweeps
from wushe.work import Work

EVERY_SECONDS = 60
_BATCH = 1000
# Retention is technical time: the sandbox clock does not move it.
_FORGET = text(
    "delete from idempotency where key_hash in (select key_hash from idempotency"
    " where created_at < clock_timestamp() - make_interval(hours => :hours) limit :batch)"
)


async def forget_answers(work: Work) -> int:
    """One batch of idempotency rows older than 72 hours; answers how many."""
    gone = await work.session.execute(_FORGET, {"hours": RETENTION_HOURS, "batch": _BATCH})
    return int(gone.rowcount)  # type: ignore[attr-defined]  # a delete's result counts rows


def keep_house(sweeps: Sweeps) -> None:
    """Add the kit's own sweeps to a service's."""
    if forget_answers not in [scheduled.run for scheduled in sweeps.scheduled]:
        sweeps.every(seconds=EVERY_SECONDS)(forget_answers)
        sweeps.every(seconds=EVERY_SECONDS)(outbox_admin.prune)
