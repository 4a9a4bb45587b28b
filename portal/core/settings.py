"""Settings that the administrator changes on a page; every one has a default and a sentence that explains it."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.db import Base
from portal.core.text import Text


class SettingRow(Base):
    __tablename__ = "setting"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


_VALUE = select(SettingRow.value).where(SettingRow.key == bindparam("key"))


class Setting:
    """A whole number that people may change (fen, days): `MINIMUM = Setting("orders.minimum_fen", 0, T("…"))`."""

    known: dict[str, Setting] = {}  # noqa: RUF012

    def __init__(self, key: str, default: int, label: Text) -> None:
        self.key, self.default, self.label = key, default, label
        Setting.known[key] = self

    def get(self, s: Session) -> int:
        value = s.connection().execute(_VALUE, {"key": self.key}).scalar()
        return self.default if value is None else int(value)

    def put(self, s: Session, value: int) -> None:
        s.merge(SettingRow(key=self.key, value=value))
        s.flush()
