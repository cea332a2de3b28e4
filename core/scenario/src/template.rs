//! The authentication template that carries the codes.

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
        let buttons =
            [("copy-code", Button::CopyCode), ("one-tap", Button::OneTap), ("zero-tap", Button::ZeroTap)];
        let name = table.or("name", "login_code".to_owned(), &names);
        let language = table.or("language", "en_US".to_owned(), &languages);
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
            let rule =
                format!("at most `code-expires-in`, {expires}: a code must not arrive after it has expired");
            table.wrong_field("ttl", &ttl.to_string(), &rule);
        }
        Some(Self {
            name: name?,
            language: language?,
            button: button?,
            security_line: security_line?,
            code_expires_in: code_expires_in?,
            ttl: ttl?,
        })
    }
}

/// Reads how long Meta tries to deliver.
///
/// Source: Cloud API guide, "Time-to-live": 30 to 900 seconds for authentication templates.
/// Assumed: 60 s where the scenario says nothing, as in the guide's sample; Meta's own default is 600 s.
fn read_ttl(table: &Table<'_>) -> Option<Span> {
    let bounds = Span::from_secs(30)..=Span::from_secs(900);
    table.or("ttl", Span::from_secs(60), &Kind::steps(bounds, Span::from_secs(1), "seconds"))
}

fn is_name(text: &str) -> bool {
    text.parse::<TemplateName>().is_ok()
}

fn is_language(text: &str) -> bool {
    text.parse::<Language>().is_ok()
}
