"""Files: stored outside the web root under their own digest; the room that owns the record serves them."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core import clock
from portal.core.db import Base, Id, ref
from portal.core.refusal import NotFound, Refusal
from portal.core.text import T

LARGEST_IMAGE = 8 * 1024 * 1024
LONGEST_SIDE = 2000


class NotAnImage(Refusal):
    title = T("这个文件不是照片")
    next = T("上传 JPG、PNG 或 WebP 照片，最大 8 MB。")


class StoredFile(Base):
    __tablename__ = "file"
    id: Mapped[Id]
    digest: Mapped[str] = mapped_column(index=True)
    """SHA-256 of the content, which is also its name on disk."""
    media_type: Mapped[str]
    size: Mapped[int]
    name: Mapped[str]
    person_id: Mapped[int | None] = ref("person.id", index=False)
    at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that was opened, checked and written again: nothing of the sender's bytes is kept."""

    content: bytes
    digest: str


def picture(raw: bytes | BinaryIO) -> Picture:
    """Re-encode an uploaded image as JPEG (at most 2000 px), or PNG content as PNG; NotAnImage for anything else.

    Slow: call it before `write_tx()`.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    data = raw if isinstance(raw, bytes) else raw.read(LARGEST_IMAGE + 1)
    if not data or len(data) > LARGEST_IMAGE:
        raise NotAnImage()
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as opened:
            if opened.width * opened.height > 50_000_000:
                raise NotAnImage()
            image = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        raise NotAnImage() from None
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return Picture(out.getvalue(), hashlib.sha256(out.getvalue()).hexdigest())


def store(s: Session, folder: str | Path, image: Picture, name: str, person_id: int | None) -> StoredFile:
    """Keep `image` and give its row; the bytes are on disk before the row can be committed."""
    path = place(folder, image.digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_bytes(image.content)
        part.replace(path)
    row = StoredFile(
        digest=image.digest, media_type="image/jpeg", size=len(image.content), name=name[:100], person_id=person_id,
        at=clock.now(),
    )  # fmt: skip
    s.add(row)
    s.flush()
    return row


def place(folder: str | Path, digest: str) -> Path:
    return Path(folder) / digest[:2] / digest


def content(folder: str | Path, row: StoredFile | None) -> bytes:
    """The bytes of a stored file; NotFound when row or bytes are gone."""
    if row is None or not (path := place(folder, row.digest)).exists():
        raise NotFound()
    return path.read_bytes()
