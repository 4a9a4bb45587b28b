"""Pages of money: the receipt workbench, receipts, invoices, a customer's account."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask import request as web
from flask.wrappers import Response
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.db import AnyRow, Rows, db
from portal.core.money import NotMoney, parse, plain, show
from portal.core.pages import act, go, page
from portal.core.refusal import NotFound, Refusal
from portal.core.text import T
from portal.credit import models as credit
from portal.credit.rules import HoldKind, Policy, ProposalKind, ProposalState
from portal.customers import frame
from portal.customers.models import pick
from portal.payments import actions, models
from portal.payments.forms import ReasonForm, ReceiptForm
from portal.payments.rules import Method, OpenItem, oldest_first
from portal.people.guard import allowed, who
from portal.people.models import Who
from portal.people.rules import Permission
from portal.people.timeline import DOCUMENTS

blueprint = Blueprint("payments", __name__)

OK = 200
WORDS: dict[str, Any] = {"methods": {m.value: m.label for m in Method}}
STATES = (
    ("", T("全部")),
    ("open", T("未结清")),
    ("not_due", T("未到期")),
    ("overdue", T("已逾期")),
    ("to_30", T("逾期 1-30 天")),
    ("to_60", T("逾期 31-60 天")),
    ("to_90", T("逾期 61-90 天")),
    ("older", T("逾期 90 天以上")),
    ("settled", T("已结清")),
)
CREDIT_WORDS: dict[str, Any] = {
    "kinds": {k.value: k.label for k in ProposalKind},
    "states": {k.value: k.label for k in ProposalState},
    "policies": {k.value: k.label for k in Policy},
    "hold_kinds": {k.value: k.label for k in HoldKind},
    "state_tones": {"proposed": "wait", "approved": "done", "refused": "bad"},
}


# ---- receipts -----------------------------------------------------------------------------------------------------


@blueprint.get("/receipts")
@allowed(Permission.PAYMENT_VIEW)
def index() -> Response:
    if who().is_portal:
        raise NotFound()
    found = models.receipts(db.session(), who(), web.args)
    return page("payments/receipts.html", "payments/_receipts.html", found=found, args=web.args, **WORDS)


@blueprint.get("/receipts/new")
@allowed(Permission.RECEIPT_POST)
def new_receipt() -> Response:
    form = ReceiptForm(web.args)
    return _workbench(form)


@blueprint.get("/receipts/proposal")
@allowed(Permission.RECEIPT_POST)
def proposal() -> Response:
    """The right-hand side while somebody types: the customer found, open items, how the amount would settle them."""
    return _workbench(ReceiptForm(web.args))


@blueprint.post("/receipts")
@allowed(Permission.RECEIPT_POST)
def post_receipt() -> Response:
    form = ReceiptForm()
    valid = form.validate()
    customer = _customer(form)
    if customer is None and form.customer.data:
        form.customer.errors = [*form.customer.errors, T("没有唯一匹配的客户，从右侧选一个")]
        valid = False
    if not valid or customer is None:
        return _workbench(form, 422)

    def do(s: Session) -> str:
        receipt_id = actions.post_receipt(
            s, customer_id=customer.id, amount_fen=form.amount.data or 0, method=form.method.data,
            reference=form.reference.data or None, payer=form.payer.data or None,
            received_on=form.received_on.data or clock.today(), allocations=_wanted(form), note=form.note.data or None,
            who=who(),
        )  # fmt: skip
        return url_for(".new_receipt", done=receipt_id)

    try:
        url = act(do, who().id)
    except Refusal as refused:
        form.form_errors.append(refused.said)
        return _workbench(form, refused.status)
    return go(url, T("已登记到账 {amount_fen}：{name}", amount_fen=form.amount.data, name=customer.name))


def _customer(form: ReceiptForm) -> AnyRow | None:
    """The one customer that what was typed means; None when there is none or more than one."""
    found = _candidates(form)
    exact = [row for row in found if form.customer.data in (row.code, row.name)]
    if len(exact) == 1:
        return exact[0]
    return found[0] if len(found) == 1 else None


def _candidates(form: ReceiptForm) -> Rows:
    return pick(db.session(), who(), form.customer.data, limit=6) if form.customer.data else []


def _wanted(form: ReceiptForm) -> Any:
    """How to allocate: as typed per invoice, else the oldest first; nothing for a prepayment."""
    if form.is_prepayment.data:
        return None
    if web.form.get("proposed_for", str(form.amount.data)) != str(form.amount.data):
        return "oldest"  # the proposal was made while the amount was still being typed
    return {invoice_id: parse(text) for invoice_id, text in _typed_parts().items()} or "oldest"


def _workbench(form: ReceiptForm, status: int = 200) -> Response:
    """The form with, beside it, the customer's open items and how the amount settles them."""
    customer, amount = _customer(form), form.amount.data or 0
    items = models.open_items(db.session(), customer.id) if customer else []
    proposed = _typed_parts() if web.args.get("keep") or status != OK else {}
    if not proposed and not form.is_prepayment.data:
        parts = oldest_first([OpenItem(row.id, row.due_on, row.open_fen) for row in items], amount)
        proposed = {invoice_id: plain(fen) for invoice_id, fen in parts.items()}
    left = amount - sum(_fen(text) for text in proposed.values())
    return page(
        "payments/new_receipt.html", "payments/_proposal.html", status=status, form=form, errors=form.errors,
        customer=customer, items=items, proposed=proposed, left=left, today=clock.today(),
        candidates=[] if customer else _candidates(form), done=web.args.get("done", type=int), **WORDS,
    )  # fmt: skip


def _typed_parts() -> dict[int, str]:
    """What was typed beside the invoices: invoice id -> text."""
    return {
        int(name[5:]): text.strip()
        for name, text in web.values.items()
        if name.startswith("part-") and name[5:].isdigit() and text.strip()
    }


def _fen(text: str) -> int:
    try:
        return parse(text)
    except NotMoney:
        return 0


@blueprint.get("/receipts/<int:receipt_id>")
@allowed(Permission.PAYMENT_VIEW)
def receipt(receipt_id: int) -> Response:
    return _receipt_page(receipt_id, ReasonForm())


def _receipt_page(receipt_id: int, form: ReasonForm, status: int = 200) -> Response:
    s = db.session()
    row = models.find_receipt(s, who(), receipt_id)
    parts = models.allocations(s, receipt_id=receipt_id)
    left = row.amount_fen - row.allocated_fen
    can = left > 0 and not row.is_reversed and row.reverses_id is None
    items = models.open_items(s, row.customer_id) if can and who().may(Permission.RECEIPT_ALLOCATE) else []
    return page(
        "payments/receipt.html", status=status, row=row, parts=parts, left=left, items=items, form=form,
        errors=form.errors, today=clock.today(), **WORDS,
    )  # fmt: skip


@blueprint.post("/receipts/<int:receipt_id>/allocate")
@allowed(Permission.RECEIPT_ALLOCATE)
def allocate(receipt_id: int) -> Response:
    models.find_receipt(db.session(), who(), receipt_id)
    parts = {invoice_id: parse(text) for invoice_id, text in _typed_parts().items()} or "oldest"

    def do(s: Session) -> str:
        actions.allocate(s, receipt_id, parts, who())  # type: ignore[arg-type]
        return url_for(".receipt", receipt_id=receipt_id)

    return go(act(do, who().id), T("已核销"))


@blueprint.post("/receipts/<int:receipt_id>/reverse")
@allowed(Permission.RECEIPT_REVERSE)
def reverse(receipt_id: int) -> Response:
    models.find_receipt(db.session(), who(), receipt_id)
    form = ReasonForm()
    if not form.validate():
        return _receipt_page(receipt_id, form, 422)

    def do(s: Session) -> str:
        actions.reverse_receipt(s, receipt_id, form.reason.data, who())
        return url_for(".receipt", receipt_id=receipt_id)

    return go(act(do, who().id), T("已红冲，核销的应收重新打开"))


@blueprint.post("/receipts/<int:receipt_id>/allocations/<int:allocation_id>/undo")
@allowed(Permission.RECEIPT_ALLOCATE)
def undo(receipt_id: int, allocation_id: int) -> Response:
    s, form = db.session(), ReasonForm()
    models.find_receipt(s, who(), receipt_id)
    if allocation_id not in {row.id for row in models.allocations(s, receipt_id=receipt_id)}:
        raise NotFound()
    if not form.validate():
        return _receipt_page(receipt_id, form, 422)

    def do(s: Session) -> str:
        actions.undo_allocation(s, allocation_id, form.reason.data, who())
        return url_for(".receipt", receipt_id=receipt_id)

    return go(act(do, who().id), T("已撤销这笔核销"))


# ---- invoices -----------------------------------------------------------------------------------------------------


@blueprint.get("/invoices")
@allowed(Permission.PAYMENT_VIEW)
def invoices() -> Response:
    if who().is_portal:
        raise NotFound()
    found = models.invoices(db.session(), who(), web.args, clock.today())
    return page(
        "payments/invoices.html", "payments/_invoices.html", found=found, args=web.args, today=clock.today(),
        states=STATES,
    )  # fmt: skip


@blueprint.get("/invoices/<int:invoice_id>")
@allowed(Permission.PAYMENT_VIEW)
def invoice(invoice_id: int) -> Response:
    s = db.session()
    row = models.find_invoice(s, who(), invoice_id)
    return page(
        "payments/invoice.html", row=row, lines=models.invoice_lines(s, invoice_id), today=clock.today(),
        parts=models.allocations(s, invoice_id=invoice_id), cause=_document(s, row.cause_kind, row.cause_id),
    )  # fmt: skip


def _document(s: Session, kind: str, record_id: int) -> tuple[str, str] | None:
    """Number and URL of a higher room's record, when that room is there to name it."""
    known = DOCUMENTS.get(kind)
    return known(s, [record_id]).get(record_id) if known else None


# ---- a customer's money -------------------------------------------------------------------------------------------


@blueprint.get("/customers/<int:customer_id>/receivables")
@allowed(Permission.PAYMENT_VIEW)
def of_customer(customer_id: int) -> Response:
    s = db.session()
    context = frame.context(s, who(), customer_id, current="receivables")
    return page(
        "payments/of_customer.html", items=models.open_items(s, customer_id), today=clock.today(),
        found=models.receipts(s, who(), web.args, customer_id), **context, **WORDS,
    )  # fmt: skip


@blueprint.get("/customers/<int:customer_id>/credit")
@allowed(Permission.CREDIT_VIEW)
def credit_of_customer(customer_id: int) -> Response:
    s, me = db.session(), who()
    context = frame.context(s, me, customer_id, current="credit")
    late = models.overdue(s, [customer_id], clock.today()).get(customer_id)
    return page(
        "payments/credit.html", standing=credit.standing(s, customer_id, clock.today()),
        overdue_fen=late.overdue_fen if late else 0, proposals=credit.proposals_of(s, me, customer_id),
        rows=credit.holds_of(s, me, customer_id), **CREDIT_WORDS, **context,
    )  # fmt: skip


@blueprint.get("/account")
@allowed(Permission.PAYMENT_VIEW)
def mine() -> Response:
    s, me = db.session(), who()
    if me.customer_id is None:
        raise NotFound()
    late = models.overdue(s, [me.customer_id], clock.today()).get(me.customer_id)
    return page(
        "payments/mine.html", standing=credit.standing(s, me.customer_id, clock.today()), today=clock.today(),
        overdue_fen=late.overdue_fen if late else 0, items=models.open_items(s, me.customer_id),
        found=models.receipts(s, me, web.args, me.customer_id), **WORDS,
    )  # fmt: skip


def header_facts(s: Session, customer_id: int, who: Who) -> list[frame.Fact]:
    """Limit used and overdue, for the header of the customer's file."""
    if not who.may(Permission.CREDIT_VIEW):
        return []
    standing = credit.standing(s, customer_id, clock.today())
    late = models.overdue(s, [customer_id], clock.today()).get(customer_id)
    url = f"/customers/{customer_id}/credit"
    tone = "bad" if standing.available_fen < 0 or standing.holds else None
    facts = [frame.Fact(T("可用额度"), show(standing.available_fen), tone, url)]
    if late:
        facts.append(frame.Fact(T("逾期"), show(late.overdue_fen), "bad", f"/customers/{customer_id}/receivables"))
    return facts
