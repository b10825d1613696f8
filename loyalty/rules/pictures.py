"""Pictures that people upload, drawn anew: what comes out holds the dots and nothing else.

No place and no name from the camera, no program hidden behind the dots, and one format that every
browser shows. Source: OWASP File Upload Cheat Sheet, "image rewriting".
"""

from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

from PIL import Image, ImageOps

# What cameras and shops save; SVG is a program, GIF a film.
FORMATS = ("JPEG", "PNG", "WEBP")
MEDIA_TYPE = "image/webp"
MOST_BYTES = 8 * 2**20
MOST_DOTS = 50_000_000
LONGEST_SIDE = 960
QUALITY = 82


class Fault(StrEnum):
    """Why a picture is refused."""

    TOO_LARGE = "too_large"
    NOT_A_PICTURE = "not_a_picture"


class PictureRefused(Exception):
    """The file is refused for the `fault`."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in WebP, at most `LONGEST_SIDE` dots wide and high."""

    content: bytes
    width: int
    height: int


def draw_anew(raw: bytes) -> Picture:
    """The picture of the file, upright, small enough for a page. Raises `PictureRefused`: for what
    is no JPEG, PNG or WebP whatever it is called, and for what would unfold to too many dots."""
    if len(raw) > MOST_BYTES:
        raise PictureRefused(Fault.TOO_LARGE)
    try:
        with Image.open(BytesIO(raw), formats=FORMATS) as found:
            if found.width * found.height > MOST_DOTS:
                raise PictureRefused(Fault.TOO_LARGE)
            return _drawn(found)
    except PictureRefused:
        raise
    except Image.DecompressionBombError as error:
        raise PictureRefused(Fault.TOO_LARGE) from error
    except Exception as error:
        # A broken file makes the reader of its format fail in any way.
        raise PictureRefused(Fault.NOT_A_PICTURE) from error


def _drawn(found: Image.Image) -> Picture:
    """The dots of the first frame on a sheet of their own."""
    found.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(found)
    plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    sheet = Image.new(plain.mode, plain.size)
    sheet.paste(plain)
    out = BytesIO()
    sheet.save(out, "WEBP", quality=QUALITY)
    return Picture(out.getvalue(), sheet.width, sheet.height)
