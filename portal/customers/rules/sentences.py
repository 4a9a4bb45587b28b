"""What the journal says of a customer's file."""

from __future__ import annotations

from portal.core.text import T, Text

SENTENCES: dict[str, Text] = {
    "customer.created": T("建立档案"),
    "customer.activated": T("首次收款，转为正式客户"),
    "customer.stopped": T("停止往来：{reason}"),
    "customer.resumed": T("恢复了往来"),
    "customer.verified": T("核对档案无误"),
    "customer.identity_edited": T("修改名称与代码"),
    "customer.place_edited": T("修改地址与电话"),
    "customer.terms_edited": T("修改价格等级与销售方式"),
    "customer.dealer_edited": T("修改经销商资料"),
    "customer.end_edited": T("修改终端资料"),
    "customer.assigned": T("交给 {person} 负责"),
    "customer.unassigned": T("不再有人负责"),
    "contact.added": T("新增联系人"),
    "contact.edited": T("修改联系人资料"),
    "contact.removed": T("移除了一位联系人"),
    "site.added": T("添加收货地点 {name}"),
    "site.edited": T("修改收货地点 {name}"),
    "site.removed": T("移除收货地点 {name}"),
}
