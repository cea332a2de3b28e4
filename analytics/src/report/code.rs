//! What Meta's codes mean.

use cloud_api::refusal;

/// A code with Meta's title, where Meta has one.
pub(crate) fn named(code: u32) -> String {
    match title(code) {
        Some(title) => format!("{code} {title}"),
        None => code.to_string(),
    }
}

/// Meta's title of a code.
pub(crate) fn title(code: u32) -> Option<&'static str> {
    refusal::find(code).map(|entry| entry.title)
}
