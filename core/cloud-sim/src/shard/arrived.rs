//! What phones show, as it is saved and restored.

use std::sync::Arc;

use cloud_api::MessageId;
use rustc_hash::FxHashMap;
use scenario::Elapsed;
use serde::{Deserialize, Serialize};

use super::saved::SavedContent;
use crate::effect::{Arrived, Seat};
use crate::pricing::Charge;
use crate::state::{Cast, StateError};

/// A message on a phone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SavedArrived {
    /// Its place among all that arrived on any phone.
    #[serde(deserialize_with = "crate::state::count")]
    place: u64,
    message: u64,
    id: MessageId,
    /// The sender's place in the cast.
    sender: usize,
    content: SavedContent,
    accepted: Elapsed,
    at: Elapsed,
    read: Option<Elapsed>,
    callback_data: Option<Arc<str>>,
    context: Option<MessageId>,
    charge: Charge,
}

impl SavedArrived {
    pub(super) fn of(place: u64, arrived: &Arrived, cast: &mut Cast) -> Self {
        Self {
            place,
            message: arrived.message,
            id: arrived.id,
            sender: cast.number(&arrived.sender),
            content: SavedContent::of(&arrived.content, cast),
            accepted: arrived.accepted,
            at: arrived.at,
            read: arrived.read,
            callback_data: arrived.callback_data.clone(),
            context: arrived.context,
            charge: arrived.charge,
        }
    }

    /// The message and its place; the seats are those of the messages on their way.
    pub(super) fn restore(
        self,
        cast: &Cast,
        seats: &FxHashMap<u64, Seat>,
    ) -> Result<(u64, Arrived), StateError> {
        let arrived = Arrived {
            message: self.message,
            id: self.id,
            sender: cast.number_at(self.sender)?,
            recipient: self.id.recipient(),
            content: self.content.restore(cast)?,
            accepted: self.accepted,
            at: self.at,
            read: self.read,
            callback_data: self.callback_data,
            context: self.context,
            charge: self.charge,
            seat: seats.get(&self.message).copied(),
        };
        Ok((self.place, arrived))
    }
}
