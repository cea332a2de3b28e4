//! The life of an accepted message: when it is sent, and how it ends.
//!
//! A life is drawn whole at acceptance, from chance that is keyed by the recipient and the number
//! of the message to them. A real run and a rehearsal therefore give every recipient the same fate.

use cloud_api::Recipient;
use scenario::{Elapsed, Presence, Span};

use crate::world::World;

/// What will become of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    /// When it leaves Meta; `None` where it fails without having been sent.
    pub sent: Option<Elapsed>,
    /// How it ends.
    pub end: End,
}

/// How a message ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// Draws the life of the `nth` message to this recipient, counted from 0 and accepted at `now`.
    #[must_use]
    pub fn draw(now: Elapsed, world: &World, recipient: Recipient, nth: u64, ttl: Span) -> Self {
        let number = recipient.number();
        let mut stream = world.seed.stream("life", number, nth);
        let sent = stream.span(world.meta.sent);
        let delivered = stream.span(world.meta.delivered);
        let expiry = now + ttl;
        let presence = world.recipients.person(world.seed, number).presence;
        if presence == Presence::NotOnWhatsApp {
            // Source: cloud-api.md §6.7: failed with 131026, usually without a `sent` before it.
            let at = past_outage(world, now + stream.span(world.meta.failed), sent);
            return Self { sent: None, end: End::Failed { at, code: UNDELIVERABLE } };
        }
        // Assumed: a status that falls into an outage leaves Meta as late after its end as a
        // message accepted then would have.
        let sent_at = past_outage(world, now + sent, sent);
        // Assumed: a recipient who blocked the business looks like a phone that never comes back.
        let never_back = (presence == Presence::Blocked).then_some(Elapsed::NEVER);
        let back = world.recipients.offline(world.seed, number, nth).map(|span| now + span);
        let reachable = never_back.or(back).unwrap_or(now);
        let at = past_outage(world, reachable.max(now + delivered), delivered).max(sent_at);
        // Source: cloud-api.md §6.7: past the time to live it is dropped, with no status at all.
        if at > expiry {
            return Self { sent: Some(sent_at), end: End::Discarded { at: expiry.max(sent_at) } };
        }
        let read = stream.happens(world.meta.read.share).then(|| stream.span(world.meta.read.after));
        Self { sent: Some(sent_at), end: End::Delivered { at, read: read.map(|after| at + after) } }
    }
}

fn past_outage(world: &World, at: Elapsed, again: Span) -> Elapsed {
    world.outage_until(at).map_or(at, |until| until + again)
}

impl End {
    /// When it comes.
    #[must_use]
    pub const fn at(self) -> Elapsed {
        match self {
            Self::Delivered { at, .. } | Self::Discarded { at } | Self::Failed { at, .. } => at,
        }
    }
}
