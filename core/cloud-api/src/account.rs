//! Accounts and phone numbers: what Meta holds of them, and how they are read.

mod health;
mod node;
mod number;
mod query;
mod selection;
mod waba;
pub mod word;

pub use health::{Entity, EntityKind, Health, HealthError};
pub use node::Node;
pub use number::{NumberField, NumberRecord, NumberView, RequestedName, WebhookConfiguration};
pub use query::{NumberOrder, NumberQuery};
pub use selection::{Field, Selection};
pub use waba::{
    AccountField, AccountRecord, AccountView, ExceptionCountry, InternationalEligibility, PortfolioRecord,
};
