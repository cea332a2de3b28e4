//! The command as its users meet it: the binary, real sockets, real files.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bad_input;
mod bench;
mod determinism;
mod interruption;
mod own_target;
mod scenarios;
mod target;
