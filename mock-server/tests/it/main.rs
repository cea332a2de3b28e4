//! A simulated Meta over real sockets.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod account;
mod analytics;
mod apps;
mod batch;
mod callback_tls;
mod control;
mod described;
mod door;
mod embedded;
mod errors;
mod explain;
mod fault_matrix;
mod faults;
mod history;
mod identity;
mod insights;
mod limits;
mod media;
mod messages;
mod meta;
mod metrics;
mod numbers;
mod phones;
mod prices;
mod program;
mod proxy;
mod refusals;
mod requests;
mod robustness;
mod secure;
mod signed;
mod state;
mod state_file;
mod subscriptions;
mod templates;
mod tenants;
mod tiers;
mod time;
mod tls;
mod tokens;
mod webhooks;
mod whole;
