"""What a customer's file is: kinds, states, what it must hold, and how complete it is."""

from portal.customers.rules.kinds import (
    LIFE,
    TONES,
    CustomerStopped,
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
    "LIFE",
    "SENTENCES",
    "TONES",
    "CustomerStopped",
    "Kind",
    "KindFixed",
    "PriceClass",
    "PurchaseMode",
    "SalesMode",
    "State",
    "after_resume",
    "check_kind_change",
]
