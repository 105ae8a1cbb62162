"""What is announced of surveys."""

from typing import ClassVar
from uuid import UUID

from services.needs.domain.lifecycle import SurveyPlanState
from wushe.outbox import Event


class SurveyPlanMoved(Event):
    """Base: a survey is in a new state."""

    public: ClassVar[bool] = True

    plan_id: UUID
    state: SurveyPlanState


class SurveyPlanStarted(SurveyPlanMoved):
    """A team of all roles goes out to ask."""

    type = "cn.wushe.needs.survey_plan.started.v1"


class SurveyPlanClosed(SurveyPlanMoved):
    """Nobody is asked any more."""

    type = "cn.wushe.needs.survey_plan.closed.v1"
