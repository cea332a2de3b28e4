//! What Meta thinks of a template.

use crate::word::words;

words! {
    /// The status of a template.
    // Source: cloud-api.md 3.5.
    TemplateStatus {
        /// It is in review.
        Pending = "PENDING",
        /// It can be sent.
        Approved = "APPROVED",
        /// It was refused; it can be edited.
        Rejected = "REJECTED",
        /// It rests for 3 or 6 hours, because people blocked or reported it.
        Paused = "PAUSED",
        /// It is stopped for good.
        Disabled = "DISABLED",
        /// Its rejection is being reviewed.
        InAppeal = "IN_APPEAL",
        /// It is deleted when its last messages have ended.
        PendingDeletion = "PENDING_DELETION",
        /// It is deleted.
        Deleted = "DELETED",
        /// It stands above the account's limit of templates.
        LimitExceeded = "LIMIT_EXCEEDED",
        /// It was not used for 12 months.
        Archived = "ARCHIVED",
    }
}

words! {
    /// What a template is for, which decides what it costs.
    // Source: cloud-api.md 3.12.
    TemplateCategory {
        /// It carries a code.
        Authentication = "AUTHENTICATION",
        /// It follows up on something that a person asked for.
        Utility = "UTILITY",
        /// Anything else.
        Marketing = "MARKETING",
    }
}

words! {
    /// How the variables of a template are told apart.
    // Source: cloud-api.md 3.1.
    ParameterFormat {
        /// They are counted from 1.
        Positional = "POSITIONAL",
        /// They have names.
        Named = "NAMED",
    }
}

words! {
    /// What a parameter must look like; all but texts are known from the template library only.
    // Source: cloud-api.md 3.8.
    ParameterType {
        /// Any text.
        Text = "TEXT",
        /// A postal address.
        Address = "ADDRESS",
        /// An amount of money.
        Amount = "AMOUNT",
        /// A day.
        Date = "DATE",
        /// A phone number.
        PhoneNumber = "PHONE NUMBER",
        /// An e-mail address.
        Email = "EMAIL",
        /// A number.
        Number = "NUMBER",
    }
}

words! {
    /// Why a template was rejected.
    // Source: cloud-api.md 3.5.
    RejectedReason {
        /// It was not.
        None = "NONE",
        /// Its content is abusive.
        AbusiveContent = "ABUSIVE_CONTENT",
        /// It belongs to another category.
        IncorrectCategory = "INCORRECT_CATEGORY",
        /// Its format is invalid.
        InvalidFormat = "INVALID_FORMAT",
        /// It promotes something.
        Promotional = "PROMOTIONAL",
        /// It is a scam.
        Scam = "SCAM",
        /// Its content does not match its tag.
        TagContentMismatch = "TAG_CONTENT_MISMATCH",
    }
}

words! {
    /// What people think of a template.
    // Source: cloud-api.md 3.5; new templates are unknown.
    QualityScore {
        /// Hardly anyone complains.
        Green = "GREEN",
        /// Some people complain.
        Yellow = "YELLOW",
        /// Many people complain.
        Red = "RED",
        /// Nothing is known yet.
        Unknown = "UNKNOWN",
    }
}

impl TemplateStatus {
    /// Whether messages can be made from the template.
    #[must_use]
    pub const fn is_sendable(self) -> bool {
        matches!(self, Self::Approved)
    }

    /// Whether the template can be edited.
    // Source: cloud-api.md 3.9.
    #[must_use]
    pub const fn is_editable(self) -> bool {
        matches!(self, Self::Approved | Self::Rejected | Self::Paused)
    }
}
