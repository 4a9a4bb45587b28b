"""Products and their packages, prices by class and customer, the customers' own names, and what is asked of them."""

from portal.products.models.questions import find_product, find_sku, search_skus, skus_by_ids, skus_by_names
from portal.products.models.tables import Alias, PriceLine, PriceList, Product, Sku
from portal.products.models.valid_prices import prices

__all__ = [
    "Alias",
    "PriceLine",
    "PriceList",
    "Product",
    "Sku",
    "find_product",
    "find_sku",
    "prices",
    "search_skus",
    "skus_by_ids",
    "skus_by_names",
]
