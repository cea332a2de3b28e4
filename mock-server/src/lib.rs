//! The simulated Meta on a socket: the Graph API, webhooks out, and a control API.
//!
//! What Meta would do is decided in `cloud-sim`. This crate owns what that one must not: the clock,
//! the sockets and the tasks.

mod alone;
mod apart;
mod clock;
mod control;
mod doors;
mod engine;
mod graph;
mod http;
mod inbox;
mod journaling;
mod metrics;
mod mock_server;
mod options;
mod recent;
mod requests;
mod server;
mod state;
mod threads;
mod webhook;

/// Whose types appear in what is public here, so that a test need depend on nothing else.
pub use {cloud_api, cloud_sim, scenario};

pub use self::mock_server::{Doing, MockServer, MockServerError, Received, Setup};
pub use alone::run_alone;
pub use clock::Clock;
pub use doors::Doors;
pub use engine::{OnPhone, PhoneError, Timeline, Until};
pub use graph::{Operation, operations};
pub use http::{CallbackTls, CallbackTlsError, HttpLimits, Identity};
pub use journaling::{Journaling, JournalingError};
pub use options::{AccessOptions, Options, control_token, mode, state_time, thread_count, tls_name};
pub use requests::{Check, Checked, Count, CountError, Decision, NearMiss, RequestMatch, Verdict, Why};
pub use server::{Config, Phones, Server, Traffic};
pub use state::{StateFile, StateFileError, StateTime};
pub use threads::usual as threads_usual;
