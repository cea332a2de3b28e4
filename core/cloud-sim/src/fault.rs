//! The faults of a world: which are open, which traffic each has matched, how often each has acted.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cloud_api::refusal::{ErrorStatus, StagedRefusal};
use cloud_api::{FailureCode, Recipient, Refusal};
use scenario::{AnswerFault, Elapsed, Fault, FaultKind, FaultSubject, RefusalFault, Span, WebhookFault};

use crate::trail::Trail;
use crate::world::World;

/// How many faults may be set at once.
pub const FAULTS_MAX: usize = 256;

/// The faults that are set, in the order in which they were.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    set: Vec<Arc<SetFault>>,
    /// How many were ever set, which is the id of the last.
    last_id: u64,
}

/// A fault, and what came of it so far.
#[derive(Debug)]
pub struct SetFault {
    /// Its id, counted from 1; no other fault of this world ever has it.
    pub id: u64,
    /// When, for what and how.
    pub fault: Fault,
    /// From when its window counts; `None` where that is the beginning of the traffic.
    pub since: Option<Elapsed>,
    matched: AtomicU64,
    acted: AtomicU64,
}

impl Faults {
    /// The faults of a scenario, whose windows count from the beginning of the traffic.
    #[must_use]
    pub fn of(faults: &[Fault]) -> Self {
        let mut set = Self::default();
        for fault in faults {
            set.push(fault.clone(), None);
        }
        set
    }

    /// The same faults before any of them has matched or acted.
    pub(crate) fn anew(&self) -> Self {
        let anew = |set: &Arc<SetFault>| {
            let SetFault { id, ref fault, since, .. } = **set;
            let (matched, acted) = (AtomicU64::new(0), AtomicU64::new(0));
            Arc::new(SetFault { id, fault: fault.clone(), since, matched, acted })
        };
        Self { set: self.set.iter().map(anew).collect(), last_id: self.last_id }
    }

    /// Sets one more fault, whose window counts from `since`, and gives its id.
    pub fn push(&mut self, fault: Fault, since: Option<Elapsed>) -> u64 {
        self.last_id += 1;
        let (matched, acted) = (AtomicU64::new(0), AtomicU64::new(0));
        self.set.push(Arc::new(SetFault { id: self.last_id, fault, since, matched, acted }));
        self.last_id
    }

    /// The id of the fault that was set last.
    #[must_use]
    pub const fn last_id(&self) -> u64 {
        self.last_id
    }

    /// Sets a fault as it was saved: its id, how much it matched and how often it acted.
    pub(crate) fn restore(
        &mut self,
        (id, matched, acted): (u64, u64, u64),
        fault: Fault,
        since: Option<Elapsed>,
    ) {
        let (matched, acted) = (AtomicU64::new(matched), AtomicU64::new(acted));
        self.set.push(Arc::new(SetFault { id, fault, since, matched, acted }));
        self.skip_to(id);
    }

    /// Gives no id up to this one again.
    pub(crate) fn skip_to(&mut self, last_id: u64) {
        self.last_id = self.last_id.max(last_id);
    }

    /// Takes a fault away; `false` where there is none of this id.
    #[must_use]
    pub fn remove(&mut self, id: u64) -> bool {
        let before = self.set.len();
        self.set.retain(|fault| fault.id != id);
        self.set.len() < before
    }

    /// Takes all faults away.
    pub fn clear(&mut self) {
        self.set.clear();
    }

    /// All that are set.
    pub fn iter(&self) -> impl Iterator<Item = &SetFault> {
        self.set.iter().map(AsRef::as_ref)
    }

    /// How many are set.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.set.len()
    }

    /// Whether nothing misbehaves, whatever the time.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.set.is_empty()
    }
}

impl SetFault {
    /// The fault by its id and in the language of scenarios, with a whole number of a recipient masked.
    #[must_use]
    pub fn told(&self) -> String {
        let Self { id, fault, .. } = self;
        let told = format!("fault {id}: {fault}");
        match fault.matching.recipient.map(Recipient::from_number) {
            Some(Ok(recipient)) => {
                let key = |number: &dyn fmt::Display| format!("recipient = \"{number}\"");
                // What is matched comes first, before any text of the fault's own.
                told.replacen(&key(&recipient.number()), &key(&recipient), 1)
            }
            Some(Err(_)) | None => told,
        }
    }

    /// How much traffic it was for.
    #[must_use]
    pub fn matched(&self) -> u64 {
        self.matched.load(Ordering::Relaxed)
    }

    /// How often it did something.
    #[must_use]
    pub fn acted(&self) -> u64 {
        self.acted.load(Ordering::Relaxed)
    }

    /// From when to when it is open; `None` while nothing says from when its window counts.
    #[must_use]
    pub fn open(&self, world: &World) -> Option<(Elapsed, Elapsed)> {
        let offset = self.since.or(world.traffic_began)?.since(Elapsed::ZERO);
        Some((self.fault.window.from + offset, self.fault.window.until + offset))
    }

    fn is_open(&self, now: Elapsed, world: &World) -> bool {
        self.open(world).is_some_and(|(from, until)| from <= now && now < until)
    }

    /// Counts what matches, and gives the how-manieth it was from 0.
    fn match_one(&self) -> u64 {
        self.matched.fetch_add(1, Ordering::Relaxed)
    }

    fn act(&self) {
        self.acted.fetch_add(1, Ordering::Relaxed);
    }
}

/// The code of an outage's refusals: service unavailable.
const UNAVAILABLE: u32 = 131_016;

impl World {
    fn open_faults(&self, now: Elapsed) -> impl Iterator<Item = &Arc<SetFault>> {
        self.faults.set.iter().filter(move |fault| fault.is_open(now, self))
    }

    /// When the outage ends that `now` falls into; `None` when Meta is up.
    pub(crate) fn outage_until(&self, now: Elapsed) -> Option<Elapsed> {
        let mut outages = self.open_faults(now).filter(|fault| fault.fault.kind == FaultKind::Outage);
        outages.next()?.open(self).map(|(_, until)| until)
    }

    /// The refusal of the first fault that refuses such a request, and that fault; an outage comes
    /// before all others. `key` tells one request to a recipient from the next.
    ///
    /// Without a key, chance is keyed by how much each fault has matched before.
    #[must_use]
    pub fn refuse_by_fault(
        &self,
        now: Elapsed,
        subject: &FaultSubject<'_>,
        key: Option<u64>,
    ) -> Option<(Refusal, Arc<SetFault>)> {
        if self.faults.is_empty() {
            return None;
        }
        if let Some(outage) = self.open_faults(now).find(|fault| fault.fault.kind == FaultKind::Outage) {
            outage.match_one();
            outage.act();
            return Some((listed(UNAVAILABLE), Arc::clone(outage)));
        }
        let refusing = self.open_faults(now).filter_map(|set| match &set.fault.kind {
            FaultKind::Refuse(fault) => Some((set, fault)),
            _ => None,
        });
        for (nth, (set, fault)) in refusing.enumerate() {
            if !set.fault.matching.covers(subject) {
                continue;
            }
            let matched = set.match_one();
            let drawn_for = subject.recipient.unwrap_or_default();
            let key = key.map_or(matched, |key| key << 8 | nth as u64);
            if self.seed.stream("refusal", drawn_for, key).happens(fault.share) {
                set.act();
                return Some((refusal(fault), Arc::clone(set)));
            }
        }
        None
    }

    /// Refuses the `nth` request of a pair to send, if a fault says so, and notes which one.
    pub(crate) fn refuse_send(
        &self,
        now: Elapsed,
        subject: &FaultSubject<'_>,
        nth: u32,
        trail: &mut Trail,
    ) -> Result<(), Refusal> {
        let Some((refusal, fault)) = self.refuse_by_fault(now, subject, Some(u64::from(nth))) else {
            return Ok(());
        };
        trail.fault_until = fault.open(self).map(|(_, until)| until);
        trail.fault = Some(fault);
        Err(refusal)
    }

    /// The code with which the `nth` message to a recipient fails after all, if a fault says so,
    /// and after which time.
    pub(crate) fn failure_by_fault(
        &self,
        now: Elapsed,
        subject: &FaultSubject<'_>,
        nth: u64,
    ) -> Option<(u32, Span)> {
        let failing = self.open_faults(now).filter_map(|set| match set.fault.kind {
            FaultKind::Fail { code, share } => Some((set, code, share)),
            _ => None,
        });
        for (place, (set, code, share)) in failing.enumerate() {
            if !set.fault.matching.covers(subject) {
                continue;
            }
            set.match_one();
            let key = nth << 8 | place as u64;
            let drawn_for = subject.recipient.unwrap_or_default();
            let mut stream = self.seed.stream("failure", drawn_for, key);
            if stream.happens(share) {
                set.act();
                return Some((code, stream.span(self.meta.failed)));
            }
        }
        None
    }

    /// The first fault that acts on the answer to a request, how it spoils it, and for how long it is
    /// held back.
    #[must_use]
    pub fn spoiled_answer(
        &self,
        now: Elapsed,
        subject: &FaultSubject<'_>,
    ) -> Option<(Arc<SetFault>, AnswerFault, Span)> {
        let mut spoiled = None;
        for set in self.open_faults(now) {
            let FaultKind::Answer(fault) = set.fault.kind else { continue };
            if !set.fault.matching.covers(subject) {
                continue;
            }
            // Keyed by how much came before, so that a share holds for any traffic whatever.
            let mut stream = self.seed.stream("answer", set.id, set.match_one());
            if spoiled.is_none() && stream.happens(fault.share) {
                set.act();
                spoiled = Some((
                    Arc::clone(set),
                    fault,
                    fault.delay.map_or(Span::ZERO, |delay| stream.span(delay)),
                ));
            }
        }
        spoiled
    }

    /// Whether an open fault can spoil an answer for what stands in a message.
    #[must_use]
    pub fn looks_into_messages(&self, now: Elapsed) -> bool {
        self.open_faults(now).any(|set| {
            matches!(set.fault.kind, FaultKind::Answer(_)) && set.fault.matching.looks_into_messages()
        })
    }

    /// What faults do to a webhook: `act` draws from each that is for it, with its place among the
    /// webhook faults that are open, and says whether that did anything.
    pub(crate) fn spoil_webhook(
        &self,
        now: Elapsed,
        subject: &FaultSubject<'_>,
        mut act: impl FnMut(u64, &WebhookFault) -> bool,
    ) {
        let spoiling = self.open_faults(now).filter_map(|set| match &set.fault.kind {
            FaultKind::Webhooks(fault) => Some((set, fault)),
            _ => None,
        });
        for (place, (set, fault)) in (0..).zip(spoiling) {
            if !set.fault.matching.covers(subject) {
                continue;
            }
            set.match_one();
            if act(place, fault) {
                set.act();
            }
        }
    }
}

fn refusal(fault: &RefusalFault) -> Refusal {
    let RefusalFault { code, message, details, status, share: _ } = fault;
    let Ok(code) = FailureCode::new(*code) else { return Refusal::ApiUnknown };
    let status = status.and_then(ErrorStatus::new);
    StagedRefusal { code, message: message.clone(), details: details.clone(), status }.into()
}

/// The refusal with this code, as Meta's table of errors describes it.
fn listed(code: u32) -> Refusal {
    FailureCode::new(code).map_or(Refusal::ApiUnknown, Refusal::listed)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use scenario::Fault;

    use super::Faults;

    #[track_caller]
    fn check(fault: &str, expected: Expect) {
        let faults = Faults::of(&[Fault::parse_one(fault).unwrap()]);
        expected.assert_eq(&faults.iter().next().unwrap().told());
    }

    #[test]
    fn a_whole_number_of_a_recipient_is_masked_and_the_beginning_of_one_is_not() {
        check(
            "recipient = \"+16505551234\"\nnumber = 16505551234\nfail = { code = 131026 }",
            expect![[
                r#"fault 1: { from = "0s", number = "16505551234", recipient = "16*******34", fail = { code = 131026, share = "100 %" } }"#
            ]],
        );
        check(
            "recipient = \"1555\"\nfail = { code = 131026 }",
            expect![[
                r#"fault 1: { from = "0s", recipient = "1555", fail = { code = 131026, share = "100 %" } }"#
            ]],
        );
    }
}
