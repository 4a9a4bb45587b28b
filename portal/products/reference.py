"""What the standards say of viscosity and consistency, in small tables of our own.

Used to offer and check grades when a product is typed, and to say on its page what a grade means. Figures only, no
text of a standard; check them against the standard itself before a customer is told. Where each table is from:

- ISO 3448 (GB/T 3141): industrial viscosity grades; midpoint at 40 °C, limits 10 % either way.
  scribd.com/doc/289424684; lubesolut.com/en/herramientas/tabla-viscosidades; united-oil.com/default.aspx?uc=19
- SAE J300: engine oils, table of 2015-01-20. raso.name/index.php/cars/22-maintaining/51;
  united-oil.com/default.aspx?uc=19
- SAE J306: gear oils, table of February 2019. pmlubrication.com.au/charts
- NLGI: consistency of grease, worked penetration at 25 °C in 0.1 mm.
  realservices.com/Technical/Analytical-Almanac/nlgi_consistency.html;
  liquisearch.com/nlgi_consistency_number/classification
- API service categories. aa1car.com/library/api_motor_oil_classifications.htm; motorequipmentnews.co.nz/node/1920;
  africorppetroleum.com/oil-classification; reedoildiffuser.blogspot.com/2009/09/motor-oil-guide.html;
  synforce.com.au/oil_classifications.html; kirei-chemical.com/news; fuelsandlubes.com; en.prem-motors.ru
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from portal.core.text import T, Text

ISO_VG: dict[str, Decimal] = {
    grade: Decimal(midpoint)
    for grade, midpoint in (
        ("2", "2.2"), ("3", "3.2"), ("5", "4.6"), ("7", "6.8"), ("10", "10"), ("15", "15"), ("22", "22"),
        ("32", "32"), ("46", "46"), ("68", "68"), ("100", "100"), ("150", "150"), ("220", "220"), ("320", "320"),
        ("460", "460"), ("680", "680"), ("1000", "1000"), ("1500", "1500"),
    )
}  # fmt: skip
"""Grade -> midpoint in mm²/s at 40 °C."""


class Winter(NamedTuple):
    """A W grade of SAE J300: cold cranking and pumping (mPa·s at most, at °C), least mm²/s at 100 °C."""

    cranking: int
    cranking_at: int
    pumping: int
    pumping_at: int
    least: str


class Summer(NamedTuple):
    """A grade at 100 °C: from `least` to below `below` mm²/s; least viscosity at 150 °C and high shear, mPa·s."""

    least: str
    below: str | None
    sheared: str | None = None


J300_WINTER = {
    "0W": Winter(6200, -35, 60_000, -40, "3.8"),
    "5W": Winter(6600, -30, 60_000, -35, "3.8"),
    "10W": Winter(7000, -25, 60_000, -30, "4.1"),
    "15W": Winter(7000, -20, 60_000, -25, "5.6"),
    "20W": Winter(9500, -15, 60_000, -20, "5.6"),
    "25W": Winter(13_000, -10, 60_000, -15, "9.3"),
}
J300 = {
    "8": Summer("4.0", "6.1", "1.7"),
    "12": Summer("5.0", "7.1", "2.0"),
    "16": Summer("6.1", "8.2", "2.3"),
    "20": Summer("6.9", "9.3", "2.6"),
    "30": Summer("9.3", "12.5", "2.9"),
    "40": Summer("12.5", "16.3", "3.7"),
    "50": Summer("16.3", "21.9", "3.7"),
    "60": Summer("21.9", "26.1", "3.7"),
}
LIGHT_40 = "3.5"
"""High shear of SAE 40 behind 0W, 5W and 10W."""

J306_WINTER = {"70W": (-55, "3.8"), "75W": (-40, "3.8"), "80W": (-26, "8.5"), "85W": (-12, "11.0")}
"""Grade -> (highest °C at 150,000 mPa·s, least mm²/s at 100 °C)."""
J306 = {
    "65": Summer("3.8", "5.0"),
    "70": Summer("5.0", "6.5"),
    "75": Summer("6.5", "8.5"),
    "80": Summer("8.5", "11.0"),
    "85": Summer("11.0", "13.5"),
    "90": Summer("13.5", "18.5"),
    "110": Summer("18.5", "24.0"),
    "140": Summer("24.0", "32.5"),
    "190": Summer("32.5", "41.0"),
    "250": Summer("41.0", None),
}

NLGI: dict[str, tuple[int, int, Text]] = {
    "000": (445, 475, T("流体状")),
    "00": (400, 430, T("半流体")),
    "0": (355, 385, T("很软")),
    "1": (310, 340, T("软")),
    "2": (265, 295, T("中等")),
    "3": (220, 250, T("偏硬")),
    "4": (175, 205, T("硬")),
    "5": (130, 160, T("很硬")),
    "6": (85, 115, T("极硬")),
}
"""Grade -> penetration from, to in 0.1 mm, and how it feels."""

PETROL, DIESEL = T("汽油机"), T("柴油机")
API: dict[str, tuple[Text, str | None]] = {
    "SP": (PETROL, "2020-05"), "SN PLUS": (PETROL, "2018-05"), "SN": (PETROL, "2010-10"), "SM": (PETROL, "2004-11"),
    "SL": (PETROL, "2001-07"), "SJ": (PETROL, None), "CK-4": (DIESEL, "2016-12"), "FA-4": (DIESEL, "2016-12"),
    "CJ-4": (DIESEL, None), "CG-4": (DIESEL, "1994"),
}  # fmt: skip
"""Category -> engine and the month it came in, where a source gave it."""
API_OBSOLETE = ("SH", "SG", "SF", "SE", "SD", "SC", "SB", "SA")
