"""Who may do what, as a page; and the settings."""

from __future__ import annotations

from itertools import groupby

from flask import request as web
from flask import url_for
from flask.wrappers import Response
from sqlalchemy.orm import Session
from wtforms import ValidationError

from portal.core import money
from portal.core.db import db
from portal.core.fields import whole
from portal.core.pages import act, go, page
from portal.core.refusal import Refusal
from portal.core.settings import Setting
from portal.core.text import T, Text
from portal.people import actions
from portal.people.guard import allowed, who
from portal.people.routes._blueprint import blueprint
from portal.people.rules import OWNERS_ONLY, ROLE_TABLE, Permission, Role

ROOMS = {
    "home": T("首页"),
    "style": T("样式"),
    "people": T("人员"),
    "customers": T("客户"),
    "products": T("产品"),
    "stock": T("库存"),
    "credit": T("信用"),
    "payments": T("收款"),
    "orders": T("订单"),
    "deliveries": T("配送"),
}


@blueprint.get("/people/roles")
@allowed(Permission.PEOPLE_MATRIX)
def roles() -> Response:
    """The table of roles, or with `role` what one role may do."""
    grouped = [
        (ROOMS[room], list(of_room)) for room, of_room in groupby(Permission, lambda p: p.value.partition(":")[0])
    ]
    chosen = web.args.get("role")
    chips = [{"label": T("全部"), "url": url_for("people.roles"), "current": chosen not in set(Role)}] + [
        {"label": role.label, "url": url_for("people.roles", role=role.value), "current": role == chosen}
        for role in Role
    ]
    shown = [Role(chosen)] if chosen in set(Role) else list(Role)
    return page("people/roles.html", groups=grouped, roles=shown, table=ROLE_TABLE, owners=OWNERS_ONLY, chips=chips)


@blueprint.get("/people/settings")
@allowed(Permission.SETTINGS_EDIT)
def settings() -> Response:
    s = db.session()
    values = {key: setting.get(s) for key, setting in Setting.known.items()}
    return _settings({key: _written(key, value) for key, value in values.items()}, values, {}, 200)


def _settings(typed: dict[str, str], seen: dict[str, int], errors: dict[str, Text], status: int) -> Response:
    return page(
        "people/settings.html", status=status, known=sorted(Setting.known.values(), key=lambda one: one.key),
        typed=typed, seen=seen, errors=errors, written=_written,
    )  # fmt: skip


def _written(key: str, value: int) -> str:
    return money.plain(value) if key.endswith("_fen") else str(value)


def _read(key: str, text: str) -> int:
    if not key.endswith("_fen"):
        return whole(text, least=0)
    fen = money.parse(text)
    if fen < 0:
        raise ValidationError(T("不能小于 {n}", n=0))
    return fen


@blueprint.post("/people/settings")
@allowed(Permission.SETTINGS_EDIT)
def save_settings() -> Response:
    typed = {key: web.form.get(key, "") for key in Setting.known}
    seen = {key: int(text) for key in Setting.known if (text := web.form.get(f"seen-{key}", "")).isdecimal()}
    wanted: dict[str, int] = {}
    errors: dict[str, Text] = {}
    for key, text in typed.items():
        try:
            wanted[key] = _read(key, text)
        except ValidationError as wrong:
            errors[key] = wrong.args[0]
        except Refusal as wrong:
            errors[key] = wrong.said
    if errors:
        return _settings(typed, seen, errors, 422)

    def save(s: Session) -> str:
        actions.change_settings(s, wanted, seen, who())
        return url_for("people.settings")

    return go(act(save, who().id), T("已保存。"))
