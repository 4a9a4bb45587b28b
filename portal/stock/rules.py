"""Stock: what moves it and what may never happen to it."""

from __future__ import annotations

from portal.core.choice import Choice


class MoveKind(Choice):
    RECEIPT = "receipt", "入库"
    ADJUSTMENT = "adjustment", "盘点调整"
    SHIPMENT = "shipment", "出库"
    RETURN = "return", "退回"
    WRITE_OFF = "write_off", "报损"


class DrumMove(Choice):
    DELIVERED = "delivered", "随货送出"
    RETURNED = "returned", "空桶收回"
    CHARGED = "charged", "折价收取"
