"""What the bot counts and times of its own work, for Prometheus. Every set of labels is bounded,
and none tells of a person (https://prometheus.io/docs/practices/naming/)."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from campaign.delivery.messenger import (
    DeliveryFault,
    FateUnknown,
    Messenger,
    NotDelivered,
    NotNow,
    Refused,
    Unreachable,
)
from channels.ordering import ChatQueues
from channels.telegram import ALLOWED_UPDATES, Handle, Redeliver
from storage.delivery_claims import Recipient

DELIVERY_OUTCOMES = {
    Unreachable: "unreachable",
    Refused: "refused",
    NotNow: "not_now",
    NotDelivered: "not_delivered",
    FateUnknown: "unknown",
}
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The figures of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=True)
        self.queues: ChatQueues | None = None
        ProcessCollector(registry=self.registry)
        self.updates = self._counter(
            "updates", "Updates from Telegram by kind and outcome.", "kind", "outcome"
        )
        self.deliveries = self._counter(
            "deliveries", "Attempts to send a broadcast's message, by outcome.", "outcome"
        )
        self.refusals = self._counter(
            "telegram_refusals", "Calls that Telegram refused for now (429), by lane.", "lane"
        )
        self.answers = self._histogram("answer_seconds", "From an update's turn to its answer.")
        self.transactions = self._histogram(
            "transaction_seconds", "Database transactions, from waiting for their turn to the disk."
        )
        self.sends = self._gauge("sends_broadcasts", "1 if this process sends the broadcasts.")
        self.sending = self._gauge("broadcasts_sending", "Broadcasts that are being sent.")
        self.due = self._gauge(
            "oldest_due_broadcast_seconds", "How long the oldest broadcast has been due."
        )
        self.signatures = self._gauge(
            "signatures", "Signatures that count, in the chat and on paper.", "campaign"
        )
        self._show_lanes()
        self._begin_at_zero()

    def _show_lanes(self) -> None:
        self._of_lanes("intake_lanes", "Chats with updates in hand.", lambda queues: queues.open)
        self._of_lanes("intake_updates", "Updates in hand or waiting.", lambda one: one.members)
        self._of_lanes(
            "oldest_update_seconds",
            "How long the oldest unconfirmed update has been here.",
            lambda queues: queues.oldest_seconds,
        )

    def _begin_at_zero(self) -> None:
        """A count that is there from the start: Prometheus sees its first step, too."""
        for lane in ("answers", "bulk"):
            self.refusals.labels(lane)
        for outcome in ("sent", *DELIVERY_OUTCOMES.values()):
            self.deliveries.labels(outcome)

    def exposed(self) -> bytes:
        """All figures, in Prometheus' text format."""
        return generate_latest(self.registry)

    def refused(self, lane: str) -> None:
        """Telegram has refused a call for now."""
        self.refusals.labels(lane).inc()

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"clamour_{name}", meaning, labels, registry=self.registry)

    def _histogram(self, name: str, meaning: str) -> Histogram:
        return Histogram(f"clamour_{name}", meaning, buckets=SECONDS, registry=self.registry)

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(f"clamour_{name}", meaning, labels, registry=self.registry)

    def _of_lanes(self, name: str, meaning: str, figure: Callable[[ChatQueues], float]) -> None:
        gauge = self._gauge(name, meaning)
        gauge.set_function(lambda: figure(self.queues) if self.queues else 0.0)


def measured(
    handle: Handle, metrics: Metrics, *, failed: set[int], on_failure: Callable[[], None]
) -> Handle:
    """The same handler, counted and timed.

    Args:
        failed: ids of updates whose failure the handler has answered for; taken out here.
        on_failure: told of each update that failed.
    """

    async def handle_measured(update: dict[str, Any]) -> None:
        begun = time.perf_counter()
        outcome = "cut_off"
        try:
            await handle(update)
            outcome = "failed" if update.get("update_id") in failed else "done"
        except Redeliver:
            outcome = "again"
            raise
        except Exception:
            outcome = "failed"
            raise
        finally:
            failed.discard(update.get("update_id", -1))
            metrics.updates.labels(kind_of(update), outcome).inc()
            metrics.answers.observe(time.perf_counter() - begun)
            if outcome in ("failed", "cut_off"):
                on_failure()

    return handle_measured


def kind_of(update: dict[str, Any]) -> str:
    """One of those we ask Telegram for, or "other"."""
    return next((kind for kind in ALLOWED_UPDATES if kind in update), "other")


class CountedMessenger:
    """A messenger whose outcomes are counted."""

    def __init__(self, messenger: Messenger, metrics: Metrics) -> None:
        self._messenger = messenger
        self._count = metrics.deliveries

    @property
    def rate(self) -> float:
        """Messages a second that it can send now."""
        return self._messenger.rate

    async def send(self, recipient: Recipient, message: Any) -> Sequence[int]:
        """Send; see campaign.delivery.messenger.Messenger."""
        outcome = "unknown"
        try:
            sent = await self._messenger.send(recipient, message)
            outcome = "sent"
        except DeliveryFault as fault:
            outcome = DELIVERY_OUTCOMES.get(type(fault), "unknown")
            raise
        finally:
            self._count.labels(outcome).inc()
        return sent
