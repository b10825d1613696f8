"""What somebody wrote, without what they quote and the signature below: for display only. The whole
text is kept beside it."""

import re

# Enough of the words by which programs introduce a quote, in the shop's languages and others.
_WROTE = re.compile(
    r"(?i)^(on|le|am|el|il|w dniu|dnia|dne|[îi]n data|pe|la) .{4,200}"
    r"(wrote|pisze|napisa[łl]\(?a?\)?|napsal\(?a?\)?|a scris|schrieb|[ée]crit|ha scritto)"
    r"[^:]{0,80}:\s*$"
)
_WROTE_SHORT = re.compile(
    r"(?i)^[^>]{0,120}[<(][^<>()\s]+@[^<>()\s]+[>)][^:]{0,60}"
    r"(wrote|pisze|napisa[łl]\(?a?\)?|napsal\(?a?\)?|a scris)\s*:\s*$"
)
_ORIGINAL = re.compile(
    r"(?i)^\W{2,}\s*(original (message|appointment)|forwarded message"
    r"|(wiadomo[śs][ćc]|wiad\.) oryginalna|oryginalna wiadomo[śs][ćc]|wiadomo[śs][ćc] przekazana"
    r"|p[ůu]vodn[íi] (zpr[áa]va|e-?mail)|mesaj(ul)? original|mesajul redirec[țţt]ionat)\s*\W{2,}$"
)
_HEADER = re.compile(r"(?i)^\W{0,2}(from|od|de la|von)\W{0,3}:\s*\S")
_SECOND_HEADER = re.compile(
    r"(?i)^\W{0,2}(sent|date|to|wys[łl]ano|data|do|odesl[áa]no|datum|komu|trimis|c[ăa]tre|gesendet)"
    r"\W{0,3}:"
)
_SENT_FROM = re.compile(
    r"(?i)^(sent from (my|outlook|mail)|get outlook for|wys[łl]ane? z|odesl[áa]no z|trimis de pe)\b"
)
LONGEST_LINE = 400
# A quote that begins later than this is shown.
MOST_LINES = 5_000


def shown_text(text: str) -> str:
    """The text above the quote and the signature; the whole of it where nothing would be left."""
    lines = text.splitlines()
    end = _end_of_own_words(lines)
    begun = (number for number in range(min(end, MOST_LINES)) if _begins(lines, number))
    kept = lines[: next(begun, end)]
    return "\n".join(kept[: _end_of_own_words(kept)]).strip() or text.strip()


def _end_of_own_words(lines: list[str]) -> int:
    """The index after the last line that is neither empty nor quoted by '>'."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith(">")):
        end -= 1
    return end


def _begins(lines: list[str], number: int) -> bool:
    """Whether a quote or the signature begins at this line."""
    line = lines[number].strip()
    if not line or len(line) > LONGEST_LINE:
        return False
    if lines[number] in {"-- ", "--"} or _ORIGINAL.match(line) or _SENT_FROM.match(line):
        return True
    following = lines[number + 1].strip()[:LONGEST_LINE] if number + 1 < len(lines) else ""
    if _HEADER.match(line) and _SECOND_HEADER.match(following):
        return True
    # Programs break the introduction in two where the address is long.
    joined = f"{line} {following}"[:LONGEST_LINE]
    return any(_WROTE.match(one) or _WROTE_SHORT.match(one) for one in (line, joined))
