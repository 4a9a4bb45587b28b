"""Who may do what: roles, permissions and the one table that joins them."""

from __future__ import annotations

from portal.core.choice import Choice
from portal.core.refusal import Refusal, Wrong
from portal.core.text import T


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


class Permission(Choice):
    """room:verb, and what it lets one do in plain words. A route names exactly one."""

    HOME_VIEW = "home:view", "看自己的首页"
    STYLE_VIEW = "style:view", "看样式页"
    PROFILE_EDIT = "people:edit_own", "改自己的资料和密码"
    PEOPLE_MANAGE = "people:manage", "管理人员和账号"
    PEOPLE_MATRIX = "people:view_matrix", "看权限表"
    COLLEAGUES_MANAGE = "people:manage_colleagues", "管理本单位的采购员账号"
    SETTINGS_EDIT = "people:edit_settings", "改系统设置"
    CUSTOMER_VIEW = "customers:view", "看客户档案"
    CUSTOMER_CREATE = "customers:create", "建客户档案"
    CUSTOMER_EDIT = "customers:edit", "修改客户档案"
    CUSTOMER_ASSIGN = "customers:assign", "指定客户经理"
    PRODUCT_VIEW = "products:view", "看产品"
    PRODUCT_EDIT = "products:edit", "维护产品"
    PRICE_VIEW = "products:view_prices", "看价格表"
    PRICE_EDIT = "products:edit_prices", "维护价格表"
    STOCK_VIEW = "stock:view", "看库存"
    STOCK_RECEIVE = "stock:receive", "办理入库"
    STOCK_ADJUST = "stock:adjust", "盘点和调整库存"
    CREDIT_VIEW = "credit:view", "看信用"
    CREDIT_PROPOSE = "credit:propose", "提出额度"
    CREDIT_DECIDE = "credit:decide", "审批额度"
    CREDIT_HOLD = "credit:hold", "冻结客户"
    CREDIT_RELEASE = "credit:release", "解除冻结、放行订单"
    PAYMENT_VIEW = "payments:view", "看账款"
    RECEIPT_POST = "payments:post_receipt", "登记收款"
    RECEIPT_ALLOCATE = "payments:allocate", "核销收款"
    RECEIPT_REVERSE = "payments:reverse", "冲销收款"
    ORDER_VIEW = "orders:view", "看订单"
    ORDER_PLACE = "orders:place", "下订单"
    ORDER_CANCEL = "orders:cancel", "取消订单"
    ORDER_REVIEW = "orders:review", "审核订单"
    DELIVERY_VIEW = "deliveries:view", "看配送"
    DELIVERY_PLAN = "deliveries:plan", "排车"
    DELIVERY_DRIVE = "deliveries:drive", "跑车和签收"


P = Permission

_EVERYONE = {P.HOME_VIEW, P.PROFILE_EDIT}
_STAFF = _EVERYONE | {P.STYLE_VIEW, P.PEOPLE_MATRIX}
_CUSTOMER = _EVERYONE | {
    P.ORDER_VIEW,
    P.ORDER_PLACE,
    P.ORDER_CANCEL,
    P.DELIVERY_VIEW,
    P.PAYMENT_VIEW,
    P.COLLEAGUES_MANAGE,
}
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
        _STAFF
        | {P.PEOPLE_MANAGE, P.SETTINGS_EDIT, P.PRODUCT_VIEW, P.PRODUCT_EDIT, P.PRICE_VIEW, P.PRICE_EDIT, P.STOCK_VIEW}
    ),
}  # fmt: skip
"""The only place that says who may do what; the matrix page draws it."""

OWNERS_ONLY = frozenset({P.COLLEAGUES_MANAGE})
"""Of what a customer's people may do, what only the one in the owner's seat may."""

NO_MONEY = frozenset({Role.TECHNICIAN, Role.WAREHOUSE, Role.DRIVER, Role.ADMIN})
"""Roles whose pages and exports leave prices, amounts and balances of customers out."""


def may(role: Role, seat: CustomerSeat | None, permission: Permission) -> bool:
    """May a person with this role (in this seat of a customer) do it?"""
    return permission in ROLE_TABLE[role] and (permission not in OWNERS_ONLY or seat is CustomerSeat.OWNER)


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


class LastAdmin(Refusal):
    """Nobody would be left who could let people in."""

    status = 409
    title = T("这是最后一位系统管理员")
    next = T("先给另一位同事系统管理员的角色，再停用或调整这一位。")


class NotYourself(Refusal):
    """What nobody does to himself by mistake."""

    status = 409
    title = T("不能停用自己的账号")
    next = T("请另一位系统管理员办理。")
