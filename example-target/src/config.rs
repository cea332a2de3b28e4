//! What the service is told at its start, and the rules for it.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use cloud_api::{
    AccessToken, AppId, AppSecret, AuthenticationTemplate, GraphVersion, PhoneNumberId, VerifyToken, WabaId,
};
use thiserror::Error;

use crate::backoff::Backoff;

/// Everything the service needs to know. Secrets mask themselves in `Debug`.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the Graph API is, without the version.
    pub graph_base_url: BaseUrl,
    /// The version of the Graph API.
    pub api_version: GraphVersion,
    /// The app whose callback is subscribed.
    pub app_id: AppId,
    /// The key with which Meta signs webhooks.
    pub app_secret: AppSecret,
    /// The token that may send and manage templates.
    pub access_token: AccessToken,
    /// The account that owns the template.
    pub waba_id: WabaId,
    /// The number that sends.
    pub phone_number_id: PhoneNumberId,
    /// What Meta must know in the handshake of the callback.
    pub webhook_verify_token: VerifyToken,
    /// Where Meta reaches this service; `/webhook` is appended.
    pub public_url: BaseUrl,
    /// The template that carries the codes; created when it does not exist.
    pub template: AuthenticationTemplate,
    /// How long a code can be typed in: whole seconds, up to a day.
    pub code_ttl: Duration,
    /// What bounds memory and work.
    pub limits: Limits,
    /// When Meta is asked again.
    pub backoff: Backoff,
}

/// The bounds of everything that could grow.
///
/// State is split into 16 pieces by key, so the bounds on cases, messages and opt-outs are rounded up
/// to a multiple of 16, and one piece may be full a little before the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many wrong codes hand a case over to a person.
    pub wrong_codes_max: u8,
    /// How long a case stays with a person.
    pub hand_over: Duration,
    /// How many recipients can wait for their code or for a person; more are told to come back.
    pub cases_max: usize,
    /// How many messages are followed; the oldest is forgotten first.
    pub messages_max: usize,
    /// How many people's wish for no messages is known; further webhooks of that kind are put off.
    pub opt_outs_max: usize,
    /// How many requests to Meta are under way at one time; more asks are told to come back.
    pub sends_max: usize,
    /// How many asks can wait for Meta to recover; more are told to come back.
    pub retries_max: usize,
    /// How long Meta may take to answer.
    pub answer_wait: Duration,
    /// How often Meta is asked about the template when its webhook does not come.
    pub review_poll: Duration,
}

/// The start of a web address: scheme, host and perhaps a path, without a slash at the end.
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl(String);

/// Why a text is not the start of a web address.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("`{found}` must be http or https, a host, and no user, query or fragment")]
pub struct BaseUrlError {
    /// What was given, without what may be a password.
    pub found: String,
}

/// Everything that is wrong with a configuration.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{}", .mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct ConfigError {
    /// At least one.
    pub mistakes: Vec<ConfigMistake>,
}

/// One thing that is wrong with a configuration.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("`{field}` is {found}, but must be {rule}")]
pub struct ConfigMistake {
    /// The field, such as `limits.sends_max`.
    pub field: &'static str,
    /// What it holds; never a secret.
    pub found: String,
    /// What would have been accepted.
    pub rule: String,
}

impl Config {
    /// Checks what the types of the fields cannot.
    ///
    /// # Errors
    ///
    /// Every mistake, in the order of the fields.
    pub fn check(&self) -> Result<(), ConfigError> {
        let mut mistakes = Vec::new();
        let mut expect = |is_met: bool, field: &'static str, found: String, rule: &str| {
            if !is_met {
                mistakes.push(ConfigMistake { field, found, rule: rule.to_owned() });
            }
        };
        let graph = &self.graph_base_url;
        // The HTTP client is built without TLS: the service is an example for a simulated Meta.
        expect(
            graph.as_str().starts_with("http://"),
            "graph_base_url",
            graph.to_string(),
            "http, without TLS",
        );
        for (field, secret) in [
            ("app_secret", self.app_secret.expose()),
            ("access_token", self.access_token.expose()),
            ("webhook_verify_token", self.webhook_verify_token.expose()),
        ] {
            expect(
                is_printable(secret),
                field,
                "something else".to_owned(),
                "printable ASCII without spaces",
            );
        }
        let callback = self.callback_url().len();
        expect(callback <= 200, "public_url", format!("{callback} characters with its path"), "at most 200");
        let (ttl, day) = (self.code_ttl, Duration::from_hours(24));
        let is_whole = ttl.subsec_nanos() == 0 && !ttl.is_zero() && ttl <= day;
        expect(is_whole, "code_ttl", format!("{ttl:?}"), "whole seconds, from 1 to 86,400");
        if let Some(promised) = self.template.content.code_expiration {
            let rule = format!("at least the {promised} minutes that the template promises");
            expect(
                ttl >= Duration::from_mins(promised.minutes().into()),
                "code_ttl",
                format!("{ttl:?}"),
                &rule,
            );
        }
        let attempts = self.backoff.attempts_max;
        expect((1..=100).contains(&attempts), "backoff.attempts_max", attempts.to_string(), "1 to 100");
        mistakes.extend(self.limits.mistakes());
        if mistakes.is_empty() { Ok(()) } else { Err(ConfigError { mistakes }) }
    }

    /// Where Meta sends webhooks.
    #[must_use]
    pub fn callback_url(&self) -> String {
        format!("{}/webhook", self.public_url)
    }
}

impl Limits {
    fn mistakes(&self) -> impl Iterator<Item = ConfigMistake> {
        let counts = [
            ("limits.wrong_codes_max", self.wrong_codes_max.into(), 10),
            ("limits.cases_max", self.cases_max, 10_000_000),
            ("limits.messages_max", self.messages_max, 10_000_000),
            ("limits.opt_outs_max", self.opt_outs_max, 10_000_000),
            ("limits.sends_max", self.sends_max, 100_000),
            ("limits.retries_max", self.retries_max, 1_000_000),
        ];
        let spans = [
            ("limits.hand_over", self.hand_over),
            ("limits.answer_wait", self.answer_wait),
            ("limits.review_poll", self.review_poll),
        ];
        let counts = counts.into_iter().filter(|(_, count, max)| !(1..=*max).contains(count)).map(
            |(field, count, max)| ConfigMistake {
                field,
                found: count.to_string(),
                rule: format!("1 to {max}"),
            },
        );
        let spans =
            spans.into_iter().filter(|(_, span)| span.is_zero() || *span > SPAN_MAX).map(|(field, span)| {
                ConfigMistake {
                    field,
                    found: format!("{span:?}"),
                    rule: "more than nothing, up to 30 days".to_owned(),
                }
            });
        counts.chain(spans)
    }
}

const SPAN_MAX: Duration = Duration::from_hours(24 * 30);

impl Default for Limits {
    fn default() -> Self {
        Self {
            wrong_codes_max: 3,
            hand_over: Duration::from_hours(24),
            cases_max: 1_000_000,
            messages_max: 200_000,
            opt_outs_max: 1_000_000,
            sends_max: 512,
            retries_max: 10_000,
            answer_wait: Duration::from_secs(5),
            review_poll: Duration::from_secs(10),
        }
    }
}

/// Whether a text can stand in a header as it is.
fn is_printable(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

impl BaseUrl {
    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, BaseUrlError> {
        // What stands before an `@` may be a password.
        let found = || BaseUrlError { found: text.rsplit('@').next().unwrap_or_default().to_owned() };
        let url = reqwest::Url::parse(text).map_err(|_| found())?;
        let is_bare = url.username().is_empty() && url.password().is_none();
        let ends_with_path = url.query().is_none() && url.fragment().is_none();
        if matches!(url.scheme(), "http" | "https") && url.has_host() && is_bare && ends_with_path {
            Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
        } else {
            Err(found())
        }
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({self})")
    }
}
