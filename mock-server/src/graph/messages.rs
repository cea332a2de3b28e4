//! `POST /{phone number id}/messages`.

use cloud_api::answer::MessageStatus;
use cloud_api::{Refusal, SendAnswer, SendRequest, TemplateSend, parse_send};
use cloud_sim::{Need, Outgoing, refused};

use super::operation::{Handle, Operation, Verb};
use super::{Call, Graph, success};
use crate::http::Answer;

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    verb: Verb::Post,
    path: "/{phone-number-id}/messages",
    about: "send a message, or mark one as read",
    source: "cloud-api.md 2",
    handle: Handle::Edge(Graph::send),
}];

impl Graph {
    pub(super) fn send(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let sender = call.number(id, Need::SEND)?;
        let request = parse_send(call.body).inspect_err(|refusal| self.journal_refusal(call, refusal))?;
        let template = match request {
            SendRequest::Template(template) => template,
            SendRequest::MarkAsRead(_) => return Ok(success()),
            // Assumed: this mock has no customer service window yet, so that free text is no type it knows.
            SendRequest::Text(_) => {
                let refusal = Refusal::UnsupportedMessageType;
                self.journal_refusal(call, &refusal);
                return Err(refusal);
            }
        };
        let TemplateSend { to, name, language, biz_opaque_callback_data, .. } = &template;
        let outgoing = Outgoing {
            version: call.version,
            sender,
            recipient: to.recipient,
            template: name,
            language,
            code: template.authentication_code(),
            callback_data: biz_opaque_callback_data.as_deref(),
        };
        let message_id = self.engine.send(call.directory, outgoing)?;
        let message_status = Some(MessageStatus::Accepted);
        let answer = SendAnswer { input: &to.input, message_id, message_status };
        Ok(Answer::json(200, answer.to_json()))
    }

    /// Journals a refusal of a request that names no recipient whom the engine could know.
    fn journal_refusal(&self, call: &Call<'_>, refusal: &Refusal) {
        let facts = self.engine.world().meta.profile.at(call.version);
        self.engine.happened(self.engine.clock.now(), refused(refusal, &facts, None));
    }
}
