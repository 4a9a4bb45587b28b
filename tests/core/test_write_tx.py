"""write_tx, journal, numbers and once: what every action stands on."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.core import history
from portal.core.db import db, write_tx
from portal.core.once import OtherRequest, once
from portal.credit.models import CreditAccount
from tests.cast import Cast


def _say(s: Session, chain: str, n: int) -> None:
    history.record(s, "test.said", chain=chain, subject=("test", n), who=None, facts={"n": n, "word": "油"})


def test_the_chain_holds_and_a_changed_entry_is_found(app: Flask, s: Session) -> None:
    for n in range(3):
        with write_tx() as tx:
            _say(tx, "a", n)
            _say(tx, "b", n)
    assert list(history.verify(db.session.connection())) == [6]
    with pytest.raises(DBAPIError, match="append-only"):
        s.execute(text("update journal set facts = '{}' where position = 2 and chain = 'a'"))
    s.rollback()


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("damage", "place"),
    [
        ("update journal set facts = '{}' where position = 2 and chain = 'a'", ("a", 2, "altered")),
        ("delete from journal where position = 2 and chain = 'a'", ("a", 2, "missing")),
        ("delete from journal where position = 3 and chain = 'a'", ("a", 3, "cut off")),
        ("delete from journal where chain = 'a'", ("a", 1, "cut off")),
    ],
)
def test_damage_is_found_even_when_the_triggers_were_dropped(
    app: Flask, s: Session, damage: str, place: tuple[str, int, str]
) -> None:
    for n in range(3):
        with write_tx() as tx:
            _say(tx, "a", n)
    for verb in ("update", "delete"):
        s.execute(text(f"drop trigger journal_no_{verb}"))
    s.execute(text(damage))
    s.commit()
    assert history.Break(*place) in list(history.verify(db.session.connection()))


def test_a_repeated_request_gets_the_first_answer_and_changes_nothing(app: Flask, s: Session) -> None:
    done: list[int] = []

    def work(tx: Session) -> str:
        done.append(1)
        return f"/made/{len(done)}"

    assert once("key", 1, "same", work) == "/made/1"
    assert once("key", 1, "same", work) == "/made/1"
    assert once("key", 2, "same", work) == "/made/2"
    with pytest.raises(OtherRequest):
        once("key", 1, "other", work)
    assert len(done) == 2


def test_eight_writers_on_one_row_lose_nothing(app: Flask, the: Cast) -> None:
    failures: list[BaseException] = []

    def raise_limit() -> None:
        with app.app_context():
            for _ in range(10):
                try:
                    with write_tx() as s:
                        key = the.customers["dealer"]
                        account = s.get_one(CreditAccount, key, with_for_update=True, populate_existing=True)
                        account.limit_fen += 1
                except BaseException as failure:
                    failures.append(failure)
            db.session.remove()

    threads = [threading.Thread(target=raise_limit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    with app.app_context():
        limit = db.session.scalar(
            select(CreditAccount.limit_fen).where(CreditAccount.customer_id == the.customers["dealer"])
        )
    assert limit == 10_000_000 + 80
