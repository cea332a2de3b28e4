//! The closed sets of words by which Meta describes accounts and numbers.

mod number;

pub use crate::word::UnknownWord;
use crate::word::words;

pub use number::{
    AccountMode, CodeMethod, CodeVerification, NameStatus, NumberStatus, Quality, Region, ThroughputLevel,
    Tier,
};

words! {
    /// The trade of a business.
    // Source: pywa 4.5, `Industry`, Meta's reference of business profiles, and the OpenAPI file.
    Vertical {
        /// It does not say.
        Undefined = "UNDEFINED",
        /// Another.
        Other = "OTHER",
        /// Cars.
        Auto = "AUTO",
        /// Beauty.
        Beauty = "BEAUTY",
        /// Clothes.
        Apparel = "APPAREL",
        /// Education.
        Edu = "EDU",
        /// Entertainment.
        Entertain = "ENTERTAIN",
        /// Events.
        EventPlan = "EVENT_PLAN",
        /// Finance.
        Finance = "FINANCE",
        /// Groceries.
        Grocery = "GROCERY",
        /// Government.
        Govt = "GOVT",
        /// Hotels.
        Hotel = "HOTEL",
        /// Health.
        Health = "HEALTH",
        /// Not for profit.
        Nonprofit = "NONPROFIT",
        /// Services.
        ProfServices = "PROF_SERVICES",
        /// Shops.
        Retail = "RETAIL",
        /// Travel.
        Travel = "TRAVEL",
        /// Restaurants.
        Restaurant = "RESTAURANT",
        /// Drinks.
        Alcohol = "ALCOHOL",
        /// Bets on the net.
        OnlineGambling = "ONLINE_GAMBLING",
        /// Bets elsewhere.
        PhysicalGambling = "PHYSICAL_GAMBLING",
        /// Medicine without a prescription.
        OtcDrugs = "OTC_DRUGS",
        /// No business.
        NotABiz = "NOT_A_BIZ",
    }

    /// What Meta's review of an account found.
    // Source: cloud-api.md 6.6, `account_review_update`.
    ReviewDecision {
        /// It is fine.
        Approved = "APPROVED",
        /// It is not.
        Rejected = "REJECTED",
        /// It is not over.
        Pending = "PENDING",
        /// It takes place later.
        Deferred = "DEFERRED",
    }

    /// Whether Meta knows who stands behind a portfolio.
    // Source: pywa 4.5, `BusinessVerificationStatus`, in lowercase; the OpenAPI file has it in capitals.
    Verification {
        /// It does.
        Verified = "verified",
        /// It does not.
        NotVerified = "not_verified",
        /// It is looking.
        Pending = "pending",
        /// It wants to know more.
        PendingNeedMoreInfo = "pending_need_more_info",
        /// Nothing was handed in yet.
        PendingSubmission = "pending_submission",
        /// It looked and was not convinced.
        Failed = "failed",
        /// It was not convinced, for good.
        Rejected = "rejected",
        /// It no longer is.
        Revoked = "revoked",
        /// It was convinced, but too long ago.
        Expired = "expired",
        /// It will not look.
        Ineligible = "ineligible",
    }

    /// Who owns an account.
    // Source: cloud-api.md 5.3, the OpenAPI file.
    Ownership {
        /// The business itself.
        SelfOwned = "SELF_OWNED",
        /// The client of a partner.
        ClientOwned = "CLIENT_OWNED",
        /// A partner, for a client.
        AgencyOwned = "AGENCY_OWNED",
        /// A partner, on behalf of a client.
        OnBehalfOf = "ON_BEHALF_OF",
    }

    /// What a restricted account may not do.
    // Source: cloud-api.md 6.6; pywa 4.5, `RestrictionType`.
    Restriction {
        /// Write to people who did not write first.
        BizInitiatedMessaging = "RESTRICTED_BIZ_INITIATED_MESSAGING",
        /// Answer people who wrote.
        CustomerInitiatedMessaging = "RESTRICTED_CUSTOMER_INITIATED_MESSAGING",
        /// Add phone numbers.
        AddPhoneNumberAction = "RESTRICTED_ADD_PHONE_NUMBER_ACTION",
        /// Create utility templates.
        UtilityTemplates = "RESTRICTED_UTILITY_TEMPLATES",
    }

    /// How far an account's ban has come.
    // Source: cloud-api.md 6.6, `ban_info`.
    BanState {
        /// It will be disabled at a date.
        ScheduleForDisable = "SCHEDULE_FOR_DISABLE",
        /// It is disabled.
        Disable = "DISABLE",
        /// It is back.
        Reinstate = "REINSTATE",
    }

    /// Whether something can send, as `health_status` says.
    // Source: cloud-api.md 5.3. The order is from well to ill.
    CanSend {
        /// It can.
        Available = "AVAILABLE",
        /// It can, but not as much as it might.
        Limited = "LIMITED",
        /// It cannot.
        Blocked = "BLOCKED",
    }
}
