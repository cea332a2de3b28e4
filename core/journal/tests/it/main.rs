//! Journals written, read back, cut off and tampered with.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use expect_test::{Expect, expect};
use journal::{Cause, Ending, Event, Fact, Kind, Reader, Status, Writer};
use proptest::prelude::{
    Just, Strategy, any, prop_assert, prop_assert_eq, prop_assert_ne, prop_oneof, proptest,
};
use proptest::sample::select;
use scenario::Elapsed;

fn written(events: &[Event], flush_every: usize) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new()).unwrap();
    for batch in events.chunks(flush_every) {
        for event in batch {
            writer.write(event).unwrap();
        }
        writer.flush().unwrap();
    }
    writer.finish().unwrap()
}

fn read(bytes: &[u8]) -> (Vec<Event>, Ending) {
    let mut reader = Reader::new(bytes).unwrap();
    let mut events = Vec::new();
    while let Some(batch) = reader.next_batch() {
        events.extend(batch.events());
    }
    (events, reader.ending().unwrap())
}

#[track_caller]
fn check_refused(bytes: &[u8], expected: Expect) {
    let error = Reader::new(bytes).err().expect("this is refused");
    expected.assert_eq(&error.to_string());
}

fn facts() -> impl Strategy<Value = Fact> {
    let (arrival, message, recipient) = (any::<u64>(), any::<u64>(), any::<u64>());
    let (attempt, http_status, code) = (any::<u8>(), any::<u16>(), any::<u32>());
    let (cause, status) = (select(&Cause::ALL), select(&Status::ALL));
    let everything = (arrival, message, recipient, attempt, http_status, code, cause, status, any::<bool>());
    (0..27_usize, everything).prop_flat_map(|(nth, of)| {
        let (arrival, message, recipient, attempt, http_status, code, cause, status, mistyped) = of;
        let template = message;
        let phase = http_status;
        let all = [
            Fact::RunStarted,
            Fact::PhaseStarted { phase },
            Fact::ArrivalPlanned { arrival, recipient, phase },
            Fact::CodeRequested { arrival },
            Fact::RequestAnswered { arrival, http_status },
            Fact::RequestFailed { arrival, cause },
            Fact::ArrivalShed { arrival },
            Fact::UserGaveUp { arrival },
            Fact::VerificationRequested { arrival, attempt, mistyped },
            Fact::VerificationAnswered { arrival, attempt, http_status },
            Fact::VerificationFailed { arrival, attempt, cause },
            Fact::TemplateSubmitted { template },
            Fact::TemplateApproved { template },
            Fact::TemplateRejected { template },
            Fact::SendRefused { recipient: mistyped.then_some(recipient), code, http_status },
            Fact::MessageAccepted { message, recipient },
            Fact::MessageSent { message },
            Fact::MessageDelivered { message },
            Fact::MessageRead { message },
            Fact::MessageDiscarded { message },
            Fact::MessageFailed { message, code },
            Fact::WebhookAnswered { message, status, attempt, http_status },
            Fact::WebhookFailed { message, status, attempt, cause },
            Fact::WebhookDropped { message, status },
            Fact::WebhookGivenUp { message, status },
            Fact::RunInterrupted,
            Fact::RunEnded,
        ];
        assert_eq!(all.len(), Kind::ALL.len(), "every kind is tried");
        prop_oneof![Just(all[nth])]
    })
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = (any::<u64>(), facts()).prop_map(|(at, fact)| Event { at: Elapsed::from_micros(at), fact });
    proptest::collection::vec(event, 0..60)
}

proptest! {
    #[test]
    fn what_was_written_is_read_back(mut events in events(), flush_every in 1..20_usize) {
        events.push(Event { at: Elapsed::ZERO, fact: Fact::RunEnded });
        prop_assert_eq!(read(&written(&events, flush_every)), (events, Ending::Whole));
    }

    #[test]
    fn a_journal_cut_off_anywhere_keeps_every_whole_batch(
        mut events in events(), flush_every in 1..20_usize, cut in 0.0..1.0_f64,
    ) {
        events.retain(|event| event.fact != Fact::RunEnded);
        let whole = written(&events, flush_every);
        let beginning = written(&[], 1).len() - 8;
        let kept = beginning + ((whole.len() - beginning) as f64 * cut) as usize;
        let (read, ending) = read(&whole[..kept]);
        prop_assert_ne!(ending, Ending::Whole);
        prop_assert!(events.starts_with(&read));
        prop_assert!(read.len().is_multiple_of(flush_every) || read.len() == events.len());
    }
}

#[test]
fn what_a_cut_off_lost_is_told_in_bytes() {
    let events = [Event { at: Elapsed::ZERO, fact: Fact::RunStarted }; 4];
    let whole = written(&events, 2);
    let (read, ending) = read(&whole[..whole.len() - 100]);
    assert_eq!(read.len(), 2);
    let Ending::CutOff { bytes_lost } = ending else { panic!("the journal was cut off") };
    assert!(bytes_lost > 0);
}

#[test]
fn a_journal_that_ends_without_its_last_event_is_not_whole() {
    let (_, ending) = read(&written(&[Event { at: Elapsed::ZERO, fact: Fact::RunStarted }], 1));
    assert_eq!(ending, Ending::CutOff { bytes_lost: 0 });
}

#[test]
fn what_is_no_journal_is_refused() {
    check_refused(
        b"",
        expect!["this is not a journal of otpbench, or it was cut off before its first event"],
    );
    check_refused(
        b"about = \"a scenario\"",
        expect!["this is not a journal of otpbench, or it was cut off before its first event"],
    );
}

#[test]
fn a_journal_of_another_version_is_refused() {
    let text = written(&[], 1);
    let at = text.windows(16).position(|window| window == b"otpbench.journal").unwrap();
    let mut other = text.clone();
    other[at..at + 16].copy_from_slice(b"otherbox.journal");
    check_refused(&other, expect!["the journal has schema version none, but must have 1"]);
}

#[test]
fn codes_of_kinds_are_unique_and_known() {
    for kind in Kind::ALL {
        assert_eq!(Kind::from_code(kind.code()), Some(*kind));
    }
    assert_eq!(Kind::from_code(0), None);
}
