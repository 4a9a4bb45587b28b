"""`portal verify` names what does not follow from the rows of deliveries."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.deliveries.rules import Deviation, Said
from portal.deliveries.verify import differences
from tests.conftest import only_sqlite
from tests.deliveries.conftest import Road


@only_sqlite
@pytest.mark.parametrize(
    ("damage", "what"),
    [
        ("update order_line set shipped = shipped + 1, ordered = ordered + 1", "order line {line} shipped"),
        ("update order_line set delivered = delivered - 1", "order line {line} delivered"),
        ("update shipment_line set delivered = 3, short = 0, quantity = 3", "stop {stop} state"),
        ("update stop set state = 'delivered'", "stop {stop} state"),
        ("delete from proof_of_delivery", "stop {stop} proof"),
        ("update run set state = 'under_way'", "run {run} state"),
        ("update shipment_line set price_fen = price_fen + 1", "shipment {shipment} invoiced_fen"),
        ("update shipment set amount_fen = amount_fen + 1", "shipment {shipment} amount_fen"),
    ],
)
def test_each_damage_is_named(app: Flask, s: Session, road: Road, damage: str, what: str) -> None:
    run_id = road.out(road.order(HM46=4))
    (stop_id,) = road.stops(run_id)
    (line,) = road.lines(stop_id)
    road.sign(stop_id, {line.id: Said(3, rest=Deviation.SHORT)})
    s.rollback()
    assert list(differences(s)) == []
    s.execute(text(damage))
    ids = {"run": run_id, "stop": stop_id, "line": 1, "shipment": 1}
    assert what.format(**ids) in [found.what for found in differences(s)]
    s.rollback()


def test_a_planned_line_must_be_reserved(app: Flask, s: Session, road: Road) -> None:
    road.run(road.order(HM46=4))
    assert list(differences(s)) == []
    s.execute(text("update order_line set reserved = 3"))
    assert [found.what for found in differences(s)] == ["order line 1 planned but not reserved"]
    s.rollback()
