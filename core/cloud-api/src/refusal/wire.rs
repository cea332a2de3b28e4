//! What a refusal puts on the wire.

use std::borrow::Cow;

use super::catalogue::{Entry, find};
use super::envelope::{ErrorBody, ErrorData, ErrorEnvelope};
use super::status::ErrorStatus;
use super::{AccessRefusal, Refusal};
use crate::profile::Facts;
use crate::trace::TraceId;

impl Refusal {
    /// The number by which integrators tell errors apart.
    #[must_use]
    pub fn code(&self) -> u32 {
        match self {
            Self::ApiUnknown => 1,
            Self::ApiService => 2,
            Self::AppThrottled => 4,
            Self::AppLacksPermission => 10,
            Self::Access(refusal) => refusal.code(),
            Self::UnknownObject { .. }
            | Self::UnknownField { .. }
            | Self::MissingParameter { .. }
            | Self::ParameterNotOneOf { .. }
            | Self::ParameterTooLong { .. }
            | Self::TypeObjectMissing { .. }
            | Self::InvalidParameter { .. }
            | Self::PayloadTooLarge { .. }
            | Self::BodyTimedOut
            | Self::BodyBroken
            | Self::Template(_) => 100,
            Self::Account(refusal) => refusal.code(),
            Self::MissingToken => 104,
            Self::UnreadableToken | Self::ExpiredToken { .. } | Self::RevokedToken => 190,
            Self::SendNotPermitted => 200,
            Self::PolicyViolated => 368,
            Self::CallbackVerificationFailed { .. } => 2200,
            Self::UnknownPath { .. } => 2500,
            Self::AccountThrottled => 80_007,
            Self::ThroughputReached => 130_429,
            Self::CountryClosed => 130_497,
            Self::SomethingWentWrong => 131_000,
            Self::RequiredValueMissing { .. } => 131_008,
            Self::ParameterValueInvalid => 131_009,
            Self::ServiceUnavailable => 131_016,
            Self::RecipientIsSender => 131_021,
            Self::Undeliverable => 131_026,
            Self::RecipientNotAllowed => 131_030,
            Self::AccountLocked => 131_031,
            Self::NameNotApproved => 131_037,
            Self::PaymentIssue => 131_042,
            Self::SpamRateReached => 131_048,
            Self::UnsupportedMessageType => 131_051,
            Self::MethodNotAllowed => 131_055,
            Self::PairRateReached => 131_056,
            Self::MaintenanceMode => 131_057,
            Self::InvalidCursor => 131_059,
            Self::UserIdNotSupported => 131_062,
            Self::ParameterCount { .. } => 132_000,
            Self::TemplateMissing { .. } => 132_001,
            Self::TranslatedTextTooLong => 132_005,
            Self::ParameterFormat { .. } | Self::ParameterOfOtherType { .. } => 132_012,
            Self::TemplatePaused => 132_015,
            Self::TemplateDisabled => 132_016,
            Self::ButtonOfOtherType { .. }
            | Self::ButtonMissing { .. }
            | Self::ParameterText { .. }
            | Self::CodeTooLong { .. } => 132_018,
            Self::ServerUnavailable => 133_004,
            Self::AccountNotRegistered => 133_010,
            Self::Other { code, .. } => code.number(),
            Self::Staged(staged) => staged.code.number(),
        }
    }

    /// The finer number, where Meta still sends one.
    #[must_use]
    pub const fn subcode(&self) -> Option<u32> {
        match self {
            Self::ExpiredToken { .. } => Some(463),
            Self::RevokedToken => Some(460),
            Self::UnknownObject { .. } => Some(33),
            Self::AppThrottled => Some(2_446_079),
            Self::Other { code, .. } if code.number() == 4 => Some(2_446_079),
            Self::Access(refusal) => refusal.subcode(),
            Self::Template(refusal) => refusal.subcode(),
            Self::Account(refusal) => refusal.subcode(),
            _ => None,
        }
    }

    /// The HTTP status where nobody has settled any fact.
    #[must_use]
    pub fn http_status(&self) -> ErrorStatus {
        self.http_status_under(&Facts::default())
    }

    /// The HTTP status under these facts.
    #[must_use]
    pub fn http_status_under(&self, facts: &Facts) -> ErrorStatus {
        if let Self::Staged(staged) = self
            && let Some(status) = staged.status
        {
            return status;
        }
        match (self, self.code()) {
            (Self::PayloadTooLarge { .. }, _) => ErrorStatus::PAYLOAD_TOO_LARGE,
            (Self::BodyTimedOut, _) => ErrorStatus::REQUEST_TIMEOUT,
            (_, 104) => facts.missing_token_status,
            (_, 4) => facts.app_throttled_status,
            (_, 80_007 | 80_008) => facts.account_throttled_status,
            (_, 130_429) => facts.throughput_status,
            (_, 132_001) => facts.template_missing_status,
            _ => self.entry().status,
        }
    }

    /// Whether the same request may succeed later.
    // Source: cloud-api.md 8, advice on retries. Assumed: 1, 80008 and 131057 belong to them too.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(
            self.code(),
            1 | 2 | 4 | 17 | 80_007 | 80_008 | 130_429 | 131_000 | 131_016 | 131_056 | 131_057 | 133_004
        )
    }

    /// The body of the answer, but for its serialization.
    #[must_use]
    pub fn envelope(&self, trace: TraceId) -> ErrorEnvelope {
        let (user_title, user_message) = match self {
            Self::Template(refusal) => (Some(refusal.user_title()), Some(refusal.user_message())),
            Self::Account(refusal) => refusal.user_texts().unzip(),
            _ => (None, None),
        };
        ErrorEnvelope {
            error: ErrorBody {
                message: self.message(),
                kind: self.kind().into(),
                code: self.code(),
                error_data: self
                    .details()
                    .map(|details| ErrorData { messaging_product: "whatsapp".into(), details }),
                error_subcode: self.subcode(),
                is_transient: self.is_transient_said(),
                error_user_title: user_title.map(Cow::Borrowed),
                error_user_msg: user_message,
                fbtrace_id: trace.to_string().into(),
            },
        }
    }

    /// The same as a version answers it that has other facts.
    // Source: cloud-api.md 1.2, its example. Assumed: no other error of the Cloud API had a subcode.
    #[must_use]
    pub fn envelope_under(&self, facts: &Facts, trace: TraceId) -> ErrorEnvelope {
        let mut envelope = self.envelope(trace);
        if facts.legacy_subcodes && self.code() == 130_429 {
            envelope.error.error_subcode = Some(2_494_055);
        }
        envelope
    }

    /// The value of the `WWW-Authenticate` header; always printable ASCII.
    // Source: cloud-api.md 1.3. Assumed: quotes in the message are escaped with a backslash.
    #[must_use]
    pub fn www_authenticate(&self) -> String {
        let kind = match self {
            Self::Access(refusal) => refusal.challenge(),
            _ if self.code() == 190 => "invalid_token",
            _ => "invalid_request",
        };
        let mut header = format!("OAuth \"Facebook Platform\" \"{kind}\" \"");
        for character in self.message().chars() {
            match character {
                '"' | '\\' => header.extend(['\\', character]),
                ' '..='~' => header.push(character),
                _ => header.push('?'),
            }
        }
        header.push('"');
        header
    }

    /// What Meta's table says about the code.
    pub(super) fn entry(&self) -> &'static Entry {
        find(self.code()).expect("every code that a refusal can have stands in the table")
    }

    const fn kind(&self) -> &'static str {
        match self {
            Self::UnknownObject { .. } | Self::Access(AccessRefusal::SecretProofWrong) => {
                "GraphMethodException"
            }
            _ => "OAuthException",
        }
    }

    // Source: cloud-api.md 1.2: on errors of templates, and on 2 and 4 in the OpenAPI file.
    fn is_transient_said(&self) -> Option<bool> {
        match (self, self.code()) {
            (Self::Template(_), _) => Some(false),
            (_, 2 | 4) => Some(true),
            _ => None,
        }
    }
}
