# data
"""Who works at and with the demo supplier: plainly fictional names in real regions of south-west China."""

from __future__ import annotations

PASSWORD = "oilway demo 2026"
"""Everybody's password in the demo, printed by `bin/up`."""

# login: (name, role, region)
STAFF = {
    "guanli": ("管理员", "admin", None),
    "zong": ("宗明远", "director", None),
    "qu": ("曲江", "manager", "50"),
    "an": ("安敏", "account_manager", None),
    "bai": ("白杨", "account_manager", None),
    "cheng": ("程路", "account_manager", None),
    "neiqin": ("孙宁", "sales_support", None),
    "xinyong": ("蔡信", "credit", None),
    "xinyong2": ("岑用", "credit", None),
    "caiwu": ("范财", "finance", None),
    "diaodu": ("刁度", "dispatcher", None),
    "cangku": ("吴仓", "warehouse", None),
    "jishu": ("唐工", "technician", None),
    "jihe": ("稽明", "auditor", None),
    "siji": ("陈师傅", "driver", None),
    "siji2": ("宋师傅", "driver", None),
    "siji3": ("罗师傅", "driver", None),
}

REGIONS = (
    "500112", "500105", "500107", "500106", "500113", "500115", "500116", "500118", "500101", "500102",
    "510107", "510112", "510703", "510502", "511502", "510603", "510302", "511302", "511602", "510104",
)  # fmt: skip

FIRST = (
    "云岫", "青禾", "远帆", "长汀", "松涛", "鹿鸣", "白石", "星野", "南浦", "北岸",
    "晨岭", "沧浪", "望江", "疏影", "清辉", "竹溪", "雁回", "明川", "枫桥", "月湖",
)  # fmt: skip
DEALER_TRADES = ("润滑油商贸", "石化经销", "汽配油品", "机油批发", "油品贸易", "润滑科技经营部")
END_TRADES = (
    "机械厂",
    "水泥厂",
    "客运公司",
    "纺织厂",
    "矿业公司",
    "工程机械租赁",
    "造纸厂",
    "物流车队",
    "钢构厂",
    "水电站",
)
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = ("建国", "小满", "立春", "向东", "文静", "海燕", "志强", "秀英", "晓峰", "丽华", "永刚", "春梅")
ROADS = ("示例路", "样板街", "演示大道", "虚构巷")

# plate: (name, capacity in kg, drum places)
VEHICLES = {
    "渝A00001": ("4.2 米厢货", 2_000, 10),
    "渝A00002": ("6.8 米厢货", 8_000, 36),
    "渝A00003": ("6.8 米尾板车", 7_500, 34),
    "渝A00004": ("9.6 米厢货", 15_000, 68),
}
