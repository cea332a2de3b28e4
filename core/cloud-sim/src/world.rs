//! What does not change while messages are under way: the seed, the population, Meta's behaviour.

use std::sync::Arc;

use scenario::{Elapsed, FaultKind, Meta, Rates, Recipients, Scenario, Seed, Share, WebhookFault, Window};

/// The rules of one simulated world.
#[derive(Clone, Debug)]
pub struct World {
    /// What all chance follows from.
    pub seed: Seed,
    /// Who the recipients are.
    pub recipients: Recipients,
    /// How Meta behaves.
    pub meta: Meta,
    /// What messages cost.
    pub rates: Arc<Rates>,
    /// From when the windows of the faults are counted; `None` while no fault can happen yet.
    pub traffic_began: Option<Elapsed>,
    /// The wall clock when the run began, in seconds since 1970.
    pub began_unix_secs: u64,
}

impl World {
    /// The world of a scenario, before its traffic.
    #[must_use]
    pub fn of(scenario: &Scenario, began_unix_secs: u64) -> Self {
        Self {
            seed: scenario.seed,
            recipients: scenario.recipients.clone(),
            meta: scenario.meta.clone(),
            rates: Rates::built_in(),
            traffic_began: None,
            began_unix_secs,
        }
    }

    /// What the wall clock shows at this instant, in seconds since 1970, as Meta tells time.
    #[must_use]
    pub const fn unix_secs(&self, at: Elapsed) -> u64 {
        self.began_unix_secs + at.micros() / 1_000_000
    }

    /// Meta's code for a share of sends, from each fault whose window is open.
    pub(crate) fn refusing(&self, now: Elapsed) -> impl Iterator<Item = (u32, Share)> + '_ {
        self.open_faults(now).filter_map(|kind| match kind {
            FaultKind::Refuse { code, share } => Some((*code, *share)),
            FaultKind::Outage | FaultKind::Webhooks(_) => None,
        })
    }

    /// When the outage ends that `now` falls into; `None` when Meta is up.
    pub(crate) fn outage_until(&self, now: Elapsed) -> Option<Elapsed> {
        let began = self.traffic_began?;
        let outages = self.meta.faults.iter().filter(|fault| fault.kind == FaultKind::Outage);
        outages.map(|fault| shifted(fault.window, began)).find(|window| window.contains(now)).map(|w| w.until)
    }

    /// How webhooks misbehave, from each fault whose window is open.
    pub(crate) fn webhook_faults(&self, now: Elapsed) -> impl Iterator<Item = &WebhookFault> + '_ {
        self.open_faults(now).filter_map(|kind| match kind {
            FaultKind::Webhooks(fault) => Some(fault),
            FaultKind::Refuse { .. } | FaultKind::Outage => None,
        })
    }

    fn open_faults(&self, now: Elapsed) -> impl Iterator<Item = &FaultKind> + '_ {
        let began = self.traffic_began.unwrap_or(Elapsed::NEVER);
        let is_open = move |window| shifted(window, began).contains(now);
        self.meta.faults.iter().filter(move |fault| is_open(fault.window)).map(|fault| &fault.kind)
    }
}

fn shifted(window: Window, began: Elapsed) -> Window {
    let offset = began.since(Elapsed::ZERO);
    Window { from: window.from + offset, until: window.until + offset }
}
