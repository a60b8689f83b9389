"""Names of links for staff."""

from storage import referral_links, signatures
from storage.database import Connection


async def named_link(db: Connection, link_id: int | None) -> str | None:
    """A source link by its name, a signer's by their receipt number; None for no link."""
    link = await referral_links.by_id(db, link_id) if link_id is not None else None
    if link is None:
        return None
    if link.name is not None:
        return link.name
    owner = link.supporter_id
    signature = await signatures.of(db, link.campaign_id, owner) if owner is not None else None
    return str(signature.number) if signature else str(link.id)
