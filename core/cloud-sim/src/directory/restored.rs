//! A directory that comes from a saved state: what does not come with it.

use std::sync::Arc;

use cloud_api::VerifiedCallback;
use cloud_api::subscription::CallbackUrl;

use super::{Directory, numbers};

impl Directory {
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
