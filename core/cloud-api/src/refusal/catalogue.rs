//! The codes that Meta documents, with what it says about each.

use std::fmt;

use thiserror::Error;

use super::status::ErrorStatus;

/// What the table of errors says about one code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The number by which integrators tell errors apart.
    pub code: u32,
    /// The short text, as it stands after `(#code)` and in failed statuses.
    pub title: &'static str,
    /// The HTTP status when the code is answered at once.
    pub status: ErrorStatus,
    /// The long text of `error_data.details`; errors of Graph itself have none.
    pub details: Option<&'static str>,
}

/// A code that stands in Meta's table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct FailureCode(u32);

/// Why a number is not a code.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("{found} is not an error code that Meta documents")]
pub struct UnknownCode {
    /// The number given.
    pub found: u32,
}

impl FailureCode {
    /// Message undeliverable.
    pub const UNDELIVERABLE: Self = Self(131_026);
    /// There is something wrong with the payment method.
    pub const PAYMENT: Self = Self(131_042);
    /// More than 24 hours have passed since the person last wrote.
    pub const WINDOW_CLOSED: Self = Self(131_047);
    /// The number may not send so many messages.
    pub const SPAM_RATE: Self = Self(131_048);
    /// The person has asked for no more marketing.
    pub const MARKETING_STOPPED: Self = Self(131_050);
    /// A file that the message was to show could not be had.
    pub const MEDIA_UPLOAD: Self = Self(131_053);
    /// The recipient's keys are not those that the business knows.
    pub const IDENTITY_MISMATCH: Self = Self(137_000);
    /// 33: the phone number was deleted.
    pub const NUMBER_DELETED: Self = Self(33);
    /// 80007: the account is called too often.
    pub const ACCOUNT_RATE: Self = Self(80_007);

    /// The code of that number, if Meta documents it.
    ///
    /// # Errors
    ///
    /// When Meta's table has no such code.
    pub fn new(code: u32) -> Result<Self, UnknownCode> {
        find(code).map(|_| Self(code)).ok_or(UnknownCode { found: code })
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// What the table says about it.
    #[must_use]
    pub fn entry(self) -> &'static Entry {
        find(self.0).expect("a code is looked up before it is made")
    }
}

impl fmt::Display for FailureCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for FailureCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FailureCode({self})")
    }
}

/// What the table says about a code; 200 to 299 share one entry.
#[must_use]
pub fn find(code: u32) -> Option<&'static Entry> {
    let code = if (200..300).contains(&code) { 200 } else { code };
    let place = CATALOGUE.binary_search_by_key(&code, |entry| entry.code).ok()?;
    Some(&CATALOGUE[place])
}

/// An error of Graph itself, which has no details.
const fn graph(code: u32, status: ErrorStatus, title: &'static str) -> Entry {
    Entry { code, title, status, details: None }
}

/// An error of the Cloud API, which has details.
const fn cloud(code: u32, status: ErrorStatus, title: &'static str, details: &'static str) -> Entry {
    Entry { code, title, status, details: Some(details) }
}

/// Every code that the table of errors names, in ascending order.
// Source: cloud-api.md 8, after Meta's "Error codes" of November 2025 and May 2026.
// Assumed: details are the gist of Meta's description, or the title, where no answer was seen.
// Assumed: 15 and 101, which are Graph's; and the titles of 3, 17, 192, 803, 134100 to 134102, 136024, 136025, 139000 to 139103, 200005 to 200007 and 2388001 to 2388103.
pub static CATALOGUE: &[Entry] = &[
    graph(0, ErrorStatus::UNAUTHORIZED, "AuthException"),
    graph(1, ErrorStatus::BAD_REQUEST, "An unknown error occurred"),
    graph(2, ErrorStatus::UNAVAILABLE, "Service temporarily unavailable"),
    graph(3, ErrorStatus::INTERNAL, "Capability or permissions issue"),
    graph(4, ErrorStatus::BAD_REQUEST, "Application request limit reached"),
    graph(10, ErrorStatus::FORBIDDEN, "Application does not have permission for this action"),
    graph(15, ErrorStatus::BAD_REQUEST, "This method must be called with an app access_token."),
    graph(17, ErrorStatus::TOO_MANY_REQUESTS, "User request limit reached"),
    graph(33, ErrorStatus::BAD_REQUEST, "Parameter value is not valid"),
    graph(100, ErrorStatus::BAD_REQUEST, "Invalid parameter"),
    graph(101, ErrorStatus::BAD_REQUEST, "Error validating application."),
    graph(104, ErrorStatus::UNAUTHORIZED, "An access token is required to request this resource."),
    graph(190, ErrorStatus::UNAUTHORIZED, "Invalid OAuth access token - Cannot parse access token"),
    graph(192, ErrorStatus::BAD_REQUEST, "Template rate limit reached"),
    graph(
        200,
        ErrorStatus::FORBIDDEN,
        "You do not have the necessary permissions required to send messages on behalf of this WhatsApp Business Account",
    ),
    graph(368, ErrorStatus::FORBIDDEN, "Temporarily blocked for policies violations"),
    graph(803, ErrorStatus::NOT_FOUND, "Some of the aliases you requested do not exist"),
    graph(2200, ErrorStatus::BAD_REQUEST, "Callback verification failed"),
    graph(2500, ErrorStatus::BAD_REQUEST, "Unknown path components"),
    graph(80_007, ErrorStatus::BAD_REQUEST, "Rate limit issues"),
    graph(
        80_008,
        ErrorStatus::BAD_REQUEST,
        "There have been too many calls to this WhatsApp Business account. Wait a bit and try again.",
    ),
    cloud(
        130_429,
        ErrorStatus::BAD_REQUEST,
        "Rate limit hit",
        "Cloud API message throughput has been reached.",
    ),
    cloud(
        130_472,
        ErrorStatus::BAD_REQUEST,
        "User's number is part of an experiment",
        "Failed to send message because this user's phone number is part of an experiment",
    ),
    cloud(
        130_497,
        ErrorStatus::FORBIDDEN,
        "Business account is restricted from messaging users in this country",
        "Business account is restricted from messaging users in this country.",
    ),
    cloud(
        131_000,
        ErrorStatus::INTERNAL,
        "Something went wrong",
        "Message failed to send due to an unknown error.",
    ),
    cloud(
        131_005,
        ErrorStatus::FORBIDDEN,
        "Access denied",
        "Permission is either not granted or has been removed.",
    ),
    cloud(
        131_008,
        ErrorStatus::BAD_REQUEST,
        "Required parameter is missing",
        "The request is missing a required parameter.",
    ),
    cloud(
        131_009,
        ErrorStatus::BAD_REQUEST,
        "Parameter value is not valid",
        "Please check the parameters you have provided.",
    ),
    cloud(131_016, ErrorStatus::INTERNAL, "Service unavailable", "A service is temporarily unavailable."),
    cloud(
        131_021,
        ErrorStatus::BAD_REQUEST,
        "Recipient cannot be sender",
        "Sender and recipient phone number is the same.",
    ),
    cloud(131_026, ErrorStatus::BAD_REQUEST, "Message undeliverable", "Message Undeliverable."),
    cloud(
        131_030,
        ErrorStatus::BAD_REQUEST,
        "Recipient phone number not in allowed list",
        "Recipient phone number not in allowed list: Add recipient phone number to recipient list and try again.",
    ),
    cloud(131_031, ErrorStatus::FORBIDDEN, "Account has been locked", "Business Account locked"),
    cloud(
        131_037,
        ErrorStatus::BAD_REQUEST,
        "WhatsApp provided number needs display name approval before message can be sent",
        "WhatsApp provided number needs display name approval before message can be sent.",
    ),
    cloud(
        131_042,
        ErrorStatus::BAD_REQUEST,
        "Business eligibility payment issue",
        "Message failed to send because there were one or more errors related to your payment method.",
    ),
    cloud(
        131_045,
        ErrorStatus::INTERNAL,
        "Incorrect certificate",
        "Message failed to send due to a phone number registration error.",
    ),
    cloud(
        131_047,
        ErrorStatus::BAD_REQUEST,
        "Re-engagement message",
        "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
    ),
    cloud(
        131_048,
        ErrorStatus::BAD_REQUEST,
        "Spam rate limit hit",
        "Message failed to send because there are restrictions on how many messages can be sent from this phone number. This may be because too many previous messages were blocked or flagged as spam.",
    ),
    cloud(
        131_049,
        ErrorStatus::BAD_REQUEST,
        "This message was not delivered to maintain healthy ecosystem engagement.",
        "In order to maintain a healthy ecosystem engagement, the message failed to be delivered.",
    ),
    cloud(
        131_050,
        ErrorStatus::BAD_REQUEST,
        "Unable to deliver the message. This recipient has chosen to stop receiving marketing messages on WhatsApp from your business",
        "Unable to deliver the message. This recipient has chosen to stop receiving marketing messages on WhatsApp from your business",
    ),
    cloud(
        131_051,
        ErrorStatus::BAD_REQUEST,
        "Unsupported message type",
        "Message type is currently not supported.",
    ),
    cloud(
        131_052,
        ErrorStatus::BAD_REQUEST,
        "Media download error",
        "Unable to download the media sent by the user.",
    ),
    cloud(
        131_053,
        ErrorStatus::BAD_REQUEST,
        "Media upload error",
        "Unable to upload the media used in the message.",
    ),
    cloud(131_055, ErrorStatus::BAD_REQUEST, "Method not allowed", "Method not allowed"),
    cloud(
        131_056,
        ErrorStatus::BAD_REQUEST,
        "(Business Account, Consumer Account) pair rate limit hit",
        "Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time.",
    ),
    cloud(
        131_057,
        ErrorStatus::INTERNAL,
        "Account in maintenance mode",
        "Business Account is in maintenance mode",
    ),
    cloud(131_059, ErrorStatus::BAD_REQUEST, "Invalid cursor", "Invalid cursor"),
    cloud(
        131_062,
        ErrorStatus::BAD_REQUEST,
        "BSUID recipients are not supported for this message",
        "BSUID recipients are not supported for this message",
    ),
    cloud(
        131_063,
        ErrorStatus::BAD_REQUEST,
        "Marketing templates disabled for Cloud API",
        "Marketing templates disabled for Cloud API",
    ),
    cloud(
        131_064,
        ErrorStatus::BAD_REQUEST,
        "Messaging limit reached due to template classification violations",
        "Messaging limit reached due to template classification violations",
    ),
    cloud(
        132_000,
        ErrorStatus::BAD_REQUEST,
        "Number of parameters does not match the expected number of params",
        "The number of variable parameter values included in the request did not match the number of variable parameters defined in the template.",
    ),
    cloud(
        132_001,
        ErrorStatus::NOT_FOUND,
        "Template name does not exist in the translation",
        "The template does not exist in the specified language or the template has not been approved.",
    ),
    cloud(132_005, ErrorStatus::BAD_REQUEST, "Translated text too long", "Translated text is too long."),
    cloud(
        132_007,
        ErrorStatus::BAD_REQUEST,
        "Template Format Character Policy Violated",
        "Template content violates a WhatsApp policy.",
    ),
    cloud(132_008, ErrorStatus::BAD_REQUEST, "Parameter value invalid", "Parameter value is invalid."),
    cloud(
        132_012,
        ErrorStatus::BAD_REQUEST,
        "Parameter format does not match format in the created template",
        "Variable parameter values formatted incorrectly.",
    ),
    cloud(
        132_015,
        ErrorStatus::BAD_REQUEST,
        "Template is Paused",
        "Template is paused due to low quality so it cannot be sent in a template message.",
    ),
    cloud(
        132_016,
        ErrorStatus::BAD_REQUEST,
        "Template is Disabled",
        "Template has been paused too many times due to low quality and is now permanently disabled.",
    ),
    cloud(
        132_018,
        ErrorStatus::BAD_REQUEST,
        "There's an issue with the parameters in your template.",
        "There's an issue with the parameters in your template.",
    ),
    cloud(132_068, ErrorStatus::BAD_REQUEST, "Flow is blocked", "Flow is in blocked state."),
    cloud(132_069, ErrorStatus::BAD_REQUEST, "Flow is throttled", "Flow is in throttled state."),
    cloud(
        133_000,
        ErrorStatus::INTERNAL,
        "Incomplete Deregistration",
        "A previous deregistration attempt failed.",
    ),
    cloud(
        133_004,
        ErrorStatus::UNAVAILABLE,
        "Server Temporarily Unavailable",
        "Server is temporarily unavailable.",
    ),
    cloud(
        133_005,
        ErrorStatus::BAD_REQUEST,
        "Two step verification PIN Mismatch",
        "Two-step verification PIN incorrect.",
    ),
    cloud(
        133_006,
        ErrorStatus::BAD_REQUEST,
        "Phone number re-verification needed",
        "Phone number needs to be verified before registering.",
    ),
    cloud(
        133_008,
        ErrorStatus::BAD_REQUEST,
        "Too Many two step verification PIN Guesses",
        "Too many two-step verification PIN guesses for this phone number.",
    ),
    cloud(
        133_009,
        ErrorStatus::BAD_REQUEST,
        "Two step verification PIN Guessed Too Fast",
        "Two-step verification PIN was entered too quickly.",
    ),
    cloud(
        133_010,
        ErrorStatus::BAD_REQUEST,
        "Account not registered",
        "Account does not exist in Cloud API, please use /register API to create an account first",
    ),
    cloud(
        133_015,
        ErrorStatus::BAD_REQUEST,
        "Please wait a few minutes before attempting to register this phone number",
        "Please wait a few minutes before attempting to register this phone number.",
    ),
    cloud(
        133_016,
        ErrorStatus::BAD_REQUEST,
        "Account register deregister rate limit exceeded",
        "Registration or deregistration failed because there were too many attempts for this phone number in a short period of time.",
    ),
    cloud(
        134_011,
        ErrorStatus::BAD_REQUEST,
        "WhatsApp Payments terms of service not accepted",
        "WhatsApp Payments terms of service has not been accepted.",
    ),
    cloud(
        134_100,
        ErrorStatus::BAD_REQUEST,
        "Only marketing messages supported",
        "Only marketing messages supported",
    ),
    cloud(134_101, ErrorStatus::INTERNAL, "Template not yet ready", "Template not yet ready"),
    cloud(134_102, ErrorStatus::BAD_REQUEST, "Template not eligible", "Template not eligible"),
    cloud(
        135_000,
        ErrorStatus::BAD_REQUEST,
        "Generic user error",
        "Message failed to send because of an unknown error with your request parameters.",
    ),
    graph(136_024, ErrorStatus::BAD_REQUEST, "Request code error"),
    graph(136_025, ErrorStatus::BAD_REQUEST, "Verify code error"),
    cloud(
        137_000,
        ErrorStatus::BAD_REQUEST,
        "Message is not delivered due to recipient identity key hash mismatch",
        "Message is not delivered due to recipient identity key hash mismatch",
    ),
    cloud(139_000, ErrorStatus::BAD_REQUEST, "Flow error", "Flow error"),
    cloud(139_001, ErrorStatus::BAD_REQUEST, "Flow error", "Flow error"),
    cloud(139_002, ErrorStatus::BAD_REQUEST, "Flow error", "Flow error"),
    cloud(139_003, ErrorStatus::BAD_REQUEST, "Flow error", "Flow error"),
    cloud(139_004, ErrorStatus::BAD_REQUEST, "Flow error", "Flow error"),
    cloud(139_100, ErrorStatus::BAD_REQUEST, "Block list error", "Block list error"),
    cloud(139_101, ErrorStatus::BAD_REQUEST, "Block list error", "Block list error"),
    cloud(139_102, ErrorStatus::BAD_REQUEST, "Block list error", "Block list error"),
    cloud(139_103, ErrorStatus::BAD_REQUEST, "Block list error", "Block list error"),
    graph(200_005, ErrorStatus::BAD_REQUEST, "Template Insights are not enabled"),
    graph(200_006, ErrorStatus::BAD_REQUEST, "Template Insights cannot be disabled"),
    graph(200_007, ErrorStatus::BAD_REQUEST, "Template Insights are not available"),
    graph(1_752_041, ErrorStatus::BAD_REQUEST, "Duplicate marketing onboarding request"),
    graph(2_388_001, ErrorStatus::BAD_REQUEST, "Phone number migration error"),
    graph(2_388_012, ErrorStatus::BAD_REQUEST, "Phone number verification error"),
    graph(2_388_091, ErrorStatus::BAD_REQUEST, "Phone number migration error"),
    graph(2_388_093, ErrorStatus::BAD_REQUEST, "Phone number migration error"),
    graph(2_388_103, ErrorStatus::BAD_REQUEST, "Phone number migration error"),
    graph(2_494_100, ErrorStatus::BAD_REQUEST, "Account in maintenance mode"),
    graph(2_593_107, ErrorStatus::BAD_REQUEST, "Synchronization request limit exceeded"),
    graph(2_593_108, ErrorStatus::BAD_REQUEST, "Synchronization request outside the time window"),
];
