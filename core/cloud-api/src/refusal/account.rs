//! Errors of verifying and registering numbers.

use std::borrow::Cow;

/// Why a number is not added, verified, registered or deregistered.
// Source: cloud-api.md 8 for the codes from 133005 on.
// Assumed: 136024 and 136025, which clients have reported, and all texts for users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountRefusal {
    /// The account's portfolio has as many numbers as it may: 100.
    // Source: cloud-api.md 5.2: 2, and 20 after verification.
    TooManyNumbers {
        /// How many it may have.
        numbers_max: usize,
    },
    /// Somebody has that number already: 100, subcode 2388012.
    NumberTaken,
    /// The number is verified already: 136024.
    AlreadyVerified,
    /// Another code was asked for a moment ago: 136024, subcode 2388091.
    CodeTooSoon {
        /// How many seconds to wait.
        wait_secs: u64,
    },
    /// The code is not the one that was sent: 136025, subcode 2388093.
    WrongCode,
    /// No code was sent, or it is too old: 136025.
    NoCode,
    /// The code was guessed too often: 136025.
    TooManyCodeGuesses,
    /// The pin is not the number's: 133005.
    PinMismatch,
    /// The number was never verified: 133006.
    NotVerified,
    /// The pin was guessed too often: 133008.
    TooManyPinGuesses,
    /// The pin was guessed a moment ago: 133009.
    PinTooFast,
    /// The number was registered and deregistered too often: 133016.
    TooManyRegistrations,
    /// The number cannot be deregistered: 100, subcode 2207051.
    // Source: cloud-api.md 1.3.
    NotDeregistrable,
}

impl AccountRefusal {
    /// The number by which integrators tell errors apart.
    #[must_use]
    pub const fn code(&self) -> u32 {
        match self {
            Self::TooManyNumbers { .. } | Self::NumberTaken | Self::NotDeregistrable => 100,
            Self::AlreadyVerified | Self::CodeTooSoon { .. } => 136_024,
            Self::WrongCode | Self::NoCode | Self::TooManyCodeGuesses => 136_025,
            Self::PinMismatch => 133_005,
            Self::NotVerified => 133_006,
            Self::TooManyPinGuesses => 133_008,
            Self::PinTooFast => 133_009,
            Self::TooManyRegistrations => 133_016,
        }
    }

    /// The finer number, where one is known.
    #[must_use]
    pub const fn subcode(&self) -> Option<u32> {
        match self {
            Self::NumberTaken => Some(2_388_012),
            Self::CodeTooSoon { .. } => Some(2_388_091),
            Self::WrongCode => Some(2_388_093),
            Self::NotDeregistrable => Some(2_207_051),
            _ => None,
        }
    }

    /// The short and the long text for users, for errors of Graph itself.
    #[must_use]
    pub fn user_texts(&self) -> Option<(&'static str, Cow<'static, str>)> {
        let (title, message): (_, Cow<'static, str>) = match self {
            Self::TooManyNumbers { numbers_max } => (
                "Phone Number Limit Reached",
                format!("This business can have at most {numbers_max} phone numbers.").into(),
            ),
            Self::NumberTaken => (
                "Phone Number Already Exists",
                "This phone number is already connected to a WhatsApp Business Account.".into(),
            ),
            Self::NotDeregistrable => (
                "Phone Number Can't Be Deregistered",
                "This phone number is not registered with the Cloud API, or it is in use in the WhatsApp Business app.".into(),
            ),
            Self::AlreadyVerified => {
                ("Phone Number Already Verified", "This phone number has already been verified.".into())
            }
            Self::CodeTooSoon { wait_secs } => (
                "Unable to Send Code",
                format!("Wait {wait_secs} seconds before requesting another verification code.").into(),
            ),
            Self::WrongCode => {
                ("Verification Code Incorrect", "The verification code you entered is incorrect.".into())
            }
            Self::NoCode => (
                "Verification Code Expired",
                "The verification code has expired. Request a new one.".into(),
            ),
            Self::TooManyCodeGuesses => (
                "Too Many Attempts",
                "The verification code was entered incorrectly too many times. Request a new one.".into(),
            ),
            _ => return None,
        };
        Some((title, message))
    }
}
