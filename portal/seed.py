"""Demo data, made with the verbs that people use."""

from __future__ import annotations

from flask import Flask


def plant_when_empty(app: Flask) -> None:
    """Fill an empty portal; a portal with people in it is left alone."""


def print_sign_ins(address: str) -> None:
    print(f"油路 Oilway: {address}")  # data
