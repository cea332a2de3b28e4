//! What holds of every journal, however absurd.

use analytics::Verdict;
use journal::{Cause, Fact, Status};
use proptest::prelude::*;
use scenario::Span;

use crate::telling::Run;

/// Anything that a generator could journal, true or not.
fn generator_fact() -> impl Strategy<Value = Fact> {
    let http_status = prop_oneof![Just(202_u16), Just(200), Just(401), Just(503)];
    (0_u8..10, 0_u64..6, 0_u64..4, 1_u8..4, http_status, any::<bool>()).prop_map(
        |(kind, arrival, recipient, attempt, http_status, mistyped)| match kind {
            0 | 1 => Fact::ArrivalPlanned { arrival, recipient, phase: u16::from(attempt) },
            2 => Fact::CodeRequested { arrival },
            3 => Fact::RequestAnswered { arrival, http_status },
            4 => Fact::RequestFailed { arrival, cause: Cause::TimedOut },
            5 => Fact::ArrivalShed { arrival: arrival * 1_000_000_007 },
            6 => Fact::UserGaveUp { arrival },
            7 => Fact::VerificationRequested { arrival, attempt, mistyped },
            8 => Fact::VerificationAnswered { arrival, attempt, http_status },
            _ => Fact::VerificationFailed { arrival, attempt, cause: Cause::Broken },
        },
    )
}

/// Anything that a mock server could journal, true or not.
fn meta_fact() -> impl Strategy<Value = Fact> {
    (0_u8..10, 0_u64..6, 0_u64..4, 1_u8..3).prop_map(|(kind, message, recipient, attempt)| match kind {
        0 => Fact::SendRefused { recipient: Some(recipient), code: 131_056, http_status: 400 },
        1 => Fact::SendRefused { recipient: None, code: 100, http_status: 400 },
        2 | 3 => Fact::MessageAccepted { message, recipient },
        4 => Fact::MessageSent { message: message * 1_000_000_007 },
        5 => Fact::MessageDelivered { message },
        6 => Fact::MessageRead { message },
        7 => Fact::MessageDiscarded { message },
        8 => Fact::MessageFailed { message, code: 131_026 },
        _ => Fact::WebhookFailed { message, status: Status::Sent, attempt, cause: Cause::NotConnected },
    })
}

fn journal(fact: impl Strategy<Value = Fact>) -> impl Strategy<Value = Vec<(u64, Fact)>> {
    prop::collection::vec((prop_oneof![0_u64..1_000, Just(1 << 52), Just(u64::MAX - 5_000_000)], fact), 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Absurd journals are told apart from sound ones, never taken for them, and never a crash.
    #[test]
    fn every_arrival_has_exactly_one_outcome(
        generator in journal(generator_fact()),
        meta in journal(meta_fact()),
    ) {
        let mut run = Run::new(6);
        let after = Span::from_micros;
        generator.into_iter().for_each(|(at, fact)| run.loadgen_at(after(at), fact));
        meta.into_iter().for_each(|(at, fact)| run.mock_server(after(at), fact));
        let (report, verdict) = run.analyse();
        let outcomes = verdict["outcomes"].as_object().expect("outcomes are an object");
        let sum: u64 = outcomes.values().filter_map(serde_json::Value::as_u64).sum();
        prop_assert_eq!(Some(sum), verdict["arrivals"].as_u64());
        let is_sound = verdict["doubts"].as_array().is_some_and(Vec::is_empty);
        prop_assert_eq!(is_sound, report.verdict != Verdict::Invalid);
    }
}
