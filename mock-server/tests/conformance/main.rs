//! Real clients and Meta's own description of its API as judges of the simulated Meta.
//!
//! The clients are installed from their registries, unmodified and in pinned versions: this needs
//! Python 3.9 with `venv`, Node.js 18 with `npm`, and the system's OpenSSL for the Rust client.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod clients;
mod meta;
mod openapi;
mod scorecard;
