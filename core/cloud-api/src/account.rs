//! Accounts and phone numbers: what Meta holds of them, and how they are read.

mod activity;
mod app;
mod block;
mod health;
mod history;
mod media;
mod node;
mod number;
mod parameters;
mod profile;
mod query;
mod registration;
mod selection;
mod settings;
mod update;
mod user;
mod waba;
pub mod word;

pub use activity::{Activity, ActivityField, ActivityQuery, ActivityType};
pub use app::{AppField, AppView};
pub use block::{BlockFailure, BlockOutcome, BlockVerb, NamedUser, parse_users};
pub use health::{Entity, EntityKind, Health, HealthError};
pub use history::{
    DeliveryStatus, EventEdgeField, EventsQuery, HistoryEvent, HistoryEventField, HistoryField, HistoryQuery,
    MessageHistory, OccurrenceField, ToldOf, WebhookUpdateState,
};
pub use media::{FileSize, MEDIA_BYTES_MAX, MediaKind, MediaNode, Upload, parse_upload};
pub use node::Node;
pub use number::{NumberField, NumberRecord, NumberView, RequestedName, WebhookConfiguration};
pub use profile::{BusinessProfile, ProfileField, ProfileUpdate};
pub use query::{NumberOrder, NumberQuery};
pub use registration::{CodeRequest, NewNumber, NumberUpdate, RegisterRequest, parse_verification};
pub(crate) use selection::field_names;
pub use selection::{Field, Selection};
pub use settings::{NumberSettings, SettingUpdate, Storage};
pub use update::AccountUpdate;
pub use user::{AssignedUser, AssignedUserField, AssignedUserQuery};
pub use waba::{
    AccountField, AccountRecord, AccountView, ExceptionCountry, InternationalEligibility, PortfolioRecord,
};

/// The SHA-256 of some bytes, in lowercase hexadecimal.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;

    use sha2::{Digest as _, Sha256};
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a string cannot fail.
        let _infallible = write!(hex, "{byte:02x}");
    }
    hex
}
