from loyalty.models.account import Account, Operation, OperationNote
from loyalty.models.award import Award
from loyalty.models.card import MemberCard
from loyalty.models.challenge import (
    Badge,
    BadgeHolding,
    Challenge,
    ChallengeFinish,
    ChallengeProgress,
)
from loyalty.models.coupon import (
    CampaignState,
    CouponCampaign,
    CouponCode,
    CouponCounter,
    CouponKind,
    CouponTally,
    CouponUse,
    UseState,
)
from loyalty.models.earning import CapCount, EarningRule, EventReward, RuleVersion
from loyalty.models.flow import FlowMark, MonthFlow
from loyalty.models.joining import AccountJoin, LotSuccessor
from loyalty.models.leaderboard import Leaderboard, LeaderboardOptOut, LeaderboardScore
from loyalty.models.ledger import Hold, HoldPart, HoldState, Lot, Transfer
from loyalty.models.mark import AwardMark
from loyalty.models.programme import POINTS, DebtPolicy, Programme, ProgrammeKind, one_major_unit
from loyalty.models.referral import Referral, ReferralCode, ReferralScheme, ReferralState
from loyalty.models.reward import (
    OPEN_STATES,
    ClaimState,
    Reward,
    RewardClaim,
    RewardPicture,
    SavingGoal,
)
from loyalty.models.rule_use import RuleUse
from loyalty.models.telling import News, TellingRule, Told, Unsaid
from loyalty.models.tender import Tender
from loyalty.models.tier import (
    MemberMark,
    Tier,
    TierChange,
    TierGift,
    TierReason,
    TierScheme,
    TierStanding,
)

__all__ = [
    "OPEN_STATES",
    "POINTS",
    "Account",
    "AccountJoin",
    "Award",
    "AwardMark",
    "Badge",
    "BadgeHolding",
    "CampaignState",
    "CapCount",
    "Challenge",
    "ChallengeFinish",
    "ChallengeProgress",
    "ClaimState",
    "CouponCampaign",
    "CouponCode",
    "CouponCounter",
    "CouponKind",
    "CouponTally",
    "CouponUse",
    "DebtPolicy",
    "EarningRule",
    "EventReward",
    "FlowMark",
    "Hold",
    "HoldPart",
    "HoldState",
    "Leaderboard",
    "LeaderboardOptOut",
    "LeaderboardScore",
    "Lot",
    "LotSuccessor",
    "MemberCard",
    "MemberMark",
    "MonthFlow",
    "News",
    "Operation",
    "OperationNote",
    "Programme",
    "ProgrammeKind",
    "Referral",
    "ReferralCode",
    "ReferralScheme",
    "ReferralState",
    "Reward",
    "RewardClaim",
    "RewardPicture",
    "RuleUse",
    "RuleVersion",
    "SavingGoal",
    "TellingRule",
    "Tender",
    "Tier",
    "TierChange",
    "TierGift",
    "TierReason",
    "TierScheme",
    "TierStanding",
    "Told",
    "Transfer",
    "Unsaid",
    "UseState",
    "one_major_unit",
]
