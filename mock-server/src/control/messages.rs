//! `/_mock/messages`: what arrived on any phone, as the phone shows it.

use cloud_api::webhook::{InboundContent, InboundMessage};
use cloud_api::{Direction, MessageId};
use cloud_sim::{Arrived, ButtonAction, Content, Screen, ScreenButton, Signal, Viewer};
use scenario::Elapsed;
use serde::Serialize;

use super::Control;
use super::call::{Call, Told, ok, recipient};
use super::phones::wait;
use crate::engine::Engine;
use crate::recent::Slice;

/// How long one request may wait for a message.
pub(super) const WAIT_MAX_SECS: u64 = 60;

/// How many messages one answer holds at most.
const LIMIT_MAX: usize = 1_000;

#[derive(Serialize)]
pub(super) struct Inbox {
    messages: Vec<Message>,
    /// Give this as `after` to read on.
    next: u64,
    /// How many messages were forgotten before they were asked for.
    dropped: u64,
}

/// A message on a phone.
#[derive(Serialize)]
pub(super) struct Message {
    id: String,
    /// The message, as the events count.
    message: u64,
    from: String,
    to: String,
    /// Only on the phone itself, never on a companion.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// `template`, or the type of a message without one.
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'static str>,
    /// The object of its type, as the request brought it; only in messages without a template, and where
    /// it was small enough to be kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<serde_json::Value>,
    /// How the code gets into an app, as the template says; only in authentication templates.
    #[serde(skip_serializing_if = "Option::is_none")]
    otp_type: Option<&'static str>,
    accepted_micros: u64,
    arrived_micros: u64,
    read_micros: Option<u64>,
    /// What it quotes.
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<Quoted>,
    #[serde(flatten)]
    screen: Shown,
}

/// A message that another one answers, as the phone shows it above the answer.
#[derive(Serialize)]
struct Quoted {
    id: String,
    /// Who wrote it.
    from: String,
    /// What it says; `null` where that is no longer known, or was no text.
    body: Option<String>,
}

#[derive(Serialize)]
struct Shown {
    body: String,
    footer: Option<String>,
    buttons: Vec<Button>,
    /// The app that has got the code without a tap.
    broadcast_to: Option<Box<str>>,
    /// The error that the app was told.
    signal: Option<&'static str>,
    /// Whether the code is handed over in a lesser way than its template asks for.
    is_fallback: bool,
}

#[derive(Serialize)]
struct Button {
    label: String,
    action: &'static str,
    /// The app, address, number or payload that it acts on.
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<Box<str>>,
    enabled: bool,
}

impl Control {
    pub(super) async fn list_messages(&self, call: &Call<'_>) -> Told {
        let to = call.parameter("to").map(|to| recipient("to", &to)).transpose()?;
        let template = call.parameter("template");
        let since = Elapsed::from_micros(call.whole("since_micros")?.unwrap_or(0));
        let after = call.whole("after")?.unwrap_or(0);
        let limit = call.whole("limit")?.unwrap_or(100).min(LIMIT_MAX);
        let wanted = |arrived: &Arrived| {
            to.is_none_or(|to| to == arrived.recipient)
                && template.as_ref().is_none_or(|name| arrived.is_from(name))
                && arrived.at >= since
        };
        let inbox = &self.engine.inbox;
        let waiting = inbox.wait_any(after, limit, wanted);
        let slice = match tokio::time::timeout(wait(call)?, waiting).await {
            Ok(slice) => slice,
            Err(_) => inbox.read_any(after, limit, wanted),
        };
        ok(&Inbox::of(&self.engine, &slice, Viewer::Primary))
    }
}

impl Inbox {
    pub(super) fn of(engine: &Engine, slice: &Slice<Arrived>, viewer: Viewer) -> Self {
        let messages = slice.items.iter().map(|arrived| Message::of(engine, arrived, viewer)).collect();
        Self { messages, next: slice.next, dropped: slice.dropped }
    }
}

impl Message {
    pub(super) fn of(engine: &Engine, arrived: &Arrived, viewer: Viewer) -> Self {
        let asked = arrived.content.template().map(|template| &template.record.template);
        let free = match &arrived.content {
            Content::FreeForm(message) => Some(message),
            Content::Code { .. } | Content::Template { .. } => None,
        };
        let code = arrived.content.code().filter(|_| viewer == Viewer::Primary);
        let now = engine.clock.now();
        Self {
            id: arrived.id.to_string(),
            message: arrived.message,
            from: arrived.sender.display.digits().to_string(),
            to: arrived.recipient.digits().to_string(),
            code: code.map(|code| code.expose().to_owned()),
            kind: free.map_or("template", |message| message.kind.word()),
            template: asked.map(|template| template.name.to_string()),
            language: asked.map(|template| template.language.code()),
            object: free.and_then(|message| serde_json::from_str(message.object.as_deref()?).ok()),
            otp_type: asked
                .and_then(|template| template.content.authentication())
                .map(|content| content.button.otp_type().word()),
            accepted_micros: arrived.accepted.micros(),
            arrived_micros: arrived.at.micros(),
            read_micros: arrived.read.filter(|read| *read <= now).map(Elapsed::micros),
            context: arrived.context.map(|id| Quoted::of(engine, arrived, (id, viewer))),
            screen: Shown::of(engine.screen(arrived, viewer)),
        }
    }
}

impl Quoted {
    fn of(engine: &Engine, answer: &Arrived, (id, viewer): (MessageId, Viewer)) -> Self {
        // Nobody is shown what stands on another phone.
        let is_its = id.recipient() == answer.recipient;
        let (from, body) = match id.direction() {
            Direction::Outbound => {
                let quoted = engine.inbox.message(id);
                (
                    answer.sender.display,
                    quoted.filter(|_| is_its).map(|quoted| engine.screen(&quoted, viewer).body),
                )
            }
            Direction::Inbound => {
                (id.recipient(), engine.inbox.written(id).filter(|_| is_its).and_then(text_of))
            }
        };
        Self { id: id.to_string(), from: from.digits().to_string(), body }
    }
}

/// What a person reads of a message that a person wrote.
fn text_of(written: InboundMessage) -> Option<String> {
    match written.content {
        InboundContent::Text(text) | InboundContent::QuickReply { text, .. } => Some(text.into()),
        InboundContent::ButtonReply { title, .. } | InboundContent::ListReply { title, .. } => {
            Some(title.into())
        }
        InboundContent::Media(media) => media.caption.map(Into::into),
        _ => None,
    }
}

impl Shown {
    fn of(screen: Screen) -> Self {
        Self {
            body: screen.body,
            footer: screen.footer,
            buttons: screen.buttons.into_iter().map(Button::of).collect(),
            broadcast_to: screen.broadcast_to,
            signal: screen.signal.map(Signal::word),
            is_fallback: screen.is_fallback,
        }
    }
}

impl Button {
    fn of(button: ScreenButton) -> Self {
        let (action, target) = told(button.action);
        Self { label: button.label, action, target, enabled: button.is_enabled }
    }
}

/// An action in a word, and what it acts on.
pub(super) fn told(action: ButtonAction) -> (&'static str, Option<Box<str>>) {
    match action {
        ButtonAction::CopyCode => ("copy_code", None),
        ButtonAction::Autofill { package_name } => ("autofill", Some(package_name)),
        ButtonAction::DidNotRequestCode => ("did_not_request_code", None),
        ButtonAction::QuickReply { payload } => ("quick_reply", Some(payload)),
        ButtonAction::OpenUrl { url } => ("open_url", Some(url)),
        ButtonAction::Call { number } => ("call", Some(number)),
    }
}
