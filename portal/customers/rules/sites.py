"""What a place for goods must fulfil."""

from __future__ import annotations

from datetime import time

from portal.core.text import T, Text

EAST, NORTH = (73, 136), (3, 54)
"""China's degrees of longitude and latitude: a pair outside was swapped or mistyped."""


def faults(
    longitude: float | None, latitude: float | None, receives_from: time | None, receives_until: time | None
) -> dict[str, Text]:
    """Field -> what is wrong with coordinates and receiving window; empty when both can be taken."""
    return _coordinates(longitude, latitude) | _window(receives_from, receives_until)


def _coordinates(longitude: float | None, latitude: float | None) -> dict[str, Text]:
    if longitude is None and latitude is None:
        return {}
    if longitude is None or latitude is None:
        return {"coordinates": T("经度和纬度要一起填")}
    if _within(latitude, EAST) and _within(longitude, NORTH):
        return {"coordinates": T("经度和纬度填反了，对调一下")}
    if not (_within(longitude, EAST) and _within(latitude, NORTH)):
        return {"coordinates": T("坐标不在国内：经度 73 到 136，纬度 3 到 54，例如 106.551, 29.563")}
    return {}


def _within(degrees: float, limits: tuple[int, int]) -> bool:
    return limits[0] <= degrees <= limits[1]


def _window(receives_from: time | None, receives_until: time | None) -> dict[str, Text]:
    if (receives_from is None) != (receives_until is None):
        name = "receives_from" if receives_from is None else "receives_until"
        return {name: T("收货时间的开始和结束要一起填")}
    if receives_from is not None and receives_until is not None and receives_from >= receives_until:
        return {"receives_until": T("结束时间要晚于开始时间")}
    return {}
