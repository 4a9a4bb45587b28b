"""Verbs on receivables."""

from portal.payments.actions.invoices import InvoiceDraft, post_invoice, post_invoices
from portal.payments.actions.receipts import (
    allocate,
    post_receipt,
    receipt_posted,
    reverse_receipt,
    undo_allocation,
)

__all__ = [
    "InvoiceDraft", "allocate", "post_invoice", "post_invoices", "post_receipt", "receipt_posted", "reverse_receipt",
    "undo_allocation",
]  # fmt: skip
