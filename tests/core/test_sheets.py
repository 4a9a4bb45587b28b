"""Tables in and out."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import pytest

from portal.core import sheets
from portal.core.sheets import NotASheet

ROWS = [["编码", "名称"], ["HM46", "液压油，46 号"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_is_read_in_the_encodings_and_separators_people_send(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text("\n".join(separator.join(row) for row in ROWS), encoding=encoding)
    assert list(sheets.read(path)) == ROWS


def test_a_zipped_csv_is_read(tmp_path: Path) -> None:
    path = tmp_path / "list.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n1,2\n"))
    assert list(sheets.read(path)) == [["a", "b"], ["1", "2"]]


def test_a_workbook_comes_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "named.csv"  # told by content, not by name
    path.write_bytes(
        sheets.write_xlsx(["编码", "数量", "日期"], [["007", 12, date(2026, 11, 23)], ["=1+1", 2.5, None]])
    )
    assert list(sheets.read(path)) == [
        ["编码", "数量", "日期"],
        ["007", "12", "2026-11-23"],
        ["=1+1", "2.5", ""],
    ]


@pytest.mark.parametrize(
    "content", [b"MZ\x90\x00rest", b"%PDF-1.7", b"\x89PNG\r\n", b"PK\x03\x04broken", b"\xff\xfe\x00"]
)
def test_what_is_no_table_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "table.xlsx"
    path.write_bytes(content)
    with pytest.raises(NotASheet):
        list(sheets.read(path))


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\tx"])
def test_no_formula_gets_through_a_csv(text: str) -> None:
    lines = b"".join(sheets.write_csv(["名称"], [[text]])).decode("utf-8-sig").splitlines()
    assert lines[1].strip('"').startswith("'")
