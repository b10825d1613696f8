"""Static files as they are served: hashed, compressed, and the style sheets joined into one.

`css/app.css` lists its parts by `@import ... layer(name)`. While developing the browser follows
the list; at `collectstatic` the parts take its lines' places, so that a page waits for one file.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.storage import HashedFilesMixin
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

SHEET = "css/app.css"
IMPORT = re.compile(r'@import url\("(?P<path>[^"]+)"\) layer\((?P<layer>[a-z]+)\);')
# What ends with the file that it stood in: its encoding, the address of its source map.
PER_FILE = re.compile(r'@charset "[^"]*";|/\*#\s*sourceMappingURL=[^*]*\*/')

# Only our own modules: those of others import what is not there and never asked for.
MODULES = (
    "js/*.js",
    ((r"""(?P<matched>import\s*["'](?P<url>[./].*?)["'];)""", 'import "%(url)s";'),),
)


def joined(sheet: Path) -> str:
    """The sheet with its imports in place, each in its layer.

    Addresses inside the parts are kept, so parts that name files stand beside the sheet.
    """

    def part(match: re.Match[str]) -> str:
        text = (sheet.parent / match["path"]).read_text(encoding="utf-8")
        return f"@layer {match['layer']} {{\n{PER_FILE.sub('', text).strip()}\n}}"

    return IMPORT.sub(part, sheet.read_text(encoding="utf-8"))


class JoinedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Joins the style sheet before files are hashed; imports of our own modules name the hashes."""

    patterns = (*HashedFilesMixin.patterns, MODULES)

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str, bool]]:
        if SHEET in paths and not dry_run:
            text = joined(Path(self.path(SHEET)))
            self.delete(SHEET)
            self._save(SHEET, ContentFile(text.encode()))
            paths[SHEET] = (self, SHEET)
        yield from super().post_process(paths, dry_run, **options)
