"""Pictures drawn anew: what goes in, what comes out, what is refused."""

import zipfile
from io import BytesIO

import pytest
from PIL import Image

from loyalty.rules.pictures import MOST_BYTES, Fault, PictureRefused, draw_anew

SECRET = b"GPS 52.23 N 21.01 E"


def drawn(kind="JPEG", size=(40, 20), mode="RGB", **more):
    out = BytesIO()
    Image.new(mode, size, (200, 30, 30) if mode == "RGB" else None).save(out, kind, **more)
    return out.getvalue()


def exif(orientation=1):
    tags = Image.Exif()
    tags[0x0112], tags[0x010E] = orientation, SECRET.decode()
    return tags


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_the_dots_stays(kind):
    raw = drawn(kind, exif=exif())
    assert SECRET in raw

    picture = draw_anew(raw + b"<script>alert(1)</script>")

    assert picture.content[:4] == b"RIFF"
    assert picture.content[8:12] == b"WEBP"
    assert SECRET not in picture.content
    assert b"script" not in picture.content
    assert (picture.width, picture.height) == (40, 20)


def test_a_picture_that_the_camera_turned_stands_upright():
    picture = draw_anew(drawn(exif=exif(orientation=6)))

    assert (picture.width, picture.height) == (20, 40)


def test_a_large_one_becomes_small_and_a_small_one_stays():
    large, small = draw_anew(drawn(size=(3000, 1500))), draw_anew(drawn(size=(10, 10)))

    assert (large.width, large.height) == (960, 480)
    assert (small.width, small.height) == (10, 10)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "I;16", "L", "CMYK"])
def test_every_kind_of_colour_is_drawn(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"

    assert draw_anew(drawn(kind, mode=mode)).width == 40


def test_what_is_seen_through_stays_so():
    with Image.open(BytesIO(draw_anew(drawn("PNG", mode="RGBA")).content)) as again:
        assert again.mode == "RGBA"


def archive():
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.png", drawn("PNG"))
    return out.getvalue()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"x",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a" + bytes(100),
        drawn("GIF"),
        drawn("BMP"),
        drawn("TIFF"),
        archive(),
        drawn()[:100],
        drawn("PNG")[:60],
        b"\x89PNG\r\n\x1a\n" + bytes(600),
        b"%PDF-1.7" + bytes(600),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    ],
)
def test_what_is_no_picture_is_refused(raw):
    with pytest.raises(PictureRefused) as caught:
        draw_anew(raw)

    assert caught.value.fault == Fault.NOT_A_PICTURE


@pytest.mark.parametrize("raw", [bytes(MOST_BYTES + 1), drawn("PNG", (9_000, 9_000), "1")])
def test_what_would_be_too_large_is_refused_before_it_unfolds(raw):
    with pytest.raises(PictureRefused) as caught:
        draw_anew(raw)

    assert caught.value.fault == Fault.TOO_LARGE
