"""The forms of the desk, as `tests.hostile.forms` has them."""

CASE = {
    "kind": "complaint",
    "subject": "The bowl came broken",
    "description": "Along the rim",
    "category": "@cause",
    "severity": "2",
    "purchase": "@purchase",
    "order": "",
    "product": "Bowl",
    "remedy": "replace",
}
VERDICT = {
    "decision": "upheld",
    "root_cause": "@cause",
    "reason": "Badly packed",
    "corrective_action": "Two layers of paper",
    "version": "=case_version",
}
FORMS = {
    "support:case_log": {
        "channel": "message",
        "medium": "sms",
        "text": "About the bowl",
        "direction": "in",
        "outcome": "answered",
        "occurred_at": "2026-11-20T10:00",
        "draft_name": "c1",
    },
    "support:case_new": {
        **CASE,
        "received_at": "2026-11-20T10:00",
        "owner": "@@support",
        "key": "n1",
    },
    "support:case_edit": {**CASE, "version": "=case_version"},
    "support:case_assign": {"owner": "@@manager"},
    "support:case_wait": {"until": "2026-12-01"},
    "support:case_promise": {"at": "2026-12-01T10:00"},
    "support:case_resolve": VERDICT,
    "support:case_join": {"into": "@other_case"},
}
ACTS: dict[str, dict[str, str]] = {
    f"support:case_{act}": {} for act in ("take", "resume", "close", "reopen", "thanks", "part")
}
