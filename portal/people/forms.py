"""What people type."""

from __future__ import annotations

from portal.core.fields import Form, Password, Required, Tick, Words
from portal.core.text import T


class SignInForm(Form):
    login = Words(T("账号"), [Required(T("填账号或手机号"))], most=80)
    password = Password(T("密码"), [Required(T("填密码"))])
    remember = Tick(T("记住这台设备 30 天"))
