//! The arrivals under way, by the phone number that waits for a code.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cloud_api::OtpCode;
use scenario::{Elapsed, Span};

use crate::progress::Progress;

/// How many parts the map has, each behind its own lock.
const SHARDS: usize = 64;

/// How many arrivals a shard holds before those that nobody waits for are swept out.
const SWEEP_AT: usize = 1_024;

/// The arrivals under way, one per phone number: the latest.
///
/// `in_flight` of the progress counts those whose end is awaited. An arrival without hope stays,
/// because its code may come all the same, until it is out of patience; so the map holds no more
/// than twice the arrivals of that time, or 1,024 in each of its 64 shards.
#[derive(Debug)]
pub(crate) struct Flights {
    shards: [Mutex<Shard>; SHARDS],
    patience: Span,
    progress: Arc<Progress>,
}

/// An arrival as it is known by its phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flight {
    /// The phone number's digits.
    pub(crate) recipient: u64,
    /// The arrival's number in the plan.
    pub(crate) arrival: u64,
    /// When it was due.
    pub(crate) planned: Elapsed,
}

#[derive(Debug, Default)]
struct Shard {
    flights: HashMap<u64, Entry>,
    sweep_at: usize,
}

#[derive(Debug)]
struct Entry {
    flight: Flight,
    asked: Elapsed,
    stage: Stage,
}

#[derive(Debug, PartialEq, Eq)]
enum Stage {
    /// A code may come.
    Waiting,
    /// No code is expected any more.
    Hopeless,
    /// The code came and is being typed in.
    Typing(OtpCode),
}

impl Flights {
    /// No arrivals yet; each is waited for as long as `patience` says.
    pub(crate) fn new(patience: Span, progress: Arc<Progress>) -> Self {
        Self { shards: std::array::from_fn(|_| Mutex::default()), patience, progress }
    }

    /// Takes an arrival up whose request begins; an earlier one of the same number ends.
    pub(crate) fn ask(&self, now: Elapsed, flight: Flight) {
        let mut shard = self.shard(flight.recipient);
        if shard.flights.len() >= shard.sweep_at {
            self.sweep(now, &mut shard);
        }
        self.progress.in_flight.add();
        let entry = Entry { flight, asked: now, stage: Stage::Waiting };
        if let Some(earlier) = shard.flights.insert(flight.recipient, entry) {
            self.uncount(&earlier);
        }
    }

    /// Gives up hope for an arrival whose request was refused or got no answer.
    pub(crate) fn lose(&self, flight: Flight) {
        self.give_up_hope(flight.recipient, |entry| entry.flight == flight);
    }

    /// Gives up hope for whatever this phone number waits for.
    pub(crate) fn never(&self, recipient: u64) {
        self.give_up_hope(recipient, |_| true);
    }

    /// Takes in a code on a phone; answers the arrival if it is the first code of it.
    ///
    /// A further code replaces the one that is not typed in yet, as people use the newest.
    pub(crate) fn land(&self, recipient: u64, code: OtpCode) -> Option<Flight> {
        let mut shard = self.shard(recipient);
        let entry = shard.flights.get_mut(&recipient);
        let Some(entry) = entry else {
            self.progress.codes_ignored.add();
            return None;
        };
        match std::mem::replace(&mut entry.stage, Stage::Typing(code)) {
            Stage::Typing(_) => {
                self.progress.codes_ignored.add();
                return None;
            }
            Stage::Hopeless => self.progress.in_flight.add(),
            Stage::Waiting => {}
        }
        Some(entry.flight)
    }

    /// The code to type in; `None` where the arrival has ended.
    pub(crate) fn code(&self, flight: Flight) -> Option<OtpCode> {
        match self.shard(flight.recipient).flights.get(&flight.recipient) {
            Some(Entry { flight: under_way, stage: Stage::Typing(code), .. }) if *under_way == flight => {
                Some(code.clone())
            }
            _ => None,
        }
    }

    /// Ends an arrival.
    pub(crate) fn end(&self, flight: Flight) {
        let mut shard = self.shard(flight.recipient);
        if shard.flights.get(&flight.recipient).is_some_and(|entry| entry.flight == flight) {
            let ended = shard.flights.remove(&flight.recipient).expect("it was there a line ago");
            self.uncount(&ended);
        }
    }

    fn give_up_hope(&self, recipient: u64, is_meant: impl Fn(&Entry) -> bool) {
        let mut shard = self.shard(recipient);
        let entry = shard.flights.get_mut(&recipient);
        if let Some(entry) = entry.filter(|entry| entry.stage == Stage::Waiting && is_meant(entry)) {
            self.uncount(entry);
            entry.stage = Stage::Hopeless;
        }
    }

    fn sweep(&self, now: Elapsed, shard: &mut Shard) {
        shard.flights.retain(|_, entry| {
            let stays = matches!(entry.stage, Stage::Typing(_)) || now < entry.asked + self.patience;
            if !stays {
                self.uncount(entry);
            }
            stays
        });
        shard.sweep_at = SWEEP_AT.max(shard.flights.len() * 2);
    }

    fn uncount(&self, entry: &Entry) {
        if entry.stage != Stage::Hopeless {
            self.progress.in_flight.take();
        }
    }

    fn shard(&self, recipient: u64) -> MutexGuard<'_, Shard> {
        // Neighbouring numbers fall into different shards, by the upper bits of a Fibonacci hash.
        let mixed = recipient.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 58;
        self.shards[mixed as usize].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::sync::Arc;

    use expect_test::{Expect, expect};
    use scenario::{Elapsed, Span};

    use super::{Flight, Flights, SHARDS, SWEEP_AT};
    use crate::progress::Progress;

    const fn flight(recipient: u64, arrival: u64) -> Flight {
        Flight { recipient, arrival, planned: Elapsed::ZERO }
    }

    /// Plays one word per step for the recipient 1: `ask0`, `lose0`, `never`, `code123456`, `typed0`,
    /// `end0`; the digit is the arrival. Shows each step's answer and how many are in flight.
    #[track_caller]
    fn check(steps: &str, expected: &Expect) {
        let progress = Arc::new(Progress::new());
        let flights = Flights::new(Span::from_secs(60), Arc::clone(&progress));
        let mut text = String::new();
        for step in steps.split(' ') {
            let (word, digits) = step.split_at(step.trim_end_matches(|c: char| c.is_ascii_digit()).len());
            let meant = flight(1, digits.parse().unwrap_or_default());
            let answer = match word {
                "ask" => {
                    flights.ask(Elapsed::ZERO, meant);
                    String::new()
                }
                "lose" => {
                    flights.lose(meant);
                    String::new()
                }
                "never" => {
                    flights.never(1);
                    String::new()
                }
                "end" => {
                    flights.end(meant);
                    String::new()
                }
                "code" => {
                    let landed = flights.land(1, digits.parse().expect("a code"));
                    landed.map_or(" ignored".to_owned(), |flight| format!(" for {}", flight.arrival))
                }
                _ => flights.code(meant).map_or(" nothing".to_owned(), |code| format!(" {}", code.expose())),
            };
            writeln!(text, "{step}{answer}: {} in flight", progress.look().in_flight)
                .expect("a string grows");
        }
        expected.assert_eq(&text);
    }

    #[test]
    fn a_code_is_typed_once_however_often_it_comes() {
        check(
            "ask0 code111 code111 typed0 end0 code111 typed0",
            &expect![[r#"
            ask0: 1 in flight
            code111 for 0: 1 in flight
            code111 ignored: 1 in flight
            typed0 111: 1 in flight
            end0: 0 in flight
            code111 ignored: 0 in flight
            typed0 nothing: 0 in flight
        "#]],
        );
    }

    #[test]
    fn the_newest_code_is_the_one_typed() {
        check(
            "ask0 code111 code222 typed0",
            &expect![[r#"
            ask0: 1 in flight
            code111 for 0: 1 in flight
            code222 ignored: 1 in flight
            typed0 222: 1 in flight
        "#]],
        );
    }

    #[test]
    fn a_code_may_come_before_the_answer_and_after_all_hope() {
        check(
            "ask0 code111 lose0 never typed0 end0",
            &expect![[r#"
            ask0: 1 in flight
            code111 for 0: 1 in flight
            lose0: 1 in flight
            never: 1 in flight
            typed0 111: 1 in flight
            end0: 0 in flight
        "#]],
        );
        check(
            "ask0 lose0 never code111 typed0 end0",
            &expect![[r#"
            ask0: 1 in flight
            lose0: 0 in flight
            never: 0 in flight
            code111 for 0: 1 in flight
            typed0 111: 1 in flight
            end0: 0 in flight
        "#]],
        );
    }

    #[test]
    fn the_latest_arrival_of_a_recipient_is_the_one_in_flight() {
        check(
            "ask0 code111 ask1 typed0 end0 lose0 code222 typed1 end1",
            &expect![[r#"
            ask0: 1 in flight
            code111 for 0: 1 in flight
            ask1: 1 in flight
            typed0 nothing: 1 in flight
            end0: 1 in flight
            lose0: 1 in flight
            code222 for 1: 1 in flight
            typed1 222: 1 in flight
            end1: 0 in flight
        "#]],
        );
    }

    #[test]
    fn what_nobody_waits_for_any_more_is_swept_out() {
        let progress = Arc::new(Progress::new());
        let flights = Flights::new(Span::from_secs(60), Arc::clone(&progress));
        let mut now = Elapsed::ZERO;
        for arrival in 0..1_000_000 {
            now += Span::from_millis(10);
            flights.ask(now, flight(arrival, arrival));
            if arrival % 2 == 0 {
                flights.lose(flight(arrival, arrival));
            }
        }
        let held: usize =
            flights.shards.iter().map(|shard| shard.lock().expect("no panic").flights.len()).sum();
        assert!(held <= SHARDS * SWEEP_AT, "{held} are held");
        assert!(progress.look().in_flight <= held as u64);
    }
}
