//! What Meta would do: admission, limits, timelines, review, outbox, faults and rehearsal.
//!
//! A state machine without input and output. Time, chance and requests are arguments; what is to be
//! done comes back as effects. Two drivers own the time: the mock server, with a clock, and the
//! rehearsal, which jumps from one thing due to the next.

mod admission;
mod analytics;
mod calls;
mod content;
mod directory;
mod effect;
mod fault;
mod ledger;
mod life;
mod limit;
mod magic;
mod media;
mod notice;
mod outbox;
mod pair;
mod phone;
mod plan;
mod pricing;
mod reach;
mod rehearsal;
mod shard;
mod state;
mod timers;
mod trail;
mod world;

pub use admission::{Accepted, Aside, Draft, Edge, Numbering, Outgoing};
pub use analytics::{Analytics, AnalyticsAnswer};
pub use calls::{Called, CalledAccount, Calls, ManagementCall};
pub use content::{Content, FreeFormContent};
pub use directory::{
    ALL_PARTS_MAX, ALLOW_LIST_MAX, Account, AccountPatch, App, Approach, Archived, Callback, CallbackPlaces,
    Caller, Changes, Complaint, Directory, EASY_MAX, Founding, Grant, HandedOut, IssuedCode, Migrated,
    Moment, Need, Number, NumberPatch, PARTS_MAX, Registration, Standing, Subscribed, TENANTS_MAX,
    TOKENS_MAX, Template, Tenant, TenantError, Token, Undeclared, Unmigrated,
};
pub use effect::{Arrived, Effect, StatusUpdate, Ticket};
pub use fault::{FAULTS_MAX, Faults, SetFault};
pub use ledger::{BUTTONS_MAX, Books, Entry, Group, HALF_HOUR_SECS, Ledger, ROWS_MAX, Row, Tally};
pub use life::{End, Life, Pace, Trip};
pub use limit::{Quota, Throughput};
pub use magic::{MAGIC_RANGES, Magic, MagicRange};
pub use media::{MEDIA_BYTES_KEPT, Media, MediaAddress, MediaStore};
pub use notice::Notice;
pub use outbox::{Batch, CallbackAnswer, Kept, News, Outbox, OutboxCounts, Parcel, SavedWebhook, Told};
pub use phone::{
    Apps, ButtonAction, Handover, Handset, InstalledApp, Keys, Line, Phone, PhoneChange, Screen,
    ScreenButton, Shown, Signal, Viewer, Way,
};
pub use plan::authentication_template;
pub use pricing::{Charge, Occasion, Payer, Priced, Slice, priced};
pub use reach::Reach;
pub use rehearsal::{Rehearsal, Rehearsed, Sink};
pub use shard::{PhonesFull, Planned, Rules, SavedShard, Shard, Step, refused};
pub use state::{SavedWorld, State, StateError};
pub use trail::{Finding, Outcome, SendCheck, Trail};
pub use world::{Given, World};
