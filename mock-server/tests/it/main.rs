//! A simulated Meta over real sockets.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod control;
mod meta;
mod refusals;
mod webhooks;
