"""The privacy policy, served to everybody before anything is asked of them."""

from typing import Annotated

from fastapi import Path

from gateway.policies import POLICIES
from gateway.schemas.policies import PoliciesOut, PolicyOut
from wushe.authorize import PUBLIC
from wushe.errors import NotFound
from wushe.routes import Router

router = Router(tag="policies", about="隐私政策 · The privacy policy")
_ALL = PoliciesOut.model_validate({"policies": POLICIES})


@router.read("/v1/policies", access=PUBLIC, operation="listPolicies", summary="隐私政策各版本 · Versions of the policy")
async def list_policies() -> PoliciesOut:
    """Every version of the policy, newest last."""
    return _ALL


@router.read(
    "/v1/policies/{version}", access=PUBLIC, operation="getPolicy", summary="隐私政策 · One version of the policy"
)
async def get(version: Annotated[str, Path(max_length=40)]) -> PolicyOut:
    """The version a consent names."""
    found = next((policy for policy in _ALL.policies if policy.version == version), None)
    if found is None:
        raise NotFound
    return found
