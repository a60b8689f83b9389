"""The proof that somebody's signature is in a pack, which anybody can check without us."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from campaign.errors import CampaignError
from campaign.handin.snapshot import label_of, place_under
from campaign.petition import Petition
from packs import merkle
from packs.rows import Row, leaf_data, salt
from storage import handin_packs
from storage.database import Connection
from storage.handin_packs import Pack
from storage.signatures import Signature


class NoPack(CampaignError):
    """None has been made yet."""


class NotInPack(CampaignError):
    """The signature came after the newest pack."""


class ChangedSince(CampaignError):
    """It is in the pack, with answers that were changed afterwards."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What is handed to the signer: what was hashed, and the way up to the root.

    Attributes:
        number: on the sheets.
        made_at: of the pack, UTC.
    """

    number: int
    made_at: datetime
    root: str
    file: dict[str, Any]


async def prove(db: Connection, petition: Petition, signature: Signature) -> Proof:
    """The proof for a signature in the newest pack.

    Raises:
        NoPack, NotInPack, ChangedSince: there is none.
    """
    pack = await handin_packs.newest(db, petition.id)
    if pack is None or pack.root is None:
        raise NoPack
    found = await _find(db, pack, signature.number)
    if found is None:
        raise NotInPack
    place, leaf, beside = found
    row = await _row(db, petition, signature, place + 1)
    # Until there were signers from anywhere, packs printed no country in place of a postcode.
    for printed in (row, replace(row, place="")):
        data = leaf_data(printed, salt(pack.salt_key, row.receipt))
        if merkle.leaf_hash(data) == leaf:
            break
    else:
        raise ChangedSince
    file = {
        "leaf": data.decode(),
        "leaf_hash": leaf.hex(),
        "place": place,
        "signatures": pack.signatures,
        "path": [hash_.hex() for hash_ in beside],
        "root": pack.root,
        "how": "RFC 6962, section 2.1, and RFC 9162, section 2.1.3.2, with SHA-256",
    }
    return Proof(row.number, pack.requested_at, pack.root, file)


async def _find(db: Connection, pack: Pack, receipt: int) -> tuple[int, bytes, list[bytes]] | None:
    """The place of a signature in the tree, its hash, and the path from it to the root."""
    wanted = receipt.to_bytes(8, "big")
    for block in await handin_packs.blocks_with(db, pack.id, receipt):
        numbers = _split(block.receipts, 8)
        if wanted not in numbers:
            continue
        within = numbers.index(wanted)
        hashes = _split(block.hashes, merkle.SIZE)
        roots = await handin_packs.block_roots(db, pack.id)
        beside = [*merkle.path(hashes, within), *merkle.path(roots, block.place)]
        return block.place * merkle.BLOCK + within, hashes[within], beside
    return None


async def _row(db: Connection, petition: Petition, signature: Signature, number: int) -> Row:
    texts = await handin_packs.wordings_of(db, petition.id)
    return Row(
        number=number,
        receipt=signature.number,
        name=signature.full_name or "",
        place=place_under(petition, signature),
        signed_on=signature.signed_at.astimezone(petition.zone).date(),
        wording=label_of(texts[signature.petition_wording_id]),
    )


def _split(joined: bytes, size: int) -> list[bytes]:
    return [joined[at : at + size] for at in range(0, len(joined), size)]
