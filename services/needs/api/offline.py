"""The route for what was said without a network."""

from services.needs.api import access
from services.needs.api.handing import handed
from services.needs.repository import Offline
from services.needs.schemas.offline import BatchIn, BatchOut, ReceiptOut
from services.needs.usecases import offline as cases
from wushe.routes import Router, Working

router = Router(tag="needs")


@router.verb(
    "/v1/needs/batches",
    access=access.ASKERS,
    operation="sendNeedBatch",
    summary="提交离线批次 · Send what was said without a network",
    ahead=handed,
)
async def send(body: BatchIn, work: Working) -> BatchOut:
    """Needs, co-signatures and withdrawals of one account: any order, split and repetition end in the same state."""
    items = [each.item(place) for place, each in enumerate(body.items)]
    receipts = await cases.take_in(offline=Offline(work), items=items)
    return BatchOut(items=[ReceiptOut.of(receipt) for receipt in receipts])
