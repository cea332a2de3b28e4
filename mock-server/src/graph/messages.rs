//! `POST /{phone number id}/messages` and `/marketing_messages`.

use cloud_api::answer::MessageStatus;
use cloud_api::profile::StatusPresence;
use cloud_api::send::MessageBody;
use cloud_api::{Facts, MessageSend, Refusal, SendAnswer, SendRequest, parse_send};
use cloud_sim::{Accepted, Aside, Draft, Edge, Need, Outgoing, refused};

use super::operation::{Handle, Operation, Verb};
use super::{Call, Graph, success};
use crate::http::Answer;
use crate::requests::Message;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        verb: Verb::Post,
        path: "/{phone-number-id}/messages",
        about: "send a message, or mark one as read",
        source: "cloud-api.md 2",
        handle: Handle::Edge(Graph::send),
    },
    Operation {
        verb: Verb::Post,
        path: "/{phone-number-id}/marketing_messages",
        about: "send a marketing template",
        source: "cloud-api.md 2.7",
        handle: Handle::Edge(Graph::send_marketing),
    },
];

impl Graph {
    pub(super) fn send(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        self.send_by(call, id, Edge::Messages)
    }

    pub(super) fn send_marketing(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        self.send_by(call, id, Edge::MarketingMessages)
    }

    fn send_by(&self, call: &Call<'_>, id: &str, edge: Edge) -> Result<Answer, Refusal> {
        let sender = call.number(id, Need::SEND)?;
        let request = parse_send(call.body).inspect_err(|refusal| self.refuse_shape(call, refusal))?;
        let send = match request {
            SendRequest::Message(send) => send,
            SendRequest::MarkAsRead(read) => {
                return self.engine.mark_as_read(sender.id, read).map(|()| success());
            }
        };
        let facts = call.facts;
        let MessageSend { to, body, .. } = &send;
        let recipient = to.recipient(sender.display, sender.account, facts);
        let recipient = recipient.inspect_err(|refusal| self.refuse_shape(call, refusal))?;
        let outgoing = Outgoing {
            version: call.version,
            edge,
            sender,
            recipient,
            draft: match body {
                MessageBody::Template(template) => Draft::Template(template),
                MessageBody::FreeForm(message) => Draft::FreeForm(message),
            },
            aside: Aside {
                callback_data: send.biz_opaque_callback_data.as_deref(),
                context: send.context,
                identity: send.recipient_identity_key_hash.as_deref(),
                is_to_user_id: to.is_user_id(),
                is_media_unknown: matches!(body, MessageBody::FreeForm(message)
                    if message.media.as_deref().is_some_and(|id| !self.has_media(sender.account, id))),
            },
        };
        let (sent, trail) = self.engine.send(call.directory, outgoing);
        call.note(Message::Decided(trail));
        let accepted = sent?;
        let message_status = message_status(accepted, facts);
        let answer = SendAnswer {
            input: to.input(),
            is_user_id: to.is_user_id(),
            message_id: accepted.id,
            message_status,
        };
        Ok(Answer::json(200, answer.to_json()))
    }

    /// Takes down a refusal of a request that names no recipient whom the engine could know.
    fn refuse_shape(&self, call: &Call<'_>, refusal: &Refusal) {
        call.note(Message::Shapeless);
        self.engine.happened(self.engine.clock.now(), refused(refusal, call.facts, None));
    }
}

/// What the answer says about the message, where it says anything.
// Source: cloud-api.md §2.4.
fn message_status(accepted: Accepted, facts: &Facts) -> Option<MessageStatus> {
    let is_said = match facts.message_status {
        StatusPresence::Always => true,
        StatusPresence::Templates => accepted.is_template,
        StatusPresence::Held => accepted.is_held,
    };
    let status =
        if accepted.is_held { MessageStatus::HeldForQualityAssessment } else { MessageStatus::Accepted };
    is_said.then_some(status)
}
