//! A small honest one-time-password service.
//!
//! Somebody asks for a code at `POST /otp`; the service makes one, sends it through the WhatsApp
//! Cloud API, and judges what is typed back at `POST /otp/verify`. It follows its messages through
//! Meta's webhooks, backs off when Meta is busy, stops writing to those who say STOP, and hands over
//! to a person after three wrong codes. It holds everything in memory, within bounds.

mod backoff;
mod codes;
mod config;
mod deliveries;
mod entropy;
mod expiring;
mod graph;
mod graph_error;
mod heard;
mod http;
mod opt_outs;
mod readiness;
mod request_id;
mod running;
mod service;
mod setup;
mod sharded;
mod template;

pub use backoff::Backoff;
pub use config::{BaseUrl, BaseUrlError, Config, ConfigError, ConfigMistake, Limits};
pub use readiness::Readiness;
pub use running::{Running, Service, TargetError, serve};
