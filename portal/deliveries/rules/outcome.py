"""The outcome of a stop: what became of each line, what that makes of the stop, and the evidence it demands."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.core import clock
from portal.core.refusal import Wrong
from portal.core.text import T, Text
from portal.deliveries.rules.states import Deviation, StopState, Why


class MoreThanShipped(Wrong):
    """More was said to have happened to a line than was on the truck."""

    title = T("数量比送来的多")


class NotAccountedFor(Wrong):
    """Pieces are missing that nobody said anything about."""

    title = T("有货没交代去向")


class EvidenceMissing(Wrong):
    """The outcome demands a signature, a receiver, a reason or a picture that is not there."""

    title = T("签收凭证不全")


@dataclass(frozen=True, slots=True)
class Said:
    """What the driver said of one line, in packages; `rest` is what happened to those not counted anywhere."""

    delivered: int
    short: int = 0
    damaged: int = 0
    refused: int = 0
    rest: Deviation | None = None
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one line: the four add up to what was shipped. In packages."""

    delivered: int
    short: int = 0
    damaged: int = 0
    refused: int = 0
    why: Why | None = None

    @property
    def total(self) -> int:
        return self.delivered + self.short + self.damaged + self.refused

    @property
    def back(self) -> int:
        """Packages that come back to the warehouse."""
        return self.short + self.damaged + self.refused


def settle(shipped: Mapping[int, int], said: Mapping[int, Said]) -> dict[int, Outcome]:
    """The outcome of every shipped line (id -> packages) from what was said of it; nothing said means delivered.

    Raises MoreThanShipped and NotAccountedFor with the field "line-<id>" of each wrong line.
    """
    more: dict[str, Text] = {}
    missing: dict[str, Text] = {}
    settled: dict[int, Outcome] = {}
    for line, quantity in shipped.items():
        outcome = _line(quantity, said.get(line) or Said(quantity))
        settled[line] = outcome
        if min(outcome.delivered, outcome.short, outcome.damaged, outcome.refused) < 0 or outcome.total > quantity:
            more[f"line-{line}"] = T("送来 {quantity}，合计不能超过它，现在 {n}", quantity=quantity, n=outcome.total)
        elif outcome.total < quantity:
            missing[f"line-{line}"] = T("还有 {n} 没有去向：选短少、破损或拒收", n=quantity - outcome.total)
    if unknown := said.keys() - shipped.keys():
        more.update({f"line-{line}": T("这一行不在这一站的送货单上") for line in unknown})
    if more:
        raise MoreThanShipped({**more, **missing})
    if missing:
        raise NotAccountedFor(missing)
    return settled


def _line(quantity: int, said: Said) -> Outcome:
    """The counts of a line, its uncounted rest given to the deviation that was named."""
    counts = {Deviation.SHORT: said.short, Deviation.DAMAGED: said.damaged, Deviation.REFUSED: said.refused}
    rest = quantity - said.delivered - sum(counts.values())
    if said.rest is not None and rest > 0:
        counts[said.rest] += rest
    short, damaged, refused = (counts[kind] for kind in Deviation)
    return Outcome(said.delivered, short, damaged, refused, said.why if short or damaged or refused else None)


def state_of(outcomes: Collection[Outcome]) -> StopState:
    """What its lines make of a stop."""
    if not any(outcome.delivered for outcome in outcomes):
        return StopState.FAILED
    return StopState.PARTIAL if any(outcome.back for outcome in outcomes) else StopState.DELIVERED


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was handed in beside the quantities."""

    receiver: str | None = None
    has_signature: bool = False
    has_photo: bool = False
    note: str | None = None


def check_evidence(state: StopState, outcomes: Collection[Outcome], evidence: Evidence) -> None:
    """Raise EvidenceMissing, field by field, unless `evidence` proves the outcome.

    Delivered, even in part: the receiver's name and signature. Failed: either these, or why and a photo or a note.
    """
    faults: dict[str, Text] = {}
    if state is StopState.FAILED and not (evidence.receiver and evidence.has_signature):
        if not all(outcome.why or outcome.damaged == outcome.back for outcome in outcomes):
            faults["why"] = T("选一个没送成的原因")
        if not (evidence.has_photo or evidence.note):
            faults["note"] = T("没送成时拍张照片，或写一句经过")
    elif state is not StopState.FAILED:
        if not evidence.receiver:
            faults["receiver"] = T("填收货人姓名")
        if not evidence.has_signature:
            faults["signature"] = T("让收货人签名")
    if faults:
        raise EvidenceMissing(faults)


def signing_day(signed_at: datetime | None, recorded_at: datetime, departed_at: datetime | None) -> date:
    """The business day of a signature: by the phone's clock where it can be right, else by ours.

    A phone may send hours later (no signal); a clock that runs ahead, or tells a time before the truck left, is not
    believed.
    """
    if signed_at is None or signed_at > recorded_at + timedelta(minutes=10):
        return clock.shanghai(recorded_at).date()
    if departed_at is not None and signed_at < departed_at - timedelta(minutes=10):
        return clock.shanghai(recorded_at).date()
    return clock.shanghai(signed_at).date()
