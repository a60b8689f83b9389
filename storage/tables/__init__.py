"""The tables, a file for each part. Migrations bring a database to their shape; a test says so."""

from storage.tables.broadcasts import (
    agreement_requests,
    broadcast_editors,
    broadcast_tap_figures,
    broadcast_taps,
    broadcasts,
    deliveries,
    digests,
    milestones,
    unagreed_readers,
)
from storage.tables.campaign import (
    campaign_totals,
    campaigns,
    closing_drafts,
    form_figures,
    retention,
    signature_areas,
    signature_times,
    wordings,
)
from storage.tables.consent import (
    consents,
    muted_kinds,
    other_campaigns,
    own_quiet_hours,
    subscriptions,
)
from storage.tables.handin import handin_blocks, handin_dates, handin_packs, handins
from storage.tables.inbox import inbox_conversations, inbox_groups, inbox_messages
from storage.tables.invalidations import burst_looks, burst_peaks, bursts, invalidations
from storage.tables.metadata import metadata
from storage.tables.next_steps import never_reminded, reminders, step_figures, steps_taken
from storage.tables.notifications import notifications
from storage.tables.paper import offline_imports, offline_signatures
from storage.tables.people import (
    blocked_accounts,
    blocks,
    data_requests,
    dialogs,
    erased_signers,
    recent_requests,
    signing_allowances,
    signing_buckets,
    supporters,
    tombstones,
)
from storage.tables.referral import (
    campaign_referrals,
    referral_generations,
    referral_links,
    referral_opens,
    referral_weeks,
    referrals,
    share_texts,
)
from storage.tables.signing import comments, pending_signatures, signature_flags, signatures
from storage.tables.staff import (
    audit_head,
    audit_log,
    morning_summaries,
    set_aside,
    staff,
    staff_invitations,
    staff_notices,
)
from storage.tables.system import alerts, processes, sealing, settings
from storage.tables.timeline import decision_dates, decision_reminders, decisions, events

__all__ = [
    "APPEND_ONLY",
    "agreement_requests",
    "alerts",
    "audit_head",
    "audit_log",
    "blocked_accounts",
    "blocks",
    "broadcast_editors",
    "broadcast_tap_figures",
    "broadcast_taps",
    "broadcasts",
    "burst_looks",
    "burst_peaks",
    "bursts",
    "campaign_referrals",
    "campaign_totals",
    "campaigns",
    "closing_drafts",
    "comments",
    "consents",
    "data_requests",
    "decision_dates",
    "decision_reminders",
    "decisions",
    "deliveries",
    "dialogs",
    "digests",
    "erased_signers",
    "events",
    "form_figures",
    "handin_blocks",
    "handin_dates",
    "handin_packs",
    "handins",
    "inbox_conversations",
    "inbox_groups",
    "inbox_messages",
    "invalidations",
    "metadata",
    "milestones",
    "morning_summaries",
    "muted_kinds",
    "never_reminded",
    "notifications",
    "offline_imports",
    "offline_signatures",
    "other_campaigns",
    "own_quiet_hours",
    "pending_signatures",
    "processes",
    "recent_requests",
    "referral_generations",
    "referral_links",
    "referral_opens",
    "referral_weeks",
    "referrals",
    "reminders",
    "retention",
    "sealing",
    "set_aside",
    "settings",
    "share_texts",
    "signature_areas",
    "signature_flags",
    "signature_times",
    "signatures",
    "signing_allowances",
    "signing_buckets",
    "staff",
    "staff_invitations",
    "staff_notices",
    "step_figures",
    "steps_taken",
    "subscriptions",
    "supporters",
    "tombstones",
    "unagreed_readers",
    "wordings",
]

APPEND_ONLY = ("consents", "wordings", "audit_log")
"""Tables whose rows are evidence: changing and deleting them is refused by triggers."""
