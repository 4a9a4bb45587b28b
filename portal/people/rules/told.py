"""The journal's sentences about people."""

from __future__ import annotations

from portal.core.text import T, Text

SENTENCES: dict[str, Text] = {
    "person.created": T("新建账号"),
    "person.edited": T("修改资料"),
    "person.disabled": T("停用账号，全部登录已结束"),
    "person.enabled": T("恢复账号"),
    "person.password_reset": T("重设密码，全部登录已结束"),
    "person.password_changed": T("换了密码，其他设备的登录已结束"),
    "person.signed_in": T("登录"),
    "person.signed_out": T("退出登录"),
    "person.sign_in_refused": T("有人用错的密码登录"),
    "person.sign_in_ended": T("结束一台设备的登录"),
    "person.sign_ins_ended": T("结束全部登录"),
    "setting.changed": T("修改设置 {key}：{before} 改为 {after}"),
}
