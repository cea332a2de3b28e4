//! `/_mock/phones`: what the phones are like, what arrived on them, and what is done with them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use cloud_api::Recipient;
use cloud_api::webhook::{InboundContent, InboundContext, Referral};
use cloud_sim::{Arrived, ButtonAction, Viewer};
use serde::{Deserialize, Serialize};

use super::Control;
use super::call::{Call, Problem, Told, ok};
use super::messages::{Inbox, Message, WAIT_MAX_SECS};
use super::phone::{Change, Shown};
use crate::engine::{PhoneError, Saying};
use crate::http::Answer;

/// How many messages one answer holds.
const LIMIT: usize = 100;

/// How many characters a reply may have.
// Source: cloud-api.md §7.
const TEXT_MAX: usize = 4_096;

#[derive(Serialize)]
struct Listed {
    number: String,
    /// How many messages that arrived on it are remembered.
    messages: usize,
    last_arrived_micros: Option<u64>,
    /// Whether somebody has set something about it.
    is_set: bool,
}

#[derive(Serialize)]
struct Read {
    phone: Shown,
    /// The numbers that are typing an answer.
    typing: Vec<String>,
    #[serde(flatten)]
    inbox: Inbox,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    text: String,
    /// The phone number id of the business that is written to.
    to: Option<String>,
    /// The message that it quotes: its id, or `latest`.
    about: Option<String>,
    /// Whether it is passed on from somebody else.
    forwarded: Option<Forwarded>,
    /// The advertisement whose button it is written with; all that is left out is as in Meta's sample.
    referral: Option<Referral>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Forwarded {
    Once,
    Often,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    to: String,
}

#[derive(Serialize)]
struct Said {
    id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Press {
    #[serde(default)]
    button: usize,
}

#[derive(Serialize)]
struct Pressed {
    action: &'static str,
    /// The app, address, number or payload that it acted on.
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<Box<str>>,
    /// The code that the button put on the clipboard or into the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
}

impl From<PhoneError> for Problem {
    fn from(error: PhoneError) -> Self {
        let status = match error {
            PhoneError::NoMessage { .. } => 404,
            PhoneError::Disabled { .. } | PhoneError::Full(_) => 409,
            PhoneError::NoButton { .. } | PhoneError::NoBusiness | PhoneError::UnknownBusiness(_) => 400,
        };
        Self::new(status, error.to_string())
    }
}

impl Control {
    pub(super) fn list_phones(&self, _: &Call<'_>) -> Told {
        let mut phones: BTreeMap<_, Listed> = BTreeMap::new();
        let listed = |number: Recipient| Listed {
            number: number.digits().to_string(),
            messages: 0,
            last_arrived_micros: None,
            is_set: false,
        };
        for arrived in self.engine.inbox.read_any(0, usize::MAX, |_| true).items {
            let phone = phones.entry(arrived.recipient).or_insert_with(|| listed(arrived.recipient));
            phone.messages += 1;
            phone.last_arrived_micros = Some(arrived.at.micros());
        }
        for set in self.engine.phones_set() {
            phones.entry(set).or_insert_with(|| listed(set)).is_set = true;
        }
        ok(&phones.into_values().collect::<Vec<_>>())
    }

    pub(super) async fn read_phone(&self, call: &Call<'_>) -> Told {
        let recipient = call.number()?;
        let viewer = viewer(call)?;
        let (after, wait) = (call.whole("after")?.unwrap_or(0), wait(call)?);
        let slice = self.engine.messages(recipient, after, LIMIT, wait).await;
        let inbox = Inbox::of(&self.engine, &slice, viewer);
        let typing = self.engine.typing(recipient).iter().map(|number| number.digits().to_string()).collect();
        ok(&Read { phone: self.shown(recipient), typing, inbox })
    }

    /// The newest code, in one line for scripts.
    pub(super) async fn read_code(&self, call: &Call<'_>) -> Told {
        let recipient = call.number()?;
        let (after, wait) = (call.whole("after")?.unwrap_or(0), wait(call)?);
        match self.engine.newest_code(recipient, after, wait).await {
            Some(code) => Ok(Answer::text(200, format!("{}\n", code.expose()))),
            None => {
                let waited = wait.as_secs();
                let error = format!("no code has arrived on this phone; waited {waited} s for one");
                Err(Problem::new(404, error))
            }
        }
    }

    pub(super) fn change_phone(&self, call: &Call<'_>) -> Told {
        let recipient = call.number()?;
        let change: Change = call.json()?;
        let change = change.read(self.engine.clock.now())?;
        self.engine.change_phone(recipient, change).map_err(PhoneError::from)?;
        ok(&self.shown(recipient))
    }

    pub(super) fn forget_phone(&self, call: &Call<'_>) -> Told {
        let recipient = call.number()?;
        self.engine.forget_phone(recipient);
        ok(&self.shown(recipient))
    }

    /// Writes to the business from a phone.
    pub(super) fn reply(&self, call: &Call<'_>) -> Told {
        let recipient = call.number()?;
        let Reply { text, to, about, forwarded, referral } = call.saying()?;
        let length = text.chars().count();
        if !(1..=TEXT_MAX).contains(&length) {
            let error = format!("`text` has {length} characters, but must have 1 to {TEXT_MAX}");
            return Err(Problem::bad(error));
        }
        let wrong = |_| Problem::bad("`to` must be a phone number id, which is a whole number");
        let to = to.map(|id| id.parse().map_err(wrong)).transpose()?;
        let context = match (about, forwarded) {
            (Some(about), None) => Some(InboundContext::Reply(self.message(recipient, &about)?)),
            (None, Some(forwarded)) => {
                let is_frequent = matches!(forwarded, Forwarded::Often);
                Some(InboundContext::Forwarded { is_frequent })
            }
            (None, None) => None,
            (Some(_), Some(_)) => return Err(Problem::bad("`about` and `forwarded` exclude each other")),
        };
        let referral = referral.map(Arc::new);
        let saying = Saying { content: InboundContent::Text(text.into()), context, referral };
        let id = self.engine.reply(recipient, to, saying)?;
        ok(&Said { id: id.to_string() })
    }

    /// Gives the person of a phone another number; the business they wrote with is told.
    pub(super) fn change_number(&self, call: &Call<'_>) -> Told {
        let from = call.number()?;
        let Move { to } = call.json()?;
        let to = super::call::recipient("to", &to)?;
        let id = self.engine.change_number(from, to)?;
        ok(&Said { id: id.to_string() })
    }

    pub(super) fn read_message(&self, call: &Call<'_>) -> Told {
        let arrived = self.message_on(call)?;
        self.engine.read_message(&arrived);
        let read = self.message_on(call)?;
        ok(&Message::of(&self.engine, &read, Viewer::Primary))
    }

    /// Presses a button, which reads the message too.
    pub(super) fn press(&self, call: &Call<'_>) -> Told {
        let arrived = self.message_on(call)?;
        let Press { button } = call.json()?;
        let action = self.engine.press(&arrived, button)?;
        let hands_over = matches!(action, ButtonAction::CopyCode | ButtonAction::Autofill { .. });
        let (action, target) = super::messages::told(action);
        let code =
            arrived.content.code_handed_over().filter(|_| hands_over).map(|code| code.expose().to_owned());
        ok(&Pressed { action, target, code })
    }

    fn shown(&self, recipient: Recipient) -> Shown {
        Shown::of(self.engine.clock.now(), recipient, &self.engine.phone(recipient))
    }

    fn message_on(&self, call: &Call<'_>) -> Result<Arrived, Problem> {
        Ok(self.engine.message_on(call.number()?, call.segment("id"))?)
    }
}

fn viewer(call: &Call<'_>) -> Result<Viewer, Problem> {
    match call.parameter("viewer").as_deref() {
        None | Some("primary") => Ok(Viewer::Primary),
        Some("companion") => Ok(Viewer::Companion),
        Some(other) => {
            Err(Problem::bad(format!("`viewer` is `{other}`, but must be `primary` or `companion`")))
        }
    }
}

pub(super) fn wait(call: &Call<'_>) -> Result<Duration, Problem> {
    let secs: u64 = call.whole("wait_secs")?.unwrap_or(0);
    if secs > WAIT_MAX_SECS {
        return Err(Problem::bad(format!("`wait_secs` is {secs}, but must be at most {WAIT_MAX_SECS}")));
    }
    Ok(Duration::from_secs(secs))
}
