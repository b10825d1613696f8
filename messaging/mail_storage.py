"""Files that came with mails, below `settings.MAIL_FILES_DIR`: outside of everything that a web
server hands out by itself."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings


def keep(path: str, content: bytes) -> None:
    """Write a file, whole or not at all. `path` is one of ours (`path_of`), never a stranger's."""
    target = _root() / path
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f"{target.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(target)


def path_of(mail_key: str, position: int) -> str:
    """Where the file of a mail lies: the same each time, so that a second try leaves no rest."""
    return f"{mail_key[:2]}/{mail_key}/{position}"


def content_of(path: str) -> bytes | None:
    """The bytes; None where the file is gone."""
    try:
        return (_root() / path).read_bytes()
    except FileNotFoundError:
        return None


def remove(paths: Iterable[str]) -> int:
    """Delete files, and the folders that they leave empty; returns how many were there."""
    removed = 0
    for path in paths:
        target = _root() / path
        try:
            target.unlink()
            removed += 1
            target.parent.rmdir()
        except (FileNotFoundError, OSError):
            continue
    return removed


def _root() -> Path:
    return Path(settings.MAIL_FILES_DIR)
