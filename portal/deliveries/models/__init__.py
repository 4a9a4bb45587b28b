"""Vehicles, runs, stops, shipments and proofs of delivery, and the questions asked of them."""

from __future__ import annotations

from portal.deliveries.models.tables import ProofOfDelivery, Run, Shipment, ShipmentLine, Stop, Vehicle

__all__ = ["ProofOfDelivery", "Run", "Shipment", "ShipmentLine", "Stop", "Vehicle"]
