"""Products and their packages, prices by class and customer, the customers' own names, and what is asked of them."""

from portal.products.models.lists import (
    aliases_of,
    brands,
    find_alias,
    list_skus,
    product_row,
    sku_named,
    sku_row,
    skus_of,
    state_of,
)
from portal.products.models.price_lists import (
    Why,
    all_lines,
    count_lines,
    explain,
    find_price_list,
    line_row,
    lines_of,
    list_price_lists,
    lists_with,
    when_of,
)
from portal.products.models.questions import find_product, find_sku, search_skus, skus_by_ids, skus_by_names
from portal.products.models.tables import Alias, PriceLine, PriceList, Product, Sku
from portal.products.models.valid_prices import prices

__all__ = [
    "Alias",
    "PriceLine",
    "PriceList",
    "Product",
    "Sku",
    "Why",
    "aliases_of",
    "all_lines",
    "brands",
    "count_lines",
    "explain",
    "find_alias",
    "find_price_list",
    "find_product",
    "find_sku",
    "line_row",
    "lines_of",
    "list_price_lists",
    "list_skus",
    "lists_with",
    "prices",
    "product_row",
    "search_skus",
    "sku_named",
    "sku_row",
    "skus_by_ids",
    "skus_by_names",
    "skus_of",
    "state_of",
    "when_of",
]
