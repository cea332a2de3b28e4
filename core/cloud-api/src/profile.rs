//! The facts on which Meta's pages, its practice and its versions disagree, each switchable.
//!
//! A [`Profile`] holds what a user has settled; [`Profile::at`] fills in the rest with the defaults
//! of a version and gives the [`Facts`] that answers and webhooks are made by. [`FACTS`] lists them
//! for the scenario language, the control API and the documents.

mod choice;

use thiserror::Error;

use crate::ascii::Escaping;
use crate::recipient::CountryCodeRule;
use crate::refusal::{ErrorStatus, FailureCode};
use crate::version::GraphVersion;

pub use choice::{BlockedFate, Choice, ErrorLink, LimitForm, StatusPresence};

/// Why a fact cannot be settled so.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ProfileError {
    /// There is no such fact.
    #[error("`{name}` is no fact of a profile; there are {}", names())]
    UnknownFact {
        /// What was asked for.
        name: String,
    },
    /// The value is none that the fact can have.
    #[error("`{name}` is `{found}`, but must be {rule}")]
    Value {
        /// The fact.
        name: &'static str,
        /// The value given.
        found: String,
        /// What would have been accepted.
        rule: &'static str,
    },
}

/// What is known of one fact.
#[derive(Clone, Copy, Debug)]
pub struct FactEntry {
    /// Its name, in snake case.
    pub name: &'static str,
    /// What it says, as a clause.
    pub about: &'static str,
    /// What its values are, as a noun phrase that completes "must be".
    pub rule: &'static str,
    /// Where it was read, or why it is assumed.
    pub source: &'static str,
    /// Its value where nobody has settled it.
    pub default: fn(GraphVersion) -> String,
}

macro_rules! facts {
    ($(
        #[doc = $about:literal]
        $name:ident: $kind:ty = $default:expr, $source:literal;
    )*) => {
        /// Every fact, as it is in one version.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct Facts {
            $(
                #[doc = $about]
                pub $name: $kind,
            )*
        }

        /// The facts that a user has settled.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        struct Settled {
            $($name: Option<$kind>,)*
        }

        /// All facts, in the order in which they are documented.
        pub static FACTS: &[FactEntry] = &[$(
            FactEntry {
                name: stringify!($name),
                about: $about,
                rule: <$kind as Choice>::RULE,
                source: $source,
                default: |version| {
                    let default: fn(GraphVersion) -> $kind = $default;
                    default(version).word()
                },
            },
        )*];

        impl Settled {
            /// The facts in a version, with those settled that a user has settled.
            fn at(&self, version: GraphVersion) -> Facts {
                Facts {
                    $($name: self.$name.unwrap_or_else(|| {
                        let default: fn(GraphVersion) -> $kind = $default;
                        default(version)
                    }),)*
                }
            }
        }

        impl Profile {
            /// Settles a fact for all versions.
            ///
            /// # Errors
            ///
            /// When there is no such fact, or it has no such value.
            pub fn set(&mut self, name: &str, value: &str) -> Result<(), ProfileError> {
                match name {
                    $(stringify!($name) => {
                        let read = <$kind as Choice>::read(value);
                        self.settled.$name = Some(read.ok_or_else(|| ProfileError::Value {
                            name: stringify!($name),
                            found: value.to_owned(),
                            rule: <$kind as Choice>::RULE,
                        })?);
                    })*
                    _ => return Err(ProfileError::UnknownFact { name: name.to_owned() }),
                }
                *self = Self::of(self.settled);
                Ok(())
            }

            /// What a user has settled, by name.
            #[must_use]
            pub fn settled(&self) -> Vec<(&'static str, String)> {
                let all = [$((stringify!($name), self.settled.$name.map(Choice::word)),)*];
                all.into_iter().filter_map(|(name, word)| Some((name, word?))).collect()
            }
        }
    };
}

facts! {
    /// The HTTP status of a request without a token.
    missing_token_status: ErrorStatus = |_| ErrorStatus::UNAUTHORIZED,
        "cloud-api.md 1.3: 401 in the OpenAPI file, 400 in practice";
    /// The HTTP status of code 4, an app that calls too often.
    app_throttled_status: ErrorStatus = |_| ErrorStatus::BAD_REQUEST,
        "cloud-api.md 1.3: 400 in the table of errors, 429 in the OpenAPI file";
    /// The HTTP status of code 130429, a number above its throughput.
    throughput_status: ErrorStatus = |_| ErrorStatus::BAD_REQUEST,
        "cloud-api.md 8: 400 in the table of errors, 429 in some logs";
    /// The HTTP status of code 132001, a template that does not exist.
    template_missing_status: ErrorStatus = |_| ErrorStatus::NOT_FOUND,
        "cloud-api.md 2.3: 404 in the table of errors, 400 in many logs";
    /// Whether answers to sends hold `message_status`.
    message_status: StatusPresence = |_| StatusPresence::Templates,
        "cloud-api.md 2.4: one page says always for templates, another only while a template is paced";
    /// Whether sent, delivered and read statuses name the contact.
    contacts_on_statuses: bool = |_| true,
        "cloud-api.md 6.4: since about April 2026";
    /// Whether failed statuses name the contact too, where the others do.
    contacts_on_failed_statuses: bool = |_| false,
        "cloud-api.md 6.4: absent there; pywa 4.5 cannot read a status without";
    /// Whether contacts have a business-scoped user id.
    user_ids_on_contacts: bool = |_| true,
        "cloud-api.md 6.4: since about April 2026; pywa 4.5 cannot read a contact without";
    /// Whether prices are told as those of messages, `PMP`, or of conversations, `CBP`, without a type.
    per_message_pricing: bool = |_| true,
        "cloud-api.md 6.4: since 2025-07-01";
    /// Whether prices say `billable`.
    billable_on_pricing: bool = |_| true,
        "cloud-api.md 6.4: to be removed";
    /// Whether errors of the Cloud API have the subcodes of old, of which 2494055 is known, that of 130429.
    legacy_subcodes: bool = |version| version.major() <= 15,
        "cloud-api.md 1.2: no longer from v16 on";
    /// Where the errors of failed statuses send the reader.
    error_link: ErrorLink = |_| ErrorLink::Guide,
        "cloud-api.md 6.4: the guide; newer ones the reference, and at times there is none";
    /// Whether the size of a file is told as a text.
    media_size_as_text: bool = |_| false,
        "cloud-api.md 12.3: a number; a text in the OpenAPI file";
    /// Whether a business profile is nested once more, as `business_profile`.
    business_profile_nested: bool = |_| false,
        "cloud-api.md 12.1: nested in the OpenAPI file, and not in practice";
    /// How many people a number can block.
    block_list_max: u32 = |_| 64_000,
        "cloud-api.md 5.2: 64k, above which 139101 is answered";
    /// Whether statuses show a conversation.
    conversation_on_statuses: bool = |version| version.major() <= 23,
        "cloud-api.md 6.4: left out from v24 on";
    /// When the country code of the sender is put before a recipient's number.
    country_code: CountryCodeRule = |_| CountryCodeRule::WhenMissing,
        "cloud-api.md 2.1: where it is missing; Meta's guide says wherever there is no `+`";
    /// How webhooks spell what is not plain ASCII.
    webhook_escaping: Escaping = |_| Escaping::Ascii,
        "cloud-api.md 6.2: ASCII and escaped slashes; at times @ < % and ' are escaped too";
    /// Whether webhooks carry the signature of old, X-Hub-Signature, as well.
    legacy_signature: bool = |_| true,
        "cloud-api.md 6.2: seen beside the one of today";
    /// The code of a failed status for a message above the messaging limit.
    messaging_limit_code: FailureCode = |_| FailureCode::SPAM_RATE,
        "cloud-api.md 7: not documented; 131048 and 131064 are candidates";
    /// How `business_capability_update` tells to how many people a business may write.
    capability_limit: LimitForm = |_| LimitForm::Number,
        "cloud-api.md 6.6: Meta's pages disagree, a whole number or the name of a tier";
    /// Whether `phone_number_quality_update` has `current_limit` and `old_limit`.
    limits_on_quality_updates: bool = |_| true,
        "cloud-api.md 6.6: said to go in February 2026";
    /// What becomes of a message to somebody who blocked the business.
    blocked_recipient: BlockedFate = |_| BlockedFate::Silent,
        "cloud-api.md 6.7: not documented; sent and nothing more, or failed with 131026";
    /// How many calls an app may make in an hour, messages aside; above it, code 4.
    app_calls: u32 = |_| 100_000,
        "assumed: Meta counts 200 for each user of the app";
    /// How many calls an app may make about an account in an hour, messages aside.
    account_calls: u32 = |_| 200,
        "cloud-api.md 1.6";
    /// The same for reading accounts, numbers and templates, once a number is registered.
    account_calls_registered: u32 = |_| 5_000,
        "cloud-api.md 1.6";
    /// The code of a call above these two.
    account_throttled_code: FailureCode = |_| FailureCode::ACCOUNT_RATE,
        "cloud-api.md 1.6: 80007, or 80008";
    /// The HTTP status of that code.
    account_throttled_status: ErrorStatus = |_| ErrorStatus::BAD_REQUEST,
        "cloud-api.md 1.3: 400 in the table of errors, 429 in the OpenAPI file";
    /// Whether answers have all of Meta's headers, also those that no client reads.
    all_response_headers: bool = |_| true,
        "cloud-api.md 1.5: on every operation of the OpenAPI file";
}

/// The facts that a user has settled; the others are as in each version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    settled: Settled,
    /// The facts of each version, from the oldest: worked out once, since they are asked for often.
    by_version: [Facts; GraphVersion::COUNT],
}

impl Profile {
    /// The facts in a version, with those settled that a user has settled.
    #[must_use]
    pub const fn at(&self, version: GraphVersion) -> Facts {
        self.by_version[version.nth()]
    }

    fn of(settled: Settled) -> Self {
        Self { settled, by_version: GraphVersion::all().map(|version| settled.at(version)) }
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self::of(Settled::default())
    }
}

impl Default for Facts {
    fn default() -> Self {
        Profile::default().at(GraphVersion::default())
    }
}

fn names() -> String {
    let names: Vec<String> = FACTS.iter().map(|fact| format!("`{}`", fact.name)).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::{FACTS, Profile};
    use crate::version::GraphVersion;

    #[track_caller]
    fn check(name: &str, value: &str, expected: Expect) {
        let mut profile = Profile::default();
        let told = match profile.set(name, value) {
            Ok(()) => format!("{:?}", profile.settled()),
            Err(error) => error.to_string(),
        };
        expected.assert_eq(&told);
    }

    #[test]
    fn a_fact_is_settled_by_its_name() {
        check("template_missing_status", "400", expect![[r#"[("template_missing_status", "400")]"#]]);
        check("contacts_on_statuses", "false", expect![[r#"[("contacts_on_statuses", "false")]"#]]);
        check("message_status", "always", expect![[r#"[("message_status", "always")]"#]]);
        check("messaging_limit_code", "131064", expect![[r#"[("messaging_limit_code", "131064")]"#]]);
    }

    #[test]
    fn another_name_or_value_is_refused_with_what_would_be_right() {
        check(
            "template_missing_status",
            "200",
            expect!["`template_missing_status` is `200`, but must be an HTTP status from 400 to 599"],
        );
        check(
            "messaging_limit_code",
            "7",
            expect!["`messaging_limit_code` is `7`, but must be a code of Meta's table of errors"],
        );
        let told = Profile::default().set("colour", "red").unwrap_err().to_string();
        assert!(told.starts_with("`colour` is no fact of a profile; there are `missing_token_status`, "));
    }

    #[test]
    fn a_conversation_is_shown_up_to_v23_unless_a_user_says_otherwise() {
        let shows =
            |profile: &Profile, major| profile.at(GraphVersion::new(major).unwrap()).conversation_on_statuses;
        let mut profile = Profile::default();
        assert!(shows(&profile, 23) && !shows(&profile, 24));
        profile.set("conversation_on_statuses", "true").unwrap();
        assert!(shows(&profile, 24));
    }

    #[test]
    fn every_default_is_a_value_that_the_fact_can_have() {
        for fact in FACTS {
            for major in 13..=30 {
                let default = (fact.default)(GraphVersion::new(major).unwrap());
                assert_eq!(Profile::default().set(fact.name, &default), Ok(()), "{}", fact.name);
            }
        }
    }
}
