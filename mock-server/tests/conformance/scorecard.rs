//! What each client got done, published as a table.

use std::fmt::Write as _;

use serde::Deserialize;

/// What a client did, in its own words, and whether it got it done.
#[derive(Debug, Deserialize)]
pub(crate) struct Step {
    pub(crate) step: String,
    pub(crate) passed: bool,
    #[serde(default)]
    pub(crate) why: String,
}

/// A client and what it did.
pub(crate) struct Card {
    pub(crate) client: &'static str,
    pub(crate) reaches: &'static str,
    pub(crate) steps: Vec<Step>,
}

impl Card {
    /// Fails with the client's own account of everything that it did not get done.
    #[track_caller]
    pub(crate) fn check(&self) {
        assert!(!self.steps.is_empty(), "{} did nothing", self.client);
        let failed: Vec<String> = self
            .steps
            .iter()
            .filter(|step| !step.passed)
            .map(|step| format!("{}: {}", step.step, step.why))
            .collect();
        assert!(failed.is_empty(), "{} ({}):\n{}", self.client, self.reaches, failed.join("\n"));
    }

    fn markdown(&self) -> String {
        let passed = self.steps.iter().filter(|step| step.passed).count();
        let (client, reaches, all) = (self.client, self.reaches, self.steps.len());
        let mut text = format!("\n## {client}, {reaches}: {passed} of {all}\n\n");
        for step in &self.steps {
            let mark = if step.passed { 'x' } else { ' ' };
            writeln!(text, "- [{mark}] {}", step.step).unwrap();
        }
        text
    }
}

/// The page that is published.
pub(crate) fn page(cards: &[Card]) -> String {
    cards.iter().map(Card::markdown).fold(INTRODUCTION.to_owned(), |page, card| page + &card)
}

const INTRODUCTION: &str = "\
# Conformance

Real clients, unmodified and as their registries ship them, against the simulated Meta. Their \
callbacks check the signature of every webhook. The flows are in `tests/conformance/clients`; \
`cargo test --release -p mock-server --test conformance` runs them and holds this page against \
what they got done.

Where a client could not do something against Meta either, its flow does it by hand:

- pywa 4.5.0 cannot read a status without a contact, and failed statuses have none as documented; its \
flow settles the fact `contacts_on_failed_statuses` first.
- wacloudapi 0.1.0 computes no HMAC in `verify_signature` (a placeholder, as its source says), sends \
an empty token when it downloads media, and cannot ask for a one-time-password button.
- facebook-business 26.0.3 has no words for messages, which are sent by its plain calls, and its flow \
checks signatures.
- @whatsapp-cloudapi/client 4.2.0 and heyoo 0.1.2 only send; their template is created over the Graph API, \
and their flow checks signatures.
- @kapso/whatsapp-cloud-api 0.3.0 fetches media without a token unless it is told otherwise, and cannot \
subscribe.
";
