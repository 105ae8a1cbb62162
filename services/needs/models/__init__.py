"""Tables of the needs service."""

from services.needs.models.calls import PersonCall
from services.needs.models.concerns import Concern, ConcernNeed
from services.needs.models.consents import Consent
from services.needs.models.copies import AdoptedProject
from services.needs.models.crises import CrisisPage, CrisisReport, CrisisReporter, CrisisTicket, DutyRoster
from services.needs.models.divisions import DivisionMerge
from services.needs.models.erasures import Correction, Erasure
from services.needs.models.intake import ItemState, NeedFile, OfflineItem
from services.needs.models.kit import Base, kit
from services.needs.models.merging import MergeLeaver, NeedMerge
from services.needs.models.needs import Cosignature, Need, NeedWord
from services.needs.models.operations import Operation, OperationBatch, OperationRow
from services.needs.models.outings import Outing
from services.needs.models.places import Household, Place, PlaceVersion
from services.needs.models.proposals import ConcernProposal, ProposalRun
from services.needs.models.proxies import Proxy
from services.needs.models.registers import NeedRegister, RegisterObjection
from services.needs.models.registry import LinkCode, Person, PhoneCode, Resident
from services.needs.models.roads import Complaint, Mediation, Referral
from services.needs.models.surveys import SurveyForm, SurveyFormVersion, SurveyPlan
from services.needs.models.terms import NeedTerm, NeedTermWalk
from services.needs.models.triage import NeedLabel, TriageModel, TriageParameters
from services.needs.models.visits import FollowUp, SurveyCount, SurveyReached, Visit, VisitFile
from services.needs.models.work_orders import WorkOrder

__all__ = [
    "AdoptedProject",
    "Base",
    "Complaint",
    "Concern",
    "ConcernNeed",
    "ConcernProposal",
    "Consent",
    "Correction",
    "Cosignature",
    "CrisisPage",
    "CrisisReport",
    "CrisisReporter",
    "CrisisTicket",
    "DivisionMerge",
    "DutyRoster",
    "Erasure",
    "FollowUp",
    "Household",
    "ItemState",
    "LinkCode",
    "Mediation",
    "MergeLeaver",
    "Need",
    "NeedFile",
    "NeedLabel",
    "NeedMerge",
    "NeedRegister",
    "NeedTerm",
    "NeedTermWalk",
    "NeedWord",
    "OfflineItem",
    "Operation",
    "OperationBatch",
    "OperationRow",
    "Outing",
    "Person",
    "PersonCall",
    "PhoneCode",
    "Place",
    "PlaceVersion",
    "ProposalRun",
    "Proxy",
    "Referral",
    "RegisterObjection",
    "Resident",
    "SurveyCount",
    "SurveyForm",
    "SurveyFormVersion",
    "SurveyPlan",
    "SurveyReached",
    "TriageModel",
    "TriageParameters",
    "Visit",
    "VisitFile",
    "WorkOrder",
    "kit",
]
