//! A recipient's phone: what it is, whether it can be reached, what it shows and what it may be told.
//!
//! Chance gives every recipient a phone, from the population of the scenario. What somebody sets
//! about one phone stays until it is set anew; it is an input like any other, so that the same
//! inputs at the same instants still make the same world.

mod handover;
mod screen;

use cloud_api::{IdentityHash, Recipient};
use scenario::{Device, Elapsed, Presence};

use crate::world::World;

pub use handover::{Handover, Signal, Way};
pub use screen::{ButtonAction, Screen, ScreenButton, Shown, Viewer};

/// What a recipient holds in their hands, and how it stands with it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Phone {
    /// What kind of device runs WhatsApp.
    pub handset: Handset,
    /// The apps that codes could be handed to; of no use but on Android.
    pub apps: Apps,
    /// The version of Android's programming interface.
    pub android_api: u8,
    /// Whether WhatsApp may notify.
    pub has_notifications: bool,
    /// Whether messages can reach the person at all.
    pub presence: Presence,
    /// Whether the phone is on the network.
    pub line: Line,
    /// Whether the business learns that a message was read.
    pub has_read_receipts: bool,
    /// Whether the person has the chat with the business before their eyes.
    pub is_chat_open: bool,
    /// Whether WhatsApp shows the button "I didn't request a code".
    // Source: cloud-api.md §3.4: it is being rolled out. Assumed: not to everybody, so off by default.
    pub has_report_button: bool,
    /// The fingerprint of its keys, where somebody set it or they were renewed; otherwise the person's first.
    #[serde(default)]
    pub identity: Option<IdentityHash>,
    /// How often its keys were renewed.
    #[serde(default)]
    pub renewals: u32,
}

/// The kinds of devices that WhatsApp tells apart when it shows a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Handset {
    /// An Android phone.
    Android,
    /// An iPhone.
    Ios,
    /// A phone with KaiOS.
    KaiOs,
    /// WhatsApp in a browser, as the only device.
    Web,
}

/// Which apps are there.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Apps {
    /// Whatever app a code is for, signed as its template says, its handshake just made.
    AsNeeded,
    /// These and no others; at most [`Apps::COUNT_MAX`].
    Listed(Vec<InstalledApp>),
}

/// An Android app on a phone.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct InstalledApp {
    /// Its package, such as `com.example.app`.
    pub package_name: Box<str>,
    /// The hash of the key that signed it: 11 characters.
    pub signature_hash: Box<str>,
    /// When it last told WhatsApp that it waits for a code.
    pub handshake: Option<Elapsed>,
    /// Whether it declares the activity that one-tap codes are handed to.
    pub has_activity: bool,
    /// Whether it declares the receiver that zero-tap codes are broadcast to.
    pub has_receiver: bool,
}

/// Whether a phone is on the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Line {
    /// As chance has it, for each message.
    Chance,
    /// It is on since this instant.
    On {
        /// When it came back.
        since: Elapsed,
    },
    /// It is off until this instant; [`Elapsed::NEVER`] until it is said to come back.
    Off {
        /// When it comes back.
        until: Elapsed,
    },
}

/// What to change about a phone; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhoneChange {
    /// See [`Phone::handset`].
    pub handset: Option<Handset>,
    /// See [`Phone::apps`].
    pub apps: Option<Apps>,
    /// See [`Phone::android_api`].
    pub android_api: Option<u8>,
    /// See [`Phone::has_notifications`].
    pub has_notifications: Option<bool>,
    /// See [`Phone::presence`].
    pub presence: Option<Presence>,
    /// See [`Phone::line`].
    pub line: Option<Line>,
    /// See [`Phone::has_read_receipts`].
    pub has_read_receipts: Option<bool>,
    /// See [`Phone::is_chat_open`].
    pub is_chat_open: Option<bool>,
    /// See [`Phone::has_report_button`].
    pub has_report_button: Option<bool>,
    /// Gives the phone new keys.
    pub keys: Option<Keys>,
}

/// New keys of a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// Any others than it had.
    Renewed,
    /// Those with this fingerprint.
    Of(IdentityHash),
}

/// The version of Android's programming interface that a phone has unless somebody says otherwise.
const ANDROID_API: u8 = 34;

impl Apps {
    /// The most apps that a phone lists.
    pub const COUNT_MAX: usize = 32;
}

impl Phone {
    /// The phone that chance gave to the person with this number.
    #[must_use]
    pub fn by_chance(world: &World, number: u64) -> Self {
        let person = world.recipients.person(world.seed, number);
        let (handset, apps) = match person.device {
            Device::AndroidWithApp => (Handset::Android, Apps::AsNeeded),
            Device::Android => (Handset::Android, Apps::Listed(Vec::new())),
            Device::Ios => (Handset::Ios, Apps::Listed(Vec::new())),
        };
        Self {
            handset,
            apps,
            android_api: ANDROID_API,
            has_notifications: true,
            presence: person.presence,
            line: Line::Chance,
            has_read_receipts: true,
            is_chat_open: false,
            has_report_button: false,
            identity: None,
            renewals: 0,
        }
    }

    /// The phone after a change; another device has other keys.
    pub fn change(&mut self, change: PhoneChange) {
        let is_another = change.handset.is_some_and(|handset| handset != self.handset);
        match change.keys.or(is_another.then_some(Keys::Renewed)) {
            Some(Keys::Renewed) => {
                self.renewals = self.renewals.wrapping_add(1);
                self.identity = None;
            }
            Some(Keys::Of(hash)) => self.identity = Some(hash),
            None => {}
        }
        fn set<T>(field: &mut T, to: Option<T>) {
            if let Some(to) = to {
                *field = to;
            }
        }
        set(&mut self.handset, change.handset);
        set(&mut self.apps, change.apps);
        set(&mut self.android_api, change.android_api);
        set(&mut self.has_notifications, change.has_notifications);
        set(&mut self.presence, change.presence);
        set(&mut self.line, change.line);
        set(&mut self.has_read_receipts, change.has_read_receipts);
        set(&mut self.is_chat_open, change.is_chat_open);
        set(&mut self.has_report_button, change.has_report_button);
    }

    /// The fingerprint of its keys, when it is the phone of this person.
    #[must_use]
    pub fn identity(&self, person: Recipient) -> IdentityHash {
        self.identity.unwrap_or_else(|| IdentityHash::of(person, self.renewals))
    }

    /// From when on the phone can be reached, where somebody has set it.
    #[must_use]
    pub const fn back(&self) -> Option<Elapsed> {
        match self.line {
            Line::Chance => None,
            Line::On { since } => Some(since),
            Line::Off { until } => Some(until),
        }
    }
}

/// Everything as this phone has it but for its keys, which are those of a number.
// Assumed: who moves to another number has other keys there.
impl From<Phone> for PhoneChange {
    fn from(phone: Phone) -> Self {
        Self {
            handset: Some(phone.handset),
            apps: Some(phone.apps),
            android_api: Some(phone.android_api),
            has_notifications: Some(phone.has_notifications),
            presence: Some(phone.presence),
            line: Some(phone.line),
            has_read_receipts: Some(phone.has_read_receipts),
            is_chat_open: Some(phone.is_chat_open),
            has_report_button: Some(phone.has_report_button),
            keys: None,
        }
    }
}

impl Handset {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Android, Self::Ios, Self::KaiOs, Self::Web];

    /// The kind in a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Android => "android",
            Self::Ios => "ios",
            Self::KaiOs => "kaios",
            Self::Web => "web",
        }
    }
}
