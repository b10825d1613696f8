"""A card's number as pictures for scanners: a QR code for cameras, a barcode for scanner guns. Both
hold the bare number, dark on light in either theme."""

from io import BytesIO

import segno
from barcode import Code128

# The quiet zone of Code 128 is ten bars wide. Source: ISO/IEC 15417.
QUIET, HEIGHT = 10, 40


def qr_svg(number: str) -> bytes:
    """The number as a QR code; a fourth of it may be covered."""
    out = BytesIO()
    code = segno.make(number, error="q", micro=False)
    code.save(out, kind="svg", scale=8, border=4, light="#ffffff", dark="#000000", xmldecl=False)
    return out.getvalue()


def bars_svg(number: str) -> bytes:
    """The number as Code 128."""
    bars = str(Code128(number).build()[0])
    width = len(bars) + 2 * QUIET
    path = "".join(
        f"M{QUIET + place} 0h1v{HEIGHT}h-1z" for place, bar in enumerate(bars) if bar == "1"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" '
        f'width="{2 * width}" height="{2 * HEIGHT}" shape-rendering="crispEdges">'
        f'<path fill="#ffffff" d="M0 0h{width}v{HEIGHT}H0z"/>'
        f'<path fill="#000000" d="{path}"/></svg>'
    ).encode()
