"""Demo data: a believable lubricant supplier and a year of its work, made with the verbs that people use."""

from portal.seed.plant import plant, plant_when_empty, print_sign_ins

__all__ = ["plant", "plant_when_empty", "print_sign_ins"]
