"""Orders: states, what holds one up, what a line's quantities mean, and the words a list shows."""

from portal.orders.rules.journal import SENTENCES
from portal.orders.rules.quantities import (
    MOST,
    Allotted,
    Sums,
    add,
    cut_or_wait,
    nearest,
    progress,
    quantity_fault,
    share_out,
)
from portal.orders.rules.reasons import CREDIT_REASONS, Held, below_minimum, may_release, said
from portal.orders.rules.refusals import (
    BasketInUse,
    CustomerStopped,
    Decided,
    EmptyOrder,
    NoSite,
    NoStockYet,
    NotForSale,
    NothingToCancel,
    NotYourReview,
    OnARun,
    PriceChange,
    PricesChanged,
    ReasonMissing,
)
from portal.orders.rules.states import LIFE, Decision, Progress, Reason, Shortage, State
from portal.orders.rules.words import Word, word

__all__ = [
    "CREDIT_REASONS", "LIFE", "MOST", "SENTENCES", "Allotted", "BasketInUse", "CustomerStopped", "Decided", "Decision",
    "EmptyOrder", "Held", "NoSite", "NoStockYet", "NotForSale", "NotYourReview", "NothingToCancel", "OnARun",
    "PriceChange", "PricesChanged", "Progress", "Reason", "ReasonMissing", "Shortage", "State", "Sums", "Word", "add",
    "below_minimum", "cut_or_wait", "may_release", "nearest", "progress", "quantity_fault", "said", "share_out", "word",
]  # fmt: skip
