"""The shapes of this service's rule data: what an editor may put there without stopping those who read it."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from services.needs.domain.codes import Outcome, ServiceField, TargetGroup, Urgency
from services.needs.domain.duty import PageChannel
from services.needs.domain.lifecycle import WorkOrderState
from services.needs.domain.surveys import TeamRole
from services.needs.schemas.shared import DutyPhone
from wushe.routes import Code, ShortText, Text

Minutes = Annotated[int, Field(strict=True, ge=1, le=1440)]
Day = Annotated[str, AfterValidator(lambda text: date.fromisoformat(text).isoformat())]
Days = Annotated[int, Field(strict=True, ge=1, le=3650)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NetRow(_Row):
    """One kind of danger: literal patterns (… is a gap), and the numbers that answer it."""

    kind: Code
    patterns: Annotated[list[ShortText], Field(min_length=1, max_length=500)]
    lines: Annotated[list[ShortText], Field(min_length=1, max_length=10)]


class HelpLineRow(_Row):
    """One telephone number that answers a person in danger."""

    number: ShortText
    zh: ShortText
    en: ShortText


class ThemeRow(_Row):
    """One theme needs are filed under."""

    code: Code
    zh: ShortText
    field: ServiceField


class SimilarityRow(_Row):
    """From which likeness on, and how many, similar needs are shown."""

    floor: Annotated[float, Field(ge=0, le=1)]
    limit: Annotated[int, Field(strict=True, ge=1, le=50)]


class FallbackRow(_Row):
    """A telephone of last resort."""

    phone: DutyPhone
    channel: PageChannel
    zh: ShortText


class ReportingRow(_Row):
    """When the law asks for a report: kinds of danger, groups and words of those who cannot act, minutes to do it."""

    kinds: Annotated[list[Code], Field(max_length=50)]
    always: Annotated[list[Code], Field(max_length=50)]
    groups: Annotated[list[TargetGroup], Field(max_length=26)]
    words: Annotated[list[ShortText], Field(max_length=200)]
    minutes: Minutes


class ImportLimitsRow(_Row):
    """How many rows one table may have."""

    rows: Annotated[int, Field(strict=True, ge=1, le=1_000_000)]


class ExampleRow(_Row):
    """A statement filed by a person, for a model to learn from."""

    text: Text
    target_group: TargetGroup | None = None
    urgency: Urgency | None = None


class CardRow(_Row):
    """What is known of a theme before anybody confirmed anything: words people use, whom it usually concerns."""

    theme: Code
    zh: ShortText
    target_groups: Annotated[list[TargetGroup], Field(max_length=10)]
    urgency: Urgency | None
    words: Annotated[list[ShortText], Field(min_length=1, max_length=2000)]
    examples: Annotated[list[ExampleRow], Field(max_length=500)] = []


class GroupWordsRow(_Row):
    """Words that point to one target group, whatever the theme."""

    value: TargetGroup
    words: Annotated[list[ShortText], Field(min_length=1, max_length=500)]


class UrgencyWordsRow(_Row):
    """Words that point to one urgency, whatever the theme."""

    value: Urgency
    words: Annotated[list[ShortText], Field(min_length=1, max_length=500)]


class SlaRow(_Row):
    """Hours until a need is read, answered, and told to the street when it is not; of working days unless said."""

    triage: Annotated[int, Field(strict=True, ge=0, le=2400)]
    answer: Annotated[int, Field(strict=True, ge=0, le=9600)]
    escalate: Annotated[int, Field(strict=True, ge=1, le=2400)]
    around_the_clock: Annotated[bool, Field(strict=True)]


class SlaHours(_Row):
    """What is promised for each urgency; none is left out."""

    critical: SlaRow
    high: SlaRow
    normal: SlaRow
    low: SlaRow


class HolidayRow(_Row):
    """Days off, and weekend days worked in exchange."""

    off: Annotated[list[Day], Field(max_length=400)]
    working: Annotated[list[Day], Field(max_length=100)]


class FieldClassRow(_Row):
    """One class of fields; exactly one is called ``rest`` and takes what no other names."""

    code: Code
    zh: ShortText
    en: ShortText
    fields: Annotated[list[ServiceField], Field(max_length=20)]


def _has_a_rest(classes: list[FieldClassRow]) -> list[FieldClassRow]:
    if [each.code for each in classes].count("rest") != 1:
        raise ValueError("one class is called rest")
    return classes


class SimilarWeightsRow(_Row):
    """How much words, place, category and time say that two needs are one, and how far apart they may be."""

    words: Annotated[float, Field(gt=0, le=100)]
    place: Annotated[float, Field(ge=0, le=100)]
    category: Annotated[float, Field(ge=0, le=100)]
    time: Annotated[float, Field(ge=0, le=100)]
    metres: Annotated[int, Field(strict=True, ge=1, le=5000)]
    days: Days


Share = Annotated[float, Field(ge=0, le=1)]


class WeightsRow(_Row):
    """What the criteria of a priority weigh beside one another."""

    urgency: Annotated[float, Field(ge=0, le=100)]
    fit: Annotated[float, Field(ge=0, le=100)]
    breadth: Annotated[float, Field(ge=0, le=100)]
    waiting: Annotated[float, Field(ge=0, le=100)]

    @model_validator(mode="after")
    def _something_weighs(self) -> "WeightsRow":
        if not self.urgency + self.fit + self.breadth + self.waiting:
            raise ValueError("one criterion at least weighs something")
        return self


class FormulaRow(_Row):
    """The published formula of priorities; every new value is a new version."""

    weights: WeightsRow
    urgency: dict[Urgency, Share]
    fit: dict[ServiceField, Share]
    other_fit: Share
    full_breadth: Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
    full_wait_days: Days
    equity_groups: Annotated[list[TargetGroup], Field(max_length=50)]
    equity_share: Share


class ClusteringRow(_Row):
    """From which share a theme holds, from which likeness two statements do, after how many days a concern is new."""

    anchor: Annotated[float, Field(ge=0, le=1)]
    likeness: Annotated[float, Field(ge=0, le=1)]
    same_place: Annotated[float, Field(ge=0, le=1)]
    gap_days: Days


Spellings = Annotated[list[ShortText], Field(min_length=1, max_length=20)]


class WorkOrderMappingRow(_Row):
    """How the 12345 hotline of a city speaks: its columns by our names, and our codes by its words."""

    columns: dict[Code, Spellings]
    states: dict[WorkOrderState, Spellings]
    results: dict[Outcome, Spellings]
    satisfaction: dict[Outcome, Spellings]
    categories: dict[ShortText, ServiceField]
    consent_version: Annotated[str, Field(min_length=1, max_length=40)]


SHAPES: dict[str, Any] = {
    "field_classes": Annotated[list[FieldClassRow], Field(min_length=1, max_length=20), AfterValidator(_has_a_rest)],
    "smallest_cell": Annotated[int, Field(strict=True, ge=5, le=100)],
    "register_publicity_days": Days,
    "priority_formula": FormulaRow,
    "clustering": ClusteringRow,
    "proposal_hours": Annotated[int, Field(strict=True, ge=1, le=8760)],
    "theme_cards": Annotated[list[CardRow], Field(min_length=1, max_length=500)],
    "group_words": Annotated[list[GroupWordsRow], Field(max_length=50)],
    "urgency_words": Annotated[list[UrgencyWordsRow], Field(max_length=10)],
    "triage_floor": Annotated[float, Field(ge=0, le=1)],
    "retrain_labels": Annotated[int, Field(strict=True, ge=1, le=100_000)],
    "crisis_net": Annotated[list[NetRow], Field(min_length=1, max_length=100)],
    "help_lines": Annotated[list[HelpLineRow], Field(min_length=1, max_length=50)],
    "themes": Annotated[list[ThemeRow], Field(min_length=1, max_length=500)],
    "similarity": SimilarityRow,
    "sla_hours": SlaHours,
    "holidays": HolidayRow,
    "similar_weights": SimilarWeightsRow,
    "quiet_themes": Annotated[list[Code], Field(max_length=500)],
    "silence_days": Days,
    "reopen_days": Days,
    "merge_opt_out_days": Days,
    "link_code_days": Days,
    "referral_days": Days,
    "judicial_confirmation_days": Days,
    "crisis_ack_minutes": Minutes,
    "crisis_fallback": Annotated[list[FallbackRow], Field(min_length=1, max_length=10)],
    "crisis_reporting": ReportingRow,
    "work_order_mapping": WorkOrderMappingRow,
    "moderation_checker": Literal["none", "gateway"],
    "import_limits": ImportLimitsRow,
    "import_words": dict[Code, dict[ShortText, Annotated[list[ShortText], Field(max_length=100)]]],
    "outing_grace_minutes": Annotated[int, Field(strict=True, ge=0, le=240)],
    "survey_team_roles": Annotated[list[TeamRole], Field(min_length=1, max_length=5)],
}
