"""Oils, packages and prices: what they are and which price applies, with the rule that gave it."""

from __future__ import annotations

from portal.core.choice import Choice


class OilKind(Choice):
    ENGINE = "engine", "发动机油"
    GEAR = "gear", "齿轮油"
    HYDRAULIC = "hydraulic", "液压油"
    TURBINE = "turbine", "汽轮机油"
    COMPRESSOR = "compressor", "压缩机油"
    TRANSMISSION = "transmission", "传动油"
    SLIDEWAY = "slideway", "导轨油"
    GREASE = "grease", "润滑脂"
    COOLANT = "coolant", "冷却液"
    OTHER = "other", "其他"


class PackageKind(Choice):
    DRUM = "drum", "大桶"
    PAIL = "pail", "中桶"
    CAN = "can", "小桶"
    CARTON = "carton", "箱"
    IBC = "ibc", "吨箱"
    BULK = "bulk", "散装"
    PIECE = "piece", "件"


class SkuState(Choice):
    ON_SALE = "on_sale", "在售"
    DISCONTINUED = "discontinued", "停售"
