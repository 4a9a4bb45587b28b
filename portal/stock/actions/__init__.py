"""What people and rooms above do with stock."""

from portal.stock.actions.goods import (
    adjust,
    goods_received,
    receive,
    record_drums,
    release,
    reserve,
    ship,
    take_back,
    write_off,
)
from portal.stock.actions.places import create_warehouse, edit_warehouse

__all__ = [
    "adjust",
    "create_warehouse",
    "edit_warehouse",
    "goods_received",
    "receive",
    "record_drums",
    "release",
    "reserve",
    "ship",
    "take_back",
    "write_off",
]
