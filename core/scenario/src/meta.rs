//! How Meta behaves: review, the life of a message, limits and faults.

mod fault;
mod number;
mod template;
mod webhooks;

use cloud_api::Profile;
use cloud_api::profile::FACTS;

pub use fault::{
    AnswerFault, BodyFault, DropWhen, Fault, FaultKind, FaultSubject, Matching, RefusalFault, WebhookFault,
    Window,
};

use crate::chance::{Latency, Share};
use crate::read::{Kind, Table};
use crate::time::Span;
use crate::traffic::Rate;

pub use number::NumberRules;
pub use template::{ReviewRule, TemplateRules};
pub use webhooks::{Heard, Webhooks};

/// The behaviour of the simulated Meta.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta {
    /// What becomes of the template.
    pub review: Review,
    /// From acceptance to the `sent` status.
    pub sent: Latency,
    /// From acceptance to the phone, when it is on.
    pub delivered: Latency,
    /// How long utility and marketing templates take instead.
    pub standard: Standard,
    /// Which of these are held back at first.
    pub pacing: Pacing,
    /// Who reads, and when.
    pub read: Read,
    /// From acceptance to the `failed` status, where a message cannot be delivered.
    pub failed: Latency,
    /// What it does with templates.
    pub templates: TemplateRules,
    /// What it makes of who does not want a number's messages.
    pub numbers: NumberRules,
    /// What it admits.
    pub limits: Limits,
    /// How it sends webhooks.
    pub webhooks: Webhooks,
    /// How it misbehaves.
    pub faults: Vec<Fault>,
    /// What it does where Meta's pages, practice and versions disagree.
    pub profile: Profile,
}

/// What becomes of a submitted template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// How long it stays pending.
    pub takes: Span,
    /// How it ends.
    pub outcome: Outcome,
}

/// How a review ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The template can be sent.
    Approved,
    /// It cannot, for one of Meta's reasons, such as `INCORRECT_CATEGORY`.
    Rejected {
        /// Meta's word for the reason.
        reason: String,
    },
}

/// How long messages of standard priority take: utility and marketing templates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standard {
    /// From acceptance to the `sent` status.
    pub sent: Latency,
    /// From acceptance to the phone, when it is on.
    pub delivered: Latency,
}

/// Which messages of standard priority are held back until the quality of their template is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pacing {
    /// The share that is held back.
    pub share: Share,
    /// For how long.
    pub lasts: Latency,
}

/// Who reads a delivered message, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    /// The share of delivered messages that yield a `read` status.
    pub share: Share,
    /// From delivery to reading.
    pub after: Latency,
}

/// What Meta admits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Messages per second and phone number; above it, 130429.
    pub throughput: u32,
    /// Messages to one recipient in quick succession; above it, 131056.
    pub pair_burst: u32,
    /// How long it takes to earn the right to one more message to the same recipient.
    pub pair_interval: Span,
}

impl Meta {
    pub(crate) fn read(table: &Table<'_>) -> Option<Self> {
        // Assumed: within the half second that a status takes when nothing is wrong.
        let sent = Latency::assumed(Span::from_millis(150), Span::from_millis(400));
        // Source: Cloud API changelog, 2024-11-18: p99 from acceptance to `delivered` is 5 s.
        // Assumed: its median.
        let delivered = Latency::assumed(Span::from_millis(1_500), Span::from_secs(5));
        // Assumed: a message that cannot be delivered fails within seconds; 8 s was seen once.
        let failed = Latency::assumed(Span::from_secs(2), Span::from_secs(8));
        let review = table.section("review", Review::read);
        let sent = table.section_or("sent", sent, Latency::read);
        let delivered = table.section_or("delivered", delivered, Latency::read);
        let standard = table.section("standard", Standard::read);
        let pacing = table.section("pacing", Pacing::read);
        let read = table.section_or("read", Read::assumed(), Read::from_table);
        let failed = table.section_or("failed", failed, Latency::read);
        let templates = table.section("templates", TemplateRules::read);
        let numbers = table.section("numbers", NumberRules::read);
        let limits = table.section("limits", Limits::read);
        let webhooks = table.section_or("webhooks", Webhooks::default(), Webhooks::read);
        let faults = table.list("faults", |table, _| Fault::read(table));
        let profile = table.section("profile", read_profile);
        Some(Self {
            review: review?,
            sent: sent?,
            delivered: delivered?,
            standard: standard?,
            pacing: pacing?,
            read: read?,
            failed: failed?,
            templates: templates?,
            numbers: numbers?,
            limits: limits?,
            webhooks: webhooks?,
            faults: faults?,
            profile: profile?,
        })
    }
}

/// Meta's words for why a template was rejected.
///
/// Source: Cloud API guide, "Message templates", `rejected_reason`.
const REASONS: [(&str, &str); 6] = [
    ("ABUSIVE_CONTENT", "ABUSIVE_CONTENT"),
    ("INCORRECT_CATEGORY", "INCORRECT_CATEGORY"),
    ("INVALID_FORMAT", "INVALID_FORMAT"),
    ("PROMOTIONAL", "PROMOTIONAL"),
    ("SCAM", "SCAM"),
    ("TAG_CONTENT_MISMATCH", "TAG_CONTENT_MISMATCH"),
];

impl Default for Review {
    // Assumed: two seconds, so that a run need not wait; Meta takes minutes, and promises a day.
    fn default() -> Self {
        Self { takes: Span::from_secs(2), outcome: Outcome::Approved }
    }
}

impl Review {
    fn read(table: &Table<'_>) -> Option<Self> {
        let takes = table.or("takes", Self::default().takes, &Kind::span(Span::ZERO..=Span::DAY));
        let is_rejected =
            table.or("outcome", false, &Kind::choice([("approved", false), ("rejected", true)]));
        let reason = table.optional("reason", &Kind::choice(REASONS));
        let outcome = match (is_rejected?, reason?) {
            // Assumed: an authentication template has no text of its own that could be at fault.
            (true, reason) => Outcome::Rejected { reason: reason.unwrap_or("INVALID_FORMAT").to_owned() },
            (false, None) => Outcome::Approved,
            (false, Some(reason)) => {
                table.wrong_field(
                    "reason",
                    &format!("{reason:?}"),
                    "left out unless `outcome` is \"rejected\"",
                );
                return None;
            }
        };
        Some(Self { takes: takes?, outcome })
    }
}

impl Standard {
    // Assumed: the times; the seed documents say that codes are faster, and not by how much.
    fn read(table: &Table<'_>) -> Option<Self> {
        let sent = Latency::assumed(Span::from_millis(400), Span::from_secs(2));
        let delivered = Latency::assumed(Span::from_secs(4), Span::from_secs(30));
        let sent = table.section_or("sent", sent, Latency::read);
        let delivered = table.section_or("delivered", delivered, Latency::read);
        Some(Self { sent: sent?, delivered: delivered? })
    }
}

impl Pacing {
    // Source: Cloud API guide, "Template pacing": held back for up to an hour. Assumed: nobody's, at first.
    fn read(table: &Table<'_>) -> Option<Self> {
        let lasts = Latency::assumed(Span::from_secs(600), Span::from_secs(3_600));
        let share = table.or("share", Share::NONE, &Kind::share());
        let lasts = table.section_or("lasts", lasts, Latency::read);
        Some(Self { share: share?, lasts: lasts? })
    }
}

impl Read {
    /// Assumed: people read codes late and in the notification; nobody has published a figure.
    fn assumed() -> Self {
        let after = Latency::assumed(Span::from_secs(6), Span::from_secs(40));
        Self { share: Share::from_percent(65), after }
    }

    fn from_table(table: &Table<'_>) -> Option<Self> {
        let share = table.required("share", &Kind::share());
        let after = Latency::read(table);
        Some(Self { share: share?, after: after? })
    }
}

impl Limits {
    fn read(table: &Table<'_>) -> Option<Self> {
        // Source: Cloud API guide, "Throughput": 80 messages/s, and 1,000 for numbers that send much.
        let rule = "1/s to 1,000,000/s, in whole messages";
        let throughput = table.or("throughput", 1_000, &Kind::written(rule, read_throughput));
        // Source: Cloud API guide, "Pair rate limits": one message in 6 s, and at most 45 ahead of it.
        let pair_burst = table.or("pair-burst", 45, &Kind::whole(1..=100_000));
        let intervals = Kind::span(Span::from_millis(1)..=Span::DAY);
        let pair_interval = table.or("pair-interval", Span::from_secs(6), &intervals);
        let pair_burst = u32::try_from(pair_burst?).expect("the rule's bound fits");
        Some(Self { throughput: throughput?, pair_burst, pair_interval: pair_interval? })
    }
}

fn read_profile(table: &Table<'_>) -> Option<Profile> {
    let (mut profile, mut is_right) = (Profile::default(), true);
    for fact in FACTS {
        let key = fact.name.replace('_', "-");
        let is_value = |text: &str| Profile::default().set(fact.name, text).is_ok();
        match table.optional(&key, &Kind::literal(fact.rule, is_value)) {
            Some(Some(value)) => is_right &= profile.set(fact.name, &value).is_ok(),
            Some(None) => {}
            None => is_right = false,
        }
    }
    is_right.then_some(profile)
}

fn read_throughput(text: &str) -> Option<u32> {
    let thousandths = Rate::parse(text)?.per_thousand_secs();
    let is_whole = thousandths.is_multiple_of(1_000);
    let per_second = u32::try_from(thousandths / 1_000).ok()?;
    (is_whole && (1..=1_000_000).contains(&per_second)).then_some(per_second)
}
