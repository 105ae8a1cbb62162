"""Systems of agencies."""

from uuid import UUID

from fastapi import Request

from gateway.api.forms import SecretRoute
from gateway.models import Client
from gateway.repository import Accounts
from gateway.schemas import ClientIn, ClientOut
from gateway.usecases import clients
from gateway.usecases.clients import ClientNameTaken, Wanted
from wushe.authorize import Roles
from wushe.errors import OutOfScope
from wushe.routes import Router, Working

router = Router(tag="clients")
router.route_class = SecretRoute


def _shown(client: Client) -> ClientOut:
    return ClientOut(
        client_id=client.id,
        client_secret=None,
        account_id=client.account_id,
        name=client.name,
        org=client.org,
        version=client.version,
    )


@router.create(
    "/v1/clients",
    access=Roles("operator"),
    operation="createClient",
    summary="登记机构系统 · Register an agency's system",
    refusals=[ClientNameTaken, OutOfScope],
)
async def create_client(body: ClientIn, request: Request, work: Working) -> ClientOut:
    """A client with grants; its secret is in this answer and nowhere else, not even in a repeated one."""
    wanted = [Wanted(each.role, each.scope, each.valid_from, each.valid_to) for each in body.grants]
    client, secret = await clients.create(accounts=Accounts(work), name=body.name, org=body.org, grants=wanted)
    request.state.secret = secret
    return _shown(client)


@router.verb(
    "/v1/clients/{client_id}/renew-secret",
    access=Roles("operator"),
    operation="renewClientSecret",
    summary="更换密钥 · Renew a client's secret",
    if_match=True,
)
async def renew_secret(client_id: UUID, request: Request, work: Working) -> ClientOut:
    """A new secret, shown once; the old one stops working at once."""
    client, secret = await clients.renew_secret(accounts=Accounts(work), client_id=client_id)
    request.state.secret = secret
    return _shown(client)
