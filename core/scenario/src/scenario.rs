//! The whole scenario.

use crate::budget::Budget;
use crate::chance::Seed;
use crate::meta::Meta;
use crate::read::{Kind, Mistakes, Page, Table, Warning, grouped};
use crate::recipients::Recipients;
use crate::target::Target;
use crate::template::TemplatePlan;
use crate::time::{Elapsed, Span};
use crate::traffic::{Spacing, Traffic};
use crate::users::Users;

/// What should happen in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// Its name: lower-case letters, digits and hyphens. The file's name unless the file says otherwise.
    pub name: String,
    /// One sentence on what it is about.
    pub about: String,
    /// What everything random follows from.
    pub seed: Seed,
    /// When codes are asked for.
    pub traffic: Traffic,
    /// Who asks.
    pub recipients: Recipients,
    /// What carries the codes.
    pub template: TemplatePlan,
    /// How Meta behaves.
    pub meta: Meta,
    /// What people do with the code.
    pub users: Users,
    /// How to talk to the service under test.
    pub target: Target,
    /// What must hold for the run to pass.
    pub budgets: Vec<Budget>,
    /// What is not taken as it was written, in the order of the file.
    pub warnings: Vec<Warning>,
}

/// A scenario that says no more than it must.
const PLAIN: &str = r#"
about = "One code a second, and defaults for the rest."
seed = 0
traffic = { phases = [{ for = "1s", rate = "1/s" }] }
budgets = { delivered = ">= 0 %" }
"#;

impl Scenario {
    /// A scenario that leaves everything it can to the defaults of the language.
    ///
    /// # Panics
    ///
    /// Never: it is read by a test.
    #[must_use]
    pub fn plain() -> Self {
        Self::parse("plain", PLAIN).expect("the plain scenario follows the rules")
    }

    /// Reads a scenario; `name` is used where the text gives none.
    ///
    /// # Errors
    ///
    /// Every mistake found, never just the first.
    pub fn parse(name: &str, text: &str) -> Result<Self, Mistakes> {
        Page::read(text, |table| Self::read(table, name))
    }

    fn read(table: &Table<'_>, file_name: &str) -> Option<Self> {
        let name = read_name(table, file_name);
        let about = table.required("about", &Kind::line(200));
        let seed = table.required("seed", &Kind::whole(0..=SEED_MAX));
        let traffic = table.section("traffic", Traffic::read);
        let template = table.section("template", TemplatePlan::read);
        let target = table.section("target", Target::read);
        let recipients = table.section("recipients", |table| {
            let recipients = Recipients::read(table)?;
            if let (Some(traffic), Some(template), Some(target)) = (&traffic, &template, &target) {
                refuse_overlap(table, &recipients, in_flight_max(traffic, template.ttl + target.timeout));
            }
            Some(recipients)
        });
        let meta = table.section("meta", Meta::read);
        if let (Some(traffic), Some(meta)) = (&traffic, &meta) {
            warn_of_late_faults(table, traffic, meta);
        }
        let users = table.section("users", Users::read);
        let budgets = table.section("budgets", Budget::read_all);
        Some(Self {
            name: name?,
            about: about?,
            seed: Seed::new(seed?),
            traffic: traffic?,
            recipients: recipients?,
            template: template?,
            meta: meta?,
            users: users?,
            target: target?,
            budgets: budgets?,
            warnings: table.warnings(),
        })
    }
}

/// Records which faults begin when no code is asked for any more.
fn warn_of_late_faults(table: &Table<'_>, traffic: &Traffic, meta: &Meta) {
    let lasts = traffic.lasts();
    for (nth, fault) in meta.faults.iter().enumerate() {
        let from = fault.window.from.since(Elapsed::ZERO);
        if from >= lasts {
            let told =
                format!("the traffic ends after {lasts}: only what is still under way can meet the fault");
            table.warn_at(&format!("meta.faults[{nth}].from"), &from.to_string(), &told);
        }
    }
}

/// The largest whole number that TOML can write.
const SEED_MAX: u64 = (1 << 63) - 1;

fn read_name(table: &Table<'_>, file_name: &str) -> Option<String> {
    const RULE: &str = "1 to 64 lower-case letters, digits and hyphens";
    let given = table.optional("name", &Kind::text(RULE, is_name))?;
    if given.is_none() && !is_name(file_name) {
        table.wrong_field("name", &format!("{file_name:?}, after the file"), RULE);
        return None;
    }
    Some(given.unwrap_or_else(|| file_name.to_owned()))
}

fn is_name(text: &str) -> bool {
    let is_allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=64).contains(&text.len()) && text.bytes().all(is_allowed)
}

/// The most arrivals whose codes can be under way at once, where each is so for `life` at most.
///
/// Strangers come in bunches: six standard deviations more are allowed for where they do.
fn in_flight_max(traffic: &Traffic, life: Span) -> u64 {
    let thousandths = u128::from(traffic.rate_max().per_thousand_secs());
    let mean = (thousandths * u128::from(life.micros())).div_ceil(1_000_000_000);
    let is_uneven = traffic.phases.iter().any(|phase| phase.spacing == Spacing::Poisson);
    let bunching = if is_uneven { 6 * (mean.isqrt() + 1) } else { 0 };
    u64::try_from(mean + bunching).unwrap_or(u64::MAX)
}

/// Records that people would ask for a next code while their last one may still come.
///
/// Nothing but the phone number tells which arrival a code belongs to, so that no two arrivals of
/// one recipient may be under way at once. A code comes within the target's timeout and its TTL,
/// or never.
fn refuse_overlap(table: &Table<'_>, recipients: &Recipients, needed: u64) {
    if let Some(count) = recipients.count
        && count < needed
    {
        let rule = format!(
            "at least {}, the highest rate × (`target.timeout` + `template.ttl`): \
             nobody may ask again while their last code can still come",
            grouped(needed)
        );
        table.wrong_field("count", &grouped(count), &rule);
    }
}
