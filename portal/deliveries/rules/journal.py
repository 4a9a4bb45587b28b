"""The journal's sentences about deliveries."""

from __future__ import annotations

from portal.core.text import T, Text

SENTENCES: dict[str, Text] = {
    "vehicle.added": T("登记车辆 {plate}"),
    "vehicle.changed": T("修改车辆 {plate}"),
    "run.planned": T("排出车次，{day}，车辆 {plate}"),
    "run.filled": T("分配订单 {orders} 张，共 {weight_g}"),
    "run.relieved": T("拿下送货单"),
    "run.handed_over": T("换送货员：{name}"),
    "run.changed": T("换车或换司机，车辆 {plate}"),
    "run.loaded": T("开始装车，停靠点 {stops}"),
    "run.unloaded": T("退回排车"),
    "run.departed": T("发车，停靠点 {stops}，送货单 {shipments}"),
    "run.done": T("车次完成"),
    "run.cancelled": T("车次作废"),
    "run.overloaded": T("超载放行：{reason}"),
    "run.reordered": T("调整送货顺序"),
    "shipment.planned": T("排上车次，{weight_g}"),
    "shipment.taken_off": T("从车次上拿下，送货单作废"),
    "shipment.departed": T("送货单已发车"),
    "stop.released": T("信用放行装车：{reason}"),
    "stop.delivered": T("全部签收，数量 {delivered}"),
    "stop.partial": T("部分签收，签收 {delivered}，短少 {short}，破损 {damaged}，拒收 {refused}"),
    "stop.failed": T("未送成，退回 {back}"),
}
"""verb -> sentence; the facts of the entry fill its {names}."""
