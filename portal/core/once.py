"""Exactly once: a repeated request changes nothing and gets the answer that the first one got."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core import clock
from portal.core.db import Base, write_tx
from portal.core.refusal import Refusal
from portal.core.text import T

KEPT = timedelta(days=30)


class OnceKey(Base):
    __tablename__ = "once_key"
    key: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str]
    answer: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)


class OtherRequest(Refusal):
    """The same key came with another content: the form was edited after it had been sent."""

    status = 409
    title = T("这张表单已经提交过")
    next = T("打开新的表单再填一次；之前提交的内容已经生效。")


def once(key: str | None, person_id: int, request: str, do: Callable[[Session], str]) -> str:
    """Do `do` in a write transaction, at most once per key and person; gives its answer (a URL), each time the same.

    `request` is what was asked (path and fields); only its digest is kept. Only successes are kept: a refused
    request may be mended and sent again under the same key.
    """
    if not key:
        with write_tx() as s:
            return do(s)
    digest = hashlib.sha256(request.encode()).hexdigest()
    with write_tx() as s:
        if not _claim(s, key, person_id, digest):
            first = s.execute(_FIRST, {"key": key, "person_id": person_id}).one()
            if first.digest != digest:
                raise OtherRequest()
            return str(first.answer)
        answer = do(s)
        s.connection().execute(_ANSWER, {"at_key": key, "by": person_id, "answer": answer})
        return answer


_once = cast(Table, OnceKey.__table__)
_ANSWER = (
    update(_once)
    .where(_once.c.key == bindparam("at_key"), _once.c.person_id == bindparam("by"))
    .values(answer=bindparam("answer"))
)


def _claim(s: Session, key: str, person_id: int, digest: str) -> bool:
    dialect = s.get_bind().dialect.name
    values = {"key": key, "person_id": person_id, "digest": digest, "answer": "", "at": clock.now()}
    return s.connection().execute(_CLAIM[dialect], values).first() is not None


_CLAIM = {
    "sqlite": sqlite.insert(OnceKey).on_conflict_do_nothing().returning(OnceKey.key),
    "postgresql": postgresql.insert(OnceKey).on_conflict_do_nothing().returning(OnceKey.key),
}


_FIRST = select(OnceKey.digest, OnceKey.answer).where(
    OnceKey.key == bindparam("key"), OnceKey.person_id == bindparam("person_id")
)


def purge(s: Session) -> None:
    """Forget keys that are older than 30 days."""
    s.execute(delete(OnceKey).where(OnceKey.at < clock.now() - KEPT))
