"""The style page: every component in every state, with sample data; and a sheet of paper."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from flask import Blueprint
from flask.wrappers import Response
from werkzeug.datastructures import MultiDict
from wtforms import RadioField

from portal.core import clock
from portal.core.fields import Day, Fen, Form, Paragraph, Phone, Pick, Quantity, Required, Tick, Words
from portal.core.pages import Problem, page
from portal.core.text import T
from portal.people.guard import allowed
from portal.people.rules import Permission, Role

blueprint = Blueprint("style", __name__, url_prefix="/style")


class Sample(Form):
    receiver = Words(T("收货人"), [Required()])
    phone = Phone(T("电话"), [Required()], description=T("手机 11 位，也可以粘贴带空格的写法"))
    drums = Quantity(T("数量"), [Required()])
    amount = Fen(T("金额"))
    wanted_on = Day(T("希望送达"))
    role = Pick(T("角色"), Role)
    way = RadioField(T("付款方式"), choices=[("credit", T("信用额度")), ("transfer", T("线下打款"))], default="credit")
    note = Paragraph(T("备注"))
    empties = Tick(T("同时收回空桶"))


@blueprint.get("")
@allowed(Permission.STYLE_VIEW)
def show() -> Response:
    refused = Sample(MultiDict({"phone": "1380013800", "drums": "six", "amount": "12.345"}))
    refused.validate()
    for field in refused:
        field.id = f"refused-{field.id}"
    return page("style/show.html", form=Sample(None), refused=refused, **_samples())


@blueprint.get("/paper")
@allowed(Permission.STYLE_VIEW)
def paper() -> Response:
    return page("style/paper.html", lines=_lines(), today=clock.today())


def _samples() -> dict[str, Any]:
    now = clock.now()
    return {
        "orders": _orders(),
        "lines": _lines(),
        "listing": SimpleNamespace(sort="due", descending=True, sort_url=lambda key: f"?sort={key}"),
        "list_page": SimpleNamespace(
            total_text=T("共 {n} 条", n="1,284"), prev_url="?before=x", next_url="?after=x", size=50,
            size_urls=[(20, "?size=20"), (50, "?size=50"), (100, "?size=100")],
            date_jump=SimpleNamespace(name="on", value="", query={"state": "open"}),
        ),
        "chips": [
            {"label": T("今天"), "url": "?when=today", "current": False},
            {"label": T("本周"), "url": "?when=week", "current": True},
            {"label": T("本月"), "url": "?when=month", "current": False},
            {"label": T("近 30 天"), "url": "?when=30", "current": False},
        ],
        "tabs": [
            {"label": T("订单"), "url": "#tabs", "current": True, "count": 8},
            {"label": T("账款"), "url": "#tabs", "current": False, "count": 2},
            {"label": T("时间线"), "url": "#tabs", "current": False},
        ],
        "steps": [
            {"label": T("已提交"), "state": "done"},
            {"label": T("已放行"), "state": "done"},
            {"label": T("配送中"), "state": "now"},
            {"label": T("已签收"), "state": "todo"},
        ],
        "ageing": [
            {"label": label, "value": value, "text": f"¥{value:,}.00", "tone": f"age-{at}", "url": "#ageing"}
            for at, (label, value) in enumerate([
                (T("未到期"), 412_600), (T("1–30 天"), 86_420), (T("31–60 天"), 41_900), (T("61–90 天"), 12_880),
                (T("90 天以上"), 9_300),
            ])
        ],
        "grades": [
            {"label": label, "value": value, "text": str(value), "url": "#grades"}
            for label, value in [(T("A 级"), 42), (T("B 级"), 96), (T("C 级"), 131), (T("D 级"), 31)]
        ],
        "months": [
            {"label": str(month), "value": value, "text": f"{value} t"}
            for month, value in enumerate([31, 24, 40, 44, 52, 49, 38, 36, 47, 58, 61, 43], 1)
        ],
        "entries": [
            SimpleNamespace(
                at=now - timedelta(hours=hours), who=who, sentence=sentence, detail=detail
            )
            for hours, who, sentence, detail in [
                (2, T("李师傅"), T("签收 6 桶"), T("收货人与照片已存")),
                (5, T("周调度"), T("装车发出"), None),
                (26, T("王信用"), T("放行订单"), T("有效临时额度 ¥50,000.00，至 2026-11-30")),
                (27, T("陈老板"), T("提交订单"), None),
            ]
        ],
        "why": [
            T("按信用政策“提醒并待审”计算。"),
            (T("信用额度"), "¥300,000.00"),
            (T("未收应收"), "-¥186,420.00"),
            (T("已确认未送"), "-¥64,000.00"),
            (T("可用额度"), "¥49,580.00"),
        ],
        "problem": Problem(
            409, T("这条记录刚被别人改过"), T(""), T("对照两个版本，在最新版本上再改一次。"), "/style", T("返回上一页"),
            {"数量": 6}, {"数量": 8},  # data
        ),
    }  # fmt: skip


def _orders() -> list[SimpleNamespace]:
    firms = ("临沂金达润滑油", "青岛海丰机械", "潍坊众成贸易", "济南鲁中重工", "烟台港务设备")  # data
    states = (
        (T("待审核"), "wait"), (T("配送中"), "busy"), (T("已签收"), "done"), (T("逾期 12 天"), "bad"),
        (T("草稿"), "plain"),
    )  # fmt: skip
    return [
        SimpleNamespace(
            id=n, number=f"SO20261123-{n:04d}", customer=firms[n % 5], placed_on="2026-11-23", due_on="2026-12-23",
            drums=6 + n, amount_fen=18_642_000 - n * 731_250, state=states[n % 5][0], tone=states[n % 5][1],
        )
        for n in range(18, 30)
    ]  # fmt: skip


def _lines() -> list[SimpleNamespace]:
    goods = (
        ("CI4-1540-200", "柴机油 CI-4 15W-40", "200 L/桶", 288_000),  # data
        ("HM46-200", "抗磨液压油 L-HM 46", "200 L/桶", 212_500),  # data
        ("GL5-8590-18", "重负荷齿轮油 GL-5 85W-90", "18 L/桶", 34_800),  # data
    )
    return [
        SimpleNamespace(
            id=n, code=code, name=name, package=package, price_fen=price, quantity=6 * n, amount_fen=price * 6 * n
        )
        for n, (code, name, package, price) in enumerate(goods, 1)
    ]  # fmt: skip
