"""What people type about money."""

from __future__ import annotations

from portal.core.fields import Day, Fen, Form, Optional, Pick, Required, Tick, Words
from portal.core.text import T
from portal.payments.rules import Method


class ReceiptForm(Form):
    customer = Words(T("客户"), [Required(T("填客户的助记码、编码或名称"))])
    amount = Fen(T("到账金额（元）"), [Required(T("填到账金额"))])
    method = Pick(T("方式"), Method, default=Method.TRANSFER.value)
    reference = Words(T("流水号"), [Optional()], most=60)
    payer = Words(T("付款人"), [Optional()], most=80)
    received_on = Day(T("到账日期"), [Optional()])
    note = Words(T("备注"), [Optional()], most=200)
    is_prepayment = Tick(T("先记预收，不核销"))


class ReasonForm(Form):
    reason = Words(T("原因"), [Required(T("写明原因，稽核时会看到"))], most=200)
