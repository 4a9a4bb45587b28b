"""Signing in and out. A sign-in is a row: ended there, it is dead at once, whatever a cookie says."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from portal.core import clock, history
from portal.core.refusal import NotFound
from portal.core.text import T
from portal.people import rules
from portal.people.models import LoginAttempt, Person, SignIn, Who, token_digest, who_of
from portal.people.passwords import hash_password, is_dated, matches

CHAIN = "people"


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of looking at a password: whose it is (None: nobody's), and its new hash when the old one is dated."""

    person_id: int | None
    kept: str = ""
    again: str | None = None


def knock(s: Session, name: str, address: str) -> int:
    """Count a try before the password is looked at; gives its number, or TooManyTries with the time to come back."""
    tried, place = mark(name), rules.network_of(address)
    until = max(
        (at for at in (_full(s, LoginAttempt.login, tried, rules.NAME_TRIES),
                       _full(s, LoginAttempt.address, place, rules.ADDRESS_TRIES)) if at), default=None,
    )  # fmt: skip
    if until:
        raise too_many(until)
    attempt = LoginAttempt(login=tried, address=place, at=clock.now())
    s.add(attempt)
    s.flush()
    return attempt.id


def too_many(until: datetime) -> rules.TooManyTries:
    return rules.TooManyTries(T("试错的次数太多，{until} 以后再登录。", until=until), until=until.isoformat())


def mark(name: str) -> str:
    """What is kept of a name that was tried: people type passwords there by mistake."""
    return hashlib.sha256(rules.login_of(name).encode()).hexdigest()[:32]


def _full(s: Session, column: object, value: str, tries: int) -> datetime | None:
    """When the next try is free, if `tries` were made within the window."""
    since = clock.now() - rules.TRIES_WITHIN
    rows = select(LoginAttempt.at).where(column == value, LoginAttempt.at > since)  # type: ignore[arg-type]
    oldest = s.scalars(rows.order_by(LoginAttempt.at.desc()).offset(tries - 1).limit(1)).first()
    return oldest + rules.TRIES_WITHIN if oldest else None


def prove(s: Session, name: str, password: str) -> Proof:
    """Whose password it is. Slow, so outside `write_tx()`; unknown names and disabled people cost the same."""
    login = rules.login_of(name)
    rows = s.execute(
        select(Person.id, Person.login, Person.password_hash, Person.disabled_at)
        .where(or_(Person.login == login, Person.phone == login))
        .limit(3)
    ).all()
    row = next((r for r in rows if r.login == login), rows[0] if len(rows) == 1 else None)
    right = matches(row.password_hash if row else None, password)
    if row is None or not right or row.disabled_at:
        return Proof(None)
    return Proof(row.id, row.password_hash, hash_password(password) if is_dated(row.password_hash) else None)


def sign_in(s: Session, proof: Proof, attempt_id: int, *, device: str, remember: bool = False) -> str:
    """A new sign-in for whom `proof` names; gives the token for the cookie, of which only a digest is kept.

    SignInRefused when the proof is nobody's or the password changed meanwhile; TooManyTries when others tried
    at the same moment: the tries before this one count, not the order in which they are answered.
    """
    attempt = s.get(LoginAttempt, attempt_id)
    if attempt is None or proof.person_id is None:
        raise rules.SignInRefused()
    earlier = select(func.count()).where(
        LoginAttempt.login == attempt.login, LoginAttempt.at > attempt.at - rules.TRIES_WITHIN,
        LoginAttempt.id < attempt_id,
    )  # fmt: skip
    if s.execute(earlier).scalar_one() >= rules.NAME_TRIES:
        raise too_many(attempt.at + rules.TRIES_WITHIN)
    person = s.scalars(select(Person).where(Person.id == proof.person_id).with_for_update()).one()
    if person.disabled_at or person.password_hash != proof.kept:
        raise rules.SignInRefused()
    if proof.again:
        person.password_hash = proof.again
    s.execute(delete(LoginAttempt).where(LoginAttempt.login == attempt.login))
    _purge(s)
    who = who_of(s, person.id)
    token = begin(s, device=device, remember=remember, who=who)
    history.record(
        s, "person.signed_in", chain=CHAIN, subject=("person", person.id), who=who, personal={"device": device}
    )
    return token


def begin(s: Session, *, device: str, remember: bool, who: Who) -> str:
    """A sign-in row for `who`; gives its token."""
    token, now = secrets.token_urlsafe(32), clock.now()
    idle, absolute = rules.limits(remember)
    s.add(
        SignIn(
            token_digest=token_digest(token), person_id=who.id, created_at=now, expires_at=now + absolute,
            idle_seconds=int(idle.total_seconds()), device=device,
        )
    )  # fmt: skip
    return token


def refuse(s: Session, name: str, address: str) -> None:
    """Write down that somebody was not let in: at whose door, from where."""
    login = rules.login_of(name)
    person_id = s.scalar(select(Person.id).where(Person.login == login))
    history.record(
        s, "person.sign_in_refused", chain=CHAIN, subject=("person", person_id), who=None,
        personal={"address": rules.network_of(address)},
    )  # fmt: skip


def _purge(s: Session) -> None:
    """Forget tries that no longer count, and sign-ins that have been over for 90 days."""
    now = clock.now()
    s.execute(delete(LoginAttempt).where(LoginAttempt.at < now - 2 * rules.TRIES_WITHIN))
    s.execute(delete(SignIn).where(SignIn.expires_at < now - rules.SIGN_INS_KEPT))


def sign_out(s: Session, who: Who) -> None:
    """End the sign-in that `who` came with; once ended it stays so."""
    if _end(s, SignIn.id == who.sign_in_id, "signed_out"):
        history.record(s, "person.signed_out", chain=CHAIN, subject=("person", who.id), who=who)


def _end(s: Session, which: ColumnElement[bool], why: str) -> int:
    """End these sign-ins; gives how many were open."""
    ended = s.execute(
        update(SignIn)
        .where(which, SignIn.ended_at.is_(None))
        .values(ended_at=clock.now(), ended_why=why)
        .returning(SignIn.id)
        .execution_options(synchronize_session=False)
    )
    return len(ended.all())


def end_all(s: Session, person_id: int, why: str) -> int:
    """End every sign-in of a person, as part of a greater change; gives how many were open."""
    return _end(s, SignIn.person_id == person_id, why)


def sign_out_everywhere(s: Session, person_id: int, who: Who) -> None:
    """End every sign-in of a person: one's own, or for the administrator anybody's (a lost phone)."""
    ended = end_all(s, person_id, "everywhere")
    history.record(
        s, "person.sign_ins_ended", chain=CHAIN, subject=("person", person_id), who=who, facts={"ended": ended}
    )


def end_sign_in(s: Session, sign_in_id: int, who: Who) -> None:
    """End one of one's own sign-ins; NotFound when there is none open with this number."""
    if not _end(s, (SignIn.id == sign_in_id) & (SignIn.person_id == who.id), "ended"):
        raise NotFound()
    history.record(
        s, "person.sign_in_ended", chain=CHAIN, subject=("person", who.id), who=who, facts={"sign_in": sign_in_id}
    )


def change_password(s: Session, proof: Proof, new_hash: str, who: Who) -> str:
    """The new password for the old one that `proof` is about; gives the token of the sign-in that takes over.

    Every sign-in ends, also this one: whoever knew the old password or holds an old cookie is out.
    """
    person = s.scalars(select(Person).where(Person.id == who.id).with_for_update()).one()
    if proof.person_id != person.id or person.password_hash != proof.kept:
        raise rules.SignInRefused()
    person.password_hash, person.must_change_password = new_hash, False
    old = s.get_one(SignIn, who.sign_in_id)
    end_all(s, who.id, "password")
    token = secrets.token_urlsafe(32)
    s.add(
        SignIn(
            token_digest=token_digest(token), person_id=who.id, created_at=clock.now(), expires_at=old.expires_at,
            idle_seconds=old.idle_seconds, device=old.device,
        )
    )  # fmt: skip
    history.record(s, "person.password_changed", chain=CHAIN, subject=("person", who.id), who=who)
    return token


def forget_tries(s: Session, attempt_id: int) -> None:
    """The password was right: tries of this name count no more."""
    attempt = s.get(LoginAttempt, attempt_id)
    if attempt:
        s.execute(delete(LoginAttempt).where(LoginAttempt.login == attempt.login))


def choose_language(s: Session, language: str, who: Who) -> None:
    """Speak `language` ("zh" or "en") with this person from now on, in messages too."""
    s.execute(update(Person).where(Person.id == who.id).values(language=language))
