"""Who may do what: roles, permissions and the one table that joins them; what a password must be."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from enum import StrEnum
from ipaddress import ip_address, ip_network

from portal.core.choice import Choice
from portal.core.refusal import Refusal, Wrong
from portal.core.text import T, Text


class Role(Choice):
    DEALER = "dealer", "经销商采购"
    END_CUSTOMER = "end_customer", "终端用户"
    ACCOUNT_MANAGER = "account_manager", "客户经理"
    SALES_SUPPORT = "sales_support", "销售内勤"
    TECHNICIAN = "technician", "技术工程师"
    CREDIT = "credit", "信用"
    FINANCE = "finance", "财务"
    WAREHOUSE = "warehouse", "仓管"
    DISPATCHER = "dispatcher", "物流调度"
    DRIVER = "driver", "送货员"
    AUDITOR = "auditor", "内部稽核"
    MANAGER = "manager", "区域经理"
    DIRECTOR = "director", "销售总监"
    ADMIN = "admin", "系统管理员"


PORTAL_ROLES = frozenset({Role.DEALER, Role.END_CUSTOMER})
"""People of a customer: they belong to exactly one and see its records only."""


class CustomerSeat(Choice):
    """What one of several people of a customer may do there."""

    BUYER = "buyer", "采购员"
    OWNER = "owner", "负责人"


class Permission(StrEnum):
    """room:verb. A route names exactly one."""

    HOME_VIEW = "home:view"
    STYLE_VIEW = "style:view"
    PROFILE_EDIT = "people:edit_own"
    PEOPLE_MANAGE = "people:manage"
    PEOPLE_MATRIX = "people:view_matrix"
    CUSTOMER_VIEW = "customers:view"
    CUSTOMER_CREATE = "customers:create"
    CUSTOMER_EDIT = "customers:edit"
    CUSTOMER_ASSIGN = "customers:assign"
    PRODUCT_VIEW = "products:view"
    PRODUCT_EDIT = "products:edit"
    PRICE_VIEW = "products:view_prices"
    PRICE_EDIT = "products:edit_prices"
    STOCK_VIEW = "stock:view"
    STOCK_RECEIVE = "stock:receive"
    STOCK_ADJUST = "stock:adjust"
    CREDIT_VIEW = "credit:view"
    CREDIT_PROPOSE = "credit:propose"
    CREDIT_DECIDE = "credit:decide"
    CREDIT_HOLD = "credit:hold"
    CREDIT_RELEASE = "credit:release"
    PAYMENT_VIEW = "payments:view"
    RECEIPT_POST = "payments:post_receipt"
    RECEIPT_ALLOCATE = "payments:allocate"
    RECEIPT_REVERSE = "payments:reverse"
    ORDER_VIEW = "orders:view"
    ORDER_PLACE = "orders:place"
    ORDER_CANCEL = "orders:cancel"
    ORDER_REVIEW = "orders:review"
    DELIVERY_VIEW = "deliveries:view"
    DELIVERY_PLAN = "deliveries:plan"
    DELIVERY_DRIVE = "deliveries:drive"


P = Permission

_EVERYONE = {P.HOME_VIEW, P.PROFILE_EDIT}
_STAFF = _EVERYONE | {P.STYLE_VIEW, P.PEOPLE_MATRIX}
_CUSTOMER = _EVERYONE | {P.ORDER_VIEW, P.ORDER_PLACE, P.ORDER_CANCEL, P.DELIVERY_VIEW, P.PAYMENT_VIEW}
_FILES = {P.CUSTOMER_VIEW, P.PRODUCT_VIEW, P.STOCK_VIEW, P.ORDER_VIEW, P.DELIVERY_VIEW}
_MONEY = {P.PRICE_VIEW, P.CREDIT_VIEW, P.PAYMENT_VIEW}
_SELL = {P.CUSTOMER_CREATE, P.CUSTOMER_EDIT, P.ORDER_PLACE, P.ORDER_CANCEL}

ROLE_TABLE: dict[Role, frozenset[Permission]] = {
    Role.DEALER: frozenset(_CUSTOMER),
    Role.END_CUSTOMER: frozenset(_CUSTOMER),
    Role.ACCOUNT_MANAGER: frozenset(_STAFF | _FILES | _MONEY | _SELL),
    Role.SALES_SUPPORT: frozenset(_STAFF | _FILES | _MONEY | _SELL),
    Role.TECHNICIAN: frozenset(_STAFF | {P.CUSTOMER_VIEW, P.PRODUCT_VIEW, P.STOCK_VIEW}),
    Role.CREDIT: frozenset(
        _STAFF | _FILES | _MONEY
        | {P.CREDIT_PROPOSE, P.CREDIT_DECIDE, P.CREDIT_HOLD, P.CREDIT_RELEASE, P.ORDER_REVIEW}
    ),
    Role.FINANCE: frozenset(_STAFF | _FILES | _MONEY | {P.RECEIPT_POST, P.RECEIPT_ALLOCATE, P.RECEIPT_REVERSE}),
    Role.WAREHOUSE: frozenset(_STAFF | {P.PRODUCT_VIEW, P.STOCK_VIEW, P.STOCK_RECEIVE, P.STOCK_ADJUST}),
    Role.DISPATCHER: frozenset(_STAFF | _FILES | {P.STOCK_RECEIVE, P.STOCK_ADJUST, P.DELIVERY_PLAN}),
    Role.DRIVER: frozenset(_STAFF | {P.DELIVERY_VIEW, P.DELIVERY_DRIVE}),
    Role.AUDITOR: frozenset(_STAFF | _FILES | _MONEY),
    Role.MANAGER: frozenset(_STAFF | _FILES | _MONEY | _SELL | {P.CUSTOMER_ASSIGN, P.ORDER_REVIEW}),
    Role.DIRECTOR: frozenset(_STAFF | _FILES | _MONEY | {P.CUSTOMER_ASSIGN, P.ORDER_REVIEW, P.PRICE_EDIT}),
    Role.ADMIN: frozenset(
        _STAFF | {P.PEOPLE_MANAGE, P.PRODUCT_VIEW, P.PRODUCT_EDIT, P.PRICE_VIEW, P.PRICE_EDIT, P.STOCK_VIEW}
    ),
}  # fmt: skip
"""The only place that says who may do what; the matrix page draws it."""

NO_MONEY = frozenset({Role.TECHNICIAN, Role.WAREHOUSE, Role.DRIVER, Role.ADMIN})
"""Roles whose pages and exports leave prices, amounts and balances of customers out."""

IDLE, ABSOLUTE = timedelta(hours=12), timedelta(days=7)
"""A sign-in ends after so long without a request, and at the latest after so long."""
REMEMBERED_IDLE, REMEMBERED = timedelta(days=14), timedelta(days=30)
"""The same on a device of one's own."""
SIGN_INS_KEPT = timedelta(days=90)
"""How long a sign-in that is over can still be seen."""


def limits(remember: bool) -> tuple[timedelta, timedelta]:
    """(idle, absolute) limit of a new sign-in."""
    return (REMEMBERED_IDLE, REMEMBERED) if remember else (IDLE, ABSOLUTE)


NAME_TRIES, ADDRESS_TRIES, TRIES_WITHIN = 5, 30, timedelta(minutes=15)
"""Wrong passwords per name and per address within the window before the next is not even looked at (ASVS 6.3.1)."""

SHORTEST_PASSWORD = 12


def login_of(typed: str) -> str:
    """A login as it is kept and compared: full-width made half-width, lower case, no blanks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", typed)).lower()


def network_of(address: str) -> str:
    """Whom an address belongs to, as far as one can tell: an IPv6 customer has a whole /64."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    return str(found) if found.version == 4 else str(ip_network(f"{found}/64", strict=False))


def fit(
    role: str, customer_id: int | None, seat: str | None, region_code: str | None
) -> tuple[str, str | None, str | None]:
    """(role, seat, region) that belong together; Wrong when a customer's person has no customer, or staff have one."""
    if role not in set(Role):
        raise Wrong({"role": T("从列表里选一项")})
    if role in PORTAL_ROLES:
        if customer_id is None:
            raise Wrong({"customer": T("这个角色要选一家客户")})
        return role, seat or CustomerSeat.BUYER.value, None
    if customer_id is not None:
        raise Wrong({"customer": T("这个角色是本公司的人，不选客户")})
    return role, None, (region_code or None) if role == Role.MANAGER else None


class SignInRefused(Refusal):
    """Wrong name or password, disabled or unknown: one answer for all."""

    status = 422
    title = T("账号或密码不对")
    next = T("核对后再试；忘记密码找系统管理员重设。")


class TooManyTries(Refusal):
    status = 429
    title = T("试的次数太多了")
    next = T("等一会儿再登录；忘记密码找系统管理员重设。")


def password_fault(password: str, *, login: str, common: frozenset[str]) -> Text | None:
    """What is wrong with a new password, or None (ASVS 6.2: length, not composition; no common ones; not the login)."""
    if len(password) < SHORTEST_PASSWORD:
        return T("密码至少 {n} 个字符，可以用一句话", n=SHORTEST_PASSWORD)
    if password.lower() in common or login.lower() in password.lower():
        return T("这个密码太容易猜到，换一句只有您知道的话")
    if len(set(password)) < 5:
        return T("重复的字符太多，换一句话")
    return None


_BROWSERS = (
    ("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def device_of(user_agent: str) -> str:
    """What a person recognises the device by: "Chrome · Windows"."""
    found = (next((word for sign, word in words if sign in user_agent), "?") for words in (_BROWSERS, _SYSTEMS))
    return " · ".join(found)
