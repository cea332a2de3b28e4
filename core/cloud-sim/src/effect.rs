//! What the state machine asks its driver to do.

use std::sync::Arc;

use cloud_api::{AppId, AsyncFailure, IdentityHash, MessageId, PhoneNumberId, Recipient};
use journal::{Event, Status};
use scenario::Elapsed;

use crate::content::Content;
use crate::directory::{Number, Template};
use crate::notice::Notice;
use crate::pricing::Charge;

/// One thing for the driver to do.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Journal this.
    Happened(Event),
    /// A message has reached a phone: show it there.
    OnPhone(Arrived),
    /// A message will never reach the phone of its recipient.
    NeverOnPhone {
        /// The message, as the journal counts.
        message: u64,
        /// The message, as Meta names it; it names the recipient too.
        id: MessageId,
        /// Who sent it.
        sender: PhoneNumberId,
    },
    /// Something of the directory is due earlier than it was.
    DirectoryDue,
    /// Tell the apps of an account this.
    Notify(Notice),
    /// Tell the apps of this status of a message.
    Report(StatusUpdate),
    /// Post this webhook, which the outbox tells on request, and say how it was answered.
    Post {
        /// The app that hears it.
        app: AppId,
        /// Which webhook it is.
        ticket: Ticket,
    },
}

impl Effect {
    /// What is to be journaled, if that is to be done.
    #[must_use]
    pub const fn event(&self) -> Option<Event> {
        match self {
            Self::Happened(event) => Some(*event),
            _ => None,
        }
    }
}

/// A message on a phone.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// The message, as the journal counts.
    pub message: u64,
    /// The message, as Meta names it.
    pub id: MessageId,
    /// Who sent it.
    pub sender: Arc<Number>,
    /// Whose phone it is.
    pub recipient: Recipient,
    /// What it says.
    pub content: Content,
    /// When Meta accepted it.
    pub accepted: Elapsed,
    /// When it came.
    pub at: Elapsed,
    /// When it is reported read, if it ever is.
    pub read: Option<Elapsed>,
    /// What the business asked to be told with each status.
    pub callback_data: Option<Arc<str>>,
    /// The message that it answers, if it quotes one.
    pub context: Option<MessageId>,
    /// What it is paid for as.
    pub charge: Charge,
    /// Its place while it is still to be read.
    pub(crate) seat: Option<Seat>,
}

impl Arrived {
    /// Whether it was made from a template of this name.
    #[must_use]
    pub fn is_from(&self, name: &str) -> bool {
        self.content.template().is_some_and(|template| template.record.template.name.as_str() == name)
    }
}

/// Where a message has its place in a shard, as long as it is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seat {
    key: u32,
    /// Which plan of the shard's, so that a seat taken anew is no longer this one.
    pub(crate) plan: u32,
}

impl Seat {
    pub(crate) fn new(key: usize, plan: u32) -> Self {
        Self { key: u32::try_from(key).expect("no shard has room for so many messages"), plan }
    }

    pub(crate) const fn key(self) -> usize {
        self.key as usize
    }
}

/// Which webhook of an outbox it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket(pub(crate) usize);

/// A message's new status, on its way to the callback.
#[derive(Clone, Debug)]
pub struct StatusUpdate {
    /// The message, as the journal counts.
    pub message: u64,
    /// The message, as Meta names it.
    pub id: MessageId,
    /// Who sent it.
    pub sender: Arc<Number>,
    /// Who it is for.
    pub recipient: Recipient,
    /// The status.
    pub status: Status,
    /// When it came to be.
    pub at: Elapsed,
    /// Why it failed, if it did.
    pub failure: Option<AsyncFailure>,
    /// What the business asked to be told with each status.
    pub callback_data: Option<Arc<str>>,
    /// The fingerprint of the recipient's keys, where the number checks it.
    pub identity: Option<IdentityHash>,
    /// What the message is paid for as, on the statuses that say so.
    pub charge: Option<Charge>,
    /// The template that the message was made from, if it was made from one.
    pub template: Option<Arc<Template>>,
}
