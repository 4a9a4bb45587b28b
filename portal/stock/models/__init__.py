"""Warehouses, levels, moves, the ledger of returnable drums, and what is asked of them."""

from portal.stock.models.lists import levels_of, list_levels, moves_of, show_of, totals, warehouse_row, warehouses
from portal.stock.models.questions import drum_balance, drum_balances, find_warehouse, levels, stock_word, warehouse_for
from portal.stock.models.tables import DrumEntry, Level, Move, Warehouse

__all__ = [
    "DrumEntry",
    "Level",
    "Move",
    "Warehouse",
    "drum_balance",
    "drum_balances",
    "find_warehouse",
    "levels",
    "levels_of",
    "list_levels",
    "moves_of",
    "show_of",
    "stock_word",
    "totals",
    "warehouse_for",
    "warehouse_row",
    "warehouses",
]
