//! What somebody does on a phone, and what the phone shows.

use std::time::Duration;

use cloud_api::template::TemplateContent;
use cloud_api::webhook::InboundContent;
use cloud_api::{MessageTemplate, OtpCode, PhoneNumberId, Recipient};
use cloud_sim::{
    Arrived, ButtonAction, Complaint, Content, Phone, PhoneChange, PhonesFull, Rules, Screen, Shown, Viewer,
};
use scenario::{Elapsed, Presence};
use thiserror::Error;

use super::{Engine, shard_of};
use crate::recent::Slice;

/// Why nobody could be answered or no button pressed.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum PhoneError {
    /// There is no such message on the phone.
    #[error("there is no message `{id}` on this phone")]
    NoMessage {
        /// What was asked for.
        id: String,
    },
    /// The message has fewer buttons.
    #[error("there is no button {nth} below this message; it has {count}, counted from 0")]
    NoButton {
        /// What was asked for.
        nth: usize,
        /// How many there are.
        count: usize,
    },
    /// The button no longer works.
    #[error("the button `{label}` is disabled, because the code has expired")]
    Disabled {
        /// What is written on it.
        label: String,
    },
    /// It is not clear which business is meant.
    #[error("nothing has arrived on this phone; say with `to` which phone number id is written to")]
    NoBusiness,
    /// There is no such business.
    #[error("there is no phone number with the id {0}")]
    UnknownBusiness(PhoneNumberId),
    /// As many phones are set as can be.
    #[error(transparent)]
    Full(#[from] PhonesFull),
}

impl Engine {
    /// The phone of a recipient, as it is now.
    pub(crate) fn phone(&self, recipient: Recipient) -> Phone {
        let world = self.world.load();
        self.shards[shard_of(recipient)].lock().phone(&world, recipient)
    }

    /// The businesses that the person of a phone is shown typing an answer.
    pub(crate) fn typing(&self, recipient: Recipient) -> Vec<Recipient> {
        let typing = self.shards[shard_of(recipient)].lock().typing(self.clock.now(), recipient);
        let directory = self.directory();
        typing.into_iter().filter_map(|number| Some(directory.number(number)?.display)).collect()
    }

    /// The recipients of whose phones something is set, in the order of their numbers.
    pub(crate) fn phones_set(&self) -> Vec<Recipient> {
        let mut set = Vec::new();
        for slot in &self.shards {
            set.extend(slot.lock().phones_set());
        }
        set.sort_unstable();
        set
    }

    /// Changes a phone; what is on its way to it is planned anew.
    pub(crate) fn change_phone(&self, recipient: Recipient, change: PhoneChange) -> Result<(), PhonesFull> {
        let before = self.phone(recipient);
        let blocks = change.presence == Some(Presence::Blocked) && before.presence != Presence::Blocked;
        self.at_phone(recipient, |now, shard, rules, _| shard.change_phone(now, rules, recipient, change))?;
        let hash = self.phone(recipient).identity(recipient);
        if hash != before.identity(recipient) {
            self.tell_identity(recipient, hash);
        }
        // Assumed: who blocks a business does so because of its last message.
        if let Some(last) = self.inbox.newest(recipient).filter(|_| blocks) {
            self.complain(&last, Complaint::Blocked);
        }
        Ok(())
    }

    /// Makes a phone again what chance made it.
    pub(crate) fn forget_phone(&self, recipient: Recipient) {
        self.at_phone(recipient, |now, shard, rules, _| shard.forget_phone(now, rules, recipient));
    }

    /// What one of the recipient's devices shows of a message.
    pub(crate) fn screen(&self, arrived: &Arrived, viewer: Viewer) -> Screen {
        let phone = self.phone(arrived.recipient);
        match (&arrived.content, arrived.content.template().map(|template| &template.record.template)) {
            (
                Content::Code { code, .. },
                Some(MessageTemplate { language, content: TemplateContent::Authentication(content), .. }),
            ) => {
                let (accepted, arrived) = (arrived.accepted, arrived.at);
                let shown = Shown { content, language: *language, code, accepted, arrived };
                Screen::of(self.clock.now(), &phone, viewer, shown)
            }
            (
                Content::Template { values, .. },
                Some(MessageTemplate { content: TemplateContent::Custom(content), .. }),
            ) => Screen::of_custom(content, values),
            (Content::FreeForm(message), _) => Screen::of_free_form(message),
            // A template keeps the kind that it was created as.
            (Content::Code { .. } | Content::Template { .. }, _) => Screen::default(),
        }
    }

    /// Messages on a phone after the first `after`; waits so long for one where there is none.
    pub(crate) async fn messages(
        &self,
        recipient: Recipient,
        after: u64,
        limit: usize,
        wait: Duration,
    ) -> Slice<Arrived> {
        let waiting = self.inbox.wait(recipient, after, limit);
        match tokio::time::timeout(wait, waiting).await {
            Ok(slice) => slice,
            Err(_) => self.inbox.read(recipient, after, limit),
        }
    }

    /// The newest code on a phone after the first `after` messages; waits so long for one.
    pub(crate) async fn newest_code(
        &self,
        recipient: Recipient,
        after: u64,
        wait: Duration,
    ) -> Option<OtpCode> {
        let found = async {
            let mut after = after;
            loop {
                let slice = self.inbox.wait(recipient, after, usize::MAX).await;
                let code = slice.items.iter().rev().find_map(|arrived| arrived.content.legible_code());
                if code.is_some() {
                    return code;
                }
                after = slice.next;
            }
        };
        tokio::time::timeout(wait, found).await.ok().flatten()
    }

    /// The message with this id on a phone, or its newest where `id` is `latest`.
    pub(crate) fn message_on(&self, recipient: Recipient, id: &str) -> Result<Arrived, PhoneError> {
        let found = match id {
            "latest" => self.inbox.newest(recipient),
            id => id.parse().ok().and_then(|id| self.inbox.message(id)),
        };
        let its = found.filter(|arrived| arrived.recipient == recipient);
        its.ok_or_else(|| PhoneError::NoMessage { id: id.to_owned() })
    }

    /// Opens a message on the phone, and tells the business unless receipts are off.
    pub(crate) fn read_message(&self, arrived: &Arrived) {
        let now = self.at_phone(arrived.recipient, |now, shard, rules, effects| {
            shard.read(now, rules, arrived, effects);
            now
        });
        if arrived.read.is_none_or(|read| read > now) {
            self.inbox.was_read(arrived.id, now);
        }
    }

    /// Presses a button of a message, which reads it too, and gives what it did.
    pub(crate) fn press(&self, arrived: &Arrived, nth: usize) -> Result<ButtonAction, PhoneError> {
        let mut buttons = self.screen(arrived, Viewer::Primary).buttons;
        if nth >= buttons.len() {
            return Err(PhoneError::NoButton { nth, count: buttons.len() });
        }
        let button = buttons.swap_remove(nth);
        if !button.is_enabled {
            return Err(PhoneError::Disabled { label: button.label });
        }
        self.read_message(arrived);
        self.at_phone(arrived.recipient, |now, shard, rules, _| {
            shard.pressed(now, rules.world, arrived, nth);
        });
        let about = arrived.id;
        let said = match &button.action {
            ButtonAction::DidNotRequestCode => Some(InboundContent::DidNotRequestCode { about }),
            ButtonAction::QuickReply { payload } => {
                let (payload, text) = (payload.clone(), button.label.into());
                Some(InboundContent::QuickReply { about, payload, text })
            }
            _ => None,
        };
        if button.action == ButtonAction::DidNotRequestCode {
            self.complain(arrived, Complaint::DidNotRequestCode);
        }
        if let Some(content) = said {
            self.say(&arrived.sender, arrived.recipient, content.into());
        }
        Ok(button.action)
    }

    /// Lets a template and the number that sent it know that a person does not want its message.
    fn complain(&self, arrived: &Arrived, complaint: Complaint) {
        let template = arrived.content.template().map(|template| template.record.id);
        let sender = arrived.sender.id;
        self.alter(|directory, moment| {
            if let Some(template) = template {
                directory.complain(moment, template, complaint);
            }
            directory.signal(moment, sender);
        });
    }

    /// Does something at the shard of a phone, and what follows from it.
    pub(super) fn at_phone<T>(
        &self,
        recipient: Recipient,
        act: impl FnOnce(Elapsed, &mut cloud_sim::Shard, &Rules<'_>, &mut Vec<cloud_sim::Effect>) -> T,
    ) -> T {
        let at = shard_of(recipient);
        let _settling = self.settling();
        let (now, world, directory) = (self.clock.now(), self.world.load(), self.directory.load());
        let rules = Rules { world: &world, directory: &directory, numbering: &self.numbering };
        let mut effects = Vec::new();
        let slot = &self.shards[at];
        let mut shard = slot.lock();
        let done = act(now, &mut shard, &rules, &mut effects);
        slot.wake_for(&shard);
        drop(shard);
        self.settle(at, &mut effects);
        done
    }
}
