"""Which verb leads a needs register, or an objection to it, from which state to which."""

from enum import StrEnum


class RegisterState(StrEnum):
    """Where a register stands; what was published stays as it is."""

    DRAFT = "draft"
    PUBLICITY = "publicity"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


class RegisterVerb(StrEnum):
    """What can happen to a register."""

    RECOUNT = "recount"
    PUBLICISE = "publicise"
    REDRAFT = "redraft"
    PUBLISH = "publish"
    SUPERSEDE = "supersede"


class ObjectionState(StrEnum):
    """Whether an objection has been answered."""

    OPEN = "open"
    SETTLED = "settled"


class ObjectionVerb(StrEnum):
    """What can happen to an objection."""

    SETTLE = "settle"


REGISTER_TRANSITIONS: dict[tuple[RegisterState, RegisterVerb], RegisterState] = {
    (RegisterState.DRAFT, RegisterVerb.RECOUNT): RegisterState.DRAFT,
    (RegisterState.DRAFT, RegisterVerb.PUBLICISE): RegisterState.PUBLICITY,
    # An objection was upheld: the register is counted again and stands in publicity for its whole time.
    (RegisterState.PUBLICITY, RegisterVerb.REDRAFT): RegisterState.DRAFT,
    (RegisterState.PUBLICITY, RegisterVerb.PUBLISH): RegisterState.PUBLISHED,
    (RegisterState.PUBLISHED, RegisterVerb.SUPERSEDE): RegisterState.SUPERSEDED,
}

OBJECTION_TRANSITIONS: dict[tuple[ObjectionState, ObjectionVerb], ObjectionState] = {
    (ObjectionState.OPEN, ObjectionVerb.SETTLE): ObjectionState.SETTLED,
}
