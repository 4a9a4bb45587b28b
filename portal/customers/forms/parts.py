"""Contacts and sites as people type them."""

from __future__ import annotations

from typing import Any

from portal.core.fields import Form, Optional, Paragraph, Phone, Required, Tick, Words
from portal.core.text import T
from portal.customers.forms.fields import Clock, Coordinates, RegionField
from portal.customers.rules.groups import CONTACT, SITE

C, S = ({field.name: field.label for field in group.fields} for group in (CONTACT, SITE))


class PartForm(Form):
    """A form of which two may stand on one page; `given()` is what the actions take, empty text as nothing."""

    def named(self, prefix: str) -> PartForm:
        """The form with ids of its own."""
        for field in self:
            field.id = f"{prefix}-{field.short_name}"
        return self

    def given(self) -> dict[str, Any]:
        return {name: value if value != "" else None for name, value in self.data.items()}


class ContactForm(PartForm):
    name = Words(C["name"], [Required()], most=40)
    position = Words(C["position"], [Optional()], most=40)
    phone = Phone(C["phone"], [Optional()])
    is_main = Tick(C["is_main"])
    may_receive = Tick(C["may_receive"], description=T("可以在送货单上签字"))


class SiteForm(PartForm):
    name = Words(S["name"], [Required()], most=60, description=T("例如 总仓、厂区油库"))
    region_code = RegionField(S["region_code"])
    address = Words(S["address"], [Required()], most=200)
    contact_name = Words(S["contact_name"], [Optional()], most=40)
    phone = Phone(S["phone"], [Optional()])
    receives_from = Clock(S["receives_from"], [Optional()])
    receives_until = Clock(S["receives_until"], [Optional()])
    coordinates = Coordinates(T("坐标"), [Optional()], description=T("地图上的经度, 纬度，例如 106.551, 29.563"))
    unloading = Paragraph(S["unloading"], [Optional()], most=500, description=T("叉车、限行、门岗、进厂手续等"))
    is_default = Tick(S["is_default"])

    def __init__(self, *args: Any, obj: Any = None, **kw: Any) -> None:
        both = obj is not None and obj.longitude is not None
        super().__init__(*args, obj=obj, coordinates=(obj.longitude, obj.latitude) if both else None, **kw)

    def given(self) -> dict[str, Any]:
        """The pair of coordinates is taken apart."""
        values = super().given()
        longitude, latitude = values.pop("coordinates") or (None, None)
        return {**values, "longitude": longitude, "latitude": latitude}
