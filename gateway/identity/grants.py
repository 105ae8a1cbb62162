"""What an account may act as, and which of it a request acts as."""

from collections.abc import Sequence
from dataclasses import dataclass

from wushe.errors import Refusal


class ScopeRequired(Refusal):
    """Several grants, or none of that name: the request must say under which one it acts."""

    status = 403
    zh = "请用 Wushe-As 指明以哪个身份操作（角色@区划代码），可选值见 allowed。"
    en = "Name the grant you act under in Wushe-As (role@scope); see 'allowed'."
    toast = "请选择身份"


class NoActiveGrant(Refusal):
    """Every grant of this account has ended or not yet begun."""

    status = 403
    zh = "您的账号目前没有有效的身份授权。"
    en = "This account holds no grant that is valid today."
    toast = "没有有效身份"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role over a range of divisions, possibly for a time (Unix seconds, the end not included)."""

    role: str
    scope: str
    since: int | None = None
    until: int | None = None

    @property
    def name(self) -> str:
        """How Wushe-As names it."""
        return f"{self.role}@{self.scope}"

    def active(self, now: int) -> bool:
        """Whether it holds at an instant."""
        return (self.since is None or self.since <= now) and (self.until is None or now < self.until)


def choose(grants: Sequence[Grant], wanted: str, now: int) -> Grant:
    """The grant a request acts under: the one it names, or the only one there is."""
    active = [grant for grant in grants if grant.active(now)]
    if not active:
        raise NoActiveGrant
    named = [grant for grant in active if grant.name == wanted] if wanted else active
    if len({grant.name for grant in named}) != 1:
        raise ScopeRequired(allowed=sorted({grant.name for grant in active}))
    return named[0]
