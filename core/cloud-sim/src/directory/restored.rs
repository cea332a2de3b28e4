//! A directory that begins anew or goes on where a saved one stood.

use std::sync::Arc;

use cloud_api::subscription::CallbackUrl;
use cloud_api::{BusinessId, VerifiedCallback};
use rustc_hash::FxHashMap;

use super::{Directory, numbers};
use crate::reach::Reach;

impl Directory {
    /// The same directory before anything was counted toward its limits.
    ///
    /// Copies share what their numbers count, so that a copy alone would forget nothing.
    #[must_use]
    pub fn anew(&self) -> Self {
        let mut anew = self.clone();
        let mut reaches: FxHashMap<BusinessId, Arc<Reach>> = FxHashMap::default();
        for number in &mut anew.numbers {
            let number = Arc::make_mut(number);
            let portfolio = number.reach.portfolio();
            let reach = reaches.entry(portfolio).or_insert_with(|| Arc::new(Reach::new(portfolio)));
            (number.reach, number.throughput) = (Arc::clone(reach), Arc::default());
        }
        self.portfolios.iter().for_each(|portfolio| anew.renew_reach(portfolio.id));
        anew
    }

    /// Takes over what is said at the start of a server, and fills in what is not saved.
    pub(crate) fn follow(&mut self, rules: &Self) {
        self.mode = rules.mode;
        self.webhook_hosts.clone_from(&rules.webhook_hosts);
        for number in &mut self.numbers {
            Arc::make_mut(number).record.country = numbers::country_of(number.display);
        }
        self.note_places();
    }

    /// Everywhere that webhooks of this directory go.
    pub(crate) fn callback_urls(&self) -> impl Iterator<Item = &CallbackUrl> + '_ {
        self.callbacks.all().map(VerifiedCallback::url)
    }
}
