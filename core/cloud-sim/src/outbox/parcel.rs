//! One webhook for one app: what it says, from which its bytes follow.

use std::sync::Arc;

use cloud_api::subscription::WebhookField;
use cloud_api::webhook::{
    BusinessPhone, InboundMessage, Pricing, Sender, Status as WireStatus, StatusUpdate as WireUpdate,
};
use cloud_api::{
    AppId, AsyncFailure, Facts, GraphVersion, PhoneNumberId, Profile, Recipient, WabaId, WebhookBody,
};
use journal::Status;

use crate::directory::{Callback, Directory, Number};
use crate::effect::StatusUpdate;
use crate::notice::Notice;
use crate::world::World;

/// One webhook for one app.
///
/// Everything that shows in its bytes is settled when it is made, so that each attempt and each
/// repetition carries the same ones.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// The app that hears it.
    pub app: AppId,
    /// Which of the apps that hear it, counted from 0.
    pub nth: u16,
    /// What it says.
    pub news: News,
    /// Whether its signature must not fit.
    pub is_forged: bool,
    /// How it is written.
    facts: Facts,
}

/// What a webhook says.
#[derive(Clone, Debug)]
pub enum News {
    /// What became of a message.
    Status(StatusUpdate),
    /// What became of several messages from the same number, and what several people wrote to it.
    Batch(Arc<Batch>),
    /// A person wrote to a number of a business.
    Written(Arc<Number>, Arc<InboundMessage>),
    /// Something of an account has changed.
    Changed(Arc<Notice>),
    /// Something is wrong with a number of a business, and with no message of it.
    Troubled(Arc<Number>, Arc<AsyncFailure>),
    /// Anything of these, written before the server that was to tell it stopped.
    Told(Arc<Told>),
}

/// What happened to one number of a business, in the order in which it happened; never nothing.
#[derive(Clone, Debug)]
pub struct Batch {
    pub(super) number: Arc<Number>,
    pub(super) statuses: Vec<StatusUpdate>,
    pub(super) messages: Vec<InboundMessage>,
}

/// News of which nothing is left but its bytes and what is needed to deliver them.
#[derive(Debug)]
pub struct Told {
    pub(super) account: WabaId,
    pub(super) number: Option<PhoneNumberId>,
    pub(super) field: WebhookField,
    /// What keeps it apart from others.
    pub(super) key: u64,
    /// The statuses in it: which message, and what became of it.
    pub(super) statuses: Vec<(u64, Status)>,
    pub(super) body: Vec<u8>,
}

impl News {
    /// The account that it is about.
    #[must_use]
    pub fn account(&self) -> WabaId {
        match self {
            Self::Status(update) => update.sender.account,
            Self::Batch(batch) => batch.number.account,
            Self::Written(number, _) | Self::Troubled(number, _) => number.account,
            Self::Changed(notice) => notice.account,
            Self::Told(told) => told.account,
        }
    }

    /// The phone number of the business that it is about, if it is about one.
    #[must_use]
    pub fn number(&self) -> Option<PhoneNumberId> {
        match self {
            Self::Status(update) => Some(update.sender.id),
            Self::Batch(batch) => Some(batch.number.id),
            Self::Written(number, _) | Self::Troubled(number, _) => Some(number.id),
            Self::Changed(notice) => notice.change.number(),
            Self::Told(told) => told.number,
        }
    }

    /// The field under which it is told.
    #[must_use]
    pub fn field(&self) -> WebhookField {
        match self {
            Self::Status(_) | Self::Batch(_) | Self::Written(..) | Self::Troubled(..) => {
                WebhookField::Messages
            }
            Self::Changed(notice) => notice.change.field(),
            Self::Told(told) => told.field,
        }
    }

    /// The person who wrote, where somebody did.
    pub(super) fn person(&self) -> Option<Recipient> {
        match self {
            Self::Written(_, message) => Some(message.id.recipient()),
            Self::Batch(batch) => batch.messages.first().map(|message| message.id.recipient()),
            Self::Status(_) | Self::Changed(_) | Self::Troubled(..) | Self::Told(_) => None,
        }
    }

    /// The statuses in it.
    #[must_use]
    pub fn statuses(&self) -> &[StatusUpdate] {
        match self {
            Self::Status(update) => std::slice::from_ref(update),
            Self::Batch(batch) => &batch.statuses,
            Self::Written(..) | Self::Changed(_) | Self::Troubled(..) | Self::Told(_) => &[],
        }
    }

    /// The statuses in it: which message, as the journal counts, and what became of it.
    pub(super) fn messages(&self) -> impl Iterator<Item = (u64, Status)> + '_ {
        let told = match self {
            Self::Told(told) => told.statuses.as_slice(),
            _ => &[],
        };
        let statuses = self.statuses().iter().map(|update| (update.message, update.status));
        statuses.chain(told.iter().copied())
    }

    /// How many updates it counts as.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::Batch(batch) => batch.statuses.len() + batch.messages.len(),
            _ => self.messages().count().max(1),
        }
    }

    /// Makes a webhook of it for each app that is to hear it.
    pub fn address(self, world: &World, directory: &Directory, mut take: impl FnMut(Parcel)) {
        let (account, number, field) = (self.account(), self.number(), self.field());
        let mut callbacks = directory.callbacks(account, number, field);
        let Some(mut callback) = callbacks.next() else { return };
        let mut nth = 0;
        for next in callbacks {
            take(Parcel::new(nth, callback, self.clone(), world));
            callback = next;
            nth += 1;
        }
        take(Parcel::new(nth, callback, self, world));
    }
}

impl Parcel {
    fn new(nth: u16, callback: Callback<'_>, news: News, world: &World) -> Self {
        let facts = world.meta.profile.at(callback.version);
        Self { app: callback.app.id, nth, news, is_forged: false, facts }
    }

    /// A webhook that was written before.
    pub(super) fn told(app: AppId, nth: u16, is_forged: bool, told: Arc<Told>) -> Self {
        let facts = Profile::default().at(GraphVersion::default());
        Self { app, nth, news: News::Told(told), is_forged, facts }
    }

    /// Where it goes now; `None` where the app no longer hears of it.
    #[must_use]
    pub fn callback<'a>(&self, directory: &'a Directory) -> Option<Callback<'a>> {
        let (account, number) = (self.news.account(), self.news.number());
        directory.callbacks(account, number, self.news.field()).find(|to| to.app.id == self.app)
    }

    /// Its bytes: the same whenever they are asked for.
    #[must_use]
    pub fn body(&self, world: &World) -> Vec<u8> {
        let facts = &self.facts;
        match &self.news {
            News::Told(told) => told.body.clone(),
            News::Changed(notice) => {
                WebhookBody::change(notice.account, world.unix_secs(notice.at), facts, &notice.change)
            }
            News::Written(number, message) => {
                WebhookBody::inbound(sender(number), facts, std::slice::from_ref(message.as_ref()))
            }
            News::Troubled(number, failure) => WebhookBody::trouble(sender(number), facts, failure),
            News::Status(update) => {
                WebhookBody::statuses(sender(&update.sender), facts, &[wire(world, update)])
            }
            News::Batch(batch) => {
                let (sender, messages) = (sender(&batch.number), &batch.messages);
                let wired: Vec<_> = batch.statuses.iter().map(|update| wire(world, update)).collect();
                match (wired.is_empty(), messages.is_empty()) {
                    (false, true) => WebhookBody::statuses(sender, facts, &wired),
                    (true, _) => WebhookBody::inbound(sender, facts, messages),
                    (false, false) => WebhookBody::batch(sender, facts, &wired, messages),
                }
            }
        }
    }

    /// Whether it carries the signature of old as well.
    #[must_use]
    pub const fn has_legacy_signature(&self) -> bool {
        self.facts.legacy_signature
    }

    /// What keeps it apart from others: webhooks of one key may overtake each other.
    pub(super) fn key(&self) -> u64 {
        let news = match &self.news {
            News::Told(told) => return told.key,
            News::Status(update) => update.message,
            News::Batch(batch) => match (batch.statuses.first(), batch.messages.first()) {
                (Some(update), _) => update.message,
                (None, first) => first.map_or(0, |message| message.id.unique() as u64),
            },
            News::Written(_, message) => message.id.unique() as u64,
            News::Changed(notice) => notice.account.number(),
            News::Troubled(number, _) => number.id.number(),
        };
        news ^ u64::from(self.nth) << 48
    }

    /// The same webhook with all of this instead of its one piece of news.
    pub(super) fn with(&self, batch: Batch) -> Self {
        Self { news: News::Batch(Arc::new(batch)), ..self.clone() }
    }
}

fn sender(number: &Number) -> Sender {
    Sender { waba: number.account, phone: BusinessPhone { id: number.id, number: number.display } }
}

fn wire(world: &World, update: &StatusUpdate) -> WireUpdate {
    let pricing = update.charge.map(|charge| Pricing {
        is_billable: charge.is_billable(),
        kind: charge.kind,
        category: charge.category,
    });
    let status = match (update.status, &update.failure) {
        (Status::Sent, _) => WireStatus::Sent,
        (Status::Delivered, _) => WireStatus::Delivered,
        (Status::Read, _) => WireStatus::Read,
        (Status::Failed, failure) => WireStatus::Failed(failure.clone().expect("a failed status says why")),
    };
    WireUpdate {
        id: update.id,
        status,
        timestamp: world.unix_secs(update.at),
        biz_opaque_callback_data: update.callback_data.as_deref().map(Box::from),
        identity: update.identity,
        pricing,
    }
}
