"""Who sees what of deliveries, and what the pages do: dispatcher, lesser colleague, stranger, the other driver."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from portal.core import clock
from portal.core.db import db, write_tx
from portal.credit.models import Hold
from portal.deliveries.models import ProofOfDelivery, Run, Shipment, ShipmentLine, Stop, Vehicle
from portal.deliveries.rules import Deviation, Said
from portal.payments.models import Invoice
from portal.stock.models import DrumEntry
from tests.cast import Cast
from tests.conftest import Person, only_sqlite
from tests.deliveries.conftest import Road
from tests.flow.chain import signature

SignIn = Callable[..., Person]
PNG = (
    "data:image/png;base64,"
    + base64.b64encode(
        base64.b64decode(
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
        )
    ).decode()
)


@dataclass(slots=True)
class Day:
    """A planned run, and one on the road whose first stop was signed for in part."""

    planned: int
    out: int
    first: int
    second: int
    lines: list[Any]
    ready: int
    shipment: int
    order: int


@pytest.fixture
def day(app: Flask, the: Cast, road: Road) -> Day:
    with app.app_context():
        planned = road.run(road.order("plant", CI4=1))
        with write_tx() as s:
            s.get_one(Vehicle, the.vehicle).driver_id = the.people["si"]
        out = road.out(road.order(HM46=2, CI4=4), road.order("plant", CI4=2))
        first, second = road.stops(out)
        _drum, pail = road.lines(first)
        road.sign(first, {pail.id: Said(3, rest=Deviation.SHORT)}, note="外箱湿了")
        lines = road.lines(second)
        ready = road.order(CI4=3)
        shipment = db.session.execute(select(Shipment.id, Shipment.order_id).where(Shipment.stop_id == first)).one()
        found = Day(planned, out, first, second, lines, ready, shipment.id, shipment.order_id)
        db.session.remove()
    return found


def _urls(day: Day, the: Cast) -> dict[str, str]:
    """url -> who may read it."""
    staff = "diao sun cai cen fan ji zong amy qu"
    return {
        "/deliveries": "diao",
        f"/deliveries/runs/{day.out}": f"si {staff}",
        f"/deliveries/runs/{day.out}/loading-list": f"si {staff}",
        "/deliveries/vehicles": "diao",
        f"/deliveries/vehicles/{the.vehicle}": "diao",
        "/deliveries/mine": "si song",
        f"/deliveries/stops/{day.second}": "si",
        f"/deliveries/stops/{day.first}/signature": f"si lin lu {staff}",
        f"/deliveries/shipments/{day.shipment}": f"si lin lu {staff}",
        f"/orders/{day.order}/deliveries": f"lin lu {staff}",
        f"/customers/{the.customers['dealer']}/deliveries": staff,
    }


@only_sqlite
def test_each_page_opens_for_those_it_is_for_and_for_nobody_else(
    app: Flask, the: Cast, day: Day, sign_in: SignIn
) -> None:
    for login in the.people:
        person = sign_in(login)
        for url, readers in _urls(day, the).items():
            status = person.get(url).status_code
            if login in readers.split():
                assert status == 200, (login, url, status)
            elif url.endswith(str(day.second)) and login in "diao sun cai cen fan ji zong amy qu gao":
                assert status == 303  # to the shipment's own page
            else:
                assert status == (404 if login in "lin lu shi gao" or status == 404 else 403), (login, url, status)


@only_sqlite
def test_another_driver_and_a_stranger_find_nothing(app: Flask, day: Day, sign_in: SignIn) -> None:
    for login in ("song", "shi", "bai"):
        person = sign_in(login)
        for url in (
            f"/deliveries/runs/{day.out}", f"/deliveries/stops/{day.first}", f"/deliveries/stops/{day.first}/photo",
            f"/deliveries/stops/{day.first}/signature", f"/deliveries/shipments/{day.shipment}",
        ):  # fmt: skip
            assert person.get(url).status_code == 404, (login, url)
    assert sign_in("song").post(f"/deliveries/stops/{day.second}/confirm").status_code == 404


@only_sqlite
def test_nobody_but_the_dispatcher_plans_and_nobody_but_credit_releases(app: Flask, day: Day, sign_in: SignIn) -> None:
    plans = [
        f"/deliveries/runs/{day.planned}/{verb}"
        for verb in ("load", "unload", "depart", "cancel", "edit", "hand-over", "order")
    ]
    plans += ["/deliveries/assign", "/deliveries/vehicles", f"/deliveries/stops/{day.second}/move"]
    plans += [f"/deliveries/shipments/{day.shipment}/take-off"]
    for login, status in (("sun", 403), ("si", 403), ("cai", 403), ("lin", 404)):
        person = sign_in(login)
        assert {person.post(url).status_code for url in plans} == {status}, login
    assert sign_in("diao").post(f"/deliveries/stops/{day.second}/release", {"reason": "x"}).status_code == 403
    assert sign_in("diao").post(f"/deliveries/stops/{day.second}/confirm").status_code == 403


@only_sqlite
def test_unknown_and_impossible_addresses_are_not_found(app: Flask, sign_in: SignIn) -> None:
    diao, si = sign_in("diao"), sign_in("si")
    for number in (0, 999, 10**12, 10**30):
        for url in ("runs/{}", "stops/{}", "shipments/{}", "vehicles/{}", "runs/{}/loading-list", "stops/{}/photo"):
            person = diao if url.startswith("vehicles") else si
            assert person.get("/deliveries/" + url.format(number)).status_code == 404, (url, number)
    for query in ("?day=x", "?warehouse=x", "?warehouse=99", "?region=%00", "?tick=1&day=2026-02-30"):
        assert diao.get("/deliveries" + query).status_code == 200, query


def test_the_board_shows_what_can_go_and_why_some_cannot(
    app: Flask, the: Cast, day: Day, sign_in: SignIn, road: Road
) -> None:
    page = sign_in("diao").see("/deliveries")
    assert "渝北示例润滑油经销部" in page and "重庆市 渝北区" in page and f'id="order-{day.ready}"' in page
    assert "渝A12345" in page and f'value="run:{day.planned}"' in page and f'value="run:{day.out}"' not in page
    with app.app_context():
        with write_tx() as s:
            s.add(
                Hold(
                    customer_id=the.customers["dealer"], kind="manual", reason="x", figures="{}", placed_at=clock.now()
                )
            )
        db.session.remove()
    page = sign_in("diao").see("/deliveries")
    assert "信用冻结" in page and f'id="order-{day.ready}"' not in page
    assert f'href="/orders/{day.ready}"' in page  # greyed, not hidden
    english = sign_in("diao", "en").see("/deliveries")
    assert "Delivery board" in english and "Assign to" in english


@only_sqlite
def test_the_board_costs_the_same_statements_for_one_order_and_for_many(
    app: Flask, day: Day, road: Road, sign_in: SignIn
) -> None:
    diao = sign_in("diao")
    counts = []
    for more in (0, 5):
        with app.app_context():
            for _ in range(more):
                road.order(CI4=1)
                road.order("plant", CI4=1)
            db.session.remove()
            sent: list[str] = []
            engine = db.engine
            hear = lambda *args, sent=sent: sent.append(args[2])  # noqa: E731
            event.listen(engine, "before_cursor_execute", hear)
        diao.see("/deliveries")
        event.remove(engine, "before_cursor_execute", hear)
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 11, counts


def test_ticked_orders_go_to_a_vehicle_and_its_run_is_opened(app: Flask, the: Cast, day: Day, sign_in: SignIn) -> None:
    diao = sign_in("diao")
    answer = diao.post("/deliveries/assign", {"order": [day.ready], "to": f"vehicle:{the.vehicle}", "once": "k1"})
    assert answer.status_code == 303 and answer.location.startswith("/deliveries?day=2026-11-23")
    again = diao.post("/deliveries/assign", {"order": [day.ready], "to": f"vehicle:{the.vehicle}", "once": "k1"})
    assert again.location == answer.location
    with app.app_context():
        run = db.session.scalars(select(Shipment.run_id).where(Shipment.order_id == day.ready)).one()
        assert run not in (day.planned, day.out)
        assert db.session.scalar(select(func.count()).select_from(Run)) == 3
        db.session.remove()


@only_sqlite
def test_htmx_gets_the_board_again_with_its_news(app: Flask, day: Day, sign_in: SignIn) -> None:
    diao = sign_in("diao")
    answer = diao.post("/deliveries/assign", {"order": [day.ready], "to": f"run:{day.planned}"}, htmx=True)
    assert answer.status_code == 200 and answer.text.lstrip().startswith('<div class="board" id="board">')
    assert f'id="order-{day.ready}"' not in answer.text and "portal:toast" in answer.headers["HX-Trigger"]
    assert answer.text.strip()[:200] in diao.see("/deliveries") or "board-form" in answer.text


@only_sqlite
def test_a_refused_assignment_keeps_the_ticks_and_says_why(app: Flask, day: Day, road: Road, sign_in: SignIn) -> None:
    with app.app_context():
        many = road.order(HM46=20)
        db.session.remove()
    diao = sign_in("diao")
    answer = diao.post("/deliveries/assign", {"order": [many], "to": f"run:{day.planned}"})
    assert answer.status_code == 422 and "超出车辆载量" in answer.text
    assert re.search(rf'id="order-{many}"[^>]* checked', answer.text)
    for data in ({"to": f"run:{day.planned}"}, {"order": [many]}, {"order": [many], "to": "run:x"}):
        assert diao.post("/deliveries/assign", data).status_code == 422
    reason = {"order": [many], "to": f"run:{day.planned}", "overload_reason": "两趟装完"}
    assert diao.post("/deliveries/assign", reason).status_code == 303
    assert "两趟装完" in diao.see(f"/deliveries/runs/{day.planned}")
    stale = diao.post("/deliveries/assign", reason)
    assert stale.status_code == 409 and "有订单现在不能排车" in stale.text


@only_sqlite
def test_the_poll_says_nothing_while_nothing_changed(app: Flask, day: Day, sign_in: SignIn) -> None:
    diao = sign_in("diao")
    found = re.search(r'hx-get="([^"]+)"', diao.see("/deliveries"))
    assert found is not None
    url = found[1].replace("&amp;", "&")
    assert diao.get(url, htmx=True).status_code == 204
    diao.post(f"/deliveries/runs/{day.planned}/load")
    assert "装车中" in diao.get(url, htmx=True).text


def test_a_run_goes_its_way_by_the_buttons_of_its_page(app: Flask, day: Day, sign_in: SignIn) -> None:
    diao = sign_in("diao")
    url = f"/deliveries/runs/{day.planned}"
    assert "开始装车" in diao.see(url) and f"{url}/depart" not in diao.see(url)
    for verb, word in (("load", "装车中"), ("unload", "已排车"), ("load", "装车中"), ("depart", "在途")):
        assert diao.post(f"{url}/{verb}").status_code == 303
        assert word in diao.see(url), verb
    assert diao.post(f"{url}/cancel").status_code == 409
    paper = diao.see(f"{url}/loading-list")
    assert "装车单" in paper and "CI4-18" in paper and "YC20261123-0001" in paper


@only_sqlite
def test_a_held_stop_is_named_on_the_run_and_credit_lets_it_go(
    app: Flask, the: Cast, day: Day, sign_in: SignIn
) -> None:
    with app.app_context():
        with write_tx() as s:
            plant = the.customers["plant"]
            s.add(Hold(customer_id=plant, kind="manual", reason="x", figures="{}", placed_at=clock.now()))
            stop = s.scalars(select(Stop.id).where(Stop.run_id == day.planned)).one()
        db.session.remove()
    diao, cai, url = sign_in("diao"), sign_in("cai"), f"/deliveries/runs/{day.planned}"
    answer = diao.post(f"{url}/load")
    assert answer.status_code == 409 and "1 江北示例机械厂" in answer.text and f"release-{stop}" not in answer.text
    assert cai.post(f"/deliveries/stops/{stop}/release", {"reason": " "}).status_code == 422
    assert cai.post(f"/deliveries/stops/{stop}/release", {"reason": "保证金已付"}).status_code == 303
    assert "保证金已付" in diao.see(url)
    assert diao.post(f"{url}/load").status_code == 303


@only_sqlite
def test_stops_are_ordered_by_number_and_by_arrow(app: Flask, day: Day, road: Road, sign_in: SignIn) -> None:
    diao, url = sign_in("diao"), f"/deliveries/runs/{day.planned}"
    diao.post("/deliveries/assign", {"order": [day.ready], "to": f"run:{day.planned}"})
    with app.app_context():
        one, two = road.stops(day.planned)
        db.session.remove()
    diao.post(f"{url}/order", {f"pos-{one}": "２", f"pos-{two}": "1", "pos-x": "3", "pos-9": "y"})
    with app.app_context():
        assert road.stops(day.planned) == [two, one]
        db.session.remove()
    assert diao.post(f"/deliveries/stops/{one}/move", {"to": "1"}).location == f"{url}#stop-{one}"
    with app.app_context():
        assert road.stops(day.planned) == [one, two]
        shipment = db.session.scalars(select(Shipment.id).where(Shipment.order_id == day.ready)).one()
        db.session.remove()
    assert diao.post(f"/deliveries/shipments/{shipment}/take-off").location == url
    assert "已作废" in diao.see(f"/deliveries/shipments/{shipment}")


@only_sqlite
def test_another_vehicle_is_chosen_on_the_run(app: Flask, the: Cast, day: Day, sign_in: SignIn) -> None:
    diao, url = sign_in("diao"), f"/deliveries/runs/{day.planned}"
    data = {"vehicle_id": the.vehicle, "driver_id": the.people["song"], "version": "2"}
    assert diao.post(f"{url}/edit", data).status_code == 303
    assert "宋司机" in diao.see(url)
    assert diao.post(f"{url}/edit", data).status_code == 409  # changed since version 2
    assert diao.post(f"{url}/edit", {**data, "driver_id": "77", "version": ""}).status_code == 422


@only_sqlite
def test_another_driver_takes_over_on_the_road(app: Flask, the: Cast, day: Day, sign_in: SignIn) -> None:
    diao, song, url = sign_in("diao"), sign_in("song"), f"/deliveries/runs/{day.out}"
    assert "换送货员" in diao.see(url) and f"{url}/edit" not in diao.see(url)
    assert diao.post(f"{url}/hand-over", {"driver_id": str(the.people["wu"])}).status_code == 422
    assert (
        diao.post(f"/deliveries/runs/{day.planned}/hand-over", {"driver_id": str(the.people["si"])}).status_code == 409
    )
    assert diao.post(f"{url}/hand-over", {"driver_id": str(the.people["song"])}).status_code == 303
    assert song.see(f"/deliveries/stops/{day.second}") and sign_in("si").get(url).status_code == 404


@only_sqlite
def test_vehicles_are_kept_by_the_dispatcher(app: Flask, the: Cast, sign_in: SignIn) -> None:
    diao = sign_in("diao")
    new = {"plate": "渝b 77777", "name": "面包车", "capacity_kg": "８００", "capacity_drums": "4", "driver_id": "0"}
    assert diao.post("/deliveries/vehicles", new).status_code == 303
    assert "渝B77777" in diao.see("/deliveries/vehicles")
    twice = diao.post("/deliveries/vehicles", new)
    assert twice.status_code == 422 and "这个车牌已登记过" in twice.text
    wrong = diao.post("/deliveries/vehicles", {**new, "plate": "", "capacity_kg": "x"})
    assert wrong.status_code == 422 and "填车牌" in wrong.text and 'value="x"' in wrong.text
    changed = {**new, "plate": "渝A12345", "name": "大车", "driver_id": str(the.people["si"])}
    assert diao.post(f"/deliveries/vehicles/{the.vehicle}", changed).status_code == 303
    assert "停用" in diao.see("/deliveries/vehicles")  # the tick was not sent
    assert diao.post(f"/deliveries/vehicles/{the.vehicle}", {**changed, "plate": "渝B77777"}).status_code == 422


def _slip(day: Day, **more: Any) -> dict[str, Any]:
    (pail,) = day.lines
    return {f"delivered-{pail.id}": str(pail.quantity), "receiver": "高工", "signature": PNG, "once": "o1", **more}


def test_the_driver_sees_the_next_stop_and_signs_it_off(app: Flask, the: Cast, day: Day, sign_in: SignIn) -> None:
    si, url = sign_in("si"), f"/deliveries/stops/{day.second}"
    assert f'href="{url}"' in si.see("/deliveries/mine")
    page = si.see(url)
    assert "第 2 站，共 2 站" in page and 'value="plant 收货人"' in page and "确认签收 2 桶" in page
    signed = {"signed_at": "2026-11-23T01:20:00.000Z", "note": "放门口"}
    answer = si.post(f"{url}/confirm", _slip(day, **signed))
    assert (answer.status_code, answer.location) == (303, "/deliveries/mine")
    assert si.post(f"{url}/confirm", _slip(day, **signed)).location == "/deliveries/mine"
    assert si.post(f"{url}/confirm", _slip(day, receiver="别人")).location == "/deliveries/mine"
    assert si.post(f"{url}/confirm", _slip(day, once="o2")).location == "/deliveries/mine"
    assert "第一次的签收有效" in si.see("/deliveries/mine")
    with app.app_context():
        proof = db.session.execute(
            select(
                ProofOfDelivery.receiver, ProofOfDelivery.note, ProofOfDelivery.signed_at, ProofOfDelivery.recorded_at
            ).where(ProofOfDelivery.stop_id == day.second)
        ).one()  # fmt: skip
        assert (proof.receiver, proof.note) == ("高工", "放门口")
        assert (clock.now() - proof.signed_at).seconds == 600 and proof.recorded_at == clock.now()
        assert db.session.scalar(select(func.count()).select_from(Invoice)) == 2
        assert db.session.scalar(select(Run.state).where(Run.id == day.out)) == "done"
        db.session.remove()
    assert "高工" in si.see(url)
    picture = si.get(f"{url}/signature")
    assert picture.mimetype == "image/jpeg" and picture.data.startswith(b"\xff\xd8")
    assert si.get(f"{url}/photo").status_code == 404


@only_sqlite
def test_the_driver_reports_what_is_missing_and_takes_empties_back(
    app: Flask, the: Cast, day: Day, sign_in: SignIn
) -> None:
    si, url, (pail,) = sign_in("si"), f"/deliveries/stops/{day.second}", day.lines
    wrong = si.post(f"{url}/confirm", _slip(day, **{f"delivered-{pail.id}": "1"}))
    assert wrong.status_code == 422 and f'href="#line-{pail.id}"' in wrong.text and PNG in wrong.text
    too_many = si.post(f"{url}/confirm", _slip(day, **{f"delivered-{pail.id}": "9"}))
    assert too_many.status_code == 422 and "合计不能超过" in too_many.text
    no_number = si.post(f"{url}/confirm", _slip(day, **{f"delivered-{pail.id}": "两桶"}))
    assert no_number.status_code == 422 and "两桶" in no_number.text
    refused = {f"delivered-{pail.id}": "１", f"rest-{pail.id}": "refused", f"why-{pail.id}": "quality"}
    assert si.post(f"{url}/confirm", _slip(day, **refused)).status_code == 303
    with app.app_context():
        line = db.session.execute(
            select(ShipmentLine.delivered, ShipmentLine.refused, ShipmentLine.reason).where(ShipmentLine.id == pail.id)
        ).one()
        assert tuple(line) == (1, 1, "quality")
        db.session.remove()
    assert "质量有疑问" in si.see(url)


@only_sqlite
def test_a_failed_stop_needs_a_reason_and_a_photo_or_a_note(app: Flask, day: Day, sign_in: SignIn) -> None:
    si, url = sign_in("si"), f"/deliveries/stops/{day.second}"
    bare = si.post(f"{url}/confirm", {"do": "fail", "receiver": "高工"})
    assert bare.status_code == 422 and "选一个没送成的原因" in bare.text and "拍张照片" in bare.text
    photo = io.BytesIO(signature().content)
    kept = si.post(f"{url}/confirm", {"do": "fail", "photo": (photo, "门.jpg")}, content_type="multipart/form-data")
    assert kept.status_code == 422 and "刚才的照片已留下" in kept.text
    ticket = re.search(r'name="kept_photo" value="([^"]+)"', kept.text)
    assert ticket is not None
    done = si.post(f"{url}/confirm", {"do": "fail", "fail": "absent", "kept_photo": ticket[1]})
    assert done.status_code == 303
    assert si.get(f"{url}/photo").mimetype == "image/jpeg"
    with app.app_context():
        assert db.session.scalar(select(Stop.state).where(Stop.id == day.second)) == "failed"
        db.session.remove()


@only_sqlite
def test_what_is_no_picture_is_refused_and_a_forged_ticket_is_none(app: Flask, day: Day, sign_in: SignIn) -> None:
    si, url = sign_in("si"), f"/deliveries/stops/{day.second}/confirm"
    for bad in ("data:image/png;base64,AAAA", "data:image/png;base64,%%%", "x", "data:text/html;base64,PGI+"):
        assert si.post(url, _slip(day, signature=bad)).status_code == 422, bad
    wrong = si.post(url, _slip(day, photo=(io.BytesIO(b"MZ..."), "x.jpg")), content_type="multipart/form-data")
    assert wrong.status_code == 422 and "JPG" in wrong.text
    forged = si.post(url, {"do": "fail", "fail": "absent", "kept_photo": "../../etc/passwd"})
    assert forged.status_code == 422


@only_sqlite
def test_empties_are_written_into_the_ledger(app: Flask, the: Cast, day: Day, road: Road, sign_in: SignIn) -> None:
    with app.app_context():
        (stop,) = road.stops(road.out(road.order(HM46=1)))
        db.session.remove()
    si, drum = sign_in("si"), the.skus["HM46-200"]
    assert "客户在账 2 桶" in si.see(f"/deliveries/stops/{stop}")
    slip = {"receiver": "老王", "signature": PNG, f"empties-{drum}": "2"}
    assert si.post(f"/deliveries/stops/{stop}/confirm", slip).status_code == 303
    with app.app_context():
        entries = db.session.execute(
            select(DrumEntry.kind, DrumEntry.quantity).where(DrumEntry.cause_id == stop).order_by(DrumEntry.id)
        ).all()
        assert [tuple(entry) for entry in entries] == [("delivered", 1), ("returned", -2)]
        db.session.remove()
    assert "1 个" in sign_in("sun").see(f"/customers/{the.customers['dealer']}/deliveries")


@only_sqlite
def test_customers_see_their_own_deliveries_with_what_was_short(app: Flask, day: Day, sign_in: SignIn) -> None:
    page = sign_in("lu").see(f"/deliveries/shipments/{day.shipment}")
    assert "部分签收" in page and "收货人老王" in page and "外箱湿了" in page and "刁度" not in page
    order = sign_in("lu").see(f"/orders/{day.order}")
    assert f'href="/deliveries/shipments/{day.shipment}"' in order and f'href="/orders/{day.order}/deliveries"' in order
    assert "收货人老王" in sign_in("lu").see(f"/orders/{day.order}/deliveries")
    assert "¥" not in sign_in("si").see(f"/deliveries/shipments/{day.shipment}")
    assert "经过" in sign_in("sun").see(f"/deliveries/shipments/{day.shipment}")


@only_sqlite
def test_the_slip_is_light(app: Flask, day: Day, sign_in: SignIn) -> None:
    page = sign_in("si").see(f"/deliveries/stops/{day.second}")
    assert len(page.encode()) < 40_000 and "htmx" not in page
