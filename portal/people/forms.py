"""What people type."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, ValidationError

from portal.core.fields import Form, Optional, Password, Phone, Pick, Required, Tick, Words, half_width
from portal.core.text import T
from portal.people import rules
from portal.people.rules import PORTAL_ROLES, CustomerSeat, Role

STAFF_ROLES = [(role.value, role.label) for role in Role if role not in PORTAL_ROLES]


class SignInForm(Form):
    login = Words(T("账号"), [Required(T("填账号或手机号"))], most=80)
    password = Password(T("密码"), [Required(T("填密码"))])
    remember = Tick(T("记住这台设备 30 天"))


class PasswordForm(Form):
    old = Password(T("现在的密码"), [Required(T("填现在的密码"))])
    new = Password(T("新密码"), [Required(T("填新密码"))])
    again = Password(T("再填一次新密码"), [Required(T("再填一次新密码"))])

    def validate_again(self, field: Any) -> None:
        if field.data != self.new.data:
            raise ValidationError(T("两次填的新密码不一样"))

    def validate_new(self, field: Any) -> None:
        if field.data == self.old.data:
            raise ValidationError(T("新密码要和现在的不同"))


class ProfileForm(Form):
    name = Words(T("姓名"), [Required()], most=40)
    phone = Phone(T("手机或电话"), [Optional()], description=T("手机号也可以用来登录"))
    version = HiddenField()


class PersonForm(ProfileForm):
    """What every person has; `login` only when the account is made."""

    login = Words(T("账号"), [Required()], most=40, description=T("小写字母和数字，建好后不再改；也可以直接用手机号"))

    def validate_login(self, field: Any) -> None:
        if fault := rules.login_fault(rules.login_of(field.data or "")):
            raise ValidationError(fault)


class StaffForm(PersonForm):
    role = Pick(T("角色"), STAFF_ROLES)
    region = Words(
        T("负责区域"), [Optional()], most=6, description=T("只有区域经理要填：行政区划代码，例如 50 或 5001")
    )

    def validate_region(self, field: Any) -> None:
        if field.data and not (half_width(field.data).isdecimal() and len(field.data) in (2, 4, 6)):
            raise ValidationError(T("写 2、4 或 6 位行政区划代码，例如 50、5001、500112"))


class CustomerPersonForm(PersonForm):
    customer = Words(T("客户"), [Required()], description=T("客户编号，或名称、助记码中的几个字"))
    seat = Pick(T("身份"), CustomerSeat)


class ColleagueForm(PersonForm):
    pass
