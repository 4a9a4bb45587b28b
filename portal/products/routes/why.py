"""Why something costs what it costs."""

from __future__ import annotations

from flask import request as web
from flask.wrappers import Response

from portal.core.pages import page, row_id
from portal.core.refusal import Wrong
from portal.customers import models as customers
from portal.people.guard import allowed, who
from portal.people.rules import Permission
from portal.products import models
from portal.products.forms import WhyForm
from portal.products.routes._blueprint import blueprint
from portal.products.routes._shared import customer_named, session, today


@blueprint.get("/skus/<int:sku_id>/why")
@allowed(Permission.PRICE_VIEW)
def why(sku_id: int) -> Response:
    """The price and the rule that gave it, for a `quantity` on a `day` and a customer: `customer` is an id (links
    carry it), `named` what people type.
    """
    s, form, customer = session(), WhyForm(web.args), None
    form.validate()
    try:
        customer = _customer()
    except Wrong as wrong:
        form.mend(wrong)
    story = models.explain(
        s, sku_id, customer=customer, price_class=customer.price_class if customer else None,
        quantity=form.quantity.data or 1, day=form.day.data or today(),
    )  # fmt: skip
    if customer and not form.named.data:
        form.named.data = customer.code
    if not form.day.errors:
        form.day.raw_data, form.day.data = None, story.day
    status = 422 if form.errors else 200
    return page(
        "products/why.html", "products/_why.html", status=status, why=story, why_form=form, sku=story.sku,
        errors=status == 422,
    )  # fmt: skip


def _customer() -> customers.Customer | None:
    """Whose price is asked for, of the customers that this person may see; none: nobody in particular."""
    s, me = session(), who()
    if typed := web.args.get("named", "").strip():
        return customers.find(s, me, customer_named(s, me, typed, "named").id)
    if "customer" not in web.args:
        return None
    return customers.find(s, me, web.args.get("customer", 0, type=row_id))
