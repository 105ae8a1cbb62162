"""Which verb leads from which state to which: a module per aggregate."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from services.needs.domain.lifecycle.calls import CALL_TRANSITIONS, CallState, CallVerb
from services.needs.domain.lifecycle.complaints import COMPLAINT_TRANSITIONS, ComplaintState, ComplaintVerb
from services.needs.domain.lifecycle.concerns import CONCERN_TRANSITIONS, ConcernState, ConcernVerb
from services.needs.domain.lifecycle.consents import CONSENT_TRANSITIONS, ConsentState, ConsentVerb
from services.needs.domain.lifecycle.crises import CRISIS_TRANSITIONS, CrisisState, CrisisVerb
from services.needs.domain.lifecycle.divisions import DIVISION_MERGE_TRANSITIONS, DivisionMergeState, DivisionMergeVerb
from services.needs.domain.lifecycle.erasures import (
    CORRECTION_TRANSITIONS,
    ERASURE_TRANSITIONS,
    CorrectionState,
    CorrectionVerb,
    ErasureState,
    ErasureVerb,
)
from services.needs.domain.lifecycle.follow_ups import FOLLOW_UP_TRANSITIONS, FollowUpState, FollowUpVerb
from services.needs.domain.lifecycle.machine import advance, allowed
from services.needs.domain.lifecycle.mediations import MEDIATION_TRANSITIONS, MediationState, MediationVerb
from services.needs.domain.lifecycle.needs import (
    HANDLER_STATUS,
    LINKABLE,
    NEED_TRANSITIONS,
    SHAREABLE,
    SPEAKING,
    NeedState,
    NeedVerb,
)
from services.needs.domain.lifecycle.operations import GOING, OPERATION_TRANSITIONS, OperationState, OperationVerb
from services.needs.domain.lifecycle.outings import OUTING_TRANSITIONS, OutingState, OutingVerb
from services.needs.domain.lifecycle.places import PLACE_TRANSITIONS, PlaceState, PlaceVerb
from services.needs.domain.lifecycle.proposal_runs import PROPOSAL_RUN_TRANSITIONS, ProposalRunState, ProposalRunVerb
from services.needs.domain.lifecycle.proxies import PROXY_TRANSITIONS, ProxyState, ProxyVerb
from services.needs.domain.lifecycle.referrals import REFERRAL_TRANSITIONS, ReferralState, ReferralVerb
from services.needs.domain.lifecycle.registers import (
    OBJECTION_TRANSITIONS,
    REGISTER_TRANSITIONS,
    ObjectionState,
    ObjectionVerb,
    RegisterState,
    RegisterVerb,
)
from services.needs.domain.lifecycle.residents import RESIDENT_TRANSITIONS, ResidentState, ResidentVerb
from services.needs.domain.lifecycle.surveys import SURVEY_PLAN_TRANSITIONS, SurveyPlanState, SurveyPlanVerb
from services.needs.domain.lifecycle.triage_models import TRIAGE_MODEL_TRANSITIONS, TriageModelState, TriageModelVerb
from services.needs.domain.lifecycle.work_orders import WORK_ORDER_TRANSITIONS, WorkOrderState, WorkOrderVerb

__all__ = [
    "CALL_TRANSITIONS",
    "COMPLAINT_TRANSITIONS",
    "CONCERN_TRANSITIONS",
    "CONSENT_TRANSITIONS",
    "CORRECTION_TRANSITIONS",
    "CRISIS_TRANSITIONS",
    "DIVISION_MERGE_TRANSITIONS",
    "ERASURE_TRANSITIONS",
    "FOLLOW_UP_TRANSITIONS",
    "GOING",
    "HANDLER_STATUS",
    "LINKABLE",
    "MACHINES",
    "MEDIATION_TRANSITIONS",
    "NEED_TRANSITIONS",
    "OBJECTION_TRANSITIONS",
    "OPERATION_TRANSITIONS",
    "OUTING_TRANSITIONS",
    "PLACE_TRANSITIONS",
    "PROPOSAL_RUN_TRANSITIONS",
    "PROXY_TRANSITIONS",
    "REFERRAL_TRANSITIONS",
    "REGISTER_TRANSITIONS",
    "RESIDENT_TRANSITIONS",
    "SHAREABLE",
    "SPEAKING",
    "SURVEY_PLAN_TRANSITIONS",
    "TRIAGE_MODEL_TRANSITIONS",
    "WORK_ORDER_TRANSITIONS",
    "CallState",
    "CallVerb",
    "ComplaintState",
    "ComplaintVerb",
    "ConcernState",
    "ConcernVerb",
    "ConsentState",
    "ConsentVerb",
    "CorrectionState",
    "CorrectionVerb",
    "CrisisState",
    "CrisisVerb",
    "DivisionMergeState",
    "DivisionMergeVerb",
    "ErasureState",
    "ErasureVerb",
    "FollowUpState",
    "FollowUpVerb",
    "MediationState",
    "MediationVerb",
    "NeedState",
    "NeedVerb",
    "ObjectionState",
    "ObjectionVerb",
    "OperationState",
    "OperationVerb",
    "OutingState",
    "OutingVerb",
    "PlaceState",
    "PlaceVerb",
    "ProposalRunState",
    "ProposalRunVerb",
    "ProxyState",
    "ProxyVerb",
    "ReferralState",
    "ReferralVerb",
    "RegisterState",
    "RegisterVerb",
    "ResidentState",
    "ResidentVerb",
    "SurveyPlanState",
    "SurveyPlanVerb",
    "TriageModelState",
    "TriageModelVerb",
    "WorkOrderState",
    "WorkOrderVerb",
    "advance",
    "allowed",
]
MACHINES: dict[str, Mapping[Any, StrEnum]] = {
    "need": NEED_TRANSITIONS,
    "concern": CONCERN_TRANSITIONS,
    "operation": OPERATION_TRANSITIONS,
    "consent": CONSENT_TRANSITIONS,
    "erasure": ERASURE_TRANSITIONS,
    "correction": CORRECTION_TRANSITIONS,
    "resident": RESIDENT_TRANSITIONS,
    "triage_model": TRIAGE_MODEL_TRANSITIONS,
    "proposal_run": PROPOSAL_RUN_TRANSITIONS,
    "place": PLACE_TRANSITIONS,
    "person_call": CALL_TRANSITIONS,
    "division_merge": DIVISION_MERGE_TRANSITIONS,
    "survey_plan": SURVEY_PLAN_TRANSITIONS,
    "crisis_ticket": CRISIS_TRANSITIONS,
    "follow_up": FOLLOW_UP_TRANSITIONS,
    "outing": OUTING_TRANSITIONS,
    "proxy": PROXY_TRANSITIONS,
    "need_register": REGISTER_TRANSITIONS,
    "objection": OBJECTION_TRANSITIONS,
    "referral": REFERRAL_TRANSITIONS,
    "mediation": MEDIATION_TRANSITIONS,
    "complaint": COMPLAINT_TRANSITIONS,
    "work_order": WORK_ORDER_TRANSITIONS,
}
