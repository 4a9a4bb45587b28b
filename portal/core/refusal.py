"""Refusals: named things that rules raise and one place shows (`core.pages`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.core.text import T, Text


class Refusal(Exception):
    """The portal says no, why, and what to do next.

    A room subclasses it with its own `title`; `said` is what happened with its facts, `next` what to do.
    `status` is the HTTP status the page answers with; `facts` go to the journal's entry of the refused write.
    """

    status = 422
    title = T("这一步做不了")
    next = T("返回上一页修改后再试。")

    def __init__(self, said: Text | None = None, *, next: Text | None = None, **facts: object) -> None:
        super().__init__(said or self.title)
        self.said = said or self.title
        if next is not None:
            self.next = next
        self.facts: Mapping[str, object] = facts


class NotFound(Refusal):
    """Not there, or not yours: the two look the same on purpose."""

    status = 404
    title = T("没有找到这条记录")
    next = T("核对编号，或从列表里重新打开。")


class Forbidden(Refusal):
    """The record may be seen, the verb is not this person's."""

    status = 403
    title = T("您的角色不能做这一步")
    next = T("需要时找有权限的同事办理。")


class WrongState(Refusal):
    """A move that the record's state does not allow."""

    status = 409
    title = T("当前状态不能这样操作")
    next = T("刷新页面查看最新状态。")


class Changed(Refusal):
    """Someone else changed the record first; `theirs` and `yours` are shown side by side."""

    status = 409
    title = T("这条记录刚被别人改过")
    next = T("对照两个版本，在最新版本上再改一次。")

    def __init__(
        self,
        said: Text | None = None,
        *,
        theirs: Mapping[Any, object] | None = None,
        yours: Mapping[Any, object] | None = None,
        **facts: object,
    ) -> None:
        super().__init__(said)
        self.facts = facts
        self.theirs = theirs or {}
        self.yours = yours or {}


class Wrong(Refusal):
    """What was typed cannot be taken; `errors` names the field and says how to mend it."""

    title = T("有内容需要修改")

    def __init__(self, errors: Mapping[str, Text]) -> None:
        super().__init__(next(iter(errors.values()), None))
        self.errors = dict(errors)
