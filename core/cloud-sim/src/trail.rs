//! Why a request to send was accepted or refused: what each check found, as it was made.
//!
//! Admission notes a handful of integers as it goes; they become words only when somebody asks.

use std::sync::Arc;

use cloud_api::{AsyncFailure, FailureCode, TemplateStatus};
use scenario::{Elapsed, Limits};

use crate::fault::SetFault;
use crate::limit::{PairRate, Quota, Throughput};
use crate::reach::People;

/// The checks that a request to send meets once its token and its shape are found right, in their order.
// Assumed: the order, which is the proposed default of cloud-api.md §1.4: faults stand for troubles of
// Meta's own, so they come first; then who may send, throughput, pair rate, template, parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum SendCheck {
    /// The room of the simulation for one more message on its way.
    #[default]
    Room,
    /// Faults that somebody set, in the place of Meta's own troubles.
    Faults,
    /// The state of the number and its account, and whom they may write to.
    Account,
    /// Whether the recipient's number stands for a refusal.
    Recipient,
    /// How much the number sends.
    Throughput,
    /// How much the number sends to this recipient.
    PairRate,
    /// The template and its state.
    Template,
    /// Whether the parameters fit the template.
    Parameters,
    /// What is known already to keep an accepted message from arriving.
    Prospects,
    /// How many people the business writes to, unasked, within a day.
    MessagingLimit,
}

/// What was found while a request to send was decided on.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    pub(crate) at: Elapsed,
    /// The check that was made last: the one that refused, or the last of all.
    pub(crate) last: SendCheck,
    pub(crate) is_refused: bool,
    pub(crate) limits: Option<Limits>,
    /// The fault that refused.
    pub(crate) fault: Option<Arc<SetFault>>,
    /// When that fault ends.
    pub(crate) fault_until: Option<Elapsed>,
    /// Until when the customer service window is open, if it is.
    pub(crate) open_until: Option<Elapsed>,
    /// How far the number's tokens were spent, in nanoseconds, and how many it has a second.
    pub(crate) throughput: Option<(u64, u32)>,
    pub(crate) pair: Option<PairRate>,
    pub(crate) template: Option<TemplateStatus>,
    /// Whether the button hands over another code than the text shows.
    pub(crate) hands_over_another_code: bool,
    pub(crate) fails_with: Option<FailureCode>,
    pub(crate) people: People,
}

/// What one check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which check.
    pub check: SendCheck,
    /// What it came to; a refusal is always the last finding.
    pub outcome: Outcome,
    /// What it found, with its figures.
    pub found: String,
    /// When such a request would pass, where time heals it.
    pub passes_at: Option<Elapsed>,
}

/// What a check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The request went past it.
    Passed,
    /// It refused the request.
    Refused,
    /// The request is accepted, and the message will fail.
    Doomed,
}

impl Outcome {
    /// The outcome in a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Refused => "refused",
            Self::Doomed => "doomed",
        }
    }
}

impl SendCheck {
    /// All of them, in their order.
    pub const ALL: [Self; 10] = [
        Self::Room,
        Self::Faults,
        Self::Account,
        Self::Recipient,
        Self::Throughput,
        Self::PairRate,
        Self::Template,
        Self::Parameters,
        Self::Prospects,
        Self::MessagingLimit,
    ];

    /// The check in a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Room => "room",
            Self::Faults => "faults",
            Self::Account => "account",
            Self::Recipient => "recipient",
            Self::Throughput => "throughput",
            Self::PairRate => "pair_rate",
            Self::Template => "template",
            Self::Parameters => "parameters",
            Self::Prospects => "prospects",
            Self::MessagingLimit => "messaging_limit",
        }
    }
}

impl Trail {
    /// The trail of a request that is about to be decided on.
    pub(crate) fn begin(&mut self, now: Elapsed) {
        *self = Self { at: now, ..Self::default() };
    }

    /// Notes that a check is made now.
    pub(crate) const fn check(&mut self, check: SendCheck) {
        self.last = check;
    }

    /// What each check found that was made, in their order.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let made = SendCheck::ALL.into_iter().take_while(|check| *check <= self.last);
        made.map(|check| self.finding(check)).collect()
    }

    fn finding(&self, check: SendCheck) -> Finding {
        let is_passed = !(self.is_refused && check == self.last);
        let quota = match check {
            SendCheck::Throughput => self.throughput_quota(),
            SendCheck::PairRate => self.pair_quota(),
            _ => None,
        };
        let passes_at = match check {
            SendCheck::Faults => self.fault_until.filter(|until| *until < Elapsed::NEVER),
            _ => quota.map(|quota| quota.free_at),
        };
        let found = self.found(check, is_passed, quota);
        let outcome = match check {
            _ if !is_passed => Outcome::Refused,
            SendCheck::Prospects if self.fails_with.is_some() => Outcome::Doomed,
            SendCheck::MessagingLimit if self.people.is_beyond() => Outcome::Doomed,
            _ => Outcome::Passed,
        };
        Finding { check, outcome, found, passes_at: passes_at.filter(|_| !is_passed) }
    }

    fn found(&self, check: SendCheck, is_passed: bool, quota: Option<Quota>) -> String {
        match (check, quota) {
            (SendCheck::Throughput, Some(quota)) => {
                format!("{} of {} messages a second are used", quota.used, quota.limit)
            }
            (SendCheck::PairRate, Some(quota)) => {
                let interval = self.limits.map(|limits| limits.pair_interval).unwrap_or_default();
                let burst =
                    format!("{} of {} messages to one recipient came in one burst", quota.used, quota.limit);
                if is_passed { burst } else { format!("{burst}; each takes {interval} to pay back") }
            }
            (SendCheck::Room, _) if is_passed => "there is room for one more message on its way".to_owned(),
            (SendCheck::Room, _) => "as many messages are on their way as the simulation holds".to_owned(),
            (SendCheck::Faults, _) => match &self.fault {
                Some(set) => set.told(),
                None => "no fault refuses it".to_owned(),
            },
            (SendCheck::Account, _) if is_passed => self.window(),
            (SendCheck::Recipient, _) if is_passed => "the number stands for no refusal".to_owned(),
            (SendCheck::Recipient, _) => "the number stands for this refusal".to_owned(),
            (SendCheck::Template, _) => match self.template {
                Some(status) => status.word().to_owned(),
                None if is_passed => "free form needs none".to_owned(),
                None => String::new(),
            },
            (SendCheck::Parameters, _) if is_passed && self.hands_over_another_code => {
                "they fit, but the button hands over another code than the text shows".to_owned()
            }
            (SendCheck::Parameters, _) if is_passed => "they fit".to_owned(),
            (SendCheck::Prospects, _) => self.fails_with.map_or_else(
                || "nothing is known to keep it from arriving".to_owned(),
                |code| format!("it will fail with {}: {}", code.number(), AsyncFailure::new(code).title()),
            ),
            (SendCheck::MessagingLimit, _) => self.people.to_string(),
            _ => String::new(),
        }
    }

    fn window(&self) -> String {
        match self.open_until {
            Some(until) => format!("both may write; the customer service window is open until {until}"),
            None => "both may write; no customer service window is open".to_owned(),
        }
    }

    fn throughput_quota(&self) -> Option<Quota> {
        let (spent_until_nanos, per_second) = self.throughput?;
        Some(Throughput::quota_at(spent_until_nanos, self.at, per_second))
    }

    fn pair_quota(&self) -> Option<Quota> {
        Some(self.pair?.quota(self.at, self.limits.as_ref()?))
    }
}
