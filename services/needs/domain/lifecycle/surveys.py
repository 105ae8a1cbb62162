"""Which verb leads a survey plan from which state to which."""

from enum import StrEnum


class SurveyPlanState(StrEnum):
    """Where a survey stands."""

    DRAFT = "draft"
    FIELDING = "fielding"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class SurveyPlanVerb(StrEnum):
    """What can happen to a survey plan."""

    REVISE = "revise"
    START = "start"
    CLOSE = "close"
    CANCEL = "cancel"


SURVEY_PLAN_TRANSITIONS: dict[tuple[SurveyPlanState, SurveyPlanVerb], SurveyPlanState] = {
    (SurveyPlanState.DRAFT, SurveyPlanVerb.REVISE): SurveyPlanState.DRAFT,
    (SurveyPlanState.DRAFT, SurveyPlanVerb.START): SurveyPlanState.FIELDING,
    (SurveyPlanState.DRAFT, SurveyPlanVerb.CANCEL): SurveyPlanState.CANCELLED,
    (SurveyPlanState.FIELDING, SurveyPlanVerb.CLOSE): SurveyPlanState.CLOSED,
    (SurveyPlanState.FIELDING, SurveyPlanVerb.CANCEL): SurveyPlanState.CANCELLED,
}
