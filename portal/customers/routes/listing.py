"""The list of customers, and the same as a workbook."""

from __future__ import annotations

from typing import Any

from flask import request as web
from flask.wrappers import Response

from portal.core import clock
from portal.core.db import AnyRow, db
from portal.core.language import tr
from portal.core.pages import page
from portal.core.sheets import Cell, write_xlsx
from portal.core.text import T
from portal.customers import models, regions
from portal.customers.models import Filter
from portal.customers.routes._blueprint import blueprint
from portal.customers.rules import TONES, Kind, PriceClass, PurchaseMode, SalesMode, State
from portal.people.guard import allowed, who
from portal.people.rules import Permission, Role

HEADS = (
    T("客户编码"), T("客户名称"), T("客户类型"), T("统一社会信用代码"), T("所在地区"), T("地址"), T("电话"),
    T("价格等级"), T("销售方式"), T("助记码"), T("联系人"), T("联系人电话"), T("状态"), T("负责人"),
)  # fmt: skip
"""What an export holds; all but the last two are headers that an import knows."""


WORDS: dict[str, Any] = {
    "tones": {state.value: tone for state, tone in TONES.items()},
    "states": dict(State.pairs()),
    "kinds": dict(Kind.pairs()),
    "classes": dict(PriceClass.pairs()),
    "modes": dict(PurchaseMode.pairs()),
}


@blueprint.get("")
@allowed(Permission.CUSTOMER_VIEW)
def index() -> Response:
    me, narrow, s = who(), Filter.of(web.args), db.session()
    query = {name: value for name, value in narrow._asdict().items() if value not in ("", None)}
    return page(
        "customers/index.html", "customers/_list.html", found=models.listed(s, me, narrow, web.args), narrow=narrow,
        query=query, provinces=regions.children(None), region=regions.name, today=clock.today(), **WORDS,
        owners=() if me.role is Role.ACCOUNT_MANAGER else models.owners(s),
    )  # fmt: skip


@blueprint.get("/export.xlsx")
@allowed(Permission.CUSTOMER_VIEW)
def export() -> Response:
    me = who()
    rows = models.exported(db.session(), me, Filter.of(web.args))
    content = write_xlsx([tr(head) for head in HEADS], (_cells(row, money=me.sees_money) for row in rows))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    name = f"customers-{clock.today():%Y%m%d}.xlsx"
    return Response(content, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _cells(row: AnyRow, *, money: bool) -> list[Cell]:
    return [
        row.code, row.name, tr(Kind(row.kind).label), row.uscc, regions.name(row.region_code), row.address, row.phone,
        tr(PriceClass(row.price_class).label) if money else None, tr(SalesMode(row.sales_mode).label), row.pinyin,
        row.contact_name, row.contact_phone, tr(State(row.state).label), row.owner,
    ]  # fmt: skip
