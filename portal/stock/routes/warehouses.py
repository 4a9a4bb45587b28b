"""The warehouses and which regions each serves."""

from __future__ import annotations

from typing import Any

from flask import request as web
from flask import url_for
from flask.wrappers import Response
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.pages import act, go, is_fragment, page, toast
from portal.core.refusal import Wrong
from portal.core.text import T
from portal.customers import regions
from portal.people.guard import allowed, who
from portal.people.rules import Permission
from portal.stock import actions, models
from portal.stock.forms import WarehouseForm
from portal.stock.routes._blueprint import blueprint
from portal.stock.rules import region_names


@blueprint.get("/warehouses")
@allowed(Permission.STOCK_VIEW)
def warehouses() -> Response:
    return page("stock/warehouses.html", **_list())


def _list(**more: Any) -> dict[str, Any]:
    return {"rows": models.warehouses(db.session()), "region": regions.name, "region_names": region_names, **more}


@blueprint.get("/warehouses/<int:warehouse_id>")
@allowed(Permission.STOCK_VIEW)
def warehouse(warehouse_id: int) -> Response:
    return _row(warehouse_id)


def _row(warehouse_id: int, **more: Any) -> Response:
    row = models.warehouse_row(db.session(), warehouse_id)
    return page("stock/warehouses.html", "stock/_warehouse.html", **_list(row=row, **more))


@blueprint.get("/warehouses/new")
@allowed(Permission.PRODUCT_EDIT)
def new_warehouse() -> Response:
    return _new(WarehouseForm(None))


def _new(form: WarehouseForm, status: int = 200) -> Response:
    context = _list(form=form, editing="new", errors=status == 422)
    return page("stock/warehouses.html", "stock/_warehouse_new.html", status=status, **context)


@blueprint.post("/warehouses/new")
@allowed(Permission.PRODUCT_EDIT)
def create_warehouse() -> Response:
    form = WarehouseForm()
    if not form.validate():
        return _new(form, 422)

    def do(s: Session) -> str:
        actions.create_warehouse(s, **form.fields(), who=who())
        return url_for("stock.warehouses")

    try:
        return go(act(do, who().id), T("已新建仓库 {name}", name=form.name.data))
    except Wrong as wrong:
        form.mend(wrong)
        return _new(form, 422)


@blueprint.get("/warehouses/<int:warehouse_id>/edit")
@allowed(Permission.PRODUCT_EDIT)
def edit_warehouse(warehouse_id: int) -> Response:
    row = models.warehouse_row(db.session(), warehouse_id)
    form = WarehouseForm(None, obj=row, region=regions.full(row.region_code))
    form.serves.data = "、".join(region_names(row.serves))  # data
    return _edit(warehouse_id, form)


def _edit(warehouse_id: int, form: WarehouseForm, status: int = 200) -> Response:
    row = models.warehouse_row(db.session(), warehouse_id)
    context = _list(row=row, form=form, editing=warehouse_id, errors=status == 422)
    return page("stock/warehouses.html", "stock/_warehouse_edit.html", status=status, **context)


@blueprint.post("/warehouses/<int:warehouse_id>/edit")
@allowed(Permission.PRODUCT_EDIT)
def save_warehouse(warehouse_id: int) -> Response:
    form = WarehouseForm()
    models.warehouse_row(db.session(), warehouse_id)
    if not form.validate():
        return _edit(warehouse_id, form, 422)

    def do(s: Session) -> str:
        seen = web.form.get("version", type=int)
        actions.edit_warehouse(s, warehouse_id, **form.fields(), seen=seen, who=who())
        return url_for("stock.warehouses")

    try:
        url = act(do, who().id)
    except Wrong as wrong:
        form.mend(wrong)
        return _edit(warehouse_id, form, 422)
    said = T("已保存 {name}", name=form.name.data)
    return toast(_row(warehouse_id, saved=True), said) if is_fragment() else go(url, said)
