"""What the style page shows: sample data for the components, no row of any table."""

from typing import Any

from core import clock

TOKENS = [
    "paper", "surface", "sunken", "line", "ink", "muted", "primary", "accent", "accent-mark",
    "danger", "warning", "info", "tint-good", "tint-accent", "tint-bad", "tint-info",
]  # fmt: skip
FIGURES = [
    {"label": "Last purchase", "value": "31 days ago", "note": "usually every 28", "href": "#f"},
    {"label": "Value to date", "value": "4 218,40 zł", "note": "26 purchases, 162,25 zł each"},
    {"label": "Points", "value": "1 240", "note": "60 short of free delivery", "href": "#f"},
    {"label": "Would recommend", "value": "9", "unit": "of 10", "note": "on 2 October"},
    {"label": "Open matters", "value": "1 complaint", "note": "due in 2 h 10 min", "tone": "bad"},
]
TILES = [
    {"label": "Churn", "value": "9.3 %", "note": "1.2 points better", "note_tone": "good"},
    {"label": "Repurchase index", "value": "84.3 %", "note": "2 333 of 2 769 purchases"},
    {"label": "Average order", "value": "545,14 zł", "note": "5 % less", "note_tone": "bad"},
    {"label": "Lifetime value", "value": "–", "note": "not yet measurable"},
]
FLOW = [
    {"label": "At the start", "value": "2 461", "share": 87, "href": "#bars"},
    {"label": "Stayed", "value": "2 232", "share": 79, "tone": "good", "href": "#bars"},
    {"label": "Left", "value": "229", "share": 8, "tone": "bad", "href": "#bars"},
    {"label": "Came back", "value": "285", "share": 10, "tone": "info", "href": "#bars"},
    {"label": "New", "value": "323", "share": 11, "tone": "accent", "href": "#bars"},
    {"label": "At the end", "value": "2 840", "share": 100, "href": "#bars"},
]
COHORTS = [
    ("Jul 2026", 545, [(6, 47), (5, 44), (4, 39), (3, 31)]),
    ("Aug 2026", 567, [(5, 43), (4, 40), (4, 38)]),
    ("Sep 2026", 762, [(3, 35), (2, 27)]),
    ("Oct 2026", 410, [(1, 17)]),
]
ENTRIES = [
    {"icon": "telephone-inbound", "title": "Called about a cracked bowl",
     "text": "Wants a replacement before 6 December, it is a present. Promised an answer today."},
    {"icon": "exclamation-circle", "tone": "bad", "title": "Complaint R-2026-00412",
     "text": "Replacement asked. Owner: Support desk. Legal answer by 5 December.", "href": "#t"},
    {"icon": "gift", "tone": "good", "title": "+186 points pending until 5 December"},
    {"icon": "ticket-perforated", "tone": "accent", "title": "Coupon used", "href": "#t"},
]  # fmt: skip
ICONS = [
    "sun", "people", "inbox", "exclamation-circle", "gift", "chat-square-heart", "send",
    "graph-up", "gear", "telephone", "envelope", "bag", "box-seam", "lock", "calendar3",
    "download", "upload", "search", "plus-lg", "check-lg", "x-lg", "pencil", "trash",
]  # fmt: skip


def _choices() -> list[dict[str, Any]]:
    words = [("Everything", 128), ("Purchases", 26), ("Conversations", 14), ("Complaints", 0)]
    return [
        {"label": label, "count": count, "href": "#chips", "current": label == "Everything"}
        for label, count in words
    ]


def specimens() -> dict[str, Any]:
    """Context for the style page."""
    return {
        "tokens": TOKENS,
        "figures": FIGURES,
        "tiles": TILES,
        "flow": FLOW,
        "cohorts": COHORTS,
        "entries": ENTRIES,
        "icons": ICONS,
        "choices": _choices(),
        "now": clock.now(),
        "steps": range(7),
        "crumbs": [{"label": "Settings", "href": "#crumbs"}, {"label": "Team"}],
        "columns": [
            {"label": "Customer", "href": "#table", "sort": "ascending"},
            {"label": "Purchases", "num": True},
            {"label": "Value", "num": True, "href": "#table"},
        ],
        "rows": [
            ["Łucja Nowakowska", 26, "4 218,40 zł"],
            ["Jiří Dvořák", 3, "612,00 zł"],
            ["Ștefan Țîrlea", 11, "1 940,90 zł"],
        ],
        "facts": [
            {"label": "Bowl, ceramics", "value": "139,00 zł"},
            {"label": "Two mugs", "value": "47,99 zł"},
            {"label": "Earns", "value": "349 points", "total": True},
        ],
    }
