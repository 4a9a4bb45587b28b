# data
"""What the demo supplier sells: real products with their grades; prices are invented.

Brand, name, kind and viscosity as listed in two public catalogues: vonksvenom/lubewise-manager
(lubrificanteData.js) and BlessedNur/Industrial-Lubricants-and-Oil (allProducts.js). Packages are those of the
Chinese trade (18 L pail, 200 L drum, cartons of 4 L cans, 15 kg pail and 180 kg drum of grease).
"""

from __future__ import annotations

from typing import NamedTuple


class Oil(NamedTuple):
    """One product; `yuan_per_litre` (per kg for grease) is the list price in drums, tax included."""

    code: str
    brand: str
    name: str
    kind: str
    viscosity: str
    performance: str
    yuan_per_litre: int
    packages: str
    """Letters of PACKAGES."""


class Pack(NamedTuple):
    """A package: suffix of the code, kind, words, unit, litres, gross kilograms, packages a multiple, price factor."""

    suffix: str
    kind: str
    words: str
    unit: str
    litres: float | None
    kilograms: float
    multiple: int
    factor: float
    returnable: bool = False


PACKAGES = {
    "D": Pack("200", "drum", "200 L 大桶", "桶", 200, 193, 1, 1.0, returnable=True),
    "P": Pack("18", "pail", "18 L 中桶", "桶", 18, 17.1, 1, 1.12),
    "C": Pack("4X6", "carton", "4 L × 6 箱", "箱", 24, 22.8, 1, 1.3),
    "L": Pack("1X12", "carton", "1 L × 12 箱", "箱", 12, 11.6, 2, 1.45),
    "G": Pack("15K", "pail", "15 kg 中桶", "桶", None, 16.2, 1, 1.1),
    "K": Pack("180K", "drum", "180 kg 大桶", "桶", None, 200, 1, 1.0, returnable=True),
}

OILS = (
    Oil("OMS2-220", "Shell", "Omala S2 G 220", "gear", "ISO VG 220", "CKD", 26, "DP"),
    Oil("OMS2-320", "Shell", "Omala S2 G 320", "gear", "ISO VG 320", "CKD", 27, "DP"),
    Oil("OMS4-220", "Shell", "Omala S4 GX 220", "gear", "ISO VG 220", "CKD", 98, "DP"),
    Oil("OMS4-320", "Shell", "Omala S4 GX 320", "gear", "ISO VG 320", "CKD", 101, "DP"),
    Oil("TEL2-68", "Shell", "Tellus S2 M 68", "hydraulic", "ISO VG 68", "L-HM", 23, "DP"),
    Oil("MOR4-220", "Shell", "Morlina S4 B 220", "gear", "ISO VG 220", "CKB", 92, "D"),
    Oil("MOR4-460", "Shell", "Morlina S4 B 460", "gear", "ISO VG 460", "CKB", 97, "D"),
    Oil("COR2-46", "Shell", "Corena S2 R 46", "compressor", "ISO VG 46", "DAB", 31, "DP"),
    Oil("ROT4", "Shell", "Rotella T4 15W-40", "engine", "15W-40", "CK-4", 34, "DPC"),
    Oil("ROT6", "Shell", "Rotella T6 5W-40", "engine", "5W-40", "CK-4", 58, "DPC"),
    Oil("SPX4-30", "Shell", "Spirax S4 CX 30", "transmission", "SAE 30", "TO-4", 37, "DP"),
    Oil("GAD2", "Shell", "Gadus S2 V220", "grease", "NLGI 2", "EP", 42, "GK"),
    Oil("GAD3", "Shell", "Gadus S3 V220C 2", "grease", "NLGI 2", "EP", 66, "GK"),
    Oil("DTE25", "Mobil", "DTE 25", "hydraulic", "ISO VG 46", "L-HM", 29, "DP"),
    Oil("SHC627", "Mobil", "SHC 627", "gear", "ISO VG 100", "CKD", 118, "DP"),
    Oil("SHC630", "Mobil", "SHC 630", "gear", "ISO VG 220", "CKD", 122, "DP"),
    Oil("XP460", "Mobil", "Mobilgear 600 XP 460", "gear", "ISO VG 460", "CKD", 33, "DP"),
    Oil("VAC2", "Mobil", "Vactra Oil No. 2", "slideway", "ISO VG 68", "G", 30, "DP"),
    Oil("M1-0W20", "Mobil", "Mobil 1 0W-20", "engine", "0W-20", "SP", 92, "CL"),
    Oil("M1-0W40", "Mobil", "Mobil 1 0W-40", "engine", "0W-40", "SN", 96, "CL"),
    Oil("M1-5W30", "Mobil", "Mobil 1 5W-30", "engine", "5W-30", "SP", 88, "CL"),
    Oil("XHP222", "Mobil", "Mobilgrease XHP 222", "grease", "NLGI 2", "EP", 58, "GK"),
    Oil("SHC220", "Mobil", "Mobilith SHC 220", "grease", "NLGI 2", "EP", 168, "G"),
    Oil("MTHD30", "Mobil", "Mobiltrans HD 30", "transmission", "SAE 30", "TO-4", 36, "DP"),
    Oil("MERO320", "Texaco", "Meropa 320", "gear", "ISO VG 320", "CKD", 28, "DP"),
    Oil("RAN46", "Texaco", "Rando HD 46", "hydraulic", "ISO VG 46", "L-HM", 22, "DP"),
    Oil("MULT2", "Texaco", "Multifak EP 2", "grease", "NLGI 2", "EP", 38, "GK"),
    Oil("CAP68", "Texaco", "Capella WF 68", "compressor", "ISO VG 68", "DRA", 41, "DP"),
    Oil("MGE85", "Chevron", "Multigear EP-5 85W-140", "gear", "85W-140", "GL-5", 32, "DP"),
    Oil("MGX75", "Chevron", "Multigear Extreme EP-5", "gear", "75W-90", "GL-5", 54, "DP"),
    Oil("ATFMD3", "Chevron", "ATF MD-3", "transmission", "", "DEXRON III", 39, "PC"),
    Oil("DELOG", "Chevron", "Delo Gear ESI", "gear", "80W-90", "GL-5", 38, "DP"),
    Oil("EDGE530", "Castrol", "Edge 5W-30", "engine", "5W-30", "SP", 84, "CL"),
    Oil("EDGE020", "Castrol", "Edge 0W-20", "engine", "0W-20", "SP", 86, "CL"),
    Oil("GTX520", "Castrol", "GTX 5W-20", "engine", "5W-20", "SP", 56, "CL"),
    Oil("QUA530", "Total", "Quartz INEO Long Life", "engine", "5W-30", "C3", 82, "CL"),
    Oil("MAXTD", "Gulf", "Max TD 15W-40", "engine", "15W-40", "CI-4", 30, "DPC"),
    Oil("MFLEET", "Gulf", "Multi Fleet 5W-30", "engine", "5W-30", "CF", 44, "PC"),
    Oil("POW4T", "Gulf", "Powertrac 4T 10W-30", "engine", "10W-30", "SL", 46, "L"),
    Oil("TTT4450", "Liqui Moly", "Top Tec Truck 4450", "engine", "15W-40", "CJ-4", 62, "P"),
    Oil("MOLY540", "Liqui Moly", "Molygen New Generation", "engine", "5W-40", "SN", 104, "C"),
    Oil("MOT8100", "Motul", "8100 X-clean EFE", "engine", "5W-30", "C3", 98, "CL"),
    Oil("ED680", "Petro-Canada", "Enduratex EP 680", "gear", "ISO VG 680", "CKD", 48, "D"),
    Oil("PHX150", "Phillips 66", "Extra Duty Gear Oil 150", "gear", "ISO VG 150", "CKD", 29, "DP"),
)

DISCOUNTS = {"silver": 95, "gold": 91}
"""Per cent of the list price by class; ten drums or more cost two points less."""
