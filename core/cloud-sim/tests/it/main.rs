//! Whole rehearsals, told as timelines.

mod laws;
mod story;
mod world;
