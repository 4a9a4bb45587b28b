"""Oils, packages and prices: what they are and which price applies, with the rule that gave it."""

from portal.products.rules.choices import (
    MOST_PRICE_FEN,
    SENTENCES,
    OilKind,
    PackageKind,
    SkuState,
    package_words,
    search_text,
    sku_label,
    sku_spec,
)
from portal.products.rules.importing import IMPORT_COLUMNS, ProductRow, read_import_row
from portal.products.rules.pricing import Candidate, PassedOver, Priced, PriceRule, choose, why_not
from portal.products.rules.words import FIELDS, because, told

__all__ = [
    "FIELDS",
    "IMPORT_COLUMNS",
    "MOST_PRICE_FEN",
    "SENTENCES",
    "Candidate",
    "OilKind",
    "PackageKind",
    "PassedOver",
    "PriceRule",
    "Priced",
    "ProductRow",
    "SkuState",
    "because",
    "choose",
    "package_words",
    "read_import_row",
    "search_text",
    "sku_label",
    "sku_spec",
    "told",
    "why_not",
]
