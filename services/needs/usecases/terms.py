"""Letting needs be found by their words that were there before the index of words."""

from services.needs.repository import Terms


async def index_older(*, terms: Terms, limit: int) -> int:
    """Take the next needs into the index and remember how far it came; once there are no more nothing is left to do."""
    walk = await terms.walk()
    if walk is None:
        return 0
    idents = await terms.following(walk.after, limit)
    if not idents:
        await terms.end(walk)
        return 0
    held = await terms.hold(idents)
    passed = idents[: next((at for at, ident in enumerate(idents) if ident not in held), len(idents))]
    await terms.index(*(held[ident] for ident in passed))
    walk.after = passed[-1] if passed else walk.after
    return len(passed)
