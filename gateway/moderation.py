"""Looking at words and pictures before they are public: a port, and what stands behind it; the verdict is the caller's.

What speaks of danger is never sent here: the services ask for nothing else (INV-N4).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from gateway.channels.wechat import BUSY, STALE_TOKEN, WeChat, errcode
from wushe.errors import Unavailable


class Verdict(StrEnum):
    """What a checker says."""

    PASSED = "passed"
    REVIEW = "review"
    """A person must look."""
    REFUSED = "refused"
    UNCHECKED = "unchecked"
    """There is no checker here: nobody has looked."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict, and why in the checker's own code."""

    verdict: Verdict
    reason: str | None = None


class Checker(Protocol):
    """Looks at a text or a picture; UNAVAILABLE when it cannot, and is then asked again."""

    async def text(self, text: str, *, openid: str | None) -> Finding:
        """Look at words; ``openid`` is who wrote them in the mini-program."""

    async def picture(self, thumbnail: bytes) -> Finding:
        """Look at a small copy of a picture."""


class NoChecker:
    """Nothing is looked at, and nothing is said to have been."""

    async def text(self, text: str, *, openid: str | None) -> Finding:  # noqa: ARG002 -- as it is declared above
        """Nobody has looked."""
        return Finding(Verdict.UNCHECKED)

    async def picture(self, thumbnail: bytes) -> Finding:  # noqa: ARG002 -- as it is declared above
        """Nobody has looked."""
        return Finding(Verdict.UNCHECKED)


_SUGGESTED = {"pass": Verdict.PASSED, "review": Verdict.REVIEW, "risky": Verdict.REFUSED}
_RISKY = 87014
NOT_A_USER = "not_a_mini_program_user"


class WechatChecker:
    """WeChat's content check, which judges only what a user of the mini-program of the last two hours wrote."""

    def __init__(self, wechat: WeChat) -> None:
        self._wechat = wechat

    async def text(self, text: str, *, openid: str | None) -> Finding:
        """Words of a user are judged; anybody else's wait for a person."""
        if openid is None:
            return Finding(Verdict.REVIEW, NOT_A_USER)
        answer = await self._wechat.check_text(openid, text)
        if errcode(answer):
            return _without_verdict(answer)
        result = answer.get("result")
        said = result if isinstance(result, dict) else {}
        return Finding(_SUGGESTED.get(str(said.get("suggest")), Verdict.REVIEW), f"wx_label_{said.get('label', 0)}")

    async def picture(self, thumbnail: bytes) -> Finding:
        """The small copy is judged: what can be seen there can be seen at all."""
        answer = await self._wechat.check_picture(thumbnail)
        return _without_verdict(answer) if errcode(answer) else Finding(Verdict.PASSED)


def _without_verdict(answer: dict[str, Any]) -> Finding:
    """What an error means: content it will not have, patience, or that only a person can judge."""
    code = errcode(answer)
    if code in BUSY | STALE_TOKEN:
        raise Unavailable(retry_after=5)
    return Finding(Verdict.REFUSED if code == _RISKY else Verdict.REVIEW, f"wx_{code}")
