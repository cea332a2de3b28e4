//! The authentication template that carries the codes.

mod blocks;

use cloud_api::template::{PresetTexts, SupportedApps};
use cloud_api::{Language, TemplateName};

use crate::read::{Kind, Table};
use crate::time::Span;

/// The template that a run creates and waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplatePlan {
    /// Its name: lower-case letters, digits and underscores.
    pub name: String,
    /// Its language, such as `en_US`.
    pub language: String,
    /// What the user presses.
    pub button: Button,
    /// Whether the text warns against sharing the code.
    pub security_line: bool,
    /// How many minutes the code is good for, 1 to 90, if the text says so.
    pub code_expires_in: Option<Span>,
    /// How long Meta tries to deliver before it discards: 30 to 900 seconds.
    pub ttl: Span,
    /// The apps that one-tap and zero-tap fill in, if the scenario names them.
    pub apps: Option<SupportedApps>,
}

/// What a template shows and how long it is kept, in whichever form a scenario says so.
struct Shown {
    button: Button,
    security_line: bool,
    code_expires_in: Option<Span>,
    ttl: Span,
    apps: Option<SupportedApps>,
}

/// The button under the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    /// Copies the code.
    CopyCode,
    /// Fills the code in at one tap, on Android with the app; elsewhere copies it.
    OneTap,
    /// The code is filled in without a tap, on Android with the app; elsewhere it is copied.
    ZeroTap,
}

impl TemplatePlan {
    pub(crate) fn read(table: &Table<'_>) -> Option<Self> {
        // Source: Cloud API guide, "Message templates": lower-case letters, digits, underscores; at most 512.
        let names = Kind::text("1 to 512 lower-case letters, digits and underscores", is_name);
        let languages = Kind::text("one of Meta's languages, such as \"en_US\" or \"de\"", is_language);
        let name = table.or("name", "login_code".to_owned(), &names);
        let language = table.or("language", "en_US".to_owned(), &languages);
        let shown = match table.json("blocks") {
            Some(blocks) => blocks::read(table, blocks),
            None => Shown::read(table),
        };
        let (name, language) = (name?, language?);
        if language.parse().is_ok_and(|language| PresetTexts::of(language).is_fallback) {
            table.warn_at("language", &language, "Meta's words in it are not known: English is used");
        }
        let Shown { button, security_line, code_expires_in, ttl, apps } = shown?;
        Some(Self { name, language, button, security_line, code_expires_in, ttl, apps })
    }
}

impl Shown {
    fn read(table: &Table<'_>) -> Option<Self> {
        let buttons =
            [("copy-code", Button::CopyCode), ("one-tap", Button::OneTap), ("zero-tap", Button::ZeroTap)];
        let button = table.or("button", Button::CopyCode, &Kind::choice(buttons));
        let security_line = table.or("security-line", true, &Kind::flag());
        // Source: Cloud API guide, "Authentication templates": code_expiration_minutes is 1 to 90.
        let minute = Span::from_secs(60);
        let expiries = Kind::steps(minute..=Span::from_secs(90 * 60), minute, "minutes");
        let code_expires_in = table.optional("code-expires-in", &expiries);
        let ttl = read_ttl(table);
        if let (Some(ttl), Some(Some(expires))) = (ttl, code_expires_in)
            && ttl > expires
        {
            table.wrong_field("ttl", &ttl.to_string(), &within("code-expires-in", expires));
        }
        if table.has(blocks::OUT_OF_RANGE) {
            table.wrong_field(blocks::OUT_OF_RANGE, "given without `blocks`", "left out: it is about them");
        }
        Some(Self {
            button: button?,
            security_line: security_line?,
            code_expires_in: code_expires_in?,
            ttl: ttl?,
            apps: None,
        })
    }
}

/// The rule that a time to live keeps, in a scenario's own words.
fn within(key: &str, expires: Span) -> String {
    format!("at most `{key}`, {expires}: a code must not arrive after it has expired")
}

/// How long Meta tries to deliver where the scenario says nothing.
// Assumed: 60 s, as in the guide's sample; Meta's own default is 600 s.
const TTL: Span = Span::from_secs(60);

/// Reads how long Meta tries to deliver.
///
/// Source: Cloud API guide, "Time-to-live": 30 to 900 seconds for authentication templates.
fn read_ttl(table: &Table<'_>) -> Option<Span> {
    let bounds = Span::from_secs(30)..=Span::from_secs(900);
    table.or("ttl", TTL, &Kind::steps(bounds, Span::from_secs(1), "seconds"))
}

fn is_name(text: &str) -> bool {
    text.parse::<TemplateName>().is_ok()
}

fn is_language(text: &str) -> bool {
    text.parse::<Language>().is_ok()
}
