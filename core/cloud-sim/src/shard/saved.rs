//! A shard as it is saved and restored: what is pending goes on where it stood.

use std::sync::Arc;

use cloud_api::send::TemplateValues;
use cloud_api::{CountryCode, FailureCode, MessageId, OtpCode};
use rustc_hash::FxHashMap;
use scenario::Elapsed;
use serde::{Deserialize, Serialize};

use super::arrived::SavedArrived;
use super::window::{Referred, Written};
use super::{Flight, Shard, Step};
use crate::content::{Content, FreeFormContent};
use crate::directory::Directory;
use crate::effect::{Arrived, Seat};
use crate::ledger::Ledger;
use crate::life::End;
use crate::pair::{Pair, Pairs};
use crate::phone::Phone;
use crate::pricing::Charge;
use crate::reach::Reached;
use crate::state::{Cast, StateError};

/// Everything that a shard holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SavedShard {
    cast: Cast,
    pairs: Vec<((u64, u64), Pair)>,
    flights: Vec<SavedFlight>,
    written: Written,
    phones: Vec<(u64, Phone)>,
    ledger: Ledger,
    /// Absent from files of before it was saved: everybody counts anew then.
    #[serde(default)]
    reached: Reached,
    /// Absent from files of before it was saved: that of the pairs then.
    #[serde(default)]
    era: u32,
    /// Absent from files of before it was saved: the phones show nothing then.
    #[serde(default)]
    arrived: Vec<SavedArrived>,
    /// Absent from files of before it was saved: nobody came by an advertisement then.
    #[serde(default)]
    referred: Referred,
    /// Absent from files of before it was saved: it is the first then.
    #[serde(default)]
    life: u32,
}

/// An accepted message on its way.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct SavedFlight {
    message: u64,
    id: MessageId,
    /// Its place in the cast.
    sender: usize,
    content: SavedContent,
    callback_data: Option<Arc<str>>,
    /// Absent from files of before it was saved: the message quotes nothing then.
    #[serde(default)]
    context: Option<MessageId>,
    accepted: Elapsed,
    nth: u64,
    charge: Charge,
    end: End,
    next: (Elapsed, Step),
    was_blocked: bool,
}

/// What a message says, with its template's place in the cast.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum SavedContent {
    Code {
        template: usize,
        #[serde(with = "cloud_api::secret::exposed")]
        code: OtpCode,
        #[serde(default, with = "cloud_api::secret::exposed_if_any")]
        handed_over: Option<Box<OtpCode>>,
    },
    Template {
        template: usize,
        values: Arc<TemplateValues>,
    },
    FreeForm(Arc<FreeFormContent>),
}

impl Shard {
    /// Everything that the shard holds, as it is now.
    #[must_use]
    pub fn save(&self) -> SavedShard {
        let mut cast = Cast::default();
        let flights = self.flights.iter().map(|(_, flight)| flight.save(&mut cast)).collect();
        SavedShard {
            flights,
            pairs: self.pairs.all(),
            phones: self.phones.iter().map(|(number, phone)| (*number, phone.clone())).collect(),
            ledger: self.ledger.clone(),
            written: self.written.clone(),
            reached: self.reached.clone(),
            era: self.pairs.era(),
            arrived: Vec::new(),
            referred: self.referred.clone(),
            life: self.life,
            cast,
        }
    }

    /// A shard that goes on where another one stood, and what its phones show, each with its place
    /// among all that arrived.
    ///
    /// # Errors
    ///
    /// When something refers to a number or a template that is not there.
    pub fn restore(
        saved: SavedShard,
        directory: &Directory,
    ) -> Result<(Self, Vec<(u64, Arrived)>), StateError> {
        let cast = saved.cast.resolved(directory);
        let mut shard = Self {
            pairs: Pairs::restore(super::ROOM, saved.era, saved.pairs),
            phones: saved.phones.into_iter().collect::<FxHashMap<_, _>>(),
            ledger: saved.ledger,
            written: saved.written,
            reached: saved.reached,
            referred: saved.referred,
            life: saved.life,
            ..Self::new()
        };
        // Things that are due at the same instant happen in the order of the messages' acceptance.
        let mut flights = saved.flights;
        flights.sort_by_key(|flight| flight.message);
        let mut seats = FxHashMap::default();
        for flight in flights {
            let message = flight.message;
            let key = shard.flights.insert(flight.restore(&cast)?);
            shard.plan(key);
            seats.insert(message, Seat::new(key, shard.flights[key].plan));
        }
        let arrived = saved.arrived.into_iter().map(|arrived| arrived.restore(&cast, &seats));
        let arrived = arrived.collect::<Result<_, _>>()?;
        Ok((shard, arrived))
    }
}

impl SavedShard {
    /// Saves what the shard's phones show, each with its place among all that arrived.
    pub fn add_arrived<'a>(&mut self, arrived: impl Iterator<Item = &'a (u64, Arrived)>) {
        for (place, arrived) in arrived {
            let saved = SavedArrived::of(*place, arrived, &mut self.cast);
            self.arrived.push(saved);
        }
    }

    /// Which life of its world it was in.
    #[must_use]
    pub const fn life(&self) -> u32 {
        self.life
    }

    /// Gives no id again that may have been given after the shard was saved.
    pub(crate) fn skip_ids(&mut self) {
        self.era = self.era.wrapping_add(1);
        for (_, pair) in &mut self.pairs {
            pair.begin_era(self.era);
        }
    }
}

impl Flight {
    fn save(&self, cast: &mut Cast) -> SavedFlight {
        SavedFlight {
            message: self.message,
            id: self.id,
            sender: cast.number(&self.sender),
            content: SavedContent::of(&self.content, cast),
            callback_data: self.callback_data.clone(),
            context: self.context.as_deref().copied(),
            accepted: self.accepted,
            nth: self.nth,
            charge: self.charge,
            end: self.end,
            next: self.next,
            was_blocked: self.was_blocked,
        }
    }
}

impl SavedFlight {
    fn restore(self, cast: &Cast) -> Result<Flight, StateError> {
        if let End::Failed { code, .. } = self.end
            && FailureCode::new(code).is_err()
        {
            return Err(StateError::Failure { message: self.message, code });
        }
        Ok(Flight {
            message: self.message,
            id: self.id,
            sender: cast.number_at(self.sender)?,
            content: self.content.restore(cast)?,
            callback_data: self.callback_data,
            context: self.context.map(Box::new),
            accepted: self.accepted,
            nth: self.nth,
            country: CountryCode::of_number(self.id.recipient().number()),
            charge: self.charge,
            end: self.end,
            next: self.next,
            was_blocked: self.was_blocked,
            plan: 0,
        })
    }
}

impl SavedContent {
    pub(super) fn of(content: &Content, cast: &mut Cast) -> Self {
        match content {
            Content::Code { template, code, handed_over } => Self::Code {
                template: cast.template(template),
                code: code.clone(),
                handed_over: handed_over.clone(),
            },
            Content::Template { template, values } => {
                Self::Template { template: cast.template(template), values: Arc::clone(values) }
            }
            Content::FreeForm(content) => Self::FreeForm(Arc::clone(content)),
        }
    }

    pub(super) fn restore(self, cast: &Cast) -> Result<Content, StateError> {
        Ok(match self {
            Self::Code { template, code, handed_over } => {
                Content::Code { template: cast.template_at(template)?, code, handed_over }
            }
            Self::Template { template, values } => {
                Content::Template { template: cast.template_at(template)?, values }
            }
            Self::FreeForm(content) => Content::FreeForm(content),
        })
    }
}
