"""What people do with products: make and change them, price them, name them."""

from portal.products.actions.goods import (
    create_product,
    create_sku,
    discontinue,
    edit_product,
    edit_sku,
    put_back_on_sale,
    remove_alias,
    set_alias,
)
from portal.products.actions.imports import upsert_from_import
from portal.products.actions.prices import (
    add_line,
    create_price_list,
    edit_line,
    edit_price_list,
    remove_line,
)

__all__ = [
    "add_line",
    "create_price_list",
    "create_product",
    "create_sku",
    "discontinue",
    "edit_line",
    "edit_price_list",
    "edit_product",
    "edit_sku",
    "put_back_on_sale",
    "remove_alias",
    "remove_line",
    "set_alias",
    "upsert_from_import",
]
