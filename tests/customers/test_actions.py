# data
"""Opening a file, its contacts and sites, who looks after it, its life: what the verbs do, on both databases."""

from __future__ import annotations

import threading
from datetime import date, time

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.db import db, write_tx
from portal.core.refusal import Changed, NotFound, Wrong, WrongState
from portal.customers import actions, models
from portal.customers.models import Contact, Customer, DealerProfile, EndProfile, Ownership, Site
from portal.people import timeline
from portal.people.models import Who
from tests.cast import Cast
from tests.conftest import only_sqlite

GOOD = "91110000600037341L"


def make(the: Cast, login: str = "sun", **given: object) -> int:
    values: dict[str, object] = {"name": "南岸示例运输有限公司", "kind": "end", "region_code": "500108", **given}
    with write_tx() as s:
        return actions.create(s, **values, who=the.who(s, login)).id  # type: ignore[arg-type]


def test_a_new_file_is_a_candidate_with_code_initials_profile_and_a_first_line(s: Session, the: Cast) -> None:
    customer_id = make(the, uscc="91110000 60003734-1l", phone="02312345678")
    row = s.get_one(Customer, customer_id)
    assert (row.code, row.pinyin, row.state, row.uscc) == ("K00004", "naslysyxgs", "candidate", GOOD)
    assert s.get(EndProfile, customer_id) is not None
    assert s.get(DealerProfile, customer_id) is None
    found = [models.pick(s, the.who(s, "sun"), typed) for typed in ("K00004", "naslys", "南岸 运输", GOOD, "0231234")]
    assert [[hit.id for hit in hits] for hits in found] == [[customer_id]] * 5
    told = timeline.of_chain(s, f"customer:{customer_id}")
    assert told[-1].verb == "customer.created"


def test_an_account_manager_looks_after_what_he_opens(s: Session, the: Cast) -> None:
    customer_id = make(the, "bai")
    assert models.find(s, the.who(s, "bai"), customer_id).id == customer_id
    with pytest.raises(NotFound):
        models.find(s, the.who(s, "amy"), customer_id)


def test_the_rooms_above_are_told_in_the_same_transaction(s: Session, the: Cast) -> None:
    heard: list[tuple[int, int]] = []

    def listen(_session: Session, customer_id: int, who: Who) -> None:
        heard.append((customer_id, who.id))

    with actions.customer_created.connected_to(listen):
        customer_id = make(the)
    assert heard == [(customer_id, the.people["sun"])]


def test_eight_people_who_open_files_at_once_get_eight_codes(app: Flask, the: Cast) -> None:
    made: list[int] = []

    def work(n: int) -> None:
        with app.app_context():
            made.extend(make(the, name=f"并发示例 {n} 号", code=None) for _ in range(3))
            db.session.remove()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        codes = list(db.session.scalars(select(Customer.code).where(Customer.id.in_(made))))
    assert len(set(codes)) == len(codes) == 24
    assert sorted(codes)[0] == "K00004"


def test_of_two_who_type_the_same_uscc_at_once_one_is_told(app: Flask, the: Cast) -> None:
    came: list[object] = []

    def work() -> None:
        with app.app_context():
            try:
                came.append(make(the, uscc=GOOD))
            except Wrong as refused:
                came.append(set(refused.errors))
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(one, int) for one in came) == 1
    assert came.count({"uscc"}) == 3


@only_sqlite
def test_codes_go_on_after_those_that_came_from_elsewhere(s: Session, the: Cast) -> None:
    make(the, code="K00050")
    make(the, code="ABC")
    assert s.get_one(Customer, make(the)).code == "K00051"
    make(the, code="K00012")
    assert s.get_one(Customer, make(the)).code == "K00052"
    with pytest.raises(Wrong) as refused:
        make(the, code="K00051")
    assert list(refused.value.errors) == ["code"]


@only_sqlite
def test_a_regional_manager_opens_files_of_the_own_region_only(s: Session, the: Cast) -> None:
    make(the, "qu", region_code="500108")
    for region in ("510107", None):
        with pytest.raises(Wrong) as refused:
            make(the, "qu", region_code=region)
        assert list(refused.value.errors) == ["region_code"]
    with pytest.raises(Wrong):
        make(the, region_code="999999")


def test_the_first_money_makes_a_candidate_active_once(s: Session, the: Cast) -> None:
    customer_id = the.customers["dealer"]
    for on in (date(2026, 11, 20), date(2026, 11, 22)):
        with write_tx() as tx:
            actions.activate(tx, customer_id, on, the.who(tx, "fan"))
    row = s.get_one(Customer, customer_id)
    assert (row.state, row.kind_confirmed_on) == ("active", date(2026, 11, 20))
    assert [line.verb for line in timeline.of_chain(s, f"customer:{customer_id}")] == ["customer.activated"]


@only_sqlite
def test_a_stopped_customer_goes_on_where_it_was(s: Session, the: Cast) -> None:
    customer_id = the.customers["dealer"]
    with write_tx() as tx:
        actions.stop(tx, customer_id, "搬迁", None, the.who(tx, "sun"))
    with write_tx() as tx, pytest.raises(WrongState):
        actions.stop(tx, customer_id, "再停", None, the.who(tx, "sun"))
    with write_tx() as tx:
        actions.resume(tx, customer_id, None, the.who(tx, "sun"))
    assert s.get_one(Customer, customer_id).state == "candidate"
    with write_tx() as tx:
        actions.stop(tx, customer_id, "欠款", None, the.who(tx, "sun"))
        actions.activate(tx, customer_id, date(2026, 11, 23), the.who(tx, "fan"))
    s.expire_all()
    assert s.get_one(Customer, customer_id).state == "stopped"
    with write_tx() as tx:
        actions.resume(tx, customer_id, None, the.who(tx, "sun"))
    s.expire_all()
    assert s.get_one(Customer, customer_id).state == "active"
    with write_tx() as tx, pytest.raises(Wrong):
        actions.stop(tx, customer_id, "  ", None, the.who(tx, "sun"))


def test_one_contact_is_the_main_one_and_one_site_the_default(s: Session, the: Cast) -> None:
    customer_id = make(the)
    with write_tx() as tx:
        who = the.who(tx, "sun")
        first = actions.add_contact(tx, customer_id, name="甲", phone="13900000001", who=who).id
        second = actions.add_contact(tx, customer_id, name="乙", phone="13900000002", is_main=True, who=who).id
        yard = actions.add_site(tx, customer_id, name="老库", address="示例路 1 号", who=who).id
        depot = actions.add_site(tx, customer_id, name="新库", address="示例路 2 号", is_default=True, who=who).id
    assert _marked(s, customer_id) == ([second], [depot])
    assert [hit.id for hit in models.pick(s, the.who(s, "sun"), "13900000001")] == [customer_id]
    with write_tx() as tx:
        actions.remove_contact(tx, second, the.who(tx, "sun"))
        actions.remove_site(tx, depot, the.who(tx, "sun"))
        actions.remove_site(tx, depot, the.who(tx, "sun"))
    s.expire_all()
    assert _marked(s, customer_id) == ([first], [yard])
    assert [row.id for row in models.sites_of(s, customer_id)] == [yard]
    with pytest.raises(NotFound):
        models.find_site(s, the.who(s, "sun"), depot)
    with write_tx() as tx:
        actions.edit_contact(tx, first, 1, the.who(tx, "sun"), name="甲", phone=None, is_main=False)
    s.expire_all()
    assert _marked(s, customer_id) == ([first], [yard])
    assert models.pick(s, the.who(s, "sun"), "13900000001") == []


def _marked(s: Session, customer_id: int) -> tuple[list[int], list[int]]:
    main = select(Contact.id).where(Contact.customer_id == customer_id, Contact.is_main)
    default = select(Site.id).where(Site.customer_id == customer_id, Site.is_default)
    return list(s.scalars(main)), list(s.scalars(default))


@only_sqlite
def test_the_second_of_two_editors_of_a_site_is_told(s: Session, the: Cast) -> None:
    site_id = the.sites["dealer"]
    with write_tx() as tx:
        actions.edit_site(
            tx, site_id, 1, the.who(tx, "amy"), name="一号库", receives_from=time(8), receives_until=time(17)
        )
    with write_tx() as tx, pytest.raises(Changed) as refused:
        actions.edit_site(tx, site_id, 1, the.who(tx, "sun"), name="二号库")
    assert refused.value.theirs["name"] == "一号库"
    assert refused.value.yours["name"] == "二号库"
    assert s.get_one(Site, site_id).name == "一号库"


@only_sqlite
def test_phones_and_names_of_people_stay_out_of_the_chain(s: Session, the: Cast) -> None:
    with write_tx() as tx:
        actions.add_contact(tx, the.customers["plant"], name="隐去", phone="13911112222", who=the.who(tx, "amy"))
    line = timeline.of_chain(s, f"customer:{the.customers['plant']}")[0]
    assert line.verb == "contact.added"
    assert "隐去" not in str(line.facts)
    assert "13911112222" not in str(line.facts)


def test_a_customer_goes_from_hand_to_hand_and_the_history_stays(s: Session, the: Cast) -> None:
    customer_id = the.customers["dealer"]
    for login in ("bai", "bai", None):
        with write_tx() as tx:
            actions.assign(tx, customer_id, the.people[login] if login else None, the.who(tx, "qu"))
    rows = s.execute(select(Ownership.person_id, Ownership.until_on).where(Ownership.customer_id == customer_id))
    today = date(2026, 11, 23)
    assert sorted(map(tuple, rows)) == sorted([(the.people["amy"], today), (the.people["bai"], today)])
    verbs = [line.verb for line in timeline.of_chain(s, f"customer:{customer_id}")]
    assert verbs == ["customer.unassigned", "customer.assigned"]
    for nobody in (the.people["fan"], 987654):
        with write_tx() as tx, pytest.raises(Wrong):
            actions.assign(tx, customer_id, nobody, the.who(tx, "qu"))
