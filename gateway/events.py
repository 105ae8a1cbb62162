"""What the gateway announces."""

from wushe.outbox import Event


class ClockMoved(Event):
    """The business clock of a county was moved forward (sandbox only)."""

    type = "cn.wushe.gateway.clock.moved.v1"
    subscribers = ("evaluation", "needs", "projects", "resources")

    offset_seconds: int
