//! What became of the messages of a phone number, as Meta remembers it.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::json;

use super::selection::{Field, fields, inner};
use super::{Node, Selection};
use crate::id::AppId;
use crate::list;
use crate::message_id::MessageId;
use crate::paging::{Cursor, Page, PageRequest};
use crate::refusal::Refusal;

/// A status of a message that its history tells.
// Source: the OpenAPI file, `WhatsAppMessageDeliveryStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum DeliveryStatus {
    /// It left Meta.
    Sent,
    /// It reached the phone.
    Delivered,
    /// It was read.
    Read,
    /// It could not be delivered.
    Failed,
    /// It was deleted.
    Deleted,
}

/// What became of the webhook that tells a status.
// Source: the OpenAPI file, `WebhookUpdateState`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum WebhookUpdateState {
    /// It was not answered yet.
    Pending,
    /// The callback has taken it.
    Delivered,
    /// It is not tried any more.
    Failed,
    /// The callback did not take it, and is tried again.
    Retrying,
}

/// A message of the history, and what became of it so far.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageHistory<'a> {
    /// The id under which the history has it.
    pub id: u64,
    /// The message.
    pub message: MessageId,
    /// What became of it, the oldest first.
    pub events: Vec<HistoryEvent<'a>>,
}

/// A status of a message, and what became of its webhook.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryEvent<'a> {
    /// The id under which the history has it.
    pub id: u64,
    /// The status.
    pub status: DeliveryStatus,
    /// When it came to be, in unix seconds.
    pub at: u64,
    /// Who is told of it; `None` where nobody is.
    pub told: Option<ToldOf<'a>>,
    /// Why the message failed, if it did.
    pub error: Option<&'static str>,
}

/// Who is told of a status, and whether it worked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ToldOf<'a> {
    /// The app that hears.
    pub app: AppId,
    /// Its name.
    pub name: &'a str,
    /// Where it hears.
    pub url: &'a str,
    /// Whether it worked.
    pub state: WebhookUpdateState,
}

fields! {
    /// A field of a message of the history.
    // Source: the OpenAPI file, as for the others here.
    HistoryField on "WhatsAppMessageHistory" by default [Id, Message] {
        Id = "id",
        Message = "message_id",
        Events = "events",
    }
}

fields! {
    /// A field of what became of a message, where it is told with the message.
    HistoryEventField on "WhatsAppMessageDeliveryStatusEvent" by default [Id, Status, Timestamp] {
        Id = "id",
        Status = "delivery_status",
        Timestamp = "timestamp",
        State = "webhook_update_state",
        Application = "application",
        Uri = "webhook_uri",
        Error = "error_description",
    }
}

fields! {
    /// A field of an entry in the list of what became of a message.
    EventEdgeField on "WhatsAppMessageHistoryEventsEdge" by default [Cursor, Node] {
        Cursor = "cursor",
        Node = "node",
    }
}

fields! {
    /// A field of what became of a message, where it is told in a list of its own.
    OccurrenceField on "WhatsAppBusinessMessageDeliveryStatusOccurrence"
        by default [Id, Status, Occurrence] {
        Id = "id",
        Status = "delivery_status",
        Error = "error_description",
        Occurrence = "occurrence_timestamp",
        StatusTimestamp = "status_timestamp",
        Application = "application",
    }
}

/// A request for the history of a phone number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryQuery {
    /// The one message that is asked for, if only one is.
    pub message: Option<MessageId>,
    /// Which part of the list.
    pub page: PageRequest,
    selection: Selection<HistoryField>,
    events: Selection<HistoryEventField>,
}

/// A request for what became of one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventsQuery {
    status: Option<DeliveryStatus>,
    page: PageRequest,
    edge: Selection<EventEdgeField>,
    node: Selection<OccurrenceField>,
}

/// How many elements a page of these lists has at most.
// Source: the OpenAPI file. Assumed: who asks for more gets as many.
const LIMIT_MAX: usize = 100;

impl DeliveryStatus {
    /// Every status.
    pub const ALL: [Self; 5] = [Self::Sent, Self::Delivered, Self::Read, Self::Failed, Self::Deleted];

    /// Meta's word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sent => "SENT",
            Self::Delivered => "DELIVERED",
            Self::Read => "READ",
            Self::Failed => "FAILED",
            Self::Deleted => "DELETED",
        }
    }
}

impl HistoryQuery {
    /// Reads the pairs of a query, decoded; others than its own are ignored.
    ///
    /// # Errors
    ///
    /// When the message's id is none, a field does not exist, or a cursor or the limit cannot be read.
    // Source: the OpenAPI file, with the words on the id.
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
    ) -> Result<Self, Refusal> {
        let (mut message, mut page) = (None, PageRequest::default());
        let (mut selection, mut events) = (Selection::default(), Selection::default());
        for (key, value) in pairs {
            match key.as_ref() {
                "message_id" => {
                    let details = "Invalid parameter: message_id format is invalid".into();
                    let wrong = |_| Refusal::InvalidParameter { details };
                    message = Some(value.parse().map_err(wrong)?);
                }
                "fields" => {
                    let fields = list::with_commas(&value);
                    selection = Selection::parse(Some(&fields))?;
                    events = Selection::parse(inner(&fields, HistoryField::Events.name()))?;
                }
                key => page.take(key, &value)?,
            }
        }
        page.limit = page.limit.min(LIMIT_MAX);
        Ok(Self { message, page, selection, events })
    }

    /// What is asked for of a message.
    #[must_use]
    pub fn node(&self, history: &MessageHistory<'_>) -> Node {
        let mut node = Node::new();
        for field in self.selection.fields() {
            let name = field.name();
            match field {
                HistoryField::Id => node.push(name, Some(history.id.to_string())),
                HistoryField::Message => node.push(name, Some(history.message)),
                HistoryField::Events => {
                    let data: Vec<Node> =
                        history.events.iter().map(|event| event.node(&self.events)).collect();
                    node.push(name, Some(json!({ "data": data })));
                }
            }
        }
        node.push(HistoryField::Id.name(), Some(history.id.to_string()));
        node.push(HistoryField::Message.name(), Some(history.message));
        node
    }
}

impl EventsQuery {
    /// Reads the pairs of a query, decoded; others than its own are ignored.
    ///
    /// # Errors
    ///
    /// When the status or a field does not exist, or a cursor or the limit cannot be read.
    // Source: the OpenAPI file, with the words on the status.
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
    ) -> Result<Self, Refusal> {
        let (mut status, mut page) = (None, PageRequest::default());
        let (mut edge, mut node) = (Selection::default(), Selection::default());
        for (key, value) in pairs {
            match key.as_ref() {
                "status_filter" => {
                    let known = DeliveryStatus::ALL.into_iter().find(|known| known.word() == value);
                    let details = "Invalid parameter: status_filter must be a valid delivery status".into();
                    status = Some(known.ok_or(Refusal::InvalidParameter { details })?);
                }
                "fields" => {
                    let fields = list::with_commas(&value);
                    edge = Selection::parse(Some(&fields))?;
                    node = Selection::parse(inner(&fields, EventEdgeField::Node.name()))?;
                }
                key => page.take(key, &value)?,
            }
        }
        page.limit = page.limit.min(LIMIT_MAX);
        Ok(Self { status, page, edge, node })
    }

    /// The page that is asked for of what became of a message.
    ///
    /// `address` makes the address of another page from the name and text of a cursor.
    #[must_use]
    pub fn page(&self, events: &[HistoryEvent<'_>], address: impl Fn(&str, &str) -> String) -> Page<Node> {
        let is_asked_for = |event: &&HistoryEvent<'_>| self.status.is_none_or(|asked| asked == event.status);
        let listed: Vec<_> = events.iter().filter(is_asked_for).enumerate().collect();
        let page = self.page.cut(&listed, address);
        let node = |&(at, event): &(usize, &HistoryEvent<'_>)| {
            let mut node = Node::new();
            if self.edge.has(EventEdgeField::Cursor) {
                node.push(EventEdgeField::Cursor.name(), Some(Cursor::new(at)));
            }
            node.push(EventEdgeField::Node.name(), Some(event.occurrence(&self.node)));
            node
        };
        Page { data: page.data.iter().map(node).collect(), paging: page.paging }
    }
}

impl HistoryEvent<'_> {
    // What the schema wants is told whether it is asked for or not.
    fn node(&self, selection: &Selection<HistoryEventField>) -> Node {
        use HistoryEventField as F;
        let mut node = Node::new();
        let asked = selection.fields().chain(F::DEFAULT.iter().copied());
        for field in asked {
            let name = field.name();
            match field {
                F::Id => node.push(name, Some(self.id.to_string())),
                F::Status => node.push(name, Some(self.status)),
                F::Timestamp => node.push(name, Some(self.at)),
                F::State => node.push(name, self.told.map(|told| told.state)),
                F::Application => {
                    node.push(name, self.told.map(|told| json!({ "id": told.app })));
                }
                F::Uri => node.push(name, self.told.map(|told| told.url)),
                F::Error => node.push(name, self.error),
            }
        }
        node
    }

    // Assumed: a status is written down at the instant at which it comes to be.
    fn occurrence(&self, selection: &Selection<OccurrenceField>) -> Node {
        use OccurrenceField as F;
        let mut node = Node::new();
        let asked = selection.fields().chain(F::DEFAULT.iter().copied());
        for field in asked {
            let name = field.name();
            match field {
                F::Id => node.push(name, Some(self.id.to_string())),
                F::Status => node.push(name, Some(self.status)),
                F::Error => node.push(name, self.error),
                F::Occurrence | F::StatusTimestamp => node.push(name, Some(self.at)),
                F::Application => {
                    let told = self.told.map(|told| json!({ "id": told.app, "name": told.name }));
                    node.push(name, told);
                }
            }
        }
        node
    }
}
