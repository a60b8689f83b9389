"""The tables. Migrations bring a database to this shape; a test says that they do."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    false,
    text,
    true,
)

from storage.types import Id, Json, Moment, Words

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)

supporters = Table(
    "supporters",
    metadata,
    Column("id", Id, primary_key=True),
    Column("telegram_id", BigInteger, nullable=False, unique=True),
    Column("first_name", Words, nullable=False),
    Column("language", Words),
    Column("telegram_language", Words),
    Column("reachable", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
)

dialogs = Table(
    "dialogs",
    metadata,
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("campaign_id", Id),
    Column("flow", Words, nullable=False),
    Column("step", Words, nullable=False),
    Column("answers", Json, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("recent_updates", Json, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Id, primary_key=True),
    Column("slug", Words, nullable=False, unique=True),
    Column("status", Words, nullable=False),
    Column("goal", Integer, nullable=False),
    Column("definition", Json, nullable=False),
    Column("controllers_key", Words),  # the same where the same organisations answer for the data
    Column("version", Integer, nullable=False),
    Column("revision", BigInteger, nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    Column("opened_at", Moment),
    Column("closed_at", Moment),
    Column("milestone_at", BigInteger, nullable=False, server_default="0"),
    CheckConstraint("status IN ('draft', 'open', 'closed')", name="status"),
    CheckConstraint("goal >= 1", name="goal"),
)

campaign_totals = Table(
    "campaign_totals",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("live", BigInteger, nullable=False),
    Column("offline", BigInteger, nullable=False),
    Column("last_number", BigInteger, nullable=False),
    Column("changed_at", Moment),
    CheckConstraint("live >= 0", name="live"),
    CheckConstraint("offline >= 0", name="offline"),
)

signature_areas = Table(
    "signature_areas",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("area", Words, primary_key=True),
    Column("count", BigInteger, nullable=False),
    CheckConstraint("count >= 0", name="count"),
)

signature_times = Table(
    "signature_times",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("quarter", BigInteger, primary_key=True, autoincrement=False),
    Column("language", Words, primary_key=True),
    Column("count", BigInteger, nullable=False),
    CheckConstraint("count >= 0", name="count"),
)

form_figures = Table(
    "form_figures",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("step", Words, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("since", Moment, nullable=False),
)

morning_summaries = Table(
    "morning_summaries",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("telegram_id", BigInteger, primary_key=True, autoincrement=False),
    Column("day", Date, nullable=False),
    Column("since", Moment, nullable=False),
)

wordings = Table(
    "wordings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("kind", Words, nullable=False),
    Column("language", Words, nullable=False),
    Column("version", Integer, nullable=False),
    Column("sha256", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("campaign_id", "kind", "language", "version"),
)

signatures = Table(
    "signatures",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), nullable=False, index=True),
    Column("number", BigInteger, nullable=False),
    Column("status", Words, nullable=False),
    Column("full_name", Words),
    Column("postcode", Words),
    Column("email", Words),
    Column("phone", Words),
    Column("country", Words),
    Column("comment", Words),
    Column("name_key", Words),
    Column("email_key", Words),
    Column("petition_wording_id", Id, ForeignKey("wordings.id"), nullable=False),
    Column("language", Words, nullable=False),
    Column("signed_at", Moment, nullable=False),
    Column("changed_at", Moment),
    Column("withdrawn_at", Moment),
    Column("erased_at", Moment),
    Column("invalidation_id", Id, ForeignKey("invalidations.id")),
    Column("phone_key", Words),
    UniqueConstraint("campaign_id", "supporter_id"),
    UniqueConstraint("campaign_id", "number"),
    CheckConstraint("status IN ('live', 'withdrawn', 'invalidated', 'pending')", name="status"),
    Index("signatures_lookalike_name_idx", "campaign_id", "name_key", "postcode"),
    Index("signatures_lookalike_email_idx", "campaign_id", "email_key"),
    Index(
        "signatures_commented_idx",
        "campaign_id",
        "id",
        sqlite_where=text("comment IS NOT NULL"),
        postgresql_where=text("comment IS NOT NULL"),
    ),
    Index(
        "signatures_lookalike_phone_idx",
        "campaign_id",
        "phone_key",
        sqlite_where=text("phone_key IS NOT NULL"),
        postgresql_where=text("phone_key IS NOT NULL"),
    ),
    Index(None, "campaign_id", "signed_at"),
    Index(
        "signatures_held_idx",
        "invalidation_id",
        "id",
        sqlite_where=text("invalidation_id IS NOT NULL"),
        postgresql_where=text("invalidation_id IS NOT NULL"),
    ),
)

comments = Table(
    "comments",
    metadata,
    Column("signature_id", Id, ForeignKey("signatures.id"), primary_key=True, autoincrement=False),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("words", Words, nullable=False),
    Column("permission", Words, nullable=False),
    Column("chosen", Boolean, nullable=False),
    Column("written_at", Moment, nullable=False),
    CheckConstraint("permission IN ('none', 'named', 'unnamed')", name="permission"),
    CheckConstraint("NOT chosen OR permission <> 'none'", name="chosen"),
    Index(None, "campaign_id", "signature_id"),
    Index(
        "comments_chosen_idx",
        "campaign_id",
        "signature_id",
        sqlite_where=text("chosen"),
        postgresql_where=text("chosen"),
    ),
)

steps_taken = Table(
    "steps_taken",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("step", Words, primary_key=True),
    Column("outcome", Words, nullable=False),
    Column("at", Moment, nullable=False),
    CheckConstraint("outcome IN ('done', 'skipped')", name="outcome"),
    Index(None, "supporter_id"),
)

step_figures = Table(
    "step_figures",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("step", Words, primary_key=True),
    Column("done", BigInteger, nullable=False),
    CheckConstraint("done >= 0", name="done"),
)

signature_flags = Table(
    "signature_flags",
    metadata,
    Column("id", Id, primary_key=True),
    Column("signature_id", Id, ForeignKey("signatures.id"), nullable=False),
    Column("other_signature_id", Id, ForeignKey("signatures.id"), nullable=False),
    Column("reason", Words, nullable=False),
    Column("flagged_at", Moment, nullable=False),
    Column("decided_at", Moment),
    Column("decided_by", BigInteger),
    Column("decision", Words),
    UniqueConstraint("signature_id", "other_signature_id", "reason"),
    Index(
        "signature_flags_open_idx",
        "id",
        sqlite_where=text("decided_at IS NULL"),
        postgresql_where=text("decided_at IS NULL"),
    ),
)

invalidations = Table(
    "invalidations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False, index=True),
    Column("state", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("rule", Json, nullable=False),
    Column("made_by", BigInteger),
    Column("made_at", Moment, nullable=False),
    Column("undone_by", BigInteger),
    Column("undone_at", Moment),
    Column("held", BigInteger, nullable=False),
    Column("told", Boolean, nullable=False, server_default=true()),
    CheckConstraint("state IN ('draft', 'applying', 'applied', 'undoing', 'undone')", name="state"),
    CheckConstraint("held >= 0", name="held"),
)

pending_signatures = Table(
    "pending_signatures",
    metadata,
    Column("signature_id", Id, ForeignKey("signatures.id"), primary_key=True, autoincrement=False),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), nullable=False, index=True),
    Column("cause", Words, nullable=False),
    Column("since", Moment, nullable=False, index=True),
    Column("choices", Json, nullable=False),
    Column("wants_code", Boolean, nullable=False),
    Column("not_before", Moment),
    Column("failures", Integer, nullable=False),
    Column("code_hash", Words),
    Column("code_until", Moment),
    Column("tries", Integer, nullable=False),
    Column("asked_at", Json, nullable=False),
    Column("reminded", Boolean, nullable=False),
    CheckConstraint("cause IN ('email', 'phone')", name="cause"),
)

blocked_accounts = Table(
    "blocked_accounts",
    metadata,
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("blocked_by", BigInteger),
    Column("blocked_at", Moment, nullable=False),
)

signing_allowances = Table(
    "signing_allowances",
    metadata,
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("left", Float, nullable=False),
    Column("at", Moment, nullable=False),
)

burst_looks = Table(
    "burst_looks",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("until", Moment, nullable=False),
    Column("muted_until", Moment),
)

burst_peaks = Table(
    "burst_peaks",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("kind", Words, primary_key=True),
    Column("at", Moment, primary_key=True),
    Column("peak", BigInteger, nullable=False),
)

bursts = Table(
    "bursts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("kind", Words, nullable=False),
    Column("key", Words, nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("usual", BigInteger, nullable=False),
    Column("told", Boolean, nullable=False),
    Index(None, "campaign_id", "kind", "key"),
)

consents = Table(
    "consents",
    metadata,
    Column("id", Id, primary_key=True),
    Column("supporter_id", Id, ForeignKey("supporters.id"), nullable=False),
    Column("campaign_id", Id, ForeignKey("campaigns.id")),
    Column("purpose", Words, nullable=False),
    Column("granted", Boolean, nullable=False),
    Column("wording_id", Id, ForeignKey("wordings.id")),
    Column("method", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Index("consents_current_idx", "supporter_id", "campaign_id", "purpose", "id"),
)

data_requests = Table(
    "data_requests",
    metadata,
    Column("id", Id, primary_key=True),
    Column("supporter_id", Id, ForeignKey("supporters.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "supporter_id", "at"),
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("hash", Words, primary_key=True),
    Column("at", Moment, primary_key=True),
)

settings = Table(
    "settings",
    metadata,
    Column("name", Words, primary_key=True),
    Column("value", Words, nullable=False),
)

retention = Table(
    "retention",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("closed_at", Moment, nullable=False),
    Column("announced_at", Moment),
    Column("postponed_to", Moment),
    Column("done_at", Moment),
)

offline_signatures = Table(
    "offline_signatures",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False, index=True),
    Column("count", Integer, nullable=False),
    Column("note", Words, nullable=False),
    Column("recorded_by", Id, ForeignKey("supporters.id")),
    Column("recorded_at", Moment, nullable=False),
    Column("collected_on", Date),
    Column("photo", Words),
    Column("undoes_id", Id, unique=True),
)

offline_imports = Table(
    "offline_imports",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False, index=True),
    Column("requested_by", Id, ForeignKey("supporters.id")),
    Column("requested_at", Moment, nullable=False),
    Column("status", Words, nullable=False, index=True),
    Column("file_id", Words),
    Column("file_name", Words, nullable=False),
    Column("sha256", Words),
    Column("columns", Json),
    Column("report", Json),
    Column("entry_id", Id, ForeignKey("offline_signatures.id")),
    CheckConstraint(
        "status IN ('queued', 'looked', 'failed', 'counted', 'undone', 'thrown')", name="status"
    ),
    Index("offline_imports_file_idx", "campaign_id", "sha256"),
)

handin_packs = Table(
    "handin_packs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False, index=True),
    Column("profile", Words, nullable=False),
    Column("status", Words, nullable=False, index=True),
    Column("salt_key", LargeBinary, nullable=False),
    Column("requested_by", Id, ForeignKey("supporters.id")),
    Column("requested_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("progress", Json),
    Column("signatures", BigInteger),
    Column("total", BigInteger),
    Column("root", Words),
    CheckConstraint("profile IN ('full', 'redacted')", name="profile"),
    CheckConstraint("status IN ('queued', 'making', 'done', 'failed')", name="status"),
)

handin_blocks = Table(
    "handin_blocks",
    metadata,
    Column("pack_id", Id, ForeignKey("handin_packs.id"), primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("least", BigInteger, nullable=False),
    Column("most", BigInteger, nullable=False),
    Column("receipts", LargeBinary, nullable=False),
    Column("hashes", LargeBinary, nullable=False),
    Column("root", LargeBinary, nullable=False),
)

staff = Table(
    "staff",
    metadata,
    Column("id", Id, primary_key=True),
    Column("telegram_id", BigInteger, nullable=False),
    Column("campaign_id", Id, ForeignKey("campaigns.id")),
    Column("role", Words, nullable=False),
    Column("added_at", Moment, nullable=False),
    CheckConstraint("role IN ('owner', 'editor', 'viewer')", name="role"),
    Index("staff_member_idx", "telegram_id", "campaign_id", unique=True),
    Index(
        "staff_over_all_idx",  # a unique index takes every NULL for another campaign
        "telegram_id",
        unique=True,
        sqlite_where=text("campaign_id IS NULL"),
        postgresql_where=text("campaign_id IS NULL"),
    ),
)

staff_invitations = Table(
    "staff_invitations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("token_sha256", Words, nullable=False, unique=True),
    Column("role", Words, nullable=False),
    Column("campaign_id", Id, ForeignKey("campaigns.id")),
    Column("invited_by", BigInteger, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_by", BigInteger),
    Column("ended_at", Moment),
    CheckConstraint("role IN ('owner', 'editor', 'viewer')", name="role"),
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("actor", BigInteger),
    Column("action", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("details", Json, nullable=False),
    Column("previous_hash", Words, nullable=False),
    Column("hash", Words, nullable=False, unique=True),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("rows", BigInteger, nullable=False),
    Column("last_id", BigInteger, nullable=False),
    Column("hash", Words, nullable=False),
    CheckConstraint("id = 1", name="id"),
)

referral_links = Table(
    "referral_links",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("code", Words, nullable=False, unique=True),
    Column("kind", Words, nullable=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), index=True),
    Column("name", Words),
    Column("name_key", Words),
    Column("created_by", Id, ForeignKey("supporters.id")),
    Column("created_at", Moment, nullable=False),
    Column("opens", BigInteger, nullable=False),
    Column("starts", BigInteger, nullable=False),
    Column("signatures", BigInteger, nullable=False),
    Column("shared", BigInteger, nullable=False),
    Column("friends", BigInteger, nullable=False),
    Column("shared_at", Moment),
    Column("shows_name", Boolean, nullable=False),
    Column("listed", Boolean, nullable=False),
    Column("thanks", Boolean, nullable=False),
    Column("thanked", BigInteger, nullable=False),
    Column("thanked_at", Moment),
    Column("step", Integer, nullable=False),
    UniqueConstraint("campaign_id", "supporter_id"),
    UniqueConstraint("campaign_id", "name_key"),
    CheckConstraint("kind IN ('person', 'source')", name="kind"),
    *(
        CheckConstraint(f"{figure} >= 0", name=figure)
        for figure in ("opens", "starts", "signatures", "shared", "friends", "thanked")
    ),
    Index("referral_links_best_idx", "campaign_id", "kind", "signatures"),
    Index(
        "referral_links_listed_idx",
        "campaign_id",
        "signatures",
        sqlite_where=text("listed"),
        postgresql_where=text("listed"),
    ),
    Index(
        "referral_links_thanks_due_idx",
        "thanked_at",
        sqlite_where=text("thanks AND signatures > thanked"),
        postgresql_where=text("thanks AND signatures > thanked"),
    ),
)

referral_opens = Table(
    "referral_opens",
    metadata,
    Column("link_id", Id, ForeignKey("referral_links.id"), primary_key=True, autoincrement=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("opened_at", Moment, nullable=False),
    Index(None, "supporter_id"),
)

referrals = Table(
    "referrals",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("link_id", Id, ForeignKey("referral_links.id"), nullable=False, index=True),
    Column("opened_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("credited_at", Moment),
    Column("week", Date),
    Column("held_at", Moment),  # credited_at and week of a signature that does not count for now
    Column("held_week", Date),
)

referral_generations = Table(
    "referral_generations",
    metadata,
    Column("link_id", Id, ForeignKey("referral_links.id"), primary_key=True, autoincrement=False),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("people", BigInteger, nullable=False),
    CheckConstraint("people >= 0", name="people"),
)

campaign_referrals = Table(
    "campaign_referrals",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("opens", BigInteger, nullable=False),
    Column("starts", BigInteger, nullable=False),
    Column("signatures", BigInteger, nullable=False),
    Column("shared", BigInteger, nullable=False),
    Column("friends", BigInteger, nullable=False),
)

referral_weeks = Table(
    "referral_weeks",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("week", Date, primary_key=True),
    Column("signers", BigInteger, nullable=False),
    Column("friends", BigInteger, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("kind", Words, nullable=False),
    Column("texts", Json, nullable=False),
    Column("link", Words),
    Column("starts_at", Moment),
    Column("ends_at", Moment),
    Column("broadcast_id", Id, ForeignKey("broadcasts.id")),
    Column("created_by", Id, ForeignKey("supporters.id")),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("removed_at", Moment),
    Column("version", Integer, nullable=False),
    CheckConstraint(
        "kind IN ('endorsement', 'media', 'event', 'handin', 'decision', 'news')", name="kind"
    ),
    Index(None, "campaign_id", "id"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False, index=True),
    Column("event_id", Id, ForeignKey("events.id"), nullable=False, unique=True),
    Column("expected_from", Date, nullable=False),
    Column("expected_to", Date, nullable=False),
    Column("state", Words, nullable=False),
    Column("outcome", Words),
    Column("decided_on", Date),
    Column("texts", Json, nullable=False),
    Column("remind_at", Moment, index=True),
    Column("ask_at", Moment, index=True),
    Column("asked_at", Moment),
    CheckConstraint("state IN ('expected', 'asked', 'made', 'dropped')", name="state"),
    CheckConstraint("outcome IN ('won', 'partly', 'lost', 'postponed')", name="outcome"),
    CheckConstraint("expected_from <= expected_to", name="expected"),
)

decision_dates = Table(
    "decision_dates",
    metadata,
    Column("id", Id, primary_key=True),
    Column("decision_id", Id, ForeignKey("decisions.id"), nullable=False, index=True),
    Column("expected_from", Date, nullable=False),
    Column("expected_to", Date, nullable=False),
    Column("set_at", Moment, nullable=False),
    Column("set_by", Id, ForeignKey("supporters.id")),
)

decision_reminders = Table(
    "decision_reminders",
    metadata,
    Column("decision_id", Id, ForeignKey("decisions.id"), primary_key=True, autoincrement=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("chosen_at", Moment, nullable=False),
    Column("used_at", Moment),
    Index(None, "supporter_id"),
)

handins = Table(
    "handins",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("event_id", Id, ForeignKey("events.id"), nullable=False, unique=True),
    Column("state", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("closes_signing", Boolean, nullable=False),
    Column("total", BigInteger),
    Column("live", BigInteger),
    Column("offline", BigInteger),
    Column("frozen_at", Moment),
    Column("thanked_broadcast_id", Id, ForeignKey("broadcasts.id")),
    CheckConstraint("state IN ('planned', 'held', 'cancelled')", name="state"),
    CheckConstraint("(state = 'held') = (frozen_at IS NOT NULL)", name="frozen"),
    Index(
        "handins_planned_idx",  # one at a time
        "campaign_id",
        unique=True,
        sqlite_where=text("state = 'planned'"),
        postgresql_where=text("state = 'planned'"),
    ),
    Index(None, "campaign_id", "id"),
)

handin_dates = Table(
    "handin_dates",
    metadata,
    Column("id", Id, primary_key=True),
    Column("handin_id", Id, ForeignKey("handins.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("set_at", Moment, nullable=False),
    Column("set_by", Id, ForeignKey("supporters.id")),
)

staff_notices = Table(
    "staff_notices",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("telegram_id", BigInteger, nullable=False),
    Column("about", Words, nullable=False),
    Column("subject_id", Id, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("claimed_at", Moment),
    Column("done_at", Moment),
    CheckConstraint("about IN ('decision', 'handin')", name="about"),
    Index(
        "staff_notices_open_idx",
        "id",
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("since", Moment, nullable=False),
    Index(None, "supporter_id"),
)

other_campaigns = Table(
    "other_campaigns",
    metadata,
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("since", Moment, nullable=False),
)
"""Who agreed, under which campaign, to hear of others; walked in the order of people."""

muted_kinds = Table(
    "muted_kinds",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("kind", Words, primary_key=True),
    Column("since", Moment, nullable=False),
    Index(None, "supporter_id"),
)

broadcasts = Table(
    "broadcasts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False, index=True),
    Column("kind", Words, nullable=False),
    Column("status", Words, nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("author_id", Id, ForeignKey("supporters.id")),
    Column("approved_by", Id, ForeignKey("supporters.id")),
    Column("content", Json, nullable=False),
    Column("audience", Json, nullable=False),
    Column("options", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("started_at", Moment),
    Column("ended_at", Moment),
    Column("paused_why", Words),
    Column("cursor", BigInteger, nullable=False),
    Column("walked", Boolean, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("sent", BigInteger, nullable=False),
    Column("unreachable", BigInteger, nullable=False),
    Column("failed", BigInteger, nullable=False),
    Column("unknown", BigInteger, nullable=False),
    Column("left_out", BigInteger, nullable=False),
    Column("act", Words, nullable=False, server_default="send"),
    Column("follows", BigInteger),  # the broadcast that it corrects or retracts
    Column("pause_told", Boolean, nullable=False, server_default=false()),
    CheckConstraint(
        "status IN ('draft', 'awaiting_approval', 'scheduled', 'sending', 'paused', 'done', "
        "'cancelled')",
        name="status",
    ),
    CheckConstraint(
        "kind IN ('news', 'milestone', 'endorsement', 'media', 'event', 'decision', 'thanks', "
        "'campaign')",
        name="kind",
    ),
)

milestones = Table(
    "milestones",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("reached_at", Moment, nullable=False),
    Column("broadcast_id", Id, ForeignKey("broadcasts.id")),
    Column("told_at", Moment),
    Column("told", Boolean, nullable=False, server_default=false()),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("broadcast_id", Id, ForeignKey("broadcasts.id"), primary_key=True, autoincrement=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("status", Words, nullable=False),
    Column("message_ids", Json),
    Column("tries", Integer, nullable=False),
    Column("not_before", Moment),
    Column("reason", Words),
    Column("at", Moment),
    CheckConstraint(
        "status IN ('pending', 'claimed', 'sent', 'unreachable', 'failed', 'unknown', 'left_out')",
        name="status",
    ),
    *(
        Index(
            f"deliveries_{status}_idx",
            "broadcast_id",
            "supporter_id",
            sqlite_where=text(f"status = '{status}'"),
            postgresql_where=text(f"status = '{status}'"),
        )
        for status in ("pending", "claimed")
    ),
    Index(None, "supporter_id", "at"),
)

broadcast_taps = Table(
    "broadcast_taps",
    metadata,
    Column("broadcast_id", Id, ForeignKey("broadcasts.id"), primary_key=True, autoincrement=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("button", Words, primary_key=True),
    Column("at", Moment, nullable=False),
    Index(None, "supporter_id"),
)

broadcast_tap_figures = Table(
    "broadcast_tap_figures",
    metadata,
    Column("broadcast_id", Id, ForeignKey("broadcasts.id"), primary_key=True, autoincrement=False),
    Column("button", Words, primary_key=True),
    Column("count", BigInteger, nullable=False),
)

reminders = Table(
    "reminders",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("kind", Words, primary_key=True),
    Column("due_at", Moment),  # only while it waits
    Column("outcome", Words),
    Column("at", Moment, nullable=False),
    CheckConstraint("outcome IN ('sent', 'declined', 'dropped')", name="outcome"),
    CheckConstraint("(due_at IS NULL) <> (outcome IS NULL)", name="waits"),
    Index(
        "reminders_due_idx",
        "due_at",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
    Index(None, "supporter_id"),
)

never_reminded = Table(
    "never_reminded",
    metadata,
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("since", Moment, nullable=False),
)

digests = Table(
    "digests",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("broadcast_id", Id, ForeignKey("broadcasts.id")),
)

alerts = Table(
    "alerts",
    metadata,
    Column("name", Words, primary_key=True),
    Column("figure", BigInteger, nullable=False),
    Column("since", Moment, nullable=False),
    Column("told_at", Moment),
)

own_quiet_hours = Table(
    "own_quiet_hours",
    metadata,
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("hours", Words, nullable=False),
)

APPEND_ONLY = ("consents", "wordings", "audit_log")
"""Tables whose rows are evidence: changing and deleting them is refused by triggers."""
