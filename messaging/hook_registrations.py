"""The providers' hooks in the policy table: open to all, each by the provider's own proof."""

from accounts import policy

policy.register("messaging:mail_hook", public=True)
