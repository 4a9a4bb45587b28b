"""The receivables ledger, and what is asked of it."""

from portal.payments.models.questions import Overdue, open_items, overdue
from portal.payments.models.tables import Allocation, Invoice, InvoiceLine, Receipt

__all__ = ["Allocation", "Invoice", "InvoiceLine", "Overdue", "Receipt", "open_items", "overdue"]
