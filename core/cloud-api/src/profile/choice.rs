//! The values that facts can have, and how they are spelt.

use crate::ascii::Escaping;
use crate::recipient::CountryCodeRule;
use crate::refusal::{ErrorStatus, FailureCode};

/// A value of a fact.
pub trait Choice: Copy {
    /// What the values are, as a noun phrase that completes "must be".
    const RULE: &'static str;

    /// The value that is spelt so.
    fn read(text: &str) -> Option<Self>;

    /// How the value is spelt.
    fn word(self) -> String;
}

/// When an answer to a send holds `message_status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusPresence {
    /// Whatever was sent.
    Always,
    /// When a template was sent.
    Templates,
    /// When the message is held back.
    Held,
}

/// What becomes of a message to somebody who blocked the business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockedFate {
    /// It is sent, and nothing more is heard of it.
    Silent,
    /// It fails as undeliverable.
    Fails,
}

/// How a limit is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitForm {
    /// As a whole number, where -1 is no limit.
    Number,
    /// As the name of a tier, such as `TIER_2K`.
    Tier,
}

/// Where an error of a failed status sends the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorLink {
    /// To the page of the Cloud API's guide.
    Guide,
    /// To the page of the reference that follows it.
    Reference,
    /// Nowhere: there is no `href`.
    Absent,
}

impl Choice for bool {
    const RULE: &'static str = "true or false";

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn word(self) -> String {
        self.to_string()
    }
}

impl Choice for u32 {
    const RULE: &'static str = "a whole number from 1 to 4294967295";

    fn read(text: &str) -> Option<Self> {
        text.parse().ok().filter(|number| *number > 0)
    }

    fn word(self) -> String {
        self.to_string()
    }
}

impl Choice for ErrorStatus {
    const RULE: &'static str = "an HTTP status from 400 to 599";

    fn read(text: &str) -> Option<Self> {
        text.parse().ok().and_then(Self::new)
    }

    fn word(self) -> String {
        self.to_string()
    }
}

impl Choice for FailureCode {
    const RULE: &'static str = "a code of Meta's table of errors";

    fn read(text: &str) -> Option<Self> {
        text.parse().ok().and_then(|code| Self::new(code).ok())
    }

    fn word(self) -> String {
        self.to_string()
    }
}

macro_rules! words {
    ($kind:ty, $rule:literal, $($word:literal => $value:ident),*) => {
        impl Choice for $kind {
            const RULE: &'static str = $rule;

            fn read(text: &str) -> Option<Self> {
                match text {
                    $($word => Some(Self::$value),)*
                    _ => None,
                }
            }

            fn word(self) -> String {
                match self {
                    $(Self::$value => $word.to_owned(),)*
                }
            }
        }
    };
}

words!(
    StatusPresence,
    "always, templates or held",
    "always" => Always,
    "templates" => Templates,
    "held" => Held
);
words!(LimitForm, "number or tier", "number" => Number, "tier" => Tier);
words!(
    ErrorLink,
    "guide, reference or absent",
    "guide" => Guide,
    "reference" => Reference,
    "absent" => Absent
);
words!(BlockedFate, "silent or fails", "silent" => Silent, "fails" => Fails);
words!(
    CountryCodeRule,
    "when-missing, without-plus or never",
    "when-missing" => WhenMissing,
    "without-plus" => WithoutPlus,
    "never" => Never
);
words!(
    Escaping,
    "ascii, wide or utf8",
    "ascii" => Ascii,
    "wide" => Wide,
    "utf8" => Utf8
);
