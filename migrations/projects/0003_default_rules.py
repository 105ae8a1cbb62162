"""Insert the default rules: decision rules of the law, the approval chain, windows and deadlines."""

import json

from services.projects.domain.presets import DECISION_RULES, DECISION_SOURCES, OTHER_RULES, OTHER_SOURCE
from wushe import migrate

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for code, value in DECISION_RULES.items():
        migrate.add_rule(f"decision_{code}", json.dumps(value), DECISION_SOURCES[code])
    for code, value in OTHER_RULES.items():
        migrate.add_rule(code, json.dumps(value), OTHER_SOURCE)
