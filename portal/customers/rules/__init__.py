"""What a customer's file is: kinds, states, what it must hold, and how complete it is."""

from portal.customers.rules.completeness import Completeness, completeness
from portal.customers.rules.importing import IMPORT_COLUMNS, CustomerRow, read_import_row
from portal.customers.rules.kinds import (
    LIFE,
    TONES,
    Kind,
    KindFixed,
    PriceClass,
    PurchaseMode,
    SalesMode,
    State,
    after_resume,
    check_kind_change,
)
from portal.customers.rules.sentences import SENTENCES

__all__ = [
    "IMPORT_COLUMNS",
    "LIFE",
    "SENTENCES",
    "TONES",
    "Completeness",
    "CustomerRow",
    "Kind",
    "KindFixed",
    "PriceClass",
    "PurchaseMode",
    "SalesMode",
    "State",
    "after_resume",
    "check_kind_change",
    "completeness",
    "read_import_row",
]
