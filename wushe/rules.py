"""Rule data: rows a deployer edits, versioned and valid for a time, the nearest division winning."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Query
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import text

from wushe.authorize import Access
from wushe.errors import NotFound, OutOfScope, Refusal, StaleVersion
from wushe.routes import DivisionCode, In, Out, Router, ShortText, Working
from wushe.work import Work


class RuleMisshapen(Refusal):
    """A rule's new value must have the shape its readers expect."""

    status = 422
    zh = "规则“{code}”的新值不符合要求的格式。"
    en = "The new value of rule '{code}' does not have the shape its readers expect."
    toast = "规则值有误"


_VALUE = (
    "select code, division, version, valid_from, value, source from rule where code = $1 and division = any($2)"
    " and valid_from <= $3 and (valid_to is null or valid_to > $3)"
    " order by division desc, version desc limit 1"
)
_CLOSE = text("update rule set valid_to = :now where code = :code and division = :division and version = :version")
_ADD = text(
    "insert into rule (code, division, version, valid_from, value, source)"
    " values (:code, :division, :version, :now, cast(:value as jsonb), :source)"
)
_LATEST = text(
    "select version from rule where code = :code and division = :division order by version desc limit 1 for update"
)
_LEVELS = (0, 2, 4, 6, 9, 12)


def ancestors(division: str) -> list[str]:
    """The division and all above it, the whole country included."""
    return sorted({division[:level].ljust(12, "0") for level in _LEVELS})


async def in_force(work: Work, code: str, division: str) -> "RuleOut | None":
    """The version in force for a division at the business time, or None."""
    found = await work.fetch(_VALUE, code, ancestors(division), work.now)
    return RuleOut(**found[0]) if found else None


async def find(work: Work, code: str, division: str) -> tuple[Any, int] | None:
    """The value and version in force for a division, or None."""
    row = await in_force(work, code, division)
    return None if row is None else (row.value, row.version)


async def value(work: Work, code: str, division: str) -> Any:
    """The value in force for a division; NOT_FOUND when no row applies."""
    found = await find(work, code, division)
    if found is None:
        raise NotFound
    return found[0]


class RuleIn(In):
    """A new version of a rule for one division, with where it comes from (law article, resolution, notice)."""

    division: DivisionCode
    value: Any
    source: ShortText


class RuleOut(Out):
    """The rule in force."""

    code: str
    division: str
    version: int
    valid_from: datetime
    value: Any
    source: str


def _require_shape(code: str, value: Any, present: Any, shape: Any) -> None:
    """Without a declared shape, the new value is at least of the kind the present one is."""
    if shape is None:
        fits = type(present) is type(value)
    else:
        try:
            TypeAdapter(shape).validate_python(value)
            fits = True
        except ValidationError:
            fits = False
    if not fits:
        raise RuleMisshapen(code=code)


async def replace(work: Work, code: str, rule: RuleIn, *, shape: Any = None) -> RuleOut:
    """Close the division's present version and open the next; If-Match names the version that was in force."""
    if not work.caller.covers(rule.division):
        raise OutOfScope(division=rule.division)
    present = await in_force(work, code, rule.division)
    if present is None:
        raise NotFound
    if work.expected != present.version:
        raise StaleVersion(current=present.version)
    _require_shape(code, rule.value, present.value, shape)
    own = (await work.session.execute(_LATEST, {"code": code, "division": rule.division})).scalar_one_or_none() or 0
    values = {"code": code, "division": rule.division, "now": work.now}
    await work.session.execute(_CLOSE, {**values, "version": own})
    await work.session.execute(
        _ADD, {**values, "version": own + 1, "value": json.dumps(rule.value), "source": rule.source}
    )
    work.witness(
        "replace",
        subject=f"rule/{code}/{rule.division}",
        division=rule.division,
        before=_fingerprint(present.value),
        after=_fingerprint(rule.value),
        reason=rule.source,
    )
    return RuleOut(version=own + 1, valid_from=work.now, code=code, **rule.model_dump())


def _fingerprint(found: Any) -> str:
    return sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()


def rule_router(service: str, *, readers: Access, editors: Access, shapes: Mapping[str, Any] = {}) -> Router:
    """Reading and editing the rules of one service: ``/v1/rules/{service}/{code}``.

    ``shapes`` gives the type each rule's value must validate as.
    """
    router = Router("rules", "按地区、按版本的规则 · Rules by division and version")
    path, name = f"/v1/rules/{service}/{{code}}", service.capitalize()

    @router.read(path, access=readers, operation=f"get{name}Rule", summary="查看规则 · The rule in force")
    async def get_rule(code: str, division: Annotated[DivisionCode, Query()], work: Working) -> RuleOut:
        """The rule that holds in a division now: its own, or that of the nearest division above."""
        row = await in_force(work, code, division)
        if row is None:
            raise NotFound
        work.headers["etag"] = f'"v{row.version}"'
        return row

    @router.replace(
        path,
        access=editors,
        operation=f"replace{name}Rule",
        summary="修改规则 · Replace a rule",
        if_match=True,
        refusals=[RuleMisshapen, OutOfScope],
    )
    async def replace_rule(code: str, body: RuleIn, work: Working) -> RuleOut:
        """Let a new version hold from now on; the value must have the shape of its code."""
        return await replace(work, code, body, shape=shapes.get(code))

    return router
