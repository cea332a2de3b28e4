//! What a shard tells of itself: what is planned for which message.

use cloud_api::{MessageId, PhoneNumberId};
use scenario::Elapsed;

use super::{Flight, Shard, Step};
use crate::content::Content;
use crate::life::End;

/// What is planned for a message that is on its way.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The message, as the journal counts.
    pub message: u64,
    /// The message, as Meta names it.
    pub id: MessageId,
    /// What it says.
    pub content: Content,
    /// When it was accepted.
    pub accepted: Elapsed,
    /// How it will end, as things stand.
    pub end: End,
    /// What happens next, and when.
    pub next: (Elapsed, Step),
}

impl Shard {
    /// What is planned for the message with this number, while it is on its way.
    #[must_use]
    pub fn planned(&self, message: u64) -> Option<Planned> {
        let (_, flight) = self.flights.iter().find(|(_, flight)| flight.message == message)?;
        Some(flight.planned())
    }

    /// Which message, as the journal counts, has this id and is on its way.
    #[must_use]
    pub fn message(&self, id: MessageId) -> Option<u64> {
        let (_, flight) = self.flights.iter().find(|(_, flight)| flight.id == id)?;
        Some(flight.message)
    }

    /// The messages on their way from this number, as the journal counts and as Meta names them, in no
    /// order.
    pub fn messages_of(&self, sender: PhoneNumberId) -> impl Iterator<Item = (u64, MessageId)> + '_ {
        let flights = self.flights.iter().map(|(_, flight)| flight);
        flights.filter(move |flight| flight.sender.id == sender).map(|flight| (flight.message, flight.id))
    }

    /// Who sent the message with this number, while it is on its way, and how Meta names it.
    #[must_use]
    pub fn sender_of(&self, message: u64) -> Option<(PhoneNumberId, MessageId)> {
        let (_, flight) = self.flights.iter().find(|(_, flight)| flight.message == message)?;
        Some((flight.sender.id, flight.id))
    }
}

impl Flight {
    fn planned(&self) -> Planned {
        Planned {
            message: self.message,
            id: self.id,
            content: self.content.clone(),
            accepted: self.accepted,
            end: self.end,
            next: self.next,
        }
    }
}
