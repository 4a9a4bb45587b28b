"""The driver's phone: today's runs, the next stop, the slip that is signed there."""

from __future__ import annotations

from flask import current_app
from flask import request as web
from flask.wrappers import Response
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from portal.core import clock, files
from portal.core.db import AnyRow, db
from portal.core.files import NotAnImage, Picture
from portal.core.once import OtherRequest
from portal.core.pages import act, go, jump, page
from portal.core.refusal import Wrong
from portal.core.text import T, Text
from portal.deliveries import actions
from portal.deliveries.forms import ProofForm
from portal.deliveries.models import runs, stops
from portal.deliveries.routes._blueprint import blueprint
from portal.deliveries.rules import COMES_BACK, Deviation, RunState, StopState, Why
from portal.people.guard import allowed, who
from portal.people.models import Who
from portal.people.rules import Permission, Role

REFUSED_WHY = [why for why in Why if why not in COMES_BACK]
MINE = "/deliveries/mine"
_FIRST = [RunState.UNDER_WAY, RunState.LOADING, RunState.PLANNED, RunState.DONE]


def stop_url(stop_id: int) -> str:
    return f"/deliveries/stops/{stop_id}"


@blueprint.get("/deliveries/mine")
@allowed(Permission.DELIVERY_DRIVE)
def mine() -> Response:
    """The driver's day: runs with their stops, and the next one first."""
    s, me = db.session(), who()
    found = sorted(runs.runs_of_driver(s, me, clock.today()), key=lambda run: _FIRST.index(run.state))
    stops_by_run = stops.of_runs(s, [run.id for run in found])
    onward = next(
        (stop for run in found if run.state == RunState.UNDER_WAY for stop in stops_by_run.get(run.id, ())
         if stop.state == StopState.PENDING), None,
    )  # fmt: skip
    return page(
        "deliveries/mine.html", runs=found, stops=stops_by_run, onward=onward, today=clock.today(),
    )  # fmt: skip


@blueprint.get("/deliveries/stops/<int:stop_id>")
@allowed(Permission.DELIVERY_VIEW)
def show_stop(stop_id: int) -> Response:
    """The slip for its driver; everybody else is shown the shipment."""
    s, me = db.session(), who()
    stop = stops.find_stop(s, me, stop_id)
    lines = stops.lines_at(s, stop_id)
    if me.role is not Role.DRIVER and lines:
        return jump(f"/deliveries/shipments/{lines[0].shipment_id}")
    return _slip(s, stop, ProofForm(lines))


def _slip(s: Session, stop: AnyRow, form: ProofForm, *, status: int = 200, kept_photo: str = "") -> Response:
    here, of = stops.place_in_run(s, stop.run_id, stop.position)
    names = stops.receivers(s, stop.customer_id, stop.site_id)
    return page(
        "deliveries/stop.html", status=status, errors=form.errors or None, stop=stop, form=form, here=here, of=of,
        names=names, deviations=list(Deviation), refused_why=REFUSED_WHY, fail_why=list(Why), kept_photo=kept_photo,
        drums=stops.drums_at(s, form.lines, stop.customer_id),
        can_sign=stop.run_state == RunState.UNDER_WAY and stop.state == StopState.PENDING,
        onward=stops.next_stop(s, stop.run_id), all_drums={line.unit for line in form.lines} == {"桶"},  # data
    )  # fmt: skip


@blueprint.post("/deliveries/stops/<int:stop_id>/confirm")
@allowed(Permission.DELIVERY_DRIVE)
def confirm(stop_id: int) -> Response:
    """Take the slip; refused input comes back with everything that was typed, drawn and photographed."""
    s, me = db.session(), who()
    stop = stops.find_stop(s, me, stop_id)
    form = ProofForm(stops.lines_at(s, stop_id), web.form)
    drums = stops.drums_at(s, form.lines, stop.customer_id)
    outcomes, empties = form.outcomes(), form.empties([drum.sku_id for drum in drums])
    receiver, note = form.receiver, form.note
    signature = _picture(form, "signature", form.signature or _upload("signature_file"))
    photo = _picture(form, "photo", _upload("photo")) or _kept_photo()
    if form.errors:
        return _slip(s, stop, form, status=422, kept_photo=_keep_photo(photo))
    done: list[actions.Confirmed] = []

    def work(tx: Session) -> str:
        confirmed = actions.confirm(
            tx, stop_id, outcomes=outcomes, receiver=receiver, note=note, empties=empties, signed_at=form.signed_at,
            signature_id=_store(tx, signature, f"signature-{stop_id}.jpg", me),
            photo_id=_store(tx, photo, f"photo-{stop_id}.jpg", me), who=me,
        )  # fmt: skip
        done.append(confirmed)
        return stop_url(confirmed.next_stop_id) if confirmed.next_stop_id else MINE

    try:
        return go(act(work, me.id), _said(stop, done))
    except Wrong as wrong:
        form.mend(wrong)
        return _slip(db.session(), stop, form, status=422, kept_photo=_keep_photo(photo))
    except OtherRequest:  # the slip was changed after it had gone through: the first one counts
        onward = stops.next_stop(db.session(), stop.run_id)
        return go(stop_url(onward) if onward else MINE, _said(stop, done), "wait")


def _said(stop: AnyRow, done: list[actions.Confirmed]) -> Text:
    if done and done[0].is_first:
        return T("{customer}：{state}", customer=stop.customer, state=done[0].state.label)
    return T("{customer} 已经签收过，第一次的签收有效", customer=stop.customer)


def _upload(box: str) -> bytes | None:
    """The content of an uploaded file; None when none was chosen."""
    file = web.files.get(box)
    return (file.stream.read(files.LARGEST_IMAGE + 1) or None) if file else None


def _picture(form: ProofForm, box: str, raw: bytes | None) -> Picture | None:
    if raw is None:
        return None
    try:
        return files.picture(raw)
    except NotAnImage as refused:
        form.errors[box] = refused.next
        return None


def _store(s: Session, picture: Picture | None, name: str, me: Who) -> int | None:
    return files.store(s, current_app.config["FILES"], picture, name, me.id).id if picture else None


def _ticket() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="deliveries.photo")


def _keep_photo(photo: Picture | None) -> str:
    """Put the photo of a refused slip aside (no browser sends a chosen file again); its ticket goes into the form."""
    if photo is None:
        return ""
    path = files.place(current_app.config["FILES"], photo.digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(photo.content)
    return str(_ticket().dumps(photo.digest))


def _kept_photo() -> Picture | None:
    try:
        digest = str(_ticket().loads(web.form.get("kept_photo", "")))
    except BadSignature:
        return None
    path = files.place(current_app.config["FILES"], digest)
    return Picture(path.read_bytes(), digest) if path.exists() else None


@blueprint.get("/deliveries/stops/<int:stop_id>/signature")
@allowed(Permission.DELIVERY_VIEW)
def signature(stop_id: int) -> Response:
    return _file(stops.find_stop(db.session(), who(), stop_id).signature_id)


@blueprint.get("/deliveries/stops/<int:stop_id>/photo")
@allowed(Permission.DELIVERY_VIEW)
def photo(stop_id: int) -> Response:
    return _file(stops.find_stop(db.session(), who(), stop_id).photo_id)


def _file(file_id: int | None) -> Response:
    """A proof's picture, for whom the stop may be seen."""
    row = stops.stored(db.session(), file_id)
    response = Response(files.content(current_app.config["FILES"], row), mimetype=row.media_type)
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response
