"""The till, for tests of money and credit."""

from tests.payments.conftest import till

__all__ = ["till"]
