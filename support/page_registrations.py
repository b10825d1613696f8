"""The pages of the desk in the registries. What customers ask for is none of marketing's business:
a marketer may not open them."""

from accounts import policy

policy.register("support:case", read=policy.SUPPORT_UP)
policy.register("support:case_edit", read=policy.SUPPORT_UP, write=policy.SUPPORT_UP)
policy.register(
    *("support:case_log", "support:case_take", "support:case_assign", "support:case_wait"),
    *("support:case_resume", "support:case_promise", "support:case_resolve"),
    *("support:case_close", "support:case_reopen", "support:case_thanks"),
    *("support:case_join", "support:case_part"),
    write=policy.SUPPORT_UP,
)
