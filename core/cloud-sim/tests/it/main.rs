//! Whole rehearsals, told as timelines.

mod laws;
mod messages;
mod outbox;
mod phones;
mod plan;
mod story;
mod templates;
mod tenants;
mod world;
