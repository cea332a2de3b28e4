//! A simulated Meta over real sockets.

mod control;
mod meta;
mod refusals;
mod webhooks;
