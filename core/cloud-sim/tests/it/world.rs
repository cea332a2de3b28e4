//! Rehearses a scenario given as text and keeps what happened.

use cloud_sim::{Priced, Rehearsal, Sink};
use journal::{Event, Fact};
use scenario::Scenario;

/// What happened, in the order of both journals.
#[derive(Default)]
pub(crate) struct Heard {
    pub(crate) generator: Vec<Event>,
    pub(crate) meta: Vec<Event>,
    together: Vec<Event>,
    pub(crate) costs: Vec<Priced>,
}

impl Sink for Heard {
    fn generator(&mut self, event: Event) {
        self.generator.push(event);
        self.together.push(event);
    }

    fn meta(&mut self, event: Event) {
        self.meta.push(event);
        self.together.push(event);
    }

    fn is_stopped(&self) -> bool {
        false
    }
}

/// A scenario of what every test needs and `rest`.
#[track_caller]
pub(crate) fn scenario(rest: &str) -> Scenario {
    let text = format!("about = \"a test\"\nbudgets = {{ delivered = \">= 0 %\" }}\n{rest}");
    Scenario::parse("test", &text).unwrap_or_else(|mistakes| panic!("{mistakes}\n{text}"))
}

pub(crate) fn rehearse(scenario: &Scenario) -> Heard {
    let mut heard = Heard::default();
    heard.costs = Rehearsal::new(scenario, &mut heard).run().costs;
    heard
}

impl Heard {
    /// One line an event: when, and what. Pseudonyms are left out.
    pub(crate) fn timeline(&self) -> String {
        let lines = self.together.iter().map(|event| format!("{} {}\n", event.at, told(event.fact)));
        lines.collect()
    }

    pub(crate) fn count(&self, is_it: impl Fn(Fact) -> bool) -> usize {
        self.together.iter().filter(|event| is_it(event.fact)).count()
    }
}

fn told(fact: Fact) -> String {
    let name = fact.kind().name();
    match fact {
        Fact::SendRefused { code, http_status, .. } => format!("{name} {code} {http_status}"),
        Fact::MessageFailed { code, .. } => format!("{name} {code}"),
        Fact::WebhookAnswered { status, attempt, http_status, .. } => {
            format!("{name} {} attempt {attempt}: {http_status}", status.name())
        }
        Fact::RequestAnswered { http_status, .. } => format!("{name} {http_status}"),
        Fact::VerificationRequested { attempt, mistyped, .. } => {
            format!("{name} attempt {attempt}{}", if mistyped { ", mistyped" } else { "" })
        }
        Fact::VerificationAnswered { attempt, http_status, .. } => {
            format!("{name} attempt {attempt}: {http_status}")
        }
        _ => name.to_owned(),
    }
}
