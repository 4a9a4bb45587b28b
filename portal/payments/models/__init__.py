"""The receivables ledger, and what is asked of it."""

from portal.payments.models.lists import (
    allocations,
    find_invoice,
    find_receipt,
    invoice_lines,
    invoices,
    receipts,
)
from portal.payments.models.questions import Overdue, open_items, overdue, overdue_fen
from portal.payments.models.tables import Allocation, Invoice, InvoiceLine, Receipt

__all__ = [
    "Allocation", "Invoice", "InvoiceLine", "Overdue", "Receipt", "allocations", "find_invoice", "find_receipt",
    "invoice_lines", "invoices", "open_items", "overdue", "overdue_fen", "receipts",
]  # fmt: skip
