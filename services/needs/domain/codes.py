"""The fixed code tables this service validates against; labels are served by the gateway."""

from enum import StrEnum


class ServiceField(StrEnum):
    """What a need is about, in the fields of professional social work."""

    ELDERLY = "elderly"
    CHILD_YOUTH = "child_youth"
    DISABILITY = "disability"
    SOCIAL_ASSISTANCE = "social_assistance"
    MARRIAGE_FAMILY = "marriage_family"
    MENTAL_HEALTH = "mental_health"
    COMMUNITY_BUILDING = "community_building"
    ENVIRONMENT_FACILITY = "environment_facility"
    DISPUTE_MEDIATION = "dispute_mediation"
    DRUG_REHAB = "drug_rehab"
    CORRECTION = "correction"
    EMPLOYMENT = "employment"
    SCHOOL_EDUCATION = "school_education"
    HEALTH_MEDICAL = "health_medical"
    MIGRANT = "migrant"
    VETERANS = "veterans"
    EMERGENCY = "emergency"
    WOMEN = "women"
    CHARITY_VOLUNTEER = "charity_volunteer"
    CULTURE = "culture"


class TargetGroup(StrEnum):
    """Whom a need or a service is for."""

    EXTREME_HARDSHIP = "extreme_hardship"
    LOW_INCOME = "low_income"
    LOW_INCOME_MARGIN = "low_income_margin"
    RIGID_EXPENSE_FAMILY = "rigid_expense_family"
    ELDERLY = "elderly"
    LIVING_ALONE_ELDERLY = "living_alone_elderly"
    EMPTY_NEST_ELDERLY = "empty_nest_elderly"
    OLDEST_OLD = "oldest_old"
    DISABLED_FRAIL_ELDERLY = "disabled_frail_elderly"
    CHILD = "child"
    YOUTH = "youth"
    LEFT_BEHIND_CHILD = "left_behind_child"
    CHILD_IN_DIFFICULTY = "child_in_difficulty"
    DISABLED = "disabled"
    WOMEN = "women"
    INFANT_FAMILY = "infant_family"
    MIGRANT = "migrant"
    COMMUNITY_CORRECTION = "community_correction"
    RELEASED = "released"
    DRUG_REHAB = "drug_rehab"
    MENTAL_DISORDER = "mental_disorder"
    VETERAN = "veteran"
    UNEMPLOYED = "unemployed"
    SPECIAL_FAMILY_PLANNING_FAMILY = "special_family_planning_family"
    BEREAVED = "bereaved"
    RESIDENTS = "residents"


class AgeBand(StrEnum):
    """As much of a birthday as this registry needs to know."""

    UNDER_14 = "0-13"
    FROM_14 = "14-17"
    FROM_18 = "18-59"
    FROM_60 = "60-79"
    FROM_80 = "80+"

    @property
    def is_child(self) -> bool:
        """Whether the law asks for a guardian (PIPL 31)."""
        return self is AgeBand.UNDER_14


class GuardianRelation(StrEnum):
    """What a guardian is to the child (Civil Code 27)."""

    PARENT = "parent"
    GRANDPARENT = "grandparent"
    SIBLING = "sibling"
    RELATIVE = "relative"
    FOSTER = "foster"
    INSTITUTION = "institution"


class Urgency(StrEnum):
    """How soon a person must act on a need."""

    CRITICAL = "critical"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Channel(StrEnum):
    """The way a need reached us."""

    MINI_PROGRAM = "mini_program"
    VISIT = "visit"
    OUTREACH = "outreach"
    HOTLINE = "hotline"
    MEETING = "meeting"
    PARTNER = "partner"
    PAPER = "paper"


class InputMode(StrEnum):
    """How the words were taken down."""

    TYPED = "typed"
    DICTATED = "dictated"
    TRANSCRIBED = "transcribed"
    WORKER_NOTES = "worker_notes"


class RejectReason(StrEnum):
    """Why a statement is not taken on; the author is told which."""

    NOT_A_NEED = "not_a_need"
    OUT_OF_REMIT = "out_of_remit"
    DUPLICATE = "duplicate"
    NOT_ENOUGH_KNOWN = "not_enough_known"


class Outcome(StrEnum):
    """The asker's own word on what came of it."""

    SOLVED = "solved"
    PARTLY = "partly"
    NOT = "not"
    WORSE = "worse"
    NO_LONGER_NEEDED = "no_longer_needed"


class HandlerStatus(StrEnum):
    """How far a need is by those who handle it; whether it helped, only its asker says."""

    RECEIVED = "received"
    WORKING = "working"
    ANSWERED = "answered"
    DONE = "done"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"


class CallResult(StrEnum):
    """What came of a call to somebody no message reached."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    NOT_REACHABLE = "not_reachable"
    DECLINED = "declined"


UNSOLVED = frozenset({Outcome.NOT, Outcome.WORSE})


class ProxyRelation(StrEnum):
    """Who speaks for somebody else."""

    FAMILY = "family"
    NEIGHBOUR = "neighbour"
    GUARDIAN = "guardian"
    VOLUNTEER = "volunteer"
    WORKER = "worker"
    AGENCY = "agency"


class ConsentMode(StrEnum):
    """How somebody agreed that their words are taken down."""

    ONLINE = "online"
    SPOKEN = "spoken"
    WRITTEN = "written"


class FileKind(StrEnum):
    """What is handed in with a need."""

    IMAGE = "image"
    AUDIO = "audio"
    DOCUMENT = "document"
