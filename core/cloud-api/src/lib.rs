//! What is said: Meta's wire types, refusals and signatures.
//!
//! Everything here is a pure function of its arguments. Time comes in as unix seconds where the
//! wire needs it; nothing reads a clock, a socket, a file or a global generator.

pub mod access;
pub mod account;
pub mod analytics;
pub mod answer;
pub mod ascii;
pub mod batch;
pub mod calendar;
pub mod country;
pub mod edge;
pub mod etag;
pub mod handshake;
pub mod id;
pub mod identity;
mod lenient;
mod list;
pub mod message_id;
pub mod money;
pub mod paging;
pub mod parameters;
pub mod profile;
pub mod query;
pub mod recipient;
pub mod refusal;
pub mod secret;
pub mod send;
pub mod signature;
pub mod subscription;
pub mod template;
pub mod trace;
pub mod usage;
mod user_id;
pub mod version;
pub mod webhook;
mod word;

pub use answer::{SendAnswer, SendReceipt};
pub use calendar::{Day, Month};
pub use country::CountryCode;
pub use handshake::VerifiedCallback;
pub use id::{AppId, BusinessId, MediaId, PhoneNumberId, TemplateId, UserId, WabaId};
pub use identity::IdentityHash;
pub use message_id::{Direction, MessageId};
pub use money::{Currency, Money};
pub use profile::{Facts, Profile};
pub use recipient::Recipient;
pub use refusal::{AsyncFailure, ErrorEnvelope, ErrorStatus, FailureCode, Refusal};
pub use secret::{AccessToken, AppSecret, OtpCode, Pin, VerifyToken};
pub use send::{
    AuthenticationSend, FreeForm, MessageBody, MessageSend, SendRequest, TemplateSend, parse_send,
};
pub use template::{AuthenticationTemplate, Language, MessageTemplate, TemplateName, TemplateStatus};
pub use trace::TraceId;
pub use version::GraphVersion;
pub use webhook::{Webhook, WebhookBody};
