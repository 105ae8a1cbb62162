"""Whoever calls waits longer than whoever is called (decision 0015)."""

from gateway.settings import Settings as Gateway
from wushe.app import LOOPS_SECONDS
from wushe.commands import children, serve
from wushe.commands.leaving import HANDSHAKE_SECONDS, PATIENCE_SECONDS
from wushe.db import LOCK_SECONDS, STATEMENT_SECONDS
from wushe.jobs import FINISH_SECONDS, LEAVE_SECONDS
from wushe.relay import DRAIN_SECONDS
from wushe.settings import Settings

KILLED_AFTER = 30
"""What docs/operations.md asks of whoever ends a process."""


def test_each_deadline_fits_into_its_callers(tmp_path):
    gateway, service = Gateway(), Settings()
    production = Settings(WUSHE_PROFILE="production", trust_dir=tmp_path)
    assert gateway.call_timeout < service.call_timeout
    assert service.call_timeout + service.pool_timeout + STATEMENT_SECONDS < gateway.deadline
    assert LOCK_SECONDS < STATEMENT_SECONDS
    assert service.delivery_timeout < service.lease_seconds
    assert gateway.deadline <= serve.GRACE
    assert FINISH_SECONDS < LEAVE_SECONDS < LOOPS_SECONDS > DRAIN_SECONDS
    leaving = production.drain_seconds + HANDSHAKE_SECONDS + 2 * PATIENCE_SECONDS + serve.GRACE
    assert (service.drain_seconds, production.drain_seconds) == (0, 1)
    assert leaving < children.FAREWELL <= KILLED_AFTER
