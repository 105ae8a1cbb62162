"""Systems of agencies."""

from uuid import UUID

from gateway.models import Client
from gateway.repository import Accounts
from gateway.schemas.registry import ClientIn, ClientOut
from gateway.usecases import clients
from gateway.usecases.accounts import Wanted
from gateway.usecases.clients import ClientNameTaken, RoleNotGrantable
from wushe.authorize import Roles
from wushe.errors import OutOfScope
from wushe.routes import Router, Working

router = Router(tag="clients", about="机构的业务系统 · Systems of agencies")


def _shown(client: Client, secret: str) -> ClientOut:
    return ClientOut(
        client_id=client.id,
        client_secret=secret,
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
    refusals=[ClientNameTaken, OutOfScope, RoleNotGrantable],
    secret=True,
)
async def create_client(body: ClientIn, work: Working) -> ClientOut:
    """A client with grants; its secret is in this answer and nowhere else, not even in a repeated one."""
    wanted = [Wanted(each.role, each.scope, each.valid_from, each.valid_to) for each in body.grants]
    client, secret = await clients.create(accounts=Accounts(work), name=body.name, org=body.org, grants=wanted)
    return _shown(client, secret)


@router.verb(
    "/v1/clients/{client_id}/renew-secret",
    access=Roles("operator"),
    operation="renewClientSecret",
    summary="更换密钥 · Renew a client's secret",
    if_match=True,
    secret=True,
)
async def renew_secret(client_id: UUID, work: Working) -> ClientOut:
    """A new secret, shown once; the old one stops working at once."""
    client, secret = await clients.renew_secret(accounts=Accounts(work), client_id=client_id)
    return _shown(client, secret)
