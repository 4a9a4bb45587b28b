"""Files of rows: good ones go in, the rest comes back with its reason."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.core import imports
from portal.core.imports import NoColumns, Target, bring
from portal.core.refusal import Wrong
from portal.core.settings import Setting
from portal.core.text import T

NUMBER = Setting("test.number", 0, T("试"))


def _read(cells: dict[str, str]) -> int:
    if not cells.get("number", "").isdigit():
        raise Wrong({"number": T("“{text}”不是数字", text=cells.get("number", ""))})
    return int(cells["number"])


def _put(s: Session, number: int) -> str:
    before = NUMBER.get(s)
    NUMBER.put(s, max(before, number))
    return "unchanged" if number <= before else "changed"


TARGET = Target({"数字": "number", "number": "number"}, _read, _put)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "numbers.csv"
    path.write_text("备注,数字\n,1\na,x\n\n,3\nb,\n", encoding="utf-8")
    return path


def _refused(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_good_rows_go_in_and_bad_ones_come_back_with_their_line_and_reason(
    app: Flask, s: Session, table: Path, tmp_path: Path
) -> None:
    outcome = bring(table, TARGET, apply=True, refused_to=tmp_path / "refused.csv")
    assert (outcome.done["changed"], outcome.refused) == (2, 2)
    assert NUMBER.get(s) == 3
    assert _refused(tmp_path / "refused.csv") == [
        ["行号", "原因", "备注", "数字"],
        ["3", "“x”不是数字", "a", "x"],
        ["6", "“”不是数字", "b", ""],
    ]


def test_a_preview_changes_nothing_and_the_second_time_neither(app: Flask, s: Session, table: Path) -> None:
    assert bring(table, TARGET, apply=False).done["changed"] == 2
    assert NUMBER.get(s) == 0
    bring(table, TARGET, apply=True)
    again = bring(table, TARGET, apply=True)
    assert (again.done["changed"], again.done["unchanged"]) == (0, 2)


def test_a_file_without_known_columns_is_refused_by_its_head(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")
    with app.app_context(), pytest.raises(NoColumns):
        bring(path, TARGET, apply=True)


def test_chunks_are_short(monkeypatch: pytest.MonkeyPatch, app: Flask, s: Session, table: Path) -> None:
    taken: list[Any] = []
    monkeypatch.setattr(imports, "CHUNK", 1)

    def put(tx: Session, number: int) -> str:
        taken.append(number)
        return _put(tx, number)

    bring(table, Target(TARGET.columns, _read, put), apply=True)
    assert taken == [1, 3]
