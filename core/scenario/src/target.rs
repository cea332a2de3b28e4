//! The contract with the service under test.

mod call;
mod origin;
mod webhook;

use crate::chance::Latency;
use crate::read::{Kind, Table};
use crate::time::Span;

pub use call::{Call, Method};
pub use webhook::Webhook;

/// How to ask the service for a code, and how to type it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Where it listens, such as `http://127.0.0.1:9000`; without it, the example target is started.
    pub base_url: Option<String>,
    /// The call that asks for a code.
    pub ask: Call,
    /// The call that types the code in; a 2xx answer means that it was right.
    pub verify: Call,
    /// Where it hears of its messages, where it does not register its callback by itself.
    pub webhook: Option<Webhook>,
    /// How long a call may take before it counts as failed.
    pub timeout: Span,
    /// How long the service takes to pass a code on, in a rehearsal.
    pub takes: Latency,
}

impl Target {
    /// What is not given is the contract of the example target.
    pub(crate) fn read(table: &Table<'_>) -> Option<Self> {
        // Assumed: a service that keeps its codes in memory, on the same machine.
        let quick = Latency::assumed(Span::from_millis(5), Span::from_millis(30));
        let timeouts = Kind::span(Span::from_millis(1)..=Span::from_secs(300));
        let base_url = table.optional("base-url", &Kind::written(origin::RULE, origin::read));
        let ask =
            table.section_or("ask", Call::of_example_ask(), |table| Call::read(table, call::Purpose::Ask));
        let verify = table.section_or("verify", Call::of_example_verify(), |table| {
            Call::read(table, call::Purpose::Verify)
        });
        let webhook = table.section_or("webhook", None, |table| Webhook::read(table).map(Some));
        if matches!((&webhook, &base_url), (Some(Some(_)), Some(None))) {
            table.wrong_field(
                "webhook",
                "without `base-url`",
                "left out: the example target registers its own",
            );
            return None;
        }
        let timeout = table.or("timeout", Span::from_secs(10), &timeouts);
        let takes = table.section_or("takes", quick, Latency::read);
        Some(Self {
            base_url: base_url?,
            ask: ask?,
            verify: verify?,
            webhook: webhook?,
            timeout: timeout?,
            takes: takes?,
        })
    }
}
