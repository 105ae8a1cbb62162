"""The plan of a project as it is handed in: for whom, towards what, with which money, by whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from services.projects.domain.budget import BudgetLine
from services.projects.domain.goals import Goal
from wushe.errors import FieldError, InvalidInput, Refusal

FAILED = "failed"


class Party(StrEnum):
    """The five actors whose linkage carries a project."""

    COMMUNITY = "community"
    SOCIAL_WORKER = "social_worker"
    COMMUNITY_ORG = "community_org"
    VOLUNTEER = "volunteer"
    CHARITY_RESOURCE = "charity_resource"


class SocialWorkerMissing(Refusal):
    """A project is designed and carried out with a social worker who answers for it."""

    zh = "项目团队中还没有负责的社会工作者，不能继续。"
    en = "The team has no responsible social worker yet."
    toast = "缺少社工"


class ConcernNotConfirmed(Refusal):
    """A project answers concerns that a worker has confirmed and nobody has retired."""

    zh = "项目至少要回应一个已确认的共同关注点；未确认或已撤下的关注点：{concerns}。"
    en = "A project answers at least one confirmed concern; not confirmed, or retired: {concerns}."
    toast = "关注点未确认"


class ResolutionRequired(Refusal):
    """What changes shared space or rules needs a resolution of the residents first."""

    zh = "微改造、微治理项目须先有居民民主协商通过且公示期满的决议，才能提交。"
    en = "A micro-renovation or micro-governance project needs an effective resolution of the residents first."
    toast = "须先民主协商"


class SchemeNotFrozen(Refusal):
    """How a project will be judged is fixed before it is approved."""

    zh = "评价方案尚未冻结，不能审批立项。"
    en = "The evaluation scheme has not been frozen, so the project cannot be approved."
    toast = "评价方案未冻结"


class PublicityRunning(Refusal):
    """What was put before the public stays there for its whole time."""

    zh = "公示期至 {ends_at} 结束，期满前不能继续。"
    en = "The publicity period runs until {ends_at}."
    toast = "公示期未满"


class RecordsOpen(Refusal):
    """A project is completed when every record has an answer and every activity an outcome."""

    zh = "还有 {records} 条服务记录未经本人确认、{activities} 场活动未登记到场或取消，不能完成。"
    en = "{records} service records are unanswered and {activities} activities have no outcome yet."
    toast = "记录未确认"


class NothingServed(Refusal):
    """A project that served nobody has nobody who could judge it."""

    zh = "还没有经本人确认的服务记录，不能完成。"
    en = "No confirmed service record exists, so there is nobody who could evaluate the project."
    toast = "没有服务记录"


class EvaluationNotFinal(Refusal):
    """A project is accepted only with the final report of those it served."""

    zh = "末期评价报告尚未定稿，不能结项。"
    en = "The report of the after phase is not final, so the project cannot be accepted."
    toast = "评价未定稿"


class EvaluationFailed(Refusal):
    """What those it served found wanting is put right and evaluated again before it is accepted."""

    zh = "末期评价结果为不合格，须整改并重新评价后才能结项。"
    en = "The final report grades the project as failed; it is rectified and evaluated again before acceptance."
    toast = "评价不合格"


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the team, for one of the five actors."""

    person_id: UUID
    party: Party
    role: str
    responsible: bool


@dataclass(frozen=True, slots=True)
class Planned:
    """How many persons and sessions the plan promises."""

    persons: int
    sessions: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything ``design`` fixes."""

    target_groups: tuple[str, ...]
    goals: tuple[Goal, ...]
    budget_fen: int
    lines: tuple[BudgetLine, ...]
    team: tuple[Member, ...]
    undertaker_org_id: UUID | None
    planned: Planned


def require_social_worker(team: Sequence[Member]) -> None:
    """Refuse a team without a social worker who answers for the project."""
    if not any(member.party is Party.SOCIAL_WORKER and member.responsible for member in team):
        raise SocialWorkerMissing


def require_distinct(team: Sequence[Member]) -> None:
    """Refuse a team that names one person twice."""
    seen: set[UUID] = set()
    for index, member in enumerate(team):
        if member.person_id in seen:
            raise InvalidInput(
                errors=[FieldError(f"/team/{index}/person_id", "REPEATED", "同一人重复列入。", "Listed twice.")]
            )
        seen.add(member.person_id)


def require_passed(*, grade: str | None, factor: str | None) -> None:
    """Refuse a failing grade; a suppressed result has none and is left to whoever accepts."""
    if grade == FAILED or (factor is not None and Decimal(factor) == 0):
        raise EvaluationFailed
