"""Tables that people bring: good rows go in, the rest comes back in a file with the reason beside each row."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from portal.core import sheets
from portal.core.db import write_tx
from portal.core.language import tr
from portal.core.refusal import Refusal, Wrong
from portal.core.search import fold
from portal.core.text import T

CHUNK = 100
"""Rows a transaction: short enough that nobody at work waits."""


class NoColumns(Refusal):
    title = T("认不出表头")
    next = T("第一行写列名，至少要有编码和名称。")


@dataclass(frozen=True, slots=True)
class Target:
    """What a file can be brought into: known headers, how a row is read, how it is put in."""

    columns: Mapping[str, str]
    """Folded header, Chinese or English, -> field."""
    read: Callable[[dict[str, str]], Any]
    """Cells by field -> a row; raises Wrong."""
    put: Callable[[Session, Any], str]
    """Puts the row in: "created", "changed" or "unchanged"; raises Refusal."""


@dataclass(slots=True)
class Outcome:
    """What came of a file: rows by what happened to them, and why rows were refused."""

    done: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    reasons: Counter[str] = field(default_factory=Counter)


Numbered = tuple[int, list[str]]


def bring(path: Path, target: Target, *, apply: bool, refused_to: Path | None = None) -> Outcome:
    """Read the file and put its good rows in (or only tell what would happen when `apply` is false).

    Refused rows are written to `refused_to` as they stood, with their line and the reasons. Memory does not grow with
    the file; the same file again changes nothing.
    """
    rows = enumerate(sheets.read(path), 1)
    number, heads = next(((n, row) for n, row in rows if any(row)), (0, []))
    fields = [target.columns.get(fold(head)) for head in heads]
    if not number or not any(fields):
        raise NoColumns(T("读到的表头：{heads}", heads=" | ".join(heads)[:200]))
    outcome = Outcome()
    with _refused_file(refused_to, heads) as refuse:
        filled = ((n, row) for n, row in rows if any(row))
        while chunk := list(islice(filled, CHUNK)):
            _put_chunk(chunk, fields, target, outcome, refuse, apply=apply)
    return outcome


class _OnlyLooking(Exception):
    """Takes a preview's changes back."""


def _put_chunk(
    chunk: Sequence[Numbered],
    fields: Sequence[str | None],
    target: Target,
    outcome: Outcome,
    refuse: Callable[[Numbered, str], None],
    *,
    apply: bool,
) -> None:
    good, bad = [], []
    for numbered in chunk:
        try:
            good.append((numbered, target.read(_cells(fields, numbered[1]))))
        except Refusal as refusal:
            bad.append((numbered, refusal))
    done: Counter[str] = Counter()
    try:
        with write_tx() as s:
            for numbered, row in good:
                try:
                    with s.begin_nested():
                        done[target.put(s, row)] += 1
                except Refusal as refusal:
                    bad.append((numbered, refusal))
            if not apply:
                raise _OnlyLooking
    except _OnlyLooking:
        pass
    outcome.done += done
    for numbered, why in sorted(bad, key=lambda pair: pair[0][0]):
        outcome.refused += 1
        for reason in _reasons(why):
            outcome.reasons[reason] += 1
        refuse(numbered, "；".join(_reasons(why)))  # data


def _cells(fields: Sequence[str | None], row: Sequence[str]) -> dict[str, str]:
    return {name: cell for name, cell in zip(fields, row, strict=False) if name}


def _reasons(refusal: Refusal) -> list[str]:
    return [tr(text) for text in refusal.errors.values()] if isinstance(refusal, Wrong) else [tr(refusal.said)]


@contextmanager
def _refused_file(path: Path | None, heads: Sequence[str]) -> Iterator[Callable[[Numbered, str], None]]:
    """A function that writes a refused row; the file is made with the first one."""
    if path is None:
        yield lambda _numbered, _why: None
        return
    made: list[Any] = []

    def refuse(numbered: Numbered, why: str) -> None:
        if not made:
            made.append(path.open("w", encoding="utf-8-sig", newline=""))
            csv.writer(made[0]).writerow([tr(T("行号")), tr(T("原因")), *heads])
        csv.writer(made[0]).writerow([numbered[0], why, *(sheets.safe(cell) for cell in numbered[1])])

    try:
        yield refuse
    finally:
        for file in made:
            file.close()
