"""What people type about oils, packages and prices."""

from __future__ import annotations

from typing import Any

from wtforms import ValidationError

from portal.core.fields import (
    Day,
    Fen,
    Form,
    Measure,
    Optional,
    Pick,
    Quantity,
    Required,
    Tick,
    Words,
)
from portal.core.text import T
from portal.customers.rules import PriceClass
from portal.products import grades
from portal.products.rules import FIELDS, MOST_PRICE_FEN, OilKind, PackageKind


class ProductForm(Form):
    name = Words(FIELDS["name"], [Required()], description=T("品牌和型号，例如 长路 抗磨液压油 46"))
    code = Words(FIELDS["code"], [Required()], most=40)
    brand = Words(FIELDS["brand"], [Optional()], most=60)
    kind = Pick(FIELDS["kind"], OilKind)
    viscosity = Words(FIELDS["viscosity"], [Optional()], most=40)
    performance = Words(
        FIELDS["performance"], [Optional()], most=80, description=T("API、ACEA 或国标等级，例如 CI-4、L-HM")
    )
    pinyin = Words(FIELDS["pinyin"], [Optional()], most=120, description=T("空着就按名称的拼音首字母生成"))

    def validate_viscosity(self, field: Words) -> None:
        """A grade of a standard, written the standard's way."""
        wrong = grades.fault(field.data or "", self.kind.data)
        if wrong:
            raise ValidationError(wrong)
        grade = grades.read_grade(field.data or "", self.kind.data)
        if grade:
            field.data = grade.name

    def fields(self) -> dict[str, Any]:
        """What the actions take; an empty box is None."""
        filled = {name: value or None for name, value in self.data.items()}
        if not filled["pinyin"]:
            del filled["pinyin"]
        return filled


class SkuForm(Form):
    code = Words(FIELDS["code"], [Required()], most=60)
    package = Pick(FIELDS["package"], PackageKind)
    package_name = Words(FIELDS["package_name"], [Optional()], most=60, description=T("例如 4 L × 6 箱；空着按容量写"))
    unit = Words(FIELDS["unit"], [Required()], most=8, default="桶")  # data
    volume_ml = Measure(FIELDS["volume_ml"], [Optional()], unit="L")
    weight_g = Measure(FIELDS["weight_g"], [Optional()], unit="kg")
    multiple = Quantity(FIELDS["multiple"], [Required()], most=9999, default=1)
    barcode = Words(FIELDS["barcode"], [Optional()], most=40)
    list_price_fen = Fen(FIELDS["list_price_fen"], [Optional()], least_fen=0, most_fen=MOST_PRICE_FEN)
    is_returnable = Tick(FIELDS["is_returnable"])

    def fields(self) -> dict[str, Any]:
        kept = ("is_returnable", "list_price_fen")
        return {name: value if name in kept else value or None for name, value in self.data.items()}


class SuccessorForm(Form):
    successor = Words(T("替代规格"), [Optional()], description=T("编码或名称；没有就空着"))


class AliasForm(Form):
    customer = Words(T("哪个客户"), [Required()])
    alias = Words(T("客户的叫法"), [Required()], most=80)


class PriceListForm(Form):
    name = Words(FIELDS["name"], [Required()], most=80)
    valid_from_on = Day(FIELDS["valid_from_on"], [Required()])
    valid_until_on = Day(FIELDS["valid_until_on"], [Optional()], description=T("含当天；空着表示一直有效"))


class NewPriceListForm(PriceListForm):
    target = Pick(T("给谁"), [("class", T("一个价格等级")), ("customer", T("一个客户"))])
    price_class = Pick(T("价格等级"), PriceClass)
    customer = Words(T("哪个客户"), [Optional()], description=T("编码、名称或助记码"))
    percent = Quantity(T("按原价的百分之几"), [Optional()], most=1000, default=100)


class LineForm(Form):
    sku = Words(T("规格"), [Required(T("填编码或名称"))])
    least = Quantity(FIELDS["least"], [Required()], default=1)
    price_fen = Fen(FIELDS["price_fen"], [Required()], least_fen=0, most_fen=MOST_PRICE_FEN)


class PriceForm(Form):
    """One price of a list, changed in its row."""

    least = Quantity(FIELDS["least"], [Required()])
    price_fen = Fen(FIELDS["price_fen"], [Required()], least_fen=0, most_fen=MOST_PRICE_FEN)


class WhyForm(Form):
    named = Words(T("哪个客户"), [Optional()])
    quantity = Quantity(T("数量"), [Optional()], default=1)
    day = Day(T("日期"), [Optional()])
