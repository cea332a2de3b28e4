//! Where the service hears of its messages.

use super::call;
use crate::read::{Kind, Table};

/// Where the service hears of its messages, as its owner would type it into Meta's dashboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// The path of the callback, below the target's base URL.
    pub path: String,
    /// What the callback and its owner both know, and the handshake shows.
    pub verify_token: String,
}

impl Webhook {
    pub(super) fn read(table: &Table<'_>) -> Option<Self> {
        let path = table.required("path", &Kind::text("a path such as \"/webhook\"", call::is_path));
        let verify_token =
            table.required("verify-token", &Kind::text("a text that is not empty", |text| !text.is_empty()));
        Some(Self { path: path?, verify_token: verify_token? })
    }
}
