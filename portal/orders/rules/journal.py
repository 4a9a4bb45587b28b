"""The journal's sentences about orders."""

from __future__ import annotations

from portal.core.text import T, Text

SENTENCES: dict[str, Text] = {
    "order.submitted": T("提交订单，{lines} 行，{amount_fen}"),
    "order.waits.credit": T("待审核：超出信用额度 {over_fen}"),
    "order.waits.overdue": T("待审核：有逾期未付 {overdue_fen}"),
    "order.waits.hold": T("待审核：信用冻结"),
    "order.waits.minimum": T("待审核：低于起订额 {minimum_fen}"),
    "order.waits.stock": T("待审核：无货可发，缺 {short}"),
    "order.released.credit": T("放行：超出信用额度"),
    "order.released.overdue": T("放行：有逾期未付"),
    "order.released.hold": T("放行：信用冻结"),
    "order.released.minimum": T("放行：低于起订额"),
    "order.released.stock": T("放行：已有现货"),
    "order.let_go": T("条件已满足，系统自动放行"),
    "order.confirmed": T("订单确认，{amount_fen}"),
    "order.short": T("缺货 {n}，等货补齐"),
    "order.cut": T("缺货 {n}，按有货数量发，{amount_fen}"),
    "order.stocked": T("到货，配上 {n}"),
    "order.refused": T("退回订单"),
    "order.taken_back": T("取回修改"),
    "order.cancelled": T("订单作废"),
    "order.reduced": T("取消未发部分，数量 {n}，{amount_fen}"),
    "order.shipped": T("发货，数量 {n}"),
    "order.delivered": T("签收 {delivered}，拒收 {refused}，待补 {again}"),
    "order.brought_in": T("导入历史订单，{lines} 行，{amount_fen}"),
}
"""verb -> sentence; the facts of the entry fill its {names}."""
