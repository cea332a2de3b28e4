//! What outlives the process: everything that a simulated Meta holds, as plain data.
//!
//! A driver saves each shard on its own, so that no two have to stand still together; the directory
//! and the numbering come last. Whatever a shard refers to is saved with the shard, so that a change
//! of the directory in between tears nothing.

mod cast;
mod count;
mod world;

use cloud_api::BusinessId;
use cloud_api::subscription::CallbackUrl;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::calls::Calls;
use crate::directory::Directory;
use crate::media::MediaStore;
use crate::outbox::SavedWebhook;
use crate::shard::SavedShard;

pub(crate) use cast::Cast;
pub(crate) use count::{Count, count};
pub use world::SavedWorld;

/// Everything that a simulated Meta holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct State {
    /// How the world was set.
    pub world: SavedWorld,
    /// The shards; each recipient is in the one that their number says.
    pub shards: Vec<SavedShard>,
    /// The webhooks that wait, outbox by outbox.
    pub outboxes: Vec<Vec<SavedWebhook>>,
    /// Who exists, and what is planned for them.
    pub directory: Directory,
    /// How many messages were accepted.
    #[serde(deserialize_with = "count")]
    pub accepted: u64,
    /// How many messages people have written.
    #[serde(default, deserialize_with = "count")]
    pub written: u64,
    /// How many answers had a trace.
    #[serde(default, deserialize_with = "count")]
    pub traces: u64,
    /// How many messages arrived on phones, be they forgotten by now.
    #[serde(default, deserialize_with = "count")]
    pub arrived: u64,
    /// The uploaded files.
    #[serde(default)]
    pub media: MediaStore,
    /// How often apps have called lately.
    #[serde(default)]
    pub calls: Calls,
}

/// How many of each kind of id are not given after the state of a process that did not end by itself.
///
/// States are saved about once a second; no process gives so many ids in the meantime.
const SKIPPED: u64 = 1 << 24;

impl State {
    /// Gives no id again that may have been given after the state was saved.
    pub fn skip_ids(&mut self) {
        self.shards.iter_mut().for_each(SavedShard::skip_ids);
        self.written += SKIPPED;
        self.traces += SKIPPED;
        self.media.skip_ids(SKIPPED);
    }
}

/// Why a saved state is not restored.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum StateError {
    /// Something refers to what is not there.
    #[error("the state refers to {what} {place}, but has only {count}")]
    Dangling {
        /// What is missing.
        what: &'static str,
        /// Which, counted from 0.
        place: usize,
        /// How many there are.
        count: usize,
    },
    /// It was saved in another number of parts.
    #[error("the state has {found} {what}, but must have {expected}")]
    Parts {
        /// What the parts are.
        what: &'static str,
        /// How many it has.
        found: usize,
        /// How many there are here.
        expected: usize,
    },
    /// A fault cannot be read.
    #[error("the fault {text} of the state cannot be read: {problem}")]
    Fault {
        /// What stands there.
        text: String,
        /// Why it is none.
        problem: String,
    },
    /// A fact of the profile cannot be settled so.
    #[error("the state settles a fact of the profile that cannot be: {problem}")]
    Profile {
        /// Why not.
        problem: String,
    },
    /// The rates, or how webhooks are sent, cannot be read.
    #[error("the rates or the webhooks of the state cannot be read: {problem}")]
    Given {
        /// Why not.
        problem: String,
    },
    /// Something belongs to what is not there.
    #[error("the {what} {id} of the state belongs to the {owner} {missing}, which the state does not have")]
    Unowned {
        /// What belongs to it.
        what: &'static str,
        /// Its id.
        id: u64,
        /// What is not there.
        owner: &'static str,
        /// The id of that.
        missing: u64,
    },
    /// Two things have one id.
    #[error("the state has the {what} {id} twice")]
    Twice {
        /// What they are.
        what: &'static str,
        /// Their id.
        id: u64,
    },
    /// A portfolio could make no token.
    #[error("the portfolio {portfolio} of the state has no app, but must have one at least")]
    NoApp {
        /// Which one.
        portfolio: BusinessId,
    },
    /// A message is to fail in a way that nothing fails.
    #[error("the message {message} of the state is to fail with {code}, which no message fails with")]
    Failure {
        /// The message, as the journal counts.
        message: u64,
        /// With what it is to fail.
        code: u32,
    },
    /// A callback is somewhere where this server sends nothing.
    #[error(
        "the state has a callback at {host}, but this server sends webhooks to this machine and to allowed hosts only"
    )]
    Callback {
        /// Where it is.
        host: String,
    },
}

impl Directory {
    /// A directory as it was saved, under the rules of the one that it replaces.
    ///
    /// Where webhooks may go is said at the start of a server, never by a state.
    ///
    /// # Errors
    ///
    /// When something of it belongs to what is not there, or it has a callback at a place where webhooks
    /// may not go.
    pub fn restored(mut self, rules: &Self) -> Result<Self, StateError> {
        self.check()?;
        self.follow(rules);
        let is_allowed = |url: &CallbackUrl| {
            let mut hosts = rules.webhook_hosts().iter();
            url.is_loopback() || hosts.any(|host| host.eq_ignore_ascii_case(url.host()))
        };
        if let Some(url) = self.callback_urls().find(|url| !is_allowed(url)) {
            return Err(StateError::Callback { host: url.host().to_owned() });
        }
        Ok(self)
    }
}
