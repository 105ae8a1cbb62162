"""What is announced of needs."""

from typing import ClassVar
from uuid import UUID

from services.needs.domain.lifecycle import NeedState, NeedVerb
from wushe.outbox import Event


class NeedMoved(Event):
    """Base: a need is in a new state; a need that speaks of danger is never announced."""

    public: ClassVar[bool] = True

    need_id: UUID
    state: NeedState


class NeedSubmitted(NeedMoved):
    """A resident's statement came in."""

    type = "cn.wushe.needs.need.submitted.v1"


class NeedTriaged(NeedMoved):
    """A worker read it: field, target group and urgency are set."""

    type = "cn.wushe.needs.need.triaged.v1"


class NeedAccepted(NeedMoved):
    """It is taken on."""

    type = "cn.wushe.needs.need.accepted.v1"


class NeedCosigned(NeedMoved):
    """One more person stands behind it."""

    type = "cn.wushe.needs.need.cosigned.v1"


class NeedLinked(NeedMoved):
    """It became part of a confirmed concern."""

    type = "cn.wushe.needs.need.linked.v1"


class NeedUnlinked(NeedMoved):
    """Its concern was retired, it stands alone again."""

    type = "cn.wushe.needs.need.unlinked.v1"


class NeedPlanned(NeedMoved):
    """An approved project answers its concern."""

    type = "cn.wushe.needs.need.planned.v1"


class NeedUnplanned(NeedMoved):
    """The project that was to answer it was cancelled or terminated."""

    type = "cn.wushe.needs.need.unplanned.v1"


class NeedResponded(NeedMoved):
    """It was answered, by a worker or by a completed project."""

    type = "cn.wushe.needs.need.responded.v1"


class NeedClosed(NeedMoved):
    """Its author said what came of it, or stayed silent."""

    type = "cn.wushe.needs.need.closed.v1"


class NeedReopened(NeedMoved):
    """It was not solved."""

    type = "cn.wushe.needs.need.reopened.v1"


class NeedRejected(NeedMoved):
    """It is not taken on, for a reason told to its author."""

    type = "cn.wushe.needs.need.rejected.v1"


class NeedWithdrawn(NeedMoved):
    """Its author took it back."""

    type = "cn.wushe.needs.need.withdrawn.v1"


class NeedMerged(NeedMoved):
    """It goes on as part of another need; everybody behind it is told."""

    type = "cn.wushe.needs.need.merged.v1"

    into_id: UUID


class NeedSplit(NeedMoved):
    """It stands alone again, as it did before it was merged."""

    type = "cn.wushe.needs.need.split.v1"


class NeedDelayed(NeedMoved):
    """It was not read or answered in time."""

    type = "cn.wushe.needs.need.delayed.v1"


class NeedReferred(NeedMoved):
    """It was handed to another organisation."""

    type = "cn.wushe.needs.need.referred.v1"


class NeedReturned(NeedMoved):
    """Whoever it was handed to did not take it; it is handled here again."""

    type = "cn.wushe.needs.need.returned.v1"


OF_VERB: dict[NeedVerb, type[NeedMoved]] = {
    NeedVerb.TRIAGE: NeedTriaged,
    NeedVerb.ACCEPT: NeedAccepted,
    NeedVerb.COSIGN: NeedCosigned,
    NeedVerb.LINK: NeedLinked,
    NeedVerb.UNLINK: NeedUnlinked,
    NeedVerb.PLAN: NeedPlanned,
    NeedVerb.UNPLAN: NeedUnplanned,
    NeedVerb.RESPOND: NeedResponded,
    NeedVerb.OUTCOME: NeedClosed,
    NeedVerb.CLOSE: NeedClosed,
    NeedVerb.REOPEN: NeedReopened,
    NeedVerb.REJECT: NeedRejected,
    NeedVerb.WITHDRAW: NeedWithdrawn,
    NeedVerb.REFER: NeedReferred,
    NeedVerb.RETURN: NeedReturned,
}
