//! What should happen: the scenario language, arrivals, seed and budgets.
//!
//! A [`Scenario`] is parsed from TOML, whole or not at all: [`Scenario::parse`] answers either a
//! scenario in which every value is within its rule, or every mistake it found, each with its line.
//! Everything random in a run follows from the scenario's [`Seed`] through named streams, so that
//! a scenario and its seed describe one world, whoever runs it.

mod arrivals;
mod budget;
mod chance;
mod country;
mod meta;
mod rates;
mod read;
mod recipients;
mod scenario;
mod segment;
mod target;
mod template;
mod tenants;
mod time;
mod traffic;
mod users;

pub use arrivals::{Arrival, Arrivals};
pub use budget::{Bar, Budget, Comparison, Interval, Measure};
pub use chance::{Latency, Seed, Share, Stream};
pub use country::Country;
pub use meta::{
    AnswerFault, BodyFault, DropWhen, Fault, FaultKind, FaultSubject, Heard, Limits, Matching, Meta,
    NumberRules, Outcome, Pacing, Read, RefusalFault, Review, ReviewRule, Standard, TemplateRules,
    WebhookFault, Webhooks, Window,
};
pub use rates::{Card, Market, MarketId, Rates, TextRate, Tier};
pub use read::{Mistake, Mistakes, Warning, toml_of_json};
pub use recipients::{Device, Offline, Person, Presence, Recipients};
pub use scenario::Scenario;
pub use target::{Call, Method, Target, Webhook};
pub use template::{Button, TemplatePlan};
pub use tenants::{
    AccountPlan, AppPlan, Expiry, Holder, Mode, NumberPlan, TenantPlan, Tenants, TokenPlan, UnknownTemplates,
};
pub use time::{Elapsed, Span};
pub use traffic::{Phase, Rate, Spacing, Traffic};
pub use users::{Attempt, Attempts, Behaviour, Users};
