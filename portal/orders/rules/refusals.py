"""What the portal says no to in orders, and what to do then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from portal.core.money import show
from portal.core.refusal import Changed, Forbidden, Refusal
from portal.core.text import T


class PriceChange(NamedTuple):
    """A price that is no longer what the buyer saw."""

    sku_id: int
    label: str
    then_fen: int
    now_fen: int


class PricesChanged(Changed):
    """Prices moved since they were seen; submitting again with `accepted` = {sku: now} takes the new ones."""

    title = T("有价格变了")
    next = T("对照原价和现价，同意就按现价提交。")

    def __init__(self, changes: Sequence[PriceChange]) -> None:
        super().__init__(
            T("价格变了的规格：{n}。", n=len(changes)),
            theirs={change.label: show(change.now_fen) for change in changes},
            yours={change.label: show(change.then_fen) for change in changes},
            changes=[(change.sku_id, change.then_fen, change.now_fen) for change in changes],
        )
        self.changes = list(changes)


class EmptyOrder(Refusal):
    title = T("订单里还没有商品")
    next = T("先加几行商品再提交。")


class NotForSale(Refusal):
    """Lines that cannot be bought now: no longer sold, or without a price."""

    status = 409
    title = T("有商品现在不能订")
    next = T("把这几行删掉或换成替代规格，再提交。")


class NoSite(Refusal):
    title = T("还没有收货地点")
    next = T("先选一个收货地点；没有可选的，请客户经理在档案里补上。")


class CustomerStopped(Refusal):
    status = 409
    title = T("这家客户已停止往来")
    next = T("请客户经理恢复往来后再下单。")


class BasketInUse(Refusal):
    """Taking an order back needs the place that another draft holds."""

    status = 409
    title = T("您还有一张没提交的订单")
    next = T("先提交那张草稿，或清空它，再取回这张。")


class NotYourReview(Forbidden):
    """This reason is somebody else's to decide."""

    next = T("信用类由信用同事放行，低于起订额由区域经理或销售总监放行。")


class Decided(Refusal):
    status = 409
    title = T("这条审核已经有人处理了")
    next = T("刷新页面查看结果。")


class NoStockYet(Refusal):
    status = 409
    title = T("仓库还没有现货，不能放行")
    next = T("到货后再放行，或退回让客户改单。")


class NothingToCancel(Refusal):
    status = 409
    title = T("没有可以取消的数量")
    next = T("已经发出的部分，送到时可以拒收。")


class NotReady(Refusal):
    """What deliveries wants to move is not there (any more) to be moved."""

    status = 409
    title = T("订单刚有变动")
    next = T("刷新页面，按最新的数量再做一次。")


class OnARun(Refusal):
    status = 409
    title = T("货已排上车次")
    next = T("请调度把它从车次上拿下，再取消。")


class ReasonMissing(Refusal):
    title = T("要写明理由")
    next = T("写一句理由，客户和稽核都会看到。")
