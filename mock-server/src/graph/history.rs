//! `/{phone number id}/message_history` and `/{message history id}/events`: what became of messages.

use std::collections::BTreeSet;

use cloud_api::account::{
    DeliveryStatus, EventsQuery, HistoryEvent, HistoryQuery, MessageHistory, ToldOf, WebhookUpdateState,
};
use cloud_api::paging::Page;
use cloud_api::subscription::WebhookField;
use cloud_api::{FailureCode, MessageId, Refusal, query};
use cloud_sim::{Need, Number};
use journal::{Event, Fact, Status};

use super::operation::{Handle, Operation, Verb};
use super::paging::address;
use super::{Call, Graph};
use crate::http::Answer;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        verb: Verb::Get,
        path: "/{phone-number-id}/message_history",
        about: "list what became of the messages of a number",
        source: "the OpenAPI file",
        handle: Handle::Edge(Graph::list_history),
    },
    Operation {
        verb: Verb::Get,
        path: "/{message-history-id}/events",
        about: "list what became of one message",
        source: "the OpenAPI file",
        handle: Handle::Edge(Graph::list_history_events),
    },
];

/// The id in the history of the message that the journal counts as the first.
// Assumed: ids of history look like those of other objects; a message has the same one for ever.
const FIRST_HISTORY: u64 = 2_000_000_000_000_001;

/// The id of the first event of that message; each message has room for as many as there are statuses.
const FIRST_EVENT: u64 = 3_000_000_000_000_001;
const EVENTS_PER_MESSAGE: u64 = 8;

impl Graph {
    // Assumed: the newest message comes first. A message that is not there is refused with 100, in the
    // OpenAPI file's words, with the HTTP status that Meta gives elsewhere.
    fn list_history(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let number = call.number(id, Need::SEE_MESSAGING)?;
        let query = HistoryQuery::from_pairs(query::pairs(call.request.query()))?;
        let mut messages = self.engine.messages_of(number.id);
        if let Some(wanted) = query.message {
            messages.retain(|(_, id)| *id == wanted);
            if messages.is_empty() {
                let details = "The requested message_id was not found in the message history".into();
                return Err(Refusal::InvalidParameter { details });
            }
        }
        let place =
            |(message, _): &(u64, MessageId)| usize::try_from(history_id(*message)).unwrap_or(usize::MAX);
        let page = query.page.cut_newest(&messages, place, |name, cursor| address(call, name, cursor));
        let history = self.history(call, number, &page.data);
        let data: Vec<_> = history.iter().map(|history| query.node(history)).collect();
        Ok(Answer::ok(&Page { data, paging: page.paging }))
    }

    fn list_history_events(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let message = id.parse().ok().and_then(|id: u64| id.checked_sub(FIRST_HISTORY));
        let sent = message.and_then(|message| Some((message, self.engine.sender_of(message)?)));
        let (message, (sender, wamid)) = sent.ok_or_else(|| call.unknown_object(id))?;
        let number = call.visible_number(&sender.to_string()).ok_or_else(|| call.unknown_object(id))?;
        call.caller.may(Need::SEE_MESSAGING, number.account)?;
        let query = EventsQuery::from_pairs(query::pairs(call.request.query()))?;
        let history = self.history(call, number, &[(message, wamid)]);
        let events = history.first().map_or(&[][..], |history| &history.events);
        let page = query.page(events, |name, cursor| address(call, name, cursor));
        Ok(Answer::ok(&page))
    }

    /// What became of these messages of a number.
    fn history<'a>(
        &self,
        call: &Call<'a>,
        number: &Number,
        messages: &[(u64, MessageId)],
    ) -> Vec<MessageHistory<'a>> {
        let mut past =
            self.engine.events_of(&messages.iter().map(|(message, _)| *message).collect::<BTreeSet<_>>());
        let mut callbacks = call.directory.callbacks(number.account, Some(number.id), WebhookField::Messages);
        // Assumed: where several apps hear, the history tells of the first.
        let told = callbacks.next().map(|callback| ToldOf {
            app: callback.app.id,
            name: &callback.app.name,
            url: callback.url.as_str(),
            state: WebhookUpdateState::Pending,
        });
        let world = self.engine.world();
        let history = |&(message, id): &(u64, MessageId)| {
            let past = past.remove(&message).unwrap_or_default();
            let events = past.iter().filter_map(|event| {
                let status = status_of(&event.fact)?;
                let told = told.map(|told| ToldOf { state: state_of(&past, status), ..told });
                let error = match event.fact {
                    Fact::MessageFailed { code, .. } => {
                        FailureCode::new(code).ok().map(|code| code.entry().title)
                    }
                    _ => None,
                };
                let (id, at) = (event_id(message, status), world.unix_secs(event.at));
                Some(HistoryEvent { id, status, at, told, error })
            });
            MessageHistory { id: history_id(message), message: id, events: events.collect() }
        };
        messages.iter().map(history).collect()
    }
}

const fn history_id(message: u64) -> u64 {
    FIRST_HISTORY + message
}

const fn event_id(message: u64, status: DeliveryStatus) -> u64 {
    FIRST_EVENT + message * EVENTS_PER_MESSAGE + status as u64
}

/// The status that begins with an event.
// Assumed: nothing is DELETED, since nobody can delete a message of the Cloud API's for a recipient.
const fn status_of(fact: &Fact) -> Option<DeliveryStatus> {
    match fact {
        Fact::MessageSent { .. } => Some(DeliveryStatus::Sent),
        Fact::MessageDelivered { .. } => Some(DeliveryStatus::Delivered),
        Fact::MessageRead { .. } => Some(DeliveryStatus::Read),
        Fact::MessageFailed { .. } => Some(DeliveryStatus::Failed),
        _ => None,
    }
}

/// What became of the webhook about a status, by what happened to its message.
// Assumed: where several apps hear, the last answer counts; a status whose webhook nobody has answered
// is on its way.
fn state_of(past: &[Event], status: DeliveryStatus) -> WebhookUpdateState {
    let is_it = |told: Status| match told {
        Status::Sent => status == DeliveryStatus::Sent,
        Status::Delivered => status == DeliveryStatus::Delivered,
        Status::Read => status == DeliveryStatus::Read,
        Status::Failed => status == DeliveryStatus::Failed,
    };
    let news = past.iter().rev().find_map(|event| match event.fact {
        Fact::WebhookAnswered { status, http_status, .. } if is_it(status) => Some(match http_status {
            200..=299 => WebhookUpdateState::Delivered,
            _ => WebhookUpdateState::Retrying,
        }),
        Fact::WebhookFailed { status, .. } if is_it(status) => Some(WebhookUpdateState::Retrying),
        Fact::WebhookGivenUp { status, .. } | Fact::WebhookDropped { status, .. } if is_it(status) => {
            Some(WebhookUpdateState::Failed)
        }
        _ => None,
    });
    news.unwrap_or(WebhookUpdateState::Pending)
}
