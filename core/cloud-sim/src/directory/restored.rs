//! A directory that begins anew or goes on where a saved one stood.

use std::sync::Arc;

use cloud_api::subscription::CallbackUrl;
use cloud_api::{BusinessId, VerifiedCallback};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Directory, numbers};
use crate::reach::Reach;
use crate::state::StateError;

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

    /// Says what of it belongs to something that is not there, or is there twice.
    ///
    /// Only a state that somebody else has written can have such a thing.
    pub(crate) fn check(&self) -> Result<(), StateError> {
        let portfolios = once("portfolio", self.portfolios.iter().map(|portfolio| portfolio.id.number()))?;
        let accounts = once("account", self.accounts.iter().map(|account| account.id.number()))?;
        let apps = once("app", self.apps.iter().map(|app| app.id.number()))?;
        once("phone number", self.numbers.iter().map(|number| number.id.number()))?;
        for app in &self.apps {
            owned("app", app.id.number(), ("portfolio", app.portfolio.number(), &portfolios))?;
        }
        for account in &self.accounts {
            owned("account", account.id.number(), ("portfolio", account.portfolio.number(), &portfolios))?;
        }
        for number in &self.numbers {
            let id = number.id.number();
            owned("phone number", id, ("account", number.account.number(), &accounts))?;
            owned("phone number", id, ("portfolio", number.reach.portfolio().number(), &portfolios))?;
        }
        for token in self.tokens.iter() {
            let (what, id) = ("token of the user", token.user.number());
            owned(what, id, ("portfolio", token.portfolio.number(), &portfolios))?;
            owned(what, id, ("app", token.app.number(), &apps))?;
        }
        let with_app: FxHashSet<_> = self.apps.iter().map(|app| app.portfolio).collect();
        let appless = self.portfolios.iter().find(|portfolio| !with_app.contains(&portfolio.id));
        appless.map_or(Ok(()), |portfolio| Err(StateError::NoApp { portfolio: portfolio.id }))
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

/// The ids of all things of a kind, of which no two have the same.
fn once(what: &'static str, all: impl Iterator<Item = u64>) -> Result<FxHashSet<u64>, StateError> {
    let mut ids = FxHashSet::default();
    for id in all {
        if !ids.insert(id) {
            return Err(StateError::Twice { what, id });
        }
    }
    Ok(ids)
}

/// Whether what something belongs to is there.
fn owned(
    what: &'static str,
    id: u64,
    (owner, missing, all): (&'static str, u64, &FxHashSet<u64>),
) -> Result<(), StateError> {
    if all.contains(&missing) { Ok(()) } else { Err(StateError::Unowned { what, id, owner, missing }) }
}
