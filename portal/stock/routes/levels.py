"""What lies where, how it got there, and what a count finds."""

from __future__ import annotations

from typing import Any

from flask import request as web
from flask import url_for
from flask.wrappers import Response
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.pages import act, go, is_fragment, page, toast
from portal.core.refusal import NotFound
from portal.core.text import T
from portal.people import timeline
from portal.people.guard import allowed, who
from portal.people.rules import Permission
from portal.products.models import sku_row
from portal.stock import actions, models
from portal.stock.forms import CountForm
from portal.stock.routes._blueprint import blueprint
from portal.stock.rules import MoveKind, NoWarehouse, stock_level

SHOW_CHIPS = (("all", T("全部")), ("low", T("少量")), ("none", T("缺货")))
TONES = {"plenty": "done", "few": "wait", "none": "bad"}


@blueprint.get("")
@allowed(Permission.STOCK_VIEW)
def index() -> Response:
    return page("stock/index.html", "stock/_levels.html", **_index(web.args.to_dict()))


def _index(args: dict[str, str], **more: Any) -> dict[str, Any]:
    s = db.session()
    places = models.warehouses(s)
    place = chosen(places, args)
    return {
        "places": places,
        "place": place,
        "tabs": [
            {"label": p.name, "url": url_for("stock.index", warehouse=p.id), "current": p.id == place.id}
            for p in places
        ],
        "listing": models.list_levels(s, place.id, args) if place else None,
        "chips": _chips(args),
        "args": args,
        "level": stock_level,
        "tones": TONES,
        **more,
    }


def _tab(one: Any, place: Any) -> dict[str, Any]:
    return {"label": one.name, "url": url_for("stock.index", warehouse=one.id), "current": one.id == place.id}


def chosen(places: Any, args: dict[str, str]) -> Any:
    """The warehouse that the address names, else the main one; None when there is none at all."""
    wanted = args.get("warehouse", "")
    found = [p for p in places if str(p.id) == wanted]
    if wanted and not found:
        raise NotFound()
    return (found or [*places, None])[0]


def _chips(args: dict[str, str]) -> list[dict[str, Any]]:
    kept: dict[str, Any] = {name: args[name] for name in ("warehouse", "q") if args.get(name)}
    shown = models.show_of(args)
    return [
        {"label": label, "url": url_for("stock.index", **kept, show=value), "current": value == shown}
        for value, label in SHOW_CHIPS
    ]


@blueprint.get("/skus/<int:sku_id>")
@allowed(Permission.STOCK_VIEW)
def sku(sku_id: int) -> Response:
    """One package: where it lies, and its moves in one warehouse."""
    s, args = db.session(), web.args.to_dict()
    found, places = sku_row(s, sku_id), models.levels_of(s, sku_id)
    place = chosen(places, args)
    if place is None:
        raise NoWarehouse()
    moves = models.moves_of(s, sku_id, place.id, args)
    return page(
        "stock/sku.html", sku=found, places=places, place=place, moves=moves, causes=_causes(s, moves.rows),
        kinds=dict(MoveKind.pairs()), level=stock_level, tones=TONES,
    )  # fmt: skip


def _causes(s: Session, rows: Any) -> dict[tuple[str, int], tuple[str, str]]:
    """(kind, id) of the record behind a move -> its number and address, where a room above says them."""
    found = {}
    for kind in {row.cause_kind for row in rows if row.cause_kind in timeline.DOCUMENTS}:
        ids = sorted({row.cause_id for row in rows if row.cause_kind == kind})
        found.update({(kind, key): value for key, value in timeline.DOCUMENTS[kind](s, ids).items()})
    return found


@blueprint.get("/skus/<int:sku_id>/row")
@allowed(Permission.STOCK_VIEW)
def row(sku_id: int) -> Response:
    """The row of the list again: what leaving its form shows."""
    return _row(sku_id)


def _row(sku_id: int, **more: Any) -> Response:
    context = _one(sku_id) if is_fragment() else _index(_only(sku_id))
    return page("stock/index.html", "stock/_level.html", **context, **more)


def _one(sku_id: int) -> dict[str, Any]:
    """The row of the list for one package in the warehouse that the address names."""
    s = db.session()
    found = sku_row(s, sku_id)
    levels = models.levels_of(s, sku_id)
    place = chosen(levels, web.values.to_dict())
    if place is None:
        raise NoWarehouse()
    row = {
        "id": sku_id, "code": found.code, "label": found.label, "spec": found.spec, "unit": found.unit,
        "state": found.state, "on_hand": place.on_hand, "reserved": place.reserved, "free": place.free,
    }  # fmt: skip
    return {"row": row, "place": place, "level": stock_level, "tones": TONES}


def _only(sku_id: int) -> dict[str, str]:
    """The list's filter under which only this package is shown."""
    only = {"q": str(sku_row(db.session(), sku_id).code)}
    return {**only, **{k: v for k, v in web.values.items() if k == "warehouse"}}


@blueprint.get("/skus/<int:sku_id>/count")
@allowed(Permission.STOCK_ADJUST)
def count(sku_id: int) -> Response:
    return _count(sku_id, CountForm(None))


def _count(sku_id: int, form: CountForm, status: int = 200) -> Response:
    one = _one(sku_id)
    more = {"form": form, "errors": status == 422}
    context = {**one, **more} if is_fragment() else _index(_only(sku_id), editing=one["row"], **more)
    return page("stock/index.html", "stock/_count.html", status=status, **context)


@blueprint.post("/skus/<int:sku_id>/count")
@allowed(Permission.STOCK_ADJUST)
def adjust(sku_id: int) -> Response:
    form, one = CountForm(), _one(sku_id)
    if not form.validate():
        return _count(sku_id, form, 422)
    place = one["place"]

    def do(s: Session) -> str:
        actions.adjust(
            s, place.id, sku_id, form.counted.data or 0, form.reason.data or "", who(),
            seen=web.form.get("seen", type=int),
        )  # fmt: skip
        return url_for("stock.index", warehouse=place.id)

    url = act(do, who().id)
    said = T(
        "已盘点 {code}：{before} → {counted}", code=one["row"]["code"], before=place.on_hand, counted=form.counted.data
    )
    return toast(_row(sku_id, saved=True), said) if is_fragment() else go(url, said)
