# data
"""The packaged table of regions is the public one, written shorter."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from portal.customers import regions

PSEUDO = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}
TABLE = Path(regions.__file__).with_name("regions.txt")


def shortened(source: Path) -> list[str]:
    """The lines of regions.txt for the public table: prefix, name ("-": no real city), counties by their last digits.

    To write the file again, print them below its head.
    """
    with gzip.open(source, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = {row["code"][:4]: row["name"] for row in rows if row["level"] == "city"}
    lines = {row["code"][:2]: row["name"] for row in rows if row["level"] == "province"}
    for prefix, name in names.items():
        counties = [
            row["code"][4:] + row["name"]
            for row in rows
            if row["level"] == "county" and row["code"][:4] == prefix and row["code"][4:] != "00"
        ]
        lines[prefix] = " ".join(["-" if name in PSEUDO else name, *counties])
    return [f"{prefix} {rest}" for prefix, rest in sorted(lines.items())]


@pytest.mark.data
def test_it_holds_exactly_what_its_source_holds(shared_data: Path) -> None:
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert lines == shortened(shared_data / "regions" / "cn_divisions.csv.gz")


def test_a_name_goes_from_the_province_down_without_the_areas_that_are_none() -> None:
    assert regions.name("500112") == "重庆市 渝北区"
    assert regions.name("510107") == "四川省 成都市 武侯区"
    assert regions.name("500229") == "重庆市 城口县"
    assert regions.name("429004") == "湖北省 仙桃市"
    assert regions.name("441900") == "广东省 东莞市"
    assert regions.full("510107") == "四川省成都市武侯区"


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert regions.name("999999") == "999999"
    assert regions.name(None) == ""
    assert not regions.exists("999999")
    assert regions.exists("460400")
    assert regions.line("999999") == []


def test_children_go_down_to_what_has_none() -> None:
    provinces = regions.children(None)
    assert len(provinces) == 31
    assert provinces[0] == ("110000", "北京市")
    assert ("500112", "渝北区") in regions.children("500000")
    assert ("500229", "城口县") in regions.children("500000")
    assert ("510100", "成都市") in regions.children("510000")
    assert all(code.startswith("5101") for code, _ in regions.children("510100"))
    assert regions.children("441900") == regions.children("500112") == regions.children("nowhere") == []
    assert ("429004", "仙桃市") in regions.children("420000")


def test_every_region_is_reached_from_its_province() -> None:
    reached = {code for code, _ in regions.children(None)}
    todo = list(reached)
    while todo:
        below = [code for code, _ in regions.children(todo.pop())]
        reached.update(below)
        todo.extend(below)
    assert len(reached) == 31 + 342 - 9 + 2978 - 3
    assert all(regions.exists(code) for code in reached)


def test_the_line_of_a_region_is_what_a_picker_has_to_preselect() -> None:
    assert regions.line("510107") == ["510000", "510100", "510107"]
    assert regions.line("500112") == ["500000", "500112"]
    assert regions.line("510000") == ["510000"]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("500112", "500112"),
        ("重庆市渝北区", "500112"),
        ("重庆市 渝北区", "500112"),
        ("重庆市/渝北区", "500112"),
        ("重庆渝北区", "500112"),
        ("渝北区", "500112"),
        ("四川成都武侯区", "510107"),
        ("四川省成都市", "510100"),
        ("朝阳区", None),
        ("北京市朝阳区", "110105"),
        ("999999", None),
        ("火星", None),
        ("", None),
    ],
)
def test_a_region_is_read_as_people_write_it(typed: str, code: str | None) -> None:
    assert regions.code_of(typed) == code
