//! The errors that Meta's API answers with.

mod access;
mod account;
mod catalogue;
mod date;
mod envelope;
mod failure;
mod staged;
mod status;
mod template;
mod wire;
mod words;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub use access::AccessRefusal;
pub use account::AccountRefusal;
pub use catalogue::{CATALOGUE, Entry, FailureCode, UnknownCode, find};
pub(crate) use date::civil;
pub use envelope::{ErrorBody, ErrorData, ErrorEnvelope};
pub use failure::AsyncFailure;
pub(crate) use failure::FailureBody;
pub use staged::StagedRefusal;
pub use status::ErrorStatus;
pub use template::TemplateRefusal;

/// What a request does to an object, as the message about unknown objects spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// It reads.
    Get,
    /// It creates or changes.
    Post,
    /// It deletes.
    Delete,
}

/// The part of a template whose parameters are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The line above the text.
    Header,
    /// The text.
    Body,
    /// A button below it.
    Button,
}

/// An error answered at once instead of a success.
///
/// No variant can carry a status below 400. The texts are Meta's where they were seen; every
/// variant names where it was read or admits that it is assumed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The request carries no token: 104.
    // Source: cloud-api.md 1.3. Assumed: HTTP 401 as in the OpenAPI file, see `profile`.
    MissingToken,
    /// The token is none that Meta made: 190.
    // Source: cloud-api.md 1.3, "Garbage token".
    UnreadableToken,
    /// The token has expired: 190, subcode 463.
    // Source: cloud-api.md 1.3.
    ExpiredToken {
        /// When it expired, in unix seconds.
        expired_at: u64,
        /// The current time, in unix seconds.
        now: u64,
    },
    /// The token was revoked: 190, subcode 460.
    // Source: cloud-api.md 1.3. Assumed: the words, which are Graph's about changed passwords.
    RevokedToken,
    /// The app may not do this: 10.
    // Source: cloud-api.md 1.3.
    AppLacksPermission,
    /// The token may not send for this account: 200.
    // Source: cloud-api.md 1.3, observed.
    SendNotPermitted,
    /// The token does not open what was asked for in another way, or none can be made: 1, 15, 100, 101, 200 or 80007.
    // Source: `AccessRefusal`.
    Access(AccessRefusal),
    /// No object has that id, or it does not know the method: 100, subcode 33.
    // Source: cloud-api.md 1.3.
    UnknownObject {
        /// What the request does.
        verb: Verb,
        /// The id in the path.
        id: String,
    },
    /// The path leads nowhere: 2500.
    // Source: cloud-api.md 1.3, observed.
    UnknownPath {
        /// The path after the version, starting with `/`.
        path: String,
    },
    /// `fields` names a field that the object lacks: 100.
    // Source: cloud-api.md 1.3, general Graph knowledge.
    UnknownField {
        /// The field.
        field: String,
        /// Graph's name of the type of the object.
        node: &'static str,
    },
    /// A parameter is missing: 100.
    // Source: cloud-api.md 1.4, observed.
    MissingParameter {
        /// Its path, such as `template['name']`.
        name: Cow<'static, str>,
    },
    /// A parameter is none of the values allowed: 100.
    // Source: cloud-api.md 1.4, observed.
    ParameterNotOneOf {
        /// Its path.
        name: Cow<'static, str>,
        /// The values, as they stand between the braces.
        allowed: &'static str,
        /// What was given.
        found: String,
    },
    /// A parameter is too long: 100.
    // Assumed: the words, which are Graph's about other parameters.
    ParameterTooLong {
        /// Its path.
        name: &'static str,
        /// The most characters it may have.
        length_max: usize,
    },
    /// The object that the type calls for is missing: 100.
    // Source: cloud-api.md 1.4, observed.
    TypeObjectMissing {
        /// The type, in lowercase.
        kind: &'static str,
    },
    /// A parameter breaks another rule: 100.
    // Source: cloud-api.md 1.4 for the envelope. Assumed: the details.
    InvalidParameter {
        /// What is wrong, as a sentence.
        details: Cow<'static, str>,
    },
    /// The body is larger than the mock takes: 100 with HTTP 413.
    // Assumed: Meta documents no limit for this endpoint.
    PayloadTooLarge {
        /// The most bytes taken.
        bytes_max: usize,
    },
    /// The body did not come in time: 100 with HTTP 408.
    // Assumed: Meta documents no time; RFC 9110 §15.5.9 names the status.
    BodyTimedOut,
    /// The body is not what its head announces, or was cut short: 100.
    // Assumed: as any parameter that cannot be read.
    BodyBroken,
    /// A template is not created, edited or deleted: 100.
    // Source: cloud-api.md 3.10.
    Template(TemplateRefusal),
    /// A number is not added, verified, registered or deregistered.
    // Source: cloud-api.md 5.2 and 8.
    Account(AccountRefusal),
    /// The callback did not answer the handshake: 2200.
    // Source: cloud-api.md 1.3.
    CallbackVerificationFailed {
        /// The HTTP status of the callback's answer, if it answered.
        status: Option<u16>,
        /// The words beside it, or why there was no answer.
        message: String,
    },
    /// Meta cannot say what went wrong: 1.
    // Source: cloud-api.md 1.3 and 8.
    ApiUnknown,
    /// Meta is down for a moment: 2.
    // Source: cloud-api.md 1.3 and 8.
    ApiService,
    /// The app calls too often: 4.
    // Source: cloud-api.md 1.3. Assumed: HTTP 400, see `profile`.
    AppThrottled,
    /// The account is called too often: 80007.
    // Source: cloud-api.md 1.3 and 8.
    AccountThrottled,
    /// The number sends faster than its throughput: 130429.
    // Source: cloud-api.md 7. Assumed: HTTP 400, see `profile`.
    ThroughputReached,
    /// Meta cannot say why a message was not taken: 131000.
    // Source: cloud-api.md 8.
    SomethingWentWrong,
    /// A value that a template needs is missing: 131008.
    // Source: cloud-api.md 2.3 for a missing button; the other details are assumed.
    RequiredValueMissing {
        /// Which one, as a sentence.
        details: Cow<'static, str>,
    },
    /// A value cannot be read, such as a phone number: 131009.
    // Source: cloud-api.md 1.4.
    ParameterValueInvalid,
    /// A part of Meta is down for a moment: 131016.
    // Source: cloud-api.md 8.
    ServiceUnavailable,
    /// The recipient is the sender: 131021.
    // Source: cloud-api.md 8.
    RecipientIsSender,
    /// The recipient cannot be reached; Meta says so in a failed status as a rule: 131026.
    // Source: cloud-api.md 8.
    Undeliverable,
    /// The test number may not write to the recipient: 131030.
    // Source: cloud-api.md 2.7.
    RecipientNotAllowed,
    /// The account is locked: 131031.
    // Source: cloud-api.md 8, details observed.
    AccountLocked,
    /// The account or number broke Meta's rules and may not send: 368.
    // Source: cloud-api.md 8.
    PolicyViolated,
    /// The account may not write to people of that country: 130497.
    // Source: cloud-api.md 8.
    CountryClosed,
    /// The number is WhatsApp's and its display name is not approved: 131037.
    // Source: cloud-api.md 8.
    NameNotApproved,
    /// The account cannot pay: 131042.
    // Source: cloud-api.md 8.
    PaymentIssue,
    /// The number may not send so many messages: 131048.
    // Source: cloud-api.md 8. Assumed: the messaging limit answers with it too.
    SpamRateReached,
    /// The type of message is not supported: 131051.
    // Source: cloud-api.md 8. Assumed: for types that Meta supports and this mock does not.
    UnsupportedMessageType,
    /// The endpoint does not take messages of this category: 131055.
    // Source: cloud-api.md 2.7.
    MethodNotAllowed,
    /// The number writes to this recipient too often: 131056.
    // Source: cloud-api.md 7.
    PairRateReached,
    /// The number's throughput is being raised: 131057.
    // Source: cloud-api.md 7 and 8. Assumed: the details.
    MaintenanceMode,
    /// The cursor is none that the mock made: 131059.
    // Source: cloud-api.md 1.7.
    InvalidCursor,
    /// A code cannot be sent to a business-scoped user id: 131062.
    // Source: cloud-api.md 2.1.
    UserIdNotSupported,
    /// A section has too few or too many parameters: 132000.
    // Source: cloud-api.md 2.3 for the body. Assumed: the same words for the other sections.
    ParameterCount {
        /// The section.
        section: Section,
        /// How many parameters the request has.
        found: usize,
        /// How many the template has.
        expected: usize,
    },
    /// No approved template has that name in that language: 132001.
    // Source: cloud-api.md 2.3. Assumed: HTTP 404, see `profile`.
    TemplateMissing {
        /// The name asked for.
        name: String,
        /// The language asked for.
        language: String,
    },
    /// The text with its parameters is too long: 132005.
    // Source: cloud-api.md 8.
    TranslatedTextTooLong,
    /// A parameter is named where the template counts, or the other way round: 132012.
    // Source: cloud-api.md 2.3. Assumed: the details.
    ParameterFormat {
        /// The section.
        section: Section,
    },
    /// The template is paused: 132015.
    // Source: cloud-api.md 2.3.
    TemplatePaused,
    /// The template is disabled: 132016.
    // Source: cloud-api.md 2.3.
    TemplateDisabled,
    /// A value is of another type than the template's: 132012.
    // Assumed: the words, which are those of logs about headers.
    ParameterOfOtherType {
        /// The section.
        section: Section,
        /// What the template has.
        expected: &'static str,
        /// What the request has.
        found: &'static str,
    },
    /// The button is sent as another type than it is stored as: 132018.
    // Source: cloud-api.md 2.3, observed in 2026. Assumed: the same words for all types.
    ButtonOfOtherType {
        /// Which button, counted from 0.
        index: u32,
        /// The type that it is stored as, such as `Url`.
        expected: &'static str,
    },
    /// The request has a value for a button that the template lacks: 132018.
    // Assumed: the code and the details.
    ButtonMissing {
        /// Which button, counted from 0.
        index: u32,
    },
    /// A parameter's text breaks a rule: 132018.
    // Source: cloud-api.md 8 for the title. Assumed: the details.
    ParameterText {
        /// Which rule, as a sentence.
        details: Cow<'static, str>,
    },
    /// The code has more than 15 characters: 132018.
    // Source: cloud-api.md 2.3 for the limit. Assumed: the code and the details.
    CodeTooLong {
        /// The section that holds it.
        section: Section,
    },
    /// The server is down for a moment: 133004.
    // Source: cloud-api.md 8.
    ServerUnavailable,
    /// The number is not registered: 133010.
    // Source: cloud-api.md 8, observed. Assumed: the details after the comma.
    AccountNotRegistered,
    /// Another error of Meta's table, asked for by a fault.
    // Source: cloud-api.md 8.
    Other {
        /// Which one.
        code: FailureCode,
        /// What to say instead of the details of the table.
        details: Option<Cow<'static, str>>,
    },
    /// An error of Meta's table with words or a status of its own, asked for by a fault.
    Staged(Box<StagedRefusal>),
}

impl Refusal {
    /// The error of that code, in the words of Meta's table.
    #[must_use]
    pub const fn listed(code: FailureCode) -> Self {
        Self::Other { code, details: None }
    }
}

impl From<AccessRefusal> for Refusal {
    fn from(refusal: AccessRefusal) -> Self {
        Self::Access(refusal)
    }
}

impl From<AccountRefusal> for Refusal {
    fn from(refusal: AccountRefusal) -> Self {
        Self::Account(refusal)
    }
}

impl From<TemplateRefusal> for Refusal {
    fn from(refusal: TemplateRefusal) -> Self {
        Self::Template(refusal)
    }
}
