"""Every column that could hold what a person wrote is sealed, or named here with the reason."""

from sqlalchemy import JSON, Column, LargeBinary

from storage.encryption.columns import Encrypted, EncryptedJson
from storage.tables import metadata
from storage.types import String
from tests.folded import for_each

OURS = "a word or code of ours, of which there are few"
COUNTED = "counted, joined or searched by its beginning: docs/security.md says so"
PUBLIC = "the campaign's own words, shown to everybody"
HASHED = "a hash, which says nothing"

PLAIN = {
    "addresses.channel": OURS,
    "deliveries.channel": OURS,
    "alerts.name": OURS,
    "audit_head.hash": HASHED,
    "broadcasts.approved_digest": HASHED,
    "unagreed_readers.words": HASHED,
    "audit_log.action": OURS,
    "audit_log.details": "numbers and words of ours, and part of the chain of hashes",
    "audit_log.hash": HASHED,
    "audit_log.previous_hash": HASHED,
    "audit_log.subject": "what it was done to, by its number",
    "broadcast_tap_figures.button": OURS,
    "broadcast_taps.button": OURS,
    "broadcasts.act": OURS,
    "broadcasts.audience": "areas, languages and numbers",
    "broadcasts.content": PUBLIC,
    "broadcasts.kind": OURS,
    "broadcasts.options": "switches, and the chat that shows how far it is",
    "broadcasts.paused_why": OURS,
    "broadcasts.status": OURS,
    "burst_peaks.kind": OURS,
    "bursts.kind": OURS,
    "campaigns.controllers_key": PUBLIC,
    "campaigns.definition": PUBLIC,
    "campaigns.slug": PUBLIC,
    "campaigns.status": OURS,
    "comments.permission": OURS,
    "consents.method": OURS,
    "consents.purpose": OURS,
    "decisions.outcome": OURS,
    "decisions.state": OURS,
    "decisions.texts": PUBLIC,
    "deliveries.message_ids": "numbers",
    "deliveries.reason": "why Telegram refused, in its words",
    "deliveries.status": OURS,
    "dialogs.flow": OURS,
    "dialogs.recent_updates": "numbers",
    "dialogs.step": OURS,
    "erased_signers.blocked": OURS,
    "erased_signers.hash": HASHED,
    "events.kind": OURS,
    "events.link": PUBLIC,
    "events.texts": PUBLIC,
    "form_figures.step": OURS,
    "join_tokens.hash": HASHED,
    "join_tokens.wish": OURS,
    "joined_people.tombstone": HASHED,
    "share_ways.way": OURS,
    "inbox_conversations.status": OURS,
    "handin_blocks.hashes": HASHED,
    "handin_blocks.receipts": "numbers",
    "handin_blocks.root": HASHED,
    "handin_packs.profile": OURS,
    "handin_packs.progress": "numbers of a chat and a message",
    "handin_packs.root": HASHED,
    "handin_packs.seal": HASHED,
    "handin_packs.salt_key": "random; it opens nothing without the names",
    "handin_packs.status": OURS,
    "handins.state": OURS,
    "invalidations.state": OURS,
    "offline_imports.answers": OURS,
    "offline_imports.columns": "numbers of columns",
    "offline_imports.file_id": "Telegram's number of a file",
    "offline_imports.sha256": HASHED,
    "offline_imports.status": OURS,
    "offline_signatures.photo": "Telegram's number of a picture",
    "notifications.buttons": "names of buttons, and numbers of rows",
    "notifications.dedupe_key": OURS,
    "notifications.failed_reason": OURS,
    "notifications.least_role": OURS,
    "notifications.template": OURS,
    "own_quiet_hours.hours": "times of day",
    "pending_addresses.asked_in": OURS,
    "personal_letters.figures": "numbers",
    "personal_letters.kind": OURS,
    "pending_addresses.code_hash": "a keyed hash; the key is not in the database",
    "pending_signatures.asked_at": "moments",
    "pending_signatures.cause": OURS,
    "pending_signatures.choices": "switches, and numbers of wordings",
    "pending_signatures.code_hash": "a keyed hash; the key is not in the database",
    "processes.duties": OURS,
    "processes.id": "random",
    "processes.role": OURS,
    "processes.schema": OURS,
    "processes.version": OURS,
    "recent_requests.asked_at": "moments",
    "recent_requests.hash": HASHED,
    "received_emails.hash": HASHED,
    "referral_links.code": "random",
    "referral_links.kind": OURS,
    "referral_links.name": "the name of a place or leaflet, which is in its link; not of a person",
    "referral_links.name_key": "the same, folded",
    "referral_links.share_text": HASHED,
    "reminders.kind": OURS,
    "reminders.outcome": OURS,
    "muted_kinds.kind": OURS,
    "sealing.at_table": OURS,
    "sealing.key_id": "the number of a key, which says nothing of it",
    "sealing.next_key_id": "the same",
    "set_aside.why": "the kind of an error",
    "set_aside.work": OURS,
    "settings.name": OURS,
    "settings.value": "what the program remembers of itself",
    "share_texts.choice": OURS,
    "share_texts.key": HASHED,
    "signature_areas.area": COUNTED,
    "signature_channels.channel": OURS,
    "signature_flags.decision": OURS,
    "signature_flags.reason": OURS,
    "signature_times.language": OURS,
    "signatures.channel": OURS,
    "signatures.country": COUNTED,
    "signatures.language": COUNTED,
    "signatures.phone_key": "a keyed hash; the key is not in the database",
    "signatures.postcode": COUNTED,
    "signatures.proof": OURS,
    "signatures.status": OURS,
    "signing_buckets.hash": HASHED,
    "staff.role": OURS,
    "staff_invitations.role": OURS,
    "staff_invitations.token_sha256": HASHED,
    "staff_notices.about": OURS,
    "step_figures.step": OURS,
    "steps_taken.outcome": OURS,
    "steps_taken.step": OURS,
    "supporters.language": COUNTED,
    "supporters.telegram_language": COUNTED,
    "tombstones.hash": "a keyed hash; docs/security.md",
    "wordings.kind": OURS,
    "wordings.language": OURS,
    "wordings.sha256": HASHED,
    "wordings.text": PUBLIC,
}


def holds_text(column: Column[object]) -> bool:
    return isinstance(column.type, String | JSON | EncryptedJson | LargeBinary)


COLUMNS = {
    f"{table.name}.{column.name}": column
    for table in metadata.tables.values()
    for column in table.c
    if holds_text(column)
}


@for_each("name", sorted(COLUMNS))
def test_a_column_of_text_is_sealed_or_said_to_be_plain(name: str) -> None:
    is_sealed = isinstance(COLUMNS[name].type, Encrypted | EncryptedJson)

    assert is_sealed is (name not in PLAIN), "seal it, or say here why it may be read"


def test_nothing_else_is_named() -> None:
    assert set(PLAIN) <= set(COLUMNS)
