"""kill -9 under load: what was acknowledged is there exactly once. (`python -m bench` does it a hundred times.)"""

from __future__ import annotations

from pathlib import Path

from flask_migrate import upgrade

from bench import data
from bench.kills import kill_under_load
from portal.app import create_app
from portal.core.db import db
from portal.verify import verify


def test_five_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    app = create_app({"SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'portal.db'}", "SECRET_KEY": "for tests"})
    with app.app_context():
        upgrade(directory=str(Path(__file__).parent.parent.parent / "migrations"))
        data.fill(20)
        db.session.remove()
        db.engine.dispose()
    result = kill_under_load(tmp_path, kills=5)
    assert (result.kills, result.lost, result.double, result.integrity) == (5, [], [], "ok")
    assert result.acknowledged
    with app.app_context():
        assert list(verify(db.session())) == []
        db.session.remove()
        db.engine.dispose()
