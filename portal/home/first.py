"""What stands on each role's first page: the figures with the lists they open, and the rows to begin with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from portal.core.language import kilos
from portal.core.money import show
from portal.core.text import T, Text
from portal.credit.models import desk as credit_desk
from portal.credit.models import standing
from portal.deliveries.rules import RunState
from portal.home import models
from portal.home.rules import Age
from portal.orders.models import recent
from portal.orders.rules import word
from portal.payments.models import overdue
from portal.people.models import Who
from portal.people.rules import Role

Context = dict[str, Any]

RUN_WORDS: Context = {
    "states": {state.value: state.label for state in RunState},
    "tones": {"planned": "plain", "loading": "wait", "under_way": "busy", "done": "done", "cancelled": "plain"},
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A big number that opens the rows it counts."""

    label: Text
    value: str
    url: str
    note: Text | None = None
    tone: str | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """One band of the ageing bar."""

    label: Text
    value: int
    text: str
    tone: str
    url: str


def ages(owed: models.Owed) -> list[Slice]:
    """What is owed by age, for the stacked bar; each band opens its invoices."""
    return [
        Slice(age.label, fen, show(fen), f"age-{n}", f"/invoices?state={age.value}")
        for n, (age, fen) in enumerate(owed.by_age.items())
    ]


def counted(label: Text, count: int, url: str, *, tone: str | None = None, note: Text | None = None) -> Figure:
    """A count; `tone` only when there is something to look at."""
    return Figure(label, f"{count:,}", url, note, tone if count else None)


def _customer(s: Session, who: Who, today: date) -> Context:
    assert who.customer_id is not None
    credit = standing(s, who.customer_id, today)
    late = overdue(s, [who.customer_id], today).get(who.customer_id)
    return {
        "credit": credit,
        "late": late,
        "again": recent(s, who, who.customer_id, 3),
        "on_their_way": models.on_their_way(s, who),
        "word": word,
    }


def _sales(s: Session, who: Who, today: date) -> Context:
    mine, waiting = models.my_customers(s, who), models.reviews(s, who)
    owed, month = models.owed(s, who, today), models.month(s, who, today)
    shipping = models.to_ship(s, who)
    figures = [
        Figure(T("逾期应收"), show(owed.overdue_fen), "/invoices?state=overdue", T("{n} 笔", n=owed.overdue),
               "bad" if owed.overdue else None),
        counted(T("订单待审核"), sum(waiting.values()), "/orders?state=in_review", tone="wait"),
        counted(T("待发货"), shipping.ready, "/orders?progress=ready"),
        counted(T("缺货等待"), shipping.waiting, "/orders?progress=waiting", tone="wait"),
        counted(T("候选客户（未收首款）"), mine.candidates, "/customers?state=candidate"),
        Figure(T("本月下单"), show(month.end_fen + month.dealer_fen), "/orders?days=month",
               T("{n} 单", n=month.orders)),
    ]  # fmt: skip
    return {"figures": figures, "overdue": models.overdue_customers(s, who, today), "ages": ages(owed)}


def _credit(s: Session, who: Who, today: date) -> Context:
    desk, waiting = credit_desk(s, who, today), models.reviews(s, who)
    figures = [
        counted(T("订单超额待审"), waiting.get("credit", 0), "/orders/reviews?reason=credit", tone="wait"),
        counted(T("订单逾期待审"), waiting.get("overdue", 0), "/orders/reviews?reason=overdue", tone="wait"),
        counted(T("订单冻结待审"), waiting.get("hold", 0), "/orders/reviews?reason=hold", tone="wait"),
        counted(T("额度待决定"), desk.proposals, "/credit?show=proposals", tone="wait"),
        counted(T("冻结中"), desk.holds, "/credit?show=holds", tone="bad"),
        counted(T("超过额度的客户"), desk.over_limit, "/credit?show=over", tone="bad"),
    ]
    owed = models.owed(s, who, today)
    return {"figures": figures, "overdue": models.overdue_customers(s, who, today), "ages": ages(owed)}


def _finance(s: Session, who: Who, today: date) -> Context:
    money, owed = models.money(s, today), models.owed(s, who, today)
    figures = [
        Figure(T("待核销到账"), show(money.unallocated_fen), "/receipts?state=open",
               T("{n} 笔", n=money.unallocated), "wait" if money.unallocated else None),
        Figure(T("今日到账"), show(money.today_fen), f"/receipts?from={today}&until={today}",
               T("{n} 笔", n=money.today)),
        Figure(T("逾期应收"), show(owed.overdue_fen), "/invoices?state=overdue", T("{n} 笔", n=owed.overdue),
               "bad" if owed.overdue else None),
        Figure(T("未到期应收"), show(owed.by_age[Age.NOT_DUE]), "/invoices?state=not_due"),
    ]  # fmt: skip
    return {"figures": figures, "overdue": models.overdue_customers(s, who, today), "ages": ages(owed)}


def _dispatcher(s: Session, who: Who, today: date) -> Context:
    shipping, runs = models.to_ship(s, who), models.runs(s, today)
    by_state: dict[str, int] = {}
    for run in runs:
        by_state[run.state] = by_state.get(run.state, 0) + 1
    figures = [
        counted(T("待排车"), shipping.ready, "/deliveries", note=T("共 {weight}", weight=kilos(shipping.ready_g))),
        counted(T("缺货等待"), shipping.waiting, "/orders?progress=waiting", tone="wait"),
        counted(T("已排未走"), by_state.get("planned", 0) + by_state.get("loading", 0), "#runs", tone="wait"),
        counted(T("在途"), by_state.get("under_way", 0), "#runs"),
    ]
    return {"figures": figures, "runs": runs, "today": today, **RUN_WORDS}


def _driver(s: Session, who: Who, today: date) -> Context:
    return {"runs": models.runs(s, today, who.id), "stop": models.next_stop(s, who.id), "today": today, **RUN_WORDS}


def _plain(_s: Session, _who: Who, _today: date) -> Context:
    return {}


PAGES: dict[Role, tuple[str, Callable[[Session, Who, date], Context]]] = {
    Role.DEALER: ("customer", _customer),
    Role.END_CUSTOMER: ("customer", _customer),
    Role.ACCOUNT_MANAGER: ("figures", _sales),
    Role.SALES_SUPPORT: ("figures", _sales),
    Role.MANAGER: ("figures", _sales),
    Role.DIRECTOR: ("figures", _sales),
    Role.AUDITOR: ("figures", _sales),
    Role.CREDIT: ("figures", _credit),
    Role.FINANCE: ("figures", _finance),
    Role.DISPATCHER: ("dispatcher", _dispatcher),
    Role.DRIVER: ("driver", _driver),
}
"""role -> (template of its first page, what stands on it); other roles find the doors they may open."""


def first_page(s: Session, who: Who, today: date) -> tuple[str, Context]:
    """The template and the context of this person's first page."""
    name, gather = PAGES.get(who.role, ("plain", _plain))
    return f"home/{name}.html", gather(s, who, today)
