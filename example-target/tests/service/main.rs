//! The service over real sockets, against a small double of Meta.

#![expect(clippy::unwrap_used, reason = "a test that panics says why it failed")]

mod asking;
mod fake_graph;
mod secrecy;
mod setting_up;
mod verifying;
mod webhooks;
mod world;
