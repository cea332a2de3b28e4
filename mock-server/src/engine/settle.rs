//! What comes of what the shards have decided: events, arrivals, webhooks.

use std::sync::atomic::Ordering;
use std::sync::{PoisonError, RwLockReadGuard};

use cloud_sim::Effect;

use super::history::Lost;
use super::{Engine, OnPhone};

impl Engine {
    /// Until this is dropped, whoever saves the state waits for what a shard has given away.
    pub(super) fn settling(&self) -> RwLockReadGuard<'_, ()> {
        self.settling.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has happen what was decided, and leaves `effects` empty.
    pub(super) fn settle(&self, shard: usize, effects: &mut Vec<Effect>) {
        self.all_happened(shard, effects.iter().filter_map(Effect::event));
        for effect in effects.drain(..) {
            match effect {
                Effect::Happened(_) | Effect::Post { .. } => {}
                Effect::OnPhone(arrived) => {
                    let (recipient, at) = (arrived.recipient, arrived.at);
                    let code = self.phones.as_ref().and_then(|_| arrived.content.legible_code());
                    self.inbox.push(arrived);
                    if let Some(code) = code {
                        self.tell_phones(OnPhone::Code { recipient, code, at });
                    }
                }
                Effect::DirectoryDue => self.directory_changed.notify_one(),
                Effect::NeverOnPhone { message, id, sender } => {
                    self.lost.push(shard, Lost { message, id, sender });
                    self.tell_phones(OnPhone::Never { recipient: id.recipient() });
                }
                Effect::Notify(notice) => self.notify(vec![notice]),
                Effect::Report(update) => self.report(update),
            }
        }
    }

    fn tell_phones(&self, what: OnPhone) {
        let Some(phones) = &self.phones else { return };
        if !phones(what) {
            self.phones_lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}
