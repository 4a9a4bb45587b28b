"""Pages and fragments, the way on after a POST, and the one place where refusals and errors are shown.

No other module reads HTMX's headers or asks which language a request speaks.
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote, urlsplit

from flask import Flask, current_app, flash, g, redirect, url_for
from flask import request as web
from flask.wrappers import Response
from htmx_flask import Htmx
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.routing import IntegerConverter, Map

from portal.core import history, language
from portal.core.db import db, write_tx
from portal.core.once import once
from portal.core.refusal import Changed, NotFound, Refusal, Wrong
from portal.core.templating import environments, template
from portal.core.text import T, Text

log = logging.getLogger("portal")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def is_fragment() -> bool:
    """Is a part of a page asked for? Boosted and history requests get the whole page."""
    htmx = cast(Any, web).htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def page(full: str, fragment: str | None = None, *, status: int = 200, **context: Any) -> Response:
    """The page `full`, or only its `fragment` when htmx asks for a part; the same context serves both."""
    name = fragment if fragment and is_fragment() else full
    current_app.update_template_context(context)
    return Response(template(current_app, name).render(context), status, mimetype="text/html")


def go(url: str, said: Text | None = None, tone: str = "done") -> Response:
    """After a POST: to `url` (303; htmx is told by HX-Redirect), with `said` shown there."""
    if said is not None:
        flash(language.tr(said), tone)
    return jump(url)


def jump(url: str) -> Response:
    """To another page of this portal, from a page or from within a fragment."""
    if is_fragment():
        return Response("", 200, {"HX-Redirect": quote(url, safe="/?&=#%:;,+@~!$'()*")})
    return cast(Response, redirect(url, 303))


def toast(response: Response, said: Text, tone: str = "done") -> Response:
    """Let the answer to an htmx request say something in the status line."""
    event = {"portal:toast": {"message": language.tr(said), "tone": tone}}
    response.headers["HX-Trigger"] = json.dumps(event)  # ASCII: a header with Chinese is a 500 on a real server
    return response


def act(do: Callable[[Session], str], person_id: int) -> str:
    """Run one verb exactly once: `do` gets the session and gives the URL to go on to.

    The form's hidden `once` key names the request; a double click, a retry or a resubmit gets the first one's URL.
    """
    return once(web.form.get("once"), person_id, asked(), do)


def asked() -> str:
    """What this request asks for: path and typed fields, without tokens; a file counts by its content."""
    fields = sorted((k, v) for k, v in web.form.items(multi=True) if k not in ("csrf_token", "once"))
    files = []
    for name, file in sorted(web.files.items(multi=True), key=lambda pair: pair[0]):
        files.append((name, hashlib.sha256(file.stream.read()).hexdigest()))
        file.stream.seek(0)
    return json.dumps([web.method, web.path, fields, files], ensure_ascii=False)


def unchanged(*parts: object) -> str | None:
    """An ETag over `parts`, the sign-in and the language; None when the browser already has exactly this page."""
    who = g.get("who")
    seed = (parts, who.sign_in_id if who else None, language.language(), web.full_path, current_app.extensions["build"])
    tag = hashlib.sha256(repr(seed).encode()).hexdigest()[:24]
    return None if web.if_none_match.contains_weak(tag) and not is_fragment() else tag


def keep(response: Response, tag: str) -> Response:
    """Let the browser keep this page of lists and ask each time whether it changed."""
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def not_modified() -> Response:
    return Response(status=304)


def safe_next(path: str | None, otherwise: str) -> str:
    """A path of this portal to go on to; anything that could lead elsewhere becomes `otherwise`."""
    if not path or not path.startswith("/") or path.startswith("//") or "\\" in path or not path.isprintable():
        return otherwise
    parts = urlsplit(path)
    return otherwise if parts.scheme or parts.netloc else path


@dataclass(frozen=True, slots=True)
class Problem:
    """What an error page shows."""

    status: int
    title: Text
    text: Text
    next: Text
    next_url: str
    next_label: Text
    theirs: Mapping[Any, object] | None = None
    yours: Mapping[Any, object] | None = None


_HTTP: dict[int, tuple[Text, Text]] = {
    400: (T("这个请求不完整"), T("回到上一页，刷新后再做一次。")),
    401: (T("需要先登录"), T("登录后会回到这里。")),
    403: (T("您的角色不能打开这一页"), T("需要时找系统管理员开通。")),
    404: (T("没有找到这一页"), T("核对地址，或从首页重新进入。")),
    405: (T("这个地址不能这样用"), T("从页面上的按钮操作。")),
    409: (T("和别人的修改冲突了"), T("刷新后再做一次。")),
    413: (T("文件或内容太大"), T("单次最多 20 MB；分几次上传。")),
    422: (T("有内容需要修改"), T("回到表单修改后再提交。")),
    429: (T("操作太频繁"), T("等一会儿再试。")),
    500: (T("系统出了错，已经记下"), T("您填的内容没有生效；再试一次，仍然出错就把请求号告诉管理员。")),
    503: (T("系统正忙"), T("稍等几秒再试，您填的内容没有生效。")),
}


def show_problem(status: int, title: Text, text: Text, next: Text, refusal: Refusal | None = None) -> Response:
    """The one way to say no: a page, or the notice above the page when htmx asked."""
    home = url_for("home.show") if "home.show" in current_app.view_functions else "/"
    back = safe_next(urlsplit(web.referrer).path if web.referrer else None, home)
    label = T("返回上一页") if back not in (home, web.path) else T("回首页")
    problem = Problem(status, title, text, next, home if back == web.path else back, label)
    if isinstance(refusal, Changed):
        problem = Problem(
            status, title, text, next, problem.next_url, problem.next_label, refusal.theirs, refusal.yours
        )
    response = page("shared/problem.html", "shared/_problem.html", status=status, problem=problem)
    if is_fragment():
        response.headers["HX-Retarget"] = "#problem"
        response.headers["HX-Reswap"] = "innerHTML"
    return response


def _refused(refusal: Refusal) -> Response:
    db.session.rollback()
    if web.method == "POST" and not isinstance(refusal, Wrong | NotFound):
        journal_refusal(refusal)
    else:
        log.info("refused %s %s %s", type(refusal).__name__, web.method, web.path)
    return show_problem(refusal.status, refusal.title, refusal.said, refusal.next, refusal)


def journal_refusal(refusal: Refusal) -> None:
    """A refused write is written down too, in a transaction of its own; for views that show a refusal themselves."""
    facts = {"path": web.path, "why": type(refusal).__name__, **refusal.facts}
    with write_tx() as s:
        history.record(s, "request.refused", chain="refused", subject=("request", None), who=g.get("who"), facts=facts)


def _failed(error: HTTPException) -> Response:
    status = error.code or 500
    if status in (301, 302, 303, 307, 308):
        return cast(Response, error.get_response())
    title, what_next = _HTTP.get(status, _HTTP[500 if status >= 500 else 400])
    return show_problem(status, title, T(""), what_next)


def _crashed(error: Exception) -> Response:
    db.session.rollback()
    log.exception("failed %s %s %s", g.get("request_id"), web.method, web.path)
    if isinstance(error, OperationalError):
        title, what_next = _HTTP[503]
        return show_problem(503, title, T(""), what_next)
    return _failed(InternalServerError())


def row_id(text: str) -> int:
    """A row's number in a query or a form: `web.args.get("copy", type=row_id)`; none that no database can hold."""
    number = int(text)
    if not 0 <= number < 2**31:
        raise ValueError(text)
    return number


class RowId(IntegerConverter):
    """A number in an address that a database can hold: a larger one is not found instead of an error."""

    def __init__(self, map: Map, *args: Any, **options: Any) -> None:
        super().__init__(map, *args, **{"max": 2**31 - 1, **options})


def install(app: Flask, nav: Callable[[], list[Any]]) -> None:
    """Everything about requests and answers: language, number, log, headers, templates, error pages."""
    Htmx(app)
    app.url_map.converters["int"] = RowId
    app.extensions["templates"] = environments(app)
    for env in app.extensions["templates"].values():
        env.globals.update(once_key=lambda: secrets.token_urlsafe(12))
    app.before_request(_begin)
    app.after_request(_finish)
    app.context_processor(lambda: {
        "who": g.get("who"), "language": language.language(), "request_id": g.get("request_id"), "nav": nav(),
    })  # fmt: skip
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _failed)
    app.register_error_handler(Exception, _crashed)


def _begin() -> None:
    g.request_id = secrets.token_hex(5)
    g.began = time.perf_counter()
    chosen = web.cookies.get("language") or (web.accept_languages.best_match(["zh-CN", "zh", "en"]) or "zh")[:2]
    language.speak(chosen)


def _finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["TLS"]:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if web.endpoint != "static":
        response.vary.add("HX-Request")
        response.headers.setdefault("Cache-Control", "no-store")
    elif web.args.get("v"):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    took = (time.perf_counter() - g.get("began", time.perf_counter())) * 1000
    log.info("%s %s %s %s %.0fms", g.get("request_id"), web.method, web.path, response.status_code, took)
    return response
