"""Shapes of how needs come in beside the plain way: without a name, and as shares of what was found."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from services.needs.domain.authorship import Submission
from services.needs.domain.codes import Channel, InputMode, Outcome
from services.needs.domain.danger import HelpLine
from services.needs.domain.lifecycle import NeedState
from services.needs.models import Need
from services.needs.schemas.needs import HelpLineOut, OutcomeIn
from wushe.routes import DivisionCode, In, Out, ShortText, Text

TrackingCode = Annotated[str, StringConstraints(min_length=16, max_length=40), Field(examples=["7KQM-2F9C-XWRT-4HDB"])]


class AnonymousNeedIn(In):
    """What somebody asks for who gives no name; ``nonce`` is drawn by the device, and repeats the same request."""

    statement: Text = Field(examples=["楼道里堆满杂物，担心着火时出不去"])
    division: DivisionCode
    place: ShortText | None = None
    consent_version: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    nonce: Annotated[str, StringConstraints(min_length=22, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")] = Field(
        examples=["f3Zk2mQ9sT1vXw7bLrY8aA"]
    )

    def submission(self) -> Submission:
        """The statement as the rules see it."""
        plain = self.model_dump(exclude={"nonce"})
        return Submission(**plain, channel=Channel.MINI_PROGRAM, input=InputMode.TYPED)


class AnonymousNeedOut(Out):
    """A need just taken down, the code to follow it by, and whom to call if its words may mean danger."""

    id: UUID
    state: NeedState
    tracking_code: str
    help_lines: list[HelpLineOut]

    @classmethod
    def of(cls, need: Need, code: str, lines: tuple[HelpLine, ...]) -> Self:
        """The need with its code, which is shown this once."""
        shown = [HelpLineOut.model_validate(line) for line in lines]
        return cls(id=need.id, state=need.state, tracking_code=code, help_lines=shown)


class TrackIn(In):
    """The code somebody without a name was given."""

    code: TrackingCode


class TrackedOutcomeIn(TrackIn, OutcomeIn):
    """Their word on what came of it."""


class TrackedOut(Out):
    """How a need stands, for whoever has its code."""

    id: UUID
    state: NeedState
    answer: str | None
    outcome_expected: str | None
    outcome: Outcome | None
    submitted_at: datetime
    responded_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None

    @classmethod
    def of(cls, need: Need, into: Need | None) -> Self:
        """A need as its code shows it; the answer is that of the need it was merged into, if it was."""
        shown = cls.model_validate(need)
        return shown.model_copy(update={name: getattr(into, name) for name in _OF_ANSWER} if into else {})


_OF_ANSWER = ("answer", "outcome_expected", "responded_at", "due_at", "closed_at")


class FileOut(Out):
    """A file and the need or visit it belongs to."""

    file_id: UUID
    belongs_to: str


class ShareFilters(BaseModel):
    """Of which divisions and of which time; stations are streets unless communities are asked for."""

    division: DivisionCode
    since: AwareDatetime
    until: AwareDatetime
    by: Literal["street", "community"] = "street"

    @property
    def digits(self) -> int:
        """How many digits of the division name a station."""
        return 9 if self.by == "street" else 12


class StationShare(Out):
    """Of the needs of one station, how many were found by going to people (outreach and visits)."""

    division: str
    needs: int
    found: int
    share: float


class OutreachShare(Out):
    """The share of each station, and of all together."""

    items: list[StationShare]
    needs: int
    found: int
    share: float | None

    @classmethod
    def of(cls, rows: list[tuple[str, int, int]]) -> Self:
        """Shares of counts; a station without needs has no line."""
        items = [StationShare(division=place, needs=n, found=k, share=round(k / n, 4)) for place, n, k in rows]
        n, k = sum(each.needs for each in items), sum(each.found for each in items)
        return cls(items=items, needs=n, found=k, share=round(k / n, 4) if n else None)
