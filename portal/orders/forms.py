"""What people type about orders."""

from __future__ import annotations

from portal.core.fields import Day, Form, Optional, Paragraph, Pick, Required, Words
from portal.core.text import T
from portal.orders.rules import Shortage


class HeadForm(Form):
    site = Pick(T("收货地点"), [], coerce=int)
    wanted_on = Day(T("希望送达"), [Optional()])
    shortage = Pick(T("缺货时"), Shortage)
    reference = Words(T("您的单号"), [Optional()], most=60)
    asked_by = Words(T("客户方下单人"), [Optional()], most=40)
    note = Paragraph(T("备注"), [Optional()], most=300)


class ReviewForm(Form):
    reason = Words(T("理由"), [Required(T("写一句理由，客户和稽核会看到"))], most=200)


class CancelForm(Form):
    reason = Words(T("取消原因"), [Optional()], most=200)
