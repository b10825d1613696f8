"""A shop's own colour, and what can be read on it."""

BLACK, WHITE = "#000000", "#ffffff"


def luminance(color: str) -> float:
    """Relative luminance of '#rrggbb', from 0 to 1. **Source:** WCAG 2.2, relative luminance."""
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21. **Source:** WCAG 2.2, contrast ratio."""
    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


def text_on(color: str) -> str:
    """White or black, whichever is read better on the colour: never below 4.5 to 1."""
    return max((WHITE, BLACK), key=lambda text: contrast(text, color))


def readable(color: str, *, on: str) -> str:
    """The colour, mixed with as much black or white as it takes for its words to be read on the
    ground: a contrast of 4.5 (WCAG 2 AA)."""
    aim = max((WHITE, BLACK), key=lambda end: contrast(end, on))
    for tenths in range(11):
        mixed = _mixed(color, aim, tenths / 10)
        if contrast(mixed, on) >= 4.5:
            return mixed
    return aim


def _mixed(color: str, other: str, share: float) -> str:
    places = (1, 3, 5)
    pairs = [(int(color[at : at + 2], 16), int(other[at : at + 2], 16)) for at in places]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
