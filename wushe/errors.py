"""Refusals: a class is a wire code, carries its status, and speaks Chinese and English (RFC 9457)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, ClassVar

CHINA = timezone(timedelta(hours=8))

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong in the input: a JSON pointer (or parameter name), a code, and a sentence in both languages."""

    pointer: str
    code: str
    zh: str
    en: str
    location: str = "body"


class Refusal(Exception):
    """A request this software declines; each subclass stands next to the function that raises it.

    ``zh`` and ``en`` are full sentences, formatted with the facts given when raised; ``toast`` has at most seven
    Chinese characters, the width of a mini-program toast.
    """

    status: ClassVar[int] = 409
    zh: ClassVar[str] = "操作未能完成。"
    en: ClassVar[str] = "The request could not be carried out."
    toast: ClassVar[str] = "操作未完成"
    retryable: ClassVar[bool] = False

    def __init__(
        self,
        *,
        allowed: Sequence[str] = (),
        errors: Sequence[FieldError] = (),
        retry_after: int | None = None,
        **facts: Any,
    ) -> None:
        super().__init__(self.code, facts)
        self.allowed = tuple(allowed)
        self.errors = tuple(errors)
        self.retry_after = retry_after
        self.facts = facts

    @property
    def code(self) -> str:
        """The wire code of this refusal."""
        return code_of(type(self))

    def sentence(self, language: str) -> str:
        """The detail in ``zh`` or ``en``; a moment is told as a clock in China shows it."""
        told = {name: _told(fact, language) for name, fact in self.facts.items()}
        return (self.zh if language == "zh" else self.en).format_map(told)


def _told(fact: Any, language: str) -> Any:
    if not isinstance(fact, datetime):
        return fact
    zone = "" if language == "zh" else " (UTC+8)"
    return f"{fact.astimezone(CHINA):%Y-%m-%d %H:%M}{zone}"


def code_of(refusal: type[Refusal]) -> str:
    """``NotServed`` → ``NOT_SERVED``."""
    return _WORD.sub("_", refusal.__name__).upper()


class MalformedBody(Refusal):
    """The body is not of the form this contract accepts."""

    status = 400
    zh = "请求内容不能接受：{why[0]}。"
    en = "The body is not acceptable: {why[1]}."
    toast = "格式有误"


class CursorInvalid(Refusal):
    """A cursor that was altered, or belongs to another filter, sort or caller."""

    status = 400
    zh = "翻页标记无效，请从第一页重新开始。"
    en = "This cursor is not valid for this list; start again from the first page."
    toast = "请刷新列表"


class NotAuthenticated(Refusal):
    """No caller, or one that cannot be believed."""

    status = 401
    zh = "请先登录。"
    en = "Authentication is required."
    toast = "请先登录"


class RoleNotAllowed(Refusal):
    """The caller's active role may not do this."""

    status = 403
    zh = "您当前的身份“{role}”不能进行此操作。"
    en = "Your active role '{role}' may not do this."
    toast = "没有权限"


class OutOfScope(Refusal):
    """Creating into a division the caller is not responsible for."""

    status = 403
    zh = "该地区（{division}）不在您的管辖范围内。"
    en = "Division {division} is outside your scope."
    toast = "不在辖区"


class NotFound(Refusal):
    """No such object, or none the caller may know of."""

    status = 404
    zh = "没有找到您要的内容。"
    en = "Nothing was found here."
    toast = "没有找到"


class MethodNotAllowed(Refusal):
    """The address exists, the method does not; ``allowed`` names those it has."""

    status = 405
    zh = "该地址不支持这种请求方式。"
    en = "This address does not support that method."
    toast = "请求方式有误"


class RequestTimeout(Refusal):
    """The request did not arrive in time; the connection is closed, for its sender may be holding it on purpose."""

    status = 408
    zh = "请求没有在 {seconds} 秒内完整送达，请检查网络后重试。"
    en = "The request did not arrive within {seconds} seconds; check the connection and retry."
    toast = "网络太慢"
    retryable = True


class ActionNotAllowed(Refusal):
    """The object's state does not permit the verb; ``allowed`` names those it does."""

    status = 409
    zh = "当前状态“{state}”不能进行“{verb}”。"
    en = "'{verb}' is not possible in state '{state}'."
    toast = "当前不能操作"


class ExternalIdTaken(Refusal):
    """The caller's own key already names another object."""

    status = 409
    zh = "外部编号 {system}/{value} 已经对应另一条记录。"
    en = "External id {system}/{value} already names another object."
    toast = "编号已存在"


class RequestInProgress(Refusal):
    """The first request with this idempotency key is still running."""

    status = 409
    zh = "同一请求正在处理，请稍后再试。"
    en = "The same request is still being processed; retry shortly."
    toast = "正在处理"
    retryable = True


class StaleVersion(Refusal):
    """If-Match names a version that is no longer current."""

    status = 412
    zh = "内容已被他人更新（当前版本 {current}），请刷新后再试。"
    en = "The object has changed (current version {current}); reload and try again."
    toast = "请先刷新"


class BodyTooLarge(Refusal):
    """The body is longer than this address accepts."""

    status = 413
    zh = "提交的内容过大，最多 {limit} 字节。"
    en = "The body is too large; at most {limit} bytes are accepted."
    toast = "内容过大"


class MediaTypeUnsupported(Refusal):
    """Only application/json without content coding is read here."""

    status = 415
    zh = "请以 application/json 格式提交。"
    en = "Send application/json without content coding."
    toast = "格式不支持"


class InvalidInput(Refusal):
    """Well-formed input whose meaning cannot be accepted; each field is named."""

    status = 422
    zh = "提交的内容有误，请检查标出的字段。"
    en = "Some fields are not acceptable; see 'errors'."
    toast = "请检查内容"


class IdempotencyKeyReused(Refusal):
    """The same key came with another body."""

    status = 422
    zh = "同一个 Idempotency-Key 不能用于不同的内容。"
    en = "This Idempotency-Key was used with a different body."
    toast = "请重新提交"


class IdempotencyKeyMissing(Refusal):
    """Every write names its key, so that it can be repeated safely."""

    status = 400
    zh = "请在请求头中提供 Idempotency-Key（1 到 255 个字符）。"
    en = "An Idempotency-Key header of 1 to 255 characters is required."
    toast = "缺少请求编号"


class VersionRequired(Refusal):
    """The verb needs If-Match."""

    status = 428
    zh = "请在 If-Match 中写明您看到的版本。"
    en = "An If-Match header naming the version you saw is required."
    toast = "请先刷新"


class InternalFault(Refusal):
    """Something this software did not foresee; the request id finds it in the logs."""

    status = 500
    zh = "系统出现意外错误，请记下请求编号并联系管理员。"
    en = "An unexpected error occurred; quote the request id to the operator."
    toast = "系统错误"


class Unavailable(Refusal):
    """A part this request needs does not answer in time."""

    status = 503
    zh = "服务暂时繁忙，请稍后再试。"
    en = "A part of the system is unavailable; retry later."
    toast = "请稍后再试"
    retryable = True
