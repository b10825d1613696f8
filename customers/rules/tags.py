"""Tags as people write them: several in one line, so no tag holds what stands between two."""

import re
from collections.abc import Iterable

MOST_TAGS = 30
LONGEST_TAG = 60
BETWEEN = re.compile("[,|]")


def split_tags(text: str) -> list[str]:
    """The tags of a form's line or a file's cell: 'vip, tea|new' -> ['vip', ' tea', 'new'];
    empty ones are left out."""
    return [part for part in BETWEEN.split(text) if part.strip()]


def join_tags(names: Iterable[str]) -> str:
    """The tags as a file's cell, which `split_tags` reads back."""
    return "|".join(names)
