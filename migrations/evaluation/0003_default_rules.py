"""Insert the default rules: windows, the smallest published group, residents' weight."""

from wushe import migrate

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    migrate.add_rule("smallest_group", "5", "lifecycle: fewer than k answers are not published")
    migrate.add_rule("low_response_percent", "30", "domain pack E9: below this share of the roster nothing is ranked")
    migrate.add_rule("resident_weight_percent", "60", "domain pack E7: residents' least weight in a composite")
    migrate.add_rule("appeal_days", "7", "domain pack E12: days between a draft report and a final one")
    migrate.add_rule("ballot_days", "14", "ours: an evaluation closes by itself after so many days")
    migrate.add_rule("ballot_days_least", "7", "ours: nobody may close an evaluation earlier")
