# data
"""Fill an empty portal with a supplier and a year of its work, by the verbs that people use."""

from __future__ import annotations

import io
import random
from datetime import UTC, date, datetime, timedelta

import click
from sqlalchemy import func, select

from portal.core import clock, files
from portal.core.db import db
from portal.people import actions as people
from portal.people.models import Person
from portal.people.rules import Role
from portal.seed import start, year
from portal.seed.crowd import PASSWORD


def plant_when_empty() -> None:
    """Fill an empty portal; a portal with people in it is left alone."""
    if db.session.scalar(select(func.count()).select_from(Person)):
        return
    click.echo("准备一年的演示数据，不到一分钟 …")
    plant()


def plant(*, days: int = 365, dealers: int = 40, ends: int = 60) -> None:
    """The demo supplier with `days` of work behind it, up to today; the same day gives the same data."""
    chance, hashed, signature = random.Random(20261124), people.hash_password(PASSWORD), _signature()
    today = clock.today()
    try:
        _turn(today - timedelta(days=days))
        world = start.begin(chance, hashed, signature, dealers=dealers, ends=ends)
        for back in range(days - 1, -1, -1):
            day = today - timedelta(days=back)
            _turn(day)
            year.work(world, day, is_today=back == 0)
    finally:
        clock.use(None)


def _turn(day: date) -> None:
    """Let it be 09:30 in Shanghai on `day`."""
    at = datetime(day.year, day.month, day.day, 1, 30, tzinfo=UTC)
    clock.use(lambda: at)


def _signature() -> files.Picture:
    """What every demo receiver writes."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (480, 180), "white")
    ImageDraw.Draw(image).line([(30, 120), (90, 40), (140, 130), (220, 60), (300, 120), (440, 70)], "black", 5)
    out = io.BytesIO()
    image.save(out, "PNG")
    return files.picture(out.getvalue())


def print_sign_ins(address: str) -> None:
    """The address and one sign-in per role."""
    click.echo(f"\n油路 Oilway  {address}\n密码都是: {PASSWORD}\n")
    rows = db.session.execute(select(Person.role, func.min(Person.id)).group_by(Person.role))
    first = {role: person_id for role, person_id in rows}
    people_by_id = {p.id: p for p in db.session.scalars(select(Person).where(Person.id.in_(first.values())))}
    for role in Role:
        if role.value in first:
            person = people_by_id[first[role.value]]
            click.echo(f"  {person.login:<12} {role.label.source}  {person.name}")
    click.echo("")
