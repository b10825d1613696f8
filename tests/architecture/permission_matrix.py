"""Who may do what, as the house was ordered: a copy in words of its own, next to the policy table.

Cells stand for support, marketer, manager, admin: `-` is a 403; `m` sees contacts masked, `p` acts
with proof. MATRIX is the permission matrix of the reliability research, section 4, as far as its
pages exist; HOUSE is what it does not speak of. Change a line here only where the order changed.
"""

MATRIX = {
    "see customer list, search": "y m y y",
    "see one customer, orders": "y m y y",
    "edit contact data": "y - y y",
    "add note, see internal notes": "y - y y",
    "adjust points up/down": "y - y y",
    "segments, templates, preview": "- y y y",
    "give consent for a customer": "p - p p",
    "withdraw consent": "y y y y",
    "import CSV": "- - y y",
    "export lists with contacts": "- - y y",
    "statistics": "y y y y",
    "users, roles, force logout": "- - y y",
    "shop secrets, SMTP": "- - - y",
    "audit log": "- - y y",
}
HOUSE = {
    "one's own account and first page": "y y y y",
    "branches": "- - y y",
    "rules of consent, topics, suppressed addresses": "- - y y",
    "work of the desk: follow-ups, purchases by hand": "y - y y",
    "see the outbox": "y m y y",
    # As tickets: what customers wrote is none of marketing's business.
    "read and sort what customers write": "y - y y",
    "work on cases": "y - y y",
    "launch, pause and call off mailings": "- y y y",
    "read what the mail catcher kept": "- - y y",
    "look at senders and how fast they send": "- - y y",
    "rules of mailings, limits of domains": "- - y y",
    "settle a mail whose end is unknown": "- - y y",
    "look at points and the programme": "y y y y",
    "spend a customer's points": "y - y y",
    "look at tiers": "y y y y",
    "set tiers up": "- y y y",
    "look at what members are told": "y y y y",
    "choose what members are told": "- y y y",
    "give a tier by hand": "- - y y",
    "look at challenges and badges": "y y y y",
    "set challenges and badges up": "- y y y",
    "give a badge by hand": "y - y y",
    "leave a customer off the leaderboard": "y - y y",
    "say how customers earn": "- y y y",
    "ask a second person, and withdraw that": "y y y y",
    "decide on what others ask for": "- - y y",
    "give, print and scan members' cards": "y - y y",
    "look at rewards and claims": "y y y y",
    "redeem rewards, hand them over": "y - y y",
    "say what rewards there are": "- y y y",
    "look at coupons, give one to a customer": "y y y y",
    "make coupons and their codes": "- y y y",
    "use a code at the till": "y - y y",
    "say what friends are worth, judge who came by whom": "- y y y",
    "note by whom a customer came": "y - y y",
    # Wider than the matrix: support reads what customers get, and writes none of it.
    "read templates": "y y y y",
}
# Reading (R) or writing (W) an address is one of those acts.
ACTS = {
    "see customer list, search": """
        R customers:list  R customers:filter  W customers:filter  R customers:count
        R customers:search""",
    "see one customer, orders": """
        R customers:customer  R customers:timeline  R customers:entry  R customers:consents""",
    "edit contact data": """
        R customers:new  W customers:new  R customers:edit  W customers:edit
        R customers:contacts  W customers:contacts  W customers:contact_primary
        W customers:contact_remove  R customers:dates  W customers:dates  W customers:date_remove
        W customers:duplicate_dismiss  W customers:duplicate_restore
        R customers:preferences  W customers:preferences  W customers:preferences_pause
        W customers:preferences_resume""",
    "add note, see internal notes": """
        W customers:draft  W customers:interaction_new  R customers:interaction_edit
        W customers:interaction_edit  W customers:interaction_undo""",
    "adjust points up/down": "W loyalty:points_adjust",
    "look at points and the programme": "R loyalty:points  R loyalty:programme",
    "spend a customer's points": "W loyalty:points_redeem  W loyalty:redemption_reverse",
    "look at what members are told": "R loyalty:told  R loyalty:told_preview",
    "choose what members are told": "R loyalty:telling_edit  W loyalty:telling_edit",
    "look at tiers": "R loyalty:tiers  R loyalty:tier",
    "set tiers up": "R loyalty:tiers_edit  W loyalty:tiers_edit",
    "give a tier by hand": "W loyalty:tier_give  W loyalty:tier_take_back",
    "look at rewards and claims": """
        R loyalty:rewards  R loyalty:reward_picture  R loyalty:shelf  R loyalty:claims""",
    "redeem rewards, hand them over": """
        W loyalty:reward_claim  W loyalty:saving_goal  W loyalty:claim_ready
        W loyalty:claim_hand_over  W loyalty:claim_take_back  W loyalty:claim_cancel""",
    "say what rewards there are": """
        R loyalty:reward_new  W loyalty:reward_new  R loyalty:reward_edit  W loyalty:reward_edit
        W loyalty:reward_archive  W loyalty:reward_restore""",
    "give, print and scan members' cards": """
        R loyalty:card  R loyalty:card_qr  R loyalty:card_bars  R loyalty:card_scan
        W loyalty:card_issue  W loyalty:card_replace""",
    "look at coupons, give one to a customer": """
        R loyalty:coupons  R loyalty:coupon
        R loyalty:customer_coupons  W loyalty:customer_coupons""",
    "make coupons and their codes": """
        R loyalty:coupon_new  W loyalty:coupon_new  R loyalty:coupon_edit  W loyalty:coupon_edit
        W loyalty:coupon_stop  W loyalty:coupon_open  W loyalty:coupon_mint
        W loyalty:coupon_word  R loyalty:coupon_csv  W loyalty:coupon_withdraw
        W loyalty:coupon_restore""",
    "say what friends are worth, judge who came by whom": """
        R loyalty:referrals  W loyalty:referrals  W loyalty:referral_accept
        W loyalty:referral_decline""",
    "note by whom a customer came": "W loyalty:customer_referral",
    "use a code at the till": """
        R loyalty:coupon_till  W loyalty:coupon_till  W loyalty:coupon_use
        W loyalty:coupon_undo""",
    "look at challenges and badges": """
        R loyalty:challenges  R loyalty:challenge  R loyalty:badges  R loyalty:leaderboard""",
    "set challenges and badges up": """
        R loyalty:challenge_new  W loyalty:challenge_new  R loyalty:challenge_edit
        W loyalty:challenge_edit  W loyalty:challenge_stop  W loyalty:badges
        W loyalty:leaderboard""",
    "give a badge by hand": "W loyalty:badge_give",
    "leave a customer off the leaderboard": """
        W loyalty:leaderboard_leave  W loyalty:leaderboard_join""",
    "ask a second person, and withdraw that": """
        R accounts:requests  W accounts:approval_withdraw""",
    "decide on what others ask for": """
        R accounts:approvals  W accounts:approval_approve  W accounts:approval_refuse""",
    "say how customers earn": """
        R loyalty:programme_edit  W loyalty:programme_edit  W loyalty:programme_example
        R loyalty:rule_kinds  R loyalty:rule_new  W loyalty:rule_new  R loyalty:rule_edit
        W loyalty:rule_edit  W loyalty:rule_on  W loyalty:rule_off
        R loyalty:cashback_new  W loyalty:cashback_new  R loyalty:cashback_edit
        W loyalty:cashback_edit  W loyalty:cashback_example
        W loyalty:programme_on  W loyalty:programme_off""",
    "segments, templates, preview": """
        R customers:segments  R customers:segment_new  W customers:segment_new
        R customers:segment_edit  W customers:segment_edit  W customers:segment_delete
        W customers:segment_restore
        R messaging:template_new  W messaging:template_new  W messaging:template
        W messaging:template_archive  W messaging:template_discard  W messaging:template_edit
        W messaging:template_publish  W messaging:template_restore  W messaging:template_test
        W messaging:templates_defaults  W messaging:version_reuse""",
    "give consent for a customer": """
        W customers:consents  R customers:consent_request  W customers:consent_request""",
    "withdraw consent": "W customers:withdraw",
    "import CSV": """
        R customers:imports  W customers:imports  R customers:import_run  W customers:import_run
        R customers:import_progress  R customers:import_rejected  W customers:import_start
        W customers:import_stop  W customers:import_continue  W customers:import_discard""",
    "export lists with contacts": "R customers:export  R messaging:send_audience",
    "statistics": """
        R retention:report  R retention:definitions  R retention:freshness  R retention:list
        R retention:csv
        R loyalty:cost  R loyalty:cost_movements  R loyalty:cost_lapsing  R loyalty:cost_csv""",
    "users, roles, force logout": """
        R accounts:team  R accounts:person_create  W accounts:person_create
        R accounts:person_edit  W accounts:person_edit  W accounts:person_password""",
    "shop secrets, SMTP": """
        R accounts:shop  W accounts:shop  R messaging:sender_new  W messaging:sender_new
        R messaging:sender_edit  W messaging:sender_edit  W messaging:sender_check
        W messaging:sender_test  W messaging:sender_stop  W messaging:sender_start
        W messaging:sender_archive  W messaging:sender_restore
        R messaging:mailboxes  R messaging:mailbox_new  W messaging:mailbox_new
        R messaging:mailbox  W messaging:mailbox  W messaging:mailbox_try
        W messaging:mailbox_stop  W messaging:mailbox_start  W messaging:mailbox_remove""",
    "audit log": "R accounts:audit_log",
    "one's own account and first page": """
        R home  R core:style  W accounts:appearance  R accounts:password  W accounts:password
        R accounts:preferences  W accounts:preferences  W accounts:sign_out""",
    "branches": """
        R accounts:branches  W accounts:branches  R accounts:branch_edit  W accounts:branch_edit""",
    "rules of consent, topics, suppressed addresses": """
        R customers:consent_settings  R customers:country_rule_new  W customers:country_rule_new
        R customers:country_rule_edit  W customers:country_rule_edit
        W customers:country_rule_remove  R customers:topic_new  W customers:topic_new
        R customers:topic_edit  W customers:topic_edit  R customers:suppressions
        R customers:suppression_new  W customers:suppression_new
        R customers:suppression_lift  W customers:suppression_lift""",
    "work of the desk: follow-ups, purchases by hand": """
        R customers:day  R customers:follow_up_new  W customers:follow_up_new
        R customers:follow_up_edit  W customers:follow_up_edit  W customers:follow_up_done
        W customers:follow_up_reopen  W customers:follow_up_snooze  W customers:follow_up_take
        R customers:purchase_new  W customers:purchase_new  R customers:purchase_pick
        R customers:purchase_guest  W customers:purchase_guest
        W customers:purchase_undo  R customers:refund_new  W customers:refund_new
        W customers:refund_undo""",
    "see the outbox": """
        R messaging:outbox  R messaging:message  R messaging:sends  R messaging:send
        R messaging:send_progress""",
    "read and sort what customers write": """
        R messaging:inbox  W messaging:inbox_aside  W messaging:inbox_back
        R messaging:incoming  R messaging:incoming_search  R messaging:incoming_html
        W messaging:incoming_pictures  R messaging:incoming_file  W messaging:incoming_assign
        W messaging:incoming_new_customer  W messaging:incoming_aside
        W messaging:incoming_back  W messaging:incoming_rule_drop""",
    "work on cases": """
        R support:cases  R support:case_new  W support:case_new
        R support:case  R support:case_edit  W support:case_edit  W support:case_log
        W support:case_take  W support:case_assign  W support:case_wait  W support:case_resume
        W support:case_promise  W support:case_resolve  W support:case_close
        W support:case_reopen  W support:case_thanks  W support:case_join  W support:case_part""",
    "launch, pause and call off mailings": """
        W messaging:send_release  W messaging:send_pause  W messaging:send_call_off
        W messaging:send_rest""",
    "read what the mail catcher kept": "R messaging:caught_mails  R messaging:caught_mail",
    "look at senders and how fast they send": """
        R messaging:senders  R messaging:sender  R messaging:sender_meter
        R messaging:sender_dns  R messaging:deliverability  R messaging:deliverability_csv""",
    "rules of mailings, limits of domains": """
        R messaging:mailing_rules  W messaging:mailing_rules  W messaging:rules_example
        R messaging:domain_limits  W messaging:domain_limits  R messaging:domain_limit_edit
        W messaging:domain_limit_edit  W messaging:domain_limit_remove
        W messaging:domain_limit_restore""",
    "settle a mail whose end is unknown": "W messaging:message_settle",
    "read templates": """
        R messaging:templates  R messaging:template  R messaging:template_edit
        W messaging:template_preview  R messaging:version  R messaging:version_preview
        R messaging:sender_checks""",
}
COLUMNS = ("support", "marketer", "manager", "admin")


def ordered() -> dict[tuple[str, str], set[str]]:
    """The roles that may read or write, by route and R or W, as the words above say it."""
    found: dict[tuple[str, str], set[str]] = {}
    for act, cells in (MATRIX | HOUSE).items():
        allowed = {role for role, cell in zip(COLUMNS, cells.split(), strict=True) if cell != "-"}
        words = ACTS[act].split()
        for method, route in zip(words[::2], words[1::2], strict=True):
            assert (route, method) not in found, f"{method} {route} stands there twice"
            found[route, method] = allowed
    return found
