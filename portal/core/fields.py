"""What people type: forms and fields that take it as people type it, and say how to mend the rest."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField as Tick
from wtforms import Field, SelectField, StringField, TextAreaField, ValidationError, validators
from wtforms import PasswordField as Password
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import TextInput

from portal.core import money
from portal.core.choice import Choice
from portal.core.refusal import Refusal, Wrong
from portal.core.text import T, Text

__all__ = [
    "Day",
    "Fen",
    "Form",
    "Length",
    "Measure",
    "Optional",
    "Paragraph",
    "Password",
    "Phone",
    "Pick",
    "Quantity",
    "Required",
    "Tick",
    "Words",
    "half_width",
    "whole",
]  # fmt: skip


class Form(FlaskForm):
    """A form of this portal; the CSRF token is checked for every POST by the application, not by each form."""

    class Meta:
        csrf = False

    def mend(self, wrong: Wrong) -> None:
        """Show what an action refused at the fields it names (or on top)."""
        for name, text in wrong.errors.items():
            field = self._fields.get(name)
            if field is None:
                self.form_errors.append(text)
            else:
                field.errors = [*field.errors, text]


def half_width(text: str | None) -> str:
    """Full-width digits and signs made half-width, ends trimmed."""
    return unicodedata.normalize("NFKC", text or "").replace("\x00", "").strip()


def whole(text: str | None, *, least: int = 1, most: int = 1_000_000) -> int:
    """A whole number as people type it: "６ 桶", "1,200"; raises ValidationError that says how to mend it."""
    clean = re.sub(r"[\s,_]|(桶|箱|件|个|支|吨|罐|提)$", "", half_width(text))  # data
    if not re.fullmatch(r"[+-]?\d{1,12}", clean):
        raise ValidationError(T("填大于 0 的整数，例如 6") if least == 1 else T("填整数，例如 6"))
    number = int(clean)
    if number < least:
        raise ValidationError(T("填大于 0 的整数") if least == 1 else T("不能小于 {n}", n=least))
    if number > most:
        raise ValidationError(T("不能超过 {n}，核对位数", n=f"{most:,}"))
    return number


class Required(validators.InputRequired):
    """Must be filled in, with more than blanks; says what with."""

    def __init__(self, text: Text | None = None) -> None:
        super().__init__(text or T("这一项要填"))

    def __call__(self, form: Any, field: Any) -> None:
        super().__call__(form, field)
        if isinstance(field.raw_data[0], str) and not half_width(field.raw_data[0]):
            field.errors = []
            raise validators.StopValidation(self.message)


class Optional(validators.Optional):
    """May stay empty."""


class Length:
    """At most so many characters."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, form: Any, field: Any) -> None:
        if len(field.data or "") > self.most:
            raise ValidationError(T("最多 {most} 个字，现在 {n} 个", most=self.most, n=len(field.data)))


class Words(StringField):
    """One line of text, trimmed; at most 200 characters unless told."""

    def __init__(self, label: Text, checks: Iterable[Any] = (), *, most: int = 200, **kw: Any) -> None:
        super().__init__(label, [*checks, Length(most)], filters=[_trimmed], **kw)


class Paragraph(TextAreaField):
    """Several lines of text, trimmed; at most 2,000 characters unless told."""

    def __init__(self, label: Text, checks: Iterable[Any] = (), *, most: int = 2000, **kw: Any) -> None:
        super().__init__(label, [*checks, Length(most)], filters=[_trimmed], **kw)


def _trimmed(text: str | None) -> str:
    return (text or "").replace("\x00", "").strip()


class _Typed(Field):
    """A field whose value is read from text; what was typed stays in the box when it cannot be read."""

    widget = TextInput()
    inputmode = "text"

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.written(self.data)

    def written(self, value: Any) -> str:
        return str(value)

    def read(self, text: str) -> Any:
        raise NotImplementedError

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not valuelist or not half_width(valuelist[0]):
            return
        try:
            self.data = self.read(valuelist[0])
        except ValidationError as refused:
            raise ValueError(refused.args[0]) from refused
        except Refusal as refused:
            raise ValueError(refused.said) from refused

    def pre_validate(self, form: Any) -> None:
        """A value of 0 counts as filled in, so `Required` looks at what was typed."""


class Quantity(_Typed):
    """Whole packages, `least` to `most`."""

    inputmode = "numeric"

    def __init__(self, label: Text, checks: Iterable[Any] = (), *, least: int = 1, most: int = 1_000_000, **kw: Any):
        super().__init__(label, list(checks), **kw)
        self.least, self.most = least, most

    def read(self, text: str) -> int:
        return whole(text, least=self.least, most=self.most)


class Fen(_Typed):
    """Money typed in yuan, kept in fen; `least_fen` 1 unless told, `most_fen` as much as money can be."""

    inputmode = "decimal"

    def __init__(
        self,
        label: Text,
        checks: Iterable[Any] = (),
        *,
        least_fen: int = 1,
        most_fen: int = money.LARGEST_FEN,
        **kw: Any,
    ) -> None:
        super().__init__(label, list(checks), **kw)
        self.least_fen, self.most_fen = least_fen, most_fen

    def written(self, value: Any) -> str:
        return money.plain(value)

    def read(self, text: str) -> int:
        fen = money.parse(text)
        if fen < self.least_fen:
            raise ValidationError(
                T("金额要大于 0") if self.least_fen == 1 else T("金额不能小于 {least_fen}", least_fen=self.least_fen)
            )
        if fen > self.most_fen:
            raise ValidationError(T("金额不能超过 {most_fen}，核对小数点", most_fen=self.most_fen))
        return fen


class Measure(_Typed):
    """Litres or kilograms with up to three decimals, kept in millilitres or grams; `unit` is "L" or "kg"."""

    inputmode = "decimal"

    def __init__(self, label: Text, checks: Iterable[Any] = (), *, unit: str = "L", **kw: Any) -> None:
        super().__init__(label, list(checks), **kw)
        self.unit = unit

    def written(self, value: Any) -> str:
        return f"{value / 1000:.3f}".rstrip("0").rstrip(".")

    def read(self, text: str) -> int:
        clean = re.sub(r"[\s,]|升|公斤|千克|l|kg", "", half_width(text), flags=re.IGNORECASE)  # data
        if not re.fullmatch(r"\d{1,6}(\.\d{1,3})?", clean) or not float(clean):
            raise ValidationError(T("填大于 0 的数，最多三位小数，例如 200"))
        return round(float(clean) * 1000)


class Day(_Typed):
    """A date as people type it: 2026-11-23, 2026/11/23, 20261123, 2026年11月23日."""

    inputmode = "numeric"

    def written(self, value: Any) -> str:
        return str(value.isoformat())

    def read(self, text: str) -> date:
        found = re.fullmatch(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?", half_width(text))
        try:
            if found is None:
                raise ValueError
            return date(*(int(part) for part in found.groups()))
        except ValueError:
            raise ValidationError(T("日期写成 2026-11-23")) from None


class Phone(_Typed):
    """A Chinese mobile (11 digits) or a land line; pasted forms are taken."""

    inputmode = "tel"

    def read(self, text: str) -> str:
        clean = re.sub(r"[\s\-()+]", "", half_width(text))
        clean = re.sub(r"^(0086|86)(?=1\d{10}$)", "", clean)
        if not clean.isdigit():
            raise ValidationError(T("电话只写数字，例如 138 0013 8000"))
        if clean.startswith("1") and len(clean) != 11:
            raise ValidationError(T("手机应为 11 位，现在 {n} 位", n=len(clean)))
        if not 7 <= len(clean) <= 12:
            raise ValidationError(T("电话应为 7 到 12 位，现在 {n} 位", n=len(clean)))
        return clean


class Pick(SelectField):
    """One of a Choice, or of given (value, label) pairs."""

    def __init__(self, label: Text, choices: type[Choice] | list[tuple[Any, Any]] | None = None, **kw: Any) -> None:
        pairs = choices.pairs() if isinstance(choices, type) else (choices or [])
        super().__init__(label, choices=[SelectChoice(value, word) for value, word in pairs], **kw)

    def pre_validate(self, form: Any) -> None:
        if not any(self.coerce(value) == self.data for value, *_ in self.choices):
            raise ValidationError(T("从列表里选一项"))
