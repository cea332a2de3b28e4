//! A phone in JSON: as it is, and what to change about it.

use cloud_api::{IdentityHash, Recipient};
use cloud_sim::{Apps, Handset, InstalledApp, Line, Phone, PhoneChange};
use scenario::{Elapsed, Presence, Span};
use serde::{Deserialize, Serialize};

use super::call::{Problem, span};

/// What a phone is like.
#[derive(Serialize)]
pub(super) struct Shown {
    device: &'static str,
    /// `null` where it has whatever app a code is for.
    apps: Option<Vec<App>>,
    android_api: u8,
    notifications: bool,
    on_whatsapp: bool,
    blocked: bool,
    line: LineShown,
    read_receipts: bool,
    chat_open: bool,
    report_button: bool,
    /// The fingerprint of its keys.
    identity_key_hash: IdentityHash,
}

#[derive(Serialize)]
struct LineShown {
    /// `chance`, `on` or `off`.
    state: &'static str,
    /// Since when it is on, or when it comes back.
    #[serde(skip_serializing_if = "Option::is_none")]
    at_micros: Option<u64>,
}

#[derive(Serialize)]
struct App {
    package_name: Box<str>,
    signature_hash: Box<str>,
    handshake_micros: Option<u64>,
    activity: bool,
    receiver: bool,
}

/// What to change; what is left out stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    device: Option<String>,
    /// What is installed; `app_as_needed` in its place has whatever app a code is for.
    apps: Option<Vec<Installed>>,
    app_as_needed: Option<bool>,
    android_api: Option<u8>,
    notifications: Option<bool>,
    on_whatsapp: Option<bool>,
    blocked: Option<bool>,
    online: Option<bool>,
    /// With `online: false`: after which time it comes back.
    back_after: Option<String>,
    read_receipts: Option<bool>,
    chat_open: Option<bool>,
    report_button: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Installed {
    package_name: String,
    signature_hash: String,
    /// Whether it has told WhatsApp that it waits for a code.
    #[serde(default)]
    handshake: bool,
    /// How long ago, if not just now.
    handshake_ago: Option<String>,
    #[serde(default = "yes")]
    activity: bool,
    #[serde(default = "yes")]
    receiver: bool,
}

const fn yes() -> bool {
    true
}

impl Shown {
    pub(super) fn of(now: Elapsed, person: Recipient, phone: &Phone) -> Self {
        let apps = match &phone.apps {
            Apps::AsNeeded => None,
            Apps::Listed(apps) => Some(apps.iter().map(App::of).collect()),
        };
        let (state, at) = match phone.line {
            Line::Chance => ("chance", None),
            Line::On { since } => ("on", Some(since)),
            Line::Off { until: Elapsed::NEVER } => ("off", None),
            Line::Off { until } if until <= now => ("on", Some(until)),
            Line::Off { until } => ("off", Some(until)),
        };
        Self {
            device: phone.handset.word(),
            apps,
            android_api: phone.android_api,
            notifications: phone.has_notifications,
            on_whatsapp: phone.presence != Presence::NotOnWhatsApp,
            blocked: phone.presence == Presence::Blocked,
            line: LineShown { state, at_micros: at.map(Elapsed::micros) },
            read_receipts: phone.has_read_receipts,
            chat_open: phone.is_chat_open,
            report_button: phone.has_report_button,
            identity_key_hash: phone.identity(person),
        }
    }
}

impl App {
    fn of(app: &InstalledApp) -> Self {
        Self {
            package_name: app.package_name.clone(),
            signature_hash: app.signature_hash.clone(),
            handshake_micros: app.handshake.map(Elapsed::micros),
            activity: app.has_activity,
            receiver: app.has_receiver,
        }
    }
}

impl Change {
    pub(super) fn read(self, now: Elapsed) -> Result<PhoneChange, Problem> {
        Ok(PhoneChange {
            handset: self.device.as_deref().map(handset).transpose()?,
            presence: self.presence()?,
            line: self.line(now)?,
            apps: apps(now, self.apps, self.app_as_needed)?,
            android_api: self.android_api,
            has_notifications: self.notifications,
            has_read_receipts: self.read_receipts,
            is_chat_open: self.chat_open,
            has_report_button: self.report_button,
            keys: None,
        })
    }

    fn presence(&self) -> Result<Option<Presence>, Problem> {
        match (self.on_whatsapp, self.blocked) {
            (Some(false), Some(true)) => {
                Err(Problem::bad("`blocked` must not be true where `on_whatsapp` is false"))
            }
            (Some(false), _) => Ok(Some(Presence::NotOnWhatsApp)),
            (_, Some(true)) => Ok(Some(Presence::Blocked)),
            (Some(true), _) | (_, Some(false)) => Ok(Some(Presence::Reachable)),
            (None, None) => Ok(None),
        }
    }

    fn line(&self, now: Elapsed) -> Result<Option<Line>, Problem> {
        match (self.online, &self.back_after) {
            (Some(false), Some(after)) => Ok(Some(Line::Off { until: now + span("back_after", after)? })),
            (Some(false), None) => Ok(Some(Line::Off { until: Elapsed::NEVER })),
            (Some(true), None) => Ok(Some(Line::On { since: now })),
            (_, Some(_)) => Err(Problem::bad("`back_after` needs `online` to be false")),
            (None, None) => Ok(None),
        }
    }
}

fn handset(word: &str) -> Result<Handset, Problem> {
    let known = Handset::ALL.into_iter().find(|handset| handset.word() == word);
    known.ok_or_else(|| {
        let words = Handset::ALL.map(Handset::word).join("`, `");
        Problem::bad(format!("`device` is `{word}`, but must be one of `{words}`"))
    })
}

fn apps(
    now: Elapsed,
    listed: Option<Vec<Installed>>,
    as_needed: Option<bool>,
) -> Result<Option<Apps>, Problem> {
    match (listed, as_needed) {
        (None, None) => Ok(None),
        (None, Some(true)) => Ok(Some(Apps::AsNeeded)),
        (None, Some(false)) => Ok(Some(Apps::Listed(Vec::new()))),
        (Some(listed), None) if listed.len() <= Apps::COUNT_MAX => {
            let apps = listed.into_iter().map(|app| app.read(now));
            Ok(Some(Apps::Listed(apps.collect::<Result<_, _>>()?)))
        }
        (Some(listed), None) => {
            let (count, count_max) = (listed.len(), Apps::COUNT_MAX);
            Err(Problem::bad(format!("`apps` lists {count}, but must list at most {count_max}")))
        }
        (Some(_), Some(_)) => Err(Problem::bad("`apps` and `app_as_needed` exclude each other")),
    }
}

impl Installed {
    fn read(self, now: Elapsed) -> Result<InstalledApp, Problem> {
        let ago = match self.handshake_ago {
            Some(ago) => Some(span("handshake_ago", &ago)?),
            None => self.handshake.then_some(Span::ZERO),
        };
        Ok(InstalledApp {
            package_name: self.package_name.into(),
            signature_hash: self.signature_hash.into(),
            handshake: ago.map(|ago| Elapsed::ZERO + (now.since(Elapsed::ZERO) - ago)),
            has_activity: self.activity,
            has_receiver: self.receiver,
        })
    }
}
