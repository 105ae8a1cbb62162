"""States of schemes, evaluations, reports, appeals and payout advices, and the verbs that move them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from wushe.errors import ActionNotAllowed

State = TypeVar("State", bound=StrEnum)
Verb = TypeVar("Verb", bound=StrEnum)


class Phase(StrEnum):
    """When in the project's course people are asked."""

    BEFORE = "before"
    MID = "mid"
    AFTER = "after"


class SchemeState(StrEnum):
    """A frozen scheme cannot move: its hash stands in the project before approval."""

    DRAFT = "draft"
    FROZEN = "frozen"


class SchemeVerb(StrEnum):
    """What may be done to a scheme."""

    REPLACE = "replace"
    FREEZE = "freeze"


SCHEME_TRANSITIONS: dict[tuple[SchemeState, SchemeVerb], SchemeState] = {
    (SchemeState.DRAFT, SchemeVerb.REPLACE): SchemeState.DRAFT,
    (SchemeState.DRAFT, SchemeVerb.FREEZE): SchemeState.FROZEN,
}


class EvaluationState(StrEnum):
    """``prepared`` and ``closing`` stand between the two databases, so that a crash there can be resumed."""

    PENDING = "pending"
    PREPARED = "prepared"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"


class EvaluationVerb(StrEnum):
    """What may be done to an evaluation; only ``close`` is a person's."""

    PREPARE = "prepare"
    OPEN = "open"
    CLOSE = "close"
    SEAL = "seal"


EVALUATION_TRANSITIONS: dict[tuple[EvaluationState, EvaluationVerb], EvaluationState] = {
    (EvaluationState.PENDING, EvaluationVerb.PREPARE): EvaluationState.PREPARED,
    (EvaluationState.PREPARED, EvaluationVerb.OPEN): EvaluationState.OPEN,
    (EvaluationState.OPEN, EvaluationVerb.CLOSE): EvaluationState.CLOSING,
    (EvaluationState.CLOSING, EvaluationVerb.SEAL): EvaluationState.CLOSED,
}


class ReportState(StrEnum):
    """A draft is public and open to appeal; only a final report leads to a payout advice, or to a second round."""

    DRAFT = "draft"
    FINAL = "final"


class ReportVerb(StrEnum):
    """What may be done to a report."""

    APPEAL = "appeal"
    FINALISE = "finalise"
    RE_EVALUATE = "re-evaluate"


REPORT_TRANSITIONS: dict[tuple[ReportState, ReportVerb], ReportState] = {
    (ReportState.DRAFT, ReportVerb.APPEAL): ReportState.DRAFT,
    (ReportState.DRAFT, ReportVerb.FINALISE): ReportState.FINAL,
    (ReportState.FINAL, ReportVerb.RE_EVALUATE): ReportState.FINAL,
}


class AppealState(StrEnum):
    """An appeal is upheld or dismissed by someone without a stake in the project."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class AppealVerb(StrEnum):
    """What may be done to an appeal."""

    UPHOLD = "uphold"
    DISMISS = "dismiss"


APPEAL_TRANSITIONS: dict[tuple[AppealState, AppealVerb], AppealState] = {
    (AppealState.OPEN, AppealVerb.UPHOLD): AppealState.UPHELD,
    (AppealState.OPEN, AppealVerb.DISMISS): AppealState.DISMISSED,
}


class AdviceState(StrEnum):
    """An advice is written once and told to those who pay."""

    PREPARED = "prepared"
    ISSUED = "issued"


class AdviceVerb(StrEnum):
    """What may be done to a payout advice."""

    ISSUE = "issue"


ADVICE_TRANSITIONS: dict[tuple[AdviceState, AdviceVerb], AdviceState] = {
    (AdviceState.PREPARED, AdviceVerb.ISSUE): AdviceState.ISSUED,
}


def allowed(table: Mapping[tuple[State, Verb], State], state: State) -> list[str]:
    """The verbs a state permits."""
    return [verb.value for (source, verb) in table if source == state]


def advance(table: Mapping[tuple[State, Verb], State], state: State, verb: Verb) -> State:
    """The next state, or ActionNotAllowed naming the verbs this state permits."""
    if (state, verb) not in table:
        raise ActionNotAllowed(state=state.value, verb=verb.value, allowed=allowed(table, state))
    return table[state, verb]


MACHINES: dict[str, Mapping[tuple[str, str], str]] = {
    "scheme": {(str(s), str(v)): str(t) for (s, v), t in SCHEME_TRANSITIONS.items()},
    "evaluation": {(str(s), str(v)): str(t) for (s, v), t in EVALUATION_TRANSITIONS.items()},
    "report": {(str(s), str(v)): str(t) for (s, v), t in REPORT_TRANSITIONS.items()},
    "appeal": {(str(s), str(v)): str(t) for (s, v), t in APPEAL_TRANSITIONS.items()},
    "payout_advice": {(str(s), str(v)): str(t) for (s, v), t in ADVICE_TRANSITIONS.items()},
}
