//! What faults make of one webhook.

use scenario::{Elapsed, FaultSubject, Share, Span};

use super::{News, Parcel};
use crate::shard::subject_of;
use crate::world::World;

/// How soon after the first the second of a repeated webhook goes, at most.
const REPEATED_WITHIN_MICROS: u64 = 2_000_000;

/// What faults make of one webhook.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Plan {
    pub(super) is_dropped: bool,
    pub(super) is_held: bool,
    pub(super) is_forged: bool,
    pub(super) repeated_after: Option<Span>,
    pub(super) delay: Span,
}

impl Plan {
    /// Draws from each fault whose window is open; a batch shares the fate of its first status.
    pub(super) fn draw(now: Elapsed, world: &World, parcel: &Parcel) -> Self {
        let mut plan = Self::default();
        if world.faults.is_empty() {
            return plan;
        }
        // What chance about a status is keyed by is the same in a real run and in a rehearsal.
        let (drawn_for, kind) = match parcel.news.statuses().first() {
            Some(update) => (update.id.unique() as u64, update.status as u64),
            None => (parcel.key(), 0xff),
        };
        world.spoil_webhook(now, &subject(&parcel.news), |place, fault| {
            let key = u64::from(parcel.nth) << 32 | place << 8 | kind;
            let mut stream = world.seed.stream("webhook", drawn_for, key);
            let (is_dropped, is_held) = (stream.happens(fault.drop), stream.happens(fault.reorder));
            plan.is_dropped |= is_dropped;
            plan.is_held |= is_held;
            let is_repeated = fault.repeat > Share::NONE && stream.happens(fault.repeat);
            if is_repeated {
                plan.repeated_after = Some(Span::from_micros(stream.below(REPEATED_WITHIN_MICROS)));
            }
            if let Some(delay) = fault.delay {
                plan.delay = plan.delay + stream.span(delay);
            }
            let is_forged = stream.happens(fault.signature);
            plan.is_forged |= is_forged;
            is_dropped || is_held || is_repeated || is_forged || fault.delay.is_some()
        });
        plan
    }
}

/// What a fault may match about a webhook.
fn subject(news: &News) -> FaultSubject<'_> {
    match news.statuses().first() {
        Some(update) => subject_of(&update.sender, update.template.as_ref(), update.recipient),
        None => FaultSubject {
            operation: "",
            number: news.number().map(cloud_api::PhoneNumberId::number),
            template: None,
            recipient: news.person().map(cloud_api::Recipient::number),
        },
    }
}
