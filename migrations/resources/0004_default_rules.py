"""Insert the default rules: how long holds and offers wait, and what a match is worth."""

import json

from wushe import migrate

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _add("hold_hours", 72, "ours: three days to confirm a reservation")
    _add("offer_hours", 72, "ours: three days to answer an offer")
    weights = {"proximity": 35, "fit": 20, "coverage": 15, "continuity": 10, "load": 20}
    _add("match_weights", weights, "ours: points out of 100; ethnicity, religion and politics are never read (INV-R7)")


def _add(code: str, value: object, source: str) -> None:
    migrate.add_rule(code, json.dumps(value, ensure_ascii=False), source)
