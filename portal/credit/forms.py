"""What people type about credit."""

from __future__ import annotations

from portal.core.fields import Day, Fen, Form, Optional, Paragraph, Pick, Quantity, Required
from portal.core.text import T
from portal.credit.rules import Policy, ProposalKind


class ProposalForm(Form):
    kind = Pick(T("种类"), ProposalKind, default=ProposalKind.LIMIT.value)
    limit = Fen(T("额度（元）"), [Required(T("填额度，0 表示不赊账"))], least_fen=0)
    terms_days = Quantity(T("账期（签收后天数）"), [Optional()], least=0, most=365)
    policy = Pick(T("超额或逾期时"), [("", T("不变")), *Policy.pairs()], default="")
    grace_days = Quantity(T("逾期宽限天数"), [Optional()], least=0, most=90)
    valid_until = Day(T("临时额度到哪一天"), [Optional()])
    reason = Paragraph(T("理由"), [Required(T("写明为什么给这个额度"))], most=500)


class DecisionForm(Form):
    reason = Paragraph(T("意见"), [Required(T("写一句意见"))], most=500)
    version = Quantity(T("版本"), [Optional()], least=0)


class HoldForm(Form):
    reason = Paragraph(T("冻结原因"), [Required(T("写明为什么冻结"))], most=500)


class ReleaseForm(Form):
    reason = Paragraph(T("解除原因"), [Required(T("写明为什么可以放行"))], most=500)
    until = Day(T("只放行到哪一天"), [Optional()])
    up_to = Fen(T("单笔订单不超过（元）"), [Optional()])
