"""Grades are read as people write them and mean what the standards say."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from portal.products import grades, reference
from portal.products.grades import Grade, fault, meaning, offered, read_grade
from portal.products.rules import OilKind


@pytest.mark.parametrize(
    ("typed", "kind", "name"),
    [
        ("vg46", "hydraulic", "ISO VG 46"),
        ("ISO VG 46", "hydraulic", "ISO VG 46"),
        ("４６", "hydraulic", "ISO VG 46"),
        ("320", "gear", "ISO VG 320"),
        ("15w40", "engine", "15W-40"),
        ("SAE 15W/40", "engine", "15W-40"),
        ("40", "engine", "SAE 40"),
        ("sae30", "transmission", "SAE 30"),
        ("85W-140", "gear", "85W-140"),
        ("2#", "grease", "NLGI 2"),
        ("00号", "grease", "NLGI 00"),
        ("nlgi 000", "grease", "NLGI 000"),
        ("10W", "transmission", "10W"),
    ],
)
def test_grades_are_read_as_people_write_them(typed: str, kind: str, name: str) -> None:
    grade = read_grade(typed, kind)
    assert grade and grade.name == name
    assert read_grade(grade.name, kind) == grade
    assert fault(typed, kind) is None and meaning(typed, kind)


@pytest.mark.parametrize(("typed", "kind"), [("ISO VG 47", "hydraulic"), ("15W-45", "engine"), ("NLGI 7", "grease")])
def test_what_is_no_grade_is_told_with_what_would_be(typed: str, kind: str) -> None:
    assert read_grade(typed, kind) is None and meaning(typed, kind) == []
    assert fault(typed, kind)


def test_the_nearest_grade_is_named() -> None:
    assert str(fault("VG 47", "hydraulic")) == "没有 ISO VG 47 这个等级，最近的是 ISO VG 46"


def test_coolant_and_the_rest_take_any_words() -> None:
    assert fault("−35 °C", "coolant") is None and fault("随便", "other") is None


def test_what_a_grade_means_in_figures() -> None:
    assert str(meaning("ISO VG 46", "hydraulic")[0]) == "ISO VG 46：40 °C 时 41.4–50.6 mm²/s"
    assert str(meaning("ISO VG 100", "gear")[0]) == "ISO VG 100：40 °C 时 90–110 mm²/s"
    assert [str(t) for t in meaning("5W-40", "engine")] == [
        "5W-40：100 °C 时 12.5 至小于 16.3 mm²/s",
        "-30 °C 冷启动黏度不大于 6,600 mPa·s",
        "-35 °C 泵送黏度不大于 60,000 mPa·s",
        "150 °C 高温高剪切黏度不小于 3.5 mPa·s",
    ]
    assert str(meaning("15W-40", "engine")[3]).endswith("3.7 mPa·s")
    assert len(meaning("85W-140", "gear")) == 2


def test_every_grade_that_a_form_offers_is_one() -> None:
    for kind in OilKind:
        for name in offered(kind):
            assert fault(name, kind) is None, (kind, name)
    assert isinstance(read_grade("80W-90", "gear"), Grade)


def test_performance_classes_are_told_where_they_are_known() -> None:
    assert [str(t) for t in grades.classes("API SP / CK-4, A3/B4")] == [
        "API SP：汽油机，2020-05 起",
        "API CK-4：柴油机，2016-12 起",
    ]
    assert [str(t) for t in grades.classes("SG")] == ["API SG：汽油机，已淘汰"]
    assert grades.classes(None) == []


@pytest.mark.data
def test_the_tables_equal_the_public_ones(shared_data: Path) -> None:
    def rows(name: str) -> list[dict[str, str]]:
        with (shared_data / "lubricants" / name).open(encoding="utf-8") as file:
            return list(csv.DictReader(file))

    for row in rows("iso_3448_viscosity_grades.csv"):
        middle = reference.ISO_VG[row["iso_vg"]]
        assert middle == Decimal(row["midpoint_mm2s_40c"])
        assert middle * Decimal("0.9") == Decimal(row["min_mm2s_40c"])
        assert middle * Decimal("1.1") == Decimal(row["max_mm2s_40c"])
    for row in rows("nlgi_grease_grades.csv"):
        low, high, _feel = reference.NLGI[row["nlgi"]]
        assert [low, high] == [int(row["worked_penetration_min_0_1mm"]), int(row["worked_penetration_max_0_1mm"])]
    for row in rows("sae_j300_engine_oil.csv"):
        if row["grade"].endswith("W"):
            w = reference.J300_WINTER[row["grade"]]
            told = (w.cranking, w.cranking_at, w.pumping, w.pumping_at, w.least)
            names = ("cranking_max_mpas", "cranking_temp_c", "pumping_max_mpas", "pumping_temp_c", "kv100_min_mm2s")
            assert [str(v) for v in told] == [row[name] for name in names]
        else:
            s = reference.J300[row["grade"]]
            assert (s.least, s.below) == (row["kv100_min_mm2s"], row["kv100_below_mm2s"])
            assert row["hths150_min_mpas"] in (s.sheared, reference.LIGHT_40)
    for row in rows("sae_j306_gear_oil.csv"):
        if row["grade"].endswith("W"):
            at, least = reference.J306_WINTER[row["grade"]]
            assert (str(at), least) == (row["max_temp_c_for_150000_cp"], row["kv100_min_mm2s"])
        else:
            g = reference.J306[row["grade"]]
            assert (g.least, g.below or "") == (row["kv100_min_mm2s"], row["kv100_below_mm2s"])
    known = {*reference.API, *reference.API_OBSOLETE}
    assert known == {row["category"] for row in rows("api_service_categories.csv")}
