"""A new customer."""

from __future__ import annotations

from typing import Any

from portal.core.fields import Form, Optional, Phone, Pick, Required, Tick, Words
from portal.core.text import T
from portal.customers.forms.edits import label
from portal.customers.forms.fields import RegionField
from portal.customers.rules import Kind, PriceClass, SalesMode


class NewForm(Form):
    """What opens a file; all but name and kind can come later."""

    name = Words(label("name"), [Required()], most=100)
    kind = Pick(label("kind"), Kind)
    uscc = Words(label("uscc"), [Optional()], most=40, description=T("18 位，可以带空格粘贴"))
    phone = Phone(label("phone"), [Optional()])
    region_code = RegionField(label("region_code"))
    address = Words(label("address"), [Optional()], most=200)
    is_site = Tick(T("货就送到这个地址"), default=True)
    contact_name = Words(T("联系人姓名"), [Optional()], most=40)
    contact_phone = Phone(T("联系人电话"), [Optional()])
    sales_mode = Pick(label("sales_mode"), SalesMode)
    price_class = Pick(label("price_class"), PriceClass)
    pinyin = Words(label("pinyin"), [Optional()], most=60, description=T("拼音首字母；留空自动生成"))
    owner_id = Pick(T("负责人"), [])
    different = Tick(T("不是同一家，照样建档"))

    def customer(self) -> dict[str, Any]:
        """What `actions.create` takes."""
        names = ("name", "kind", "uscc", "phone", "region_code", "address", "sales_mode", "price_class", "pinyin")
        owner = self.owner_id.data if self.owner_id is not None else ""
        return {**{name: self[name].data or None for name in names}, "owner_id": int(owner) if owner else None}
