//! The life of an accepted message: when it is sent, and how it ends.
//!
//! A life is drawn whole at acceptance, from chance that is keyed by the recipient and the number
//! of the message to them. A real run and a rehearsal therefore give every recipient the same fate.

use cloud_api::profile::BlockedFate;
use cloud_api::{FailureCode, GraphVersion, Recipient};
use scenario::{Elapsed, Presence, Share, Span};

use crate::content::Content;
use crate::phone::Phone;
use crate::world::World;

/// A message's way to a phone, before anything is known of how it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trip {
    /// Where it goes.
    pub recipient: Recipient,
    /// Which message to this recipient it is, counted from 0.
    pub nth: u64,
    /// When it was accepted.
    pub accepted: Elapsed,
    /// How long it is tried to be delivered.
    pub ttl: Span,
    /// How fast Meta works on it.
    pub pace: Pace,
    /// How long it is held back before Meta works on it.
    pub held: Span,
}

/// How fast Meta works on a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// As fast as it can, as with codes and answers.
    Optimised,
    /// In its turn, as with utility and marketing templates.
    Standard,
}

impl Pace {
    // Source: the seed documents: authentication has optimised delivery priority, the others standard.
    // Assumed: answers to people are as fast as codes.
    pub(crate) fn of(content: &Content) -> Self {
        match content {
            Content::Template { .. } => Self::Standard,
            Content::Code { .. } | Content::FreeForm(_) => Self::Optimised,
        }
    }
}

/// How long a message is held back until the quality of its template is known.
// Source: cloud-api.md §2.4: never with authentication templates.
pub(crate) fn held_for(world: &World, content: &Content, recipient: Recipient, nth: u64) -> Span {
    let pacing = &world.meta.pacing;
    if !matches!(content, Content::Template { .. }) || pacing.share == Share::NONE {
        return Span::ZERO;
    }
    let mut stream = world.seed.stream("pacing", recipient.number(), nth);
    if stream.happens(pacing.share) { stream.span(pacing.lasts) } else { Span::ZERO }
}

/// What will become of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    /// When it leaves Meta; `None` where it fails without having been sent.
    pub sent: Option<Elapsed>,
    /// How it ends.
    pub end: End,
}

/// How a message ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum End {
    /// It reaches the phone.
    Delivered {
        /// When.
        at: Elapsed,
        /// When it is reported read, if it ever is.
        read: Option<Elapsed>,
    },
    /// It outlives its time to live and is dropped: no webhook, no charge.
    Discarded {
        /// When.
        at: Elapsed,
    },
    /// It cannot be delivered.
    Failed {
        /// When that is reported.
        at: Elapsed,
        /// Meta's error code.
        code: u32,
    },
}

/// Message undeliverable.
const UNDELIVERABLE: u32 = 131_026;

impl Life {
    /// Draws the life of a message; nothing of it that is still to come lies before `now`.
    ///
    /// `phone` is what somebody set about the phone, where anybody has. Drawn again after a change,
    /// a life keeps the delays that chance gave it.
    #[must_use]
    pub fn draw(now: Elapsed, world: &World, trip: Trip, phone: Option<&Phone>) -> Self {
        let Trip { recipient, nth, ttl, .. } = trip;
        let number = recipient.number();
        let mut stream = world.seed.stream("life", number, nth);
        let (sent, delivered) = match trip.pace {
            Pace::Optimised => (world.meta.sent, world.meta.delivered),
            Pace::Standard => (world.meta.standard.sent, world.meta.standard.delivered),
        };
        let (sent, delivered) = (stream.span(sent), stream.span(delivered));
        let expiry = trip.accepted + ttl;
        // Assumed: the time to live goes on while a message is held back.
        let accepted = trip.accepted + trip.held;
        let by_chance = || world.recipients.person(world.seed, number).presence;
        let presence = phone.map_or_else(by_chance, |phone| phone.presence);
        if presence == Presence::NotOnWhatsApp {
            // Source: cloud-api.md §6.7: failed with 131026, usually without a `sent` before it.
            let at = past_outage(world, accepted + stream.span(world.meta.failed), sent);
            return Self { sent: None, end: End::Failed { at: at.max(now), code: UNDELIVERABLE } };
        }
        // Assumed: a status that falls into an outage leaves Meta as late after its end as a
        // message accepted then would have.
        let sent_at = past_outage(world, accepted + sent, sent);
        let fate = || world.meta.profile.at(GraphVersion::default()).blocked_recipient;
        if presence == Presence::Blocked && fate() == BlockedFate::Fails {
            let at = past_outage(world, accepted + stream.span(world.meta.failed), sent).max(sent_at);
            return Self { sent: Some(sent_at), end: End::Failed { at: at.max(now), code: UNDELIVERABLE } };
        }
        // Assumed: a recipient who blocked the business looks like a phone that never comes back.
        let never_back = (presence == Presence::Blocked).then_some(Elapsed::NEVER);
        let by_chance = || world.recipients.offline(world.seed, number, nth).map(|span| accepted + span);
        let back = phone.and_then(Phone::back).or_else(by_chance);
        let reachable = never_back.or(back).unwrap_or(accepted);
        let at = past_outage(world, reachable.max(accepted + delivered), delivered).max(sent_at).max(now);
        // Source: cloud-api.md §6.7: past the time to live it is dropped, with no status at all.
        if at > expiry {
            return Self { sent: Some(sent_at), end: End::Discarded { at: expiry.max(sent_at) } };
        }
        let read = stream.happens(world.meta.read.share).then(|| stream.span(world.meta.read.after));
        let read = read.map(|after| at + after);
        // Source: cloud-api.md §6.4: a chat that is open is read at once; receipts may be off.
        let read = match phone {
            Some(phone) if !phone.has_read_receipts => None,
            Some(phone) if phone.is_chat_open => Some(at),
            _ => read,
        };
        Self { sent: Some(sent_at), end: End::Delivered { at, read } }
    }
}

impl Life {
    /// The life of a message that is known to fail with this code.
    #[must_use]
    pub fn failing(now: Elapsed, world: &World, trip: Trip, code: FailureCode) -> Self {
        let mut stream = world.seed.stream("failing", trip.recipient.number(), trip.nth);
        let after = stream.span(world.meta.failed);
        let at = past_outage(world, now + after, after);
        Self { sent: None, end: End::Failed { at, code: code.number() } }
    }
}

fn past_outage(world: &World, at: Elapsed, again: Span) -> Elapsed {
    world.outage_until(at).map_or(at, |until| until + again)
}

impl End {
    /// Whether a fault or the standing of the sender chose it: such an end comes whatever becomes of the phone.
    pub(crate) const fn is_staged(self) -> bool {
        matches!(self, Self::Failed { code, .. } if code != UNDELIVERABLE)
    }

    /// When it comes.
    #[must_use]
    pub const fn at(self) -> Elapsed {
        match self {
            Self::Delivered { at, .. } | Self::Discarded { at } | Self::Failed { at, .. } => at,
        }
    }
}
