//! Whole rehearsals, told as timelines.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod accounts;
mod analytics;
mod late;
mod laws;
mod messages;
mod outbox;
mod phones;
mod plan;
mod states;
mod story;
mod templates;
mod tenants;
mod world;
