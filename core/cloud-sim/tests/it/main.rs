//! Whole rehearsals, told as timelines.

mod laws;
mod phones;
mod story;
mod tenants;
mod world;
