//! What is counted while the server runs, cheaply enough for the path of a send.
//!
//! Nothing is looked up by name and nothing is locked: a count is one addition to a number that
//! the thread shares with few others.

mod text;

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use cloud_api::refusal::CATALOGUE;
use journal::{Fact, Kind};

pub(crate) use text::{CONTENT_TYPE, Scrape};

/// Over how many stripes threads are spread.
const STRIPES: usize = 8;

/// The HTTP statuses that are told apart; all others count as the last.
const STATUSES: [u16; 14] = [200, 202, 400, 401, 403, 404, 405, 408, 409, 413, 429, 500, 503, 0];

/// How many codes of kinds of events there are room for.
const KINDS: usize = 128;

/// Up to how late timers are told apart, in microseconds.
const LATE_MICROS: [u64; 11] =
    [100, 250, 500, 1_000, 2_000, 5_000, 10_000, 25_000, 50_000, 100_000, 1_000_000];

/// Everything that is counted.
#[derive(Debug)]
pub(crate) struct Metrics {
    stripes: Vec<Stripe>,
    /// The names of what requests are for, in the order of their places.
    operations: Vec<String>,
    /// How late timers fired; the last is for those later than all others.
    late: [AtomicU64; LATE_MICROS.len() + 1],
    late_micros: AtomicU64,
}

/// The counts of some threads, on cache lines of their own.
#[derive(Debug)]
#[repr(align(128))]
struct Stripe {
    kinds: [AtomicU64; KINDS],
    retried: AtomicU64,
    not_ok: AtomicU64,
    refused: Vec<AtomicU64>,
    failed: Vec<AtomicU64>,
    /// For each operation, one for each status, and one for no answer.
    requests: Vec<[AtomicU64; STATUSES.len() + 1]>,
}

thread_local! {
    /// The stripe of this thread.
    static STRIPE: Cell<Option<usize>> = const { Cell::new(None) };
}

/// How many threads have got a stripe.
static THREADS: AtomicUsize = AtomicUsize::new(0);

impl Metrics {
    /// Counts for requests to these operations.
    pub(crate) fn new(operations: Vec<String>) -> Self {
        let stripes = (0..STRIPES).map(|_| Stripe::new(operations.len())).collect();
        let (late, late_micros) = ([const { AtomicU64::new(0) }; LATE_MICROS.len() + 1], AtomicU64::new(0));
        Self { stripes, operations, late, late_micros }
    }

    /// Counts an event.
    pub(crate) fn happened(&self, fact: &Fact) {
        let stripe = self.stripe();
        add(&stripe.kinds[usize::from(fact.kind().code()) % KINDS]);
        match fact {
            Fact::MessageFailed { code, .. } => add(&stripe.failed[place(*code)]),
            Fact::WebhookAnswered { attempt, http_status, .. } => {
                if *attempt > 1 {
                    add(&stripe.retried);
                }
                if *http_status != 200 {
                    add(&stripe.not_ok);
                }
            }
            Fact::WebhookFailed { attempt, .. } if *attempt > 1 => add(&stripe.retried),
            _ => {}
        }
    }

    /// Counts an answer to the operation at this place, or that there was none.
    pub(crate) fn answered(&self, operation: usize, status: Option<u16>) {
        let known = |status| STATUSES.iter().position(|known| *known == status).unwrap_or(STATUSES.len() - 1);
        let counts = &self.stripe().requests[operation];
        add(&counts[status.map_or(STATUSES.len(), known)]);
    }

    /// Counts a refusal with this code.
    pub(crate) fn refused(&self, code: u32) {
        add(&self.stripe().refused[place(code)]);
    }

    /// Counts a timer that fired this late, in real time.
    pub(crate) fn fired(&self, late: Duration) {
        let micros = u64::try_from(late.as_micros()).unwrap_or(u64::MAX);
        let bucket = LATE_MICROS.partition_point(|bound| *bound < micros);
        add(&self.late[bucket]);
        self.late_micros.fetch_add(micros, Ordering::Relaxed);
    }

    fn stripe(&self) -> &Stripe {
        let nth = STRIPE.get().unwrap_or_else(|| {
            let nth = THREADS.fetch_add(1, Ordering::Relaxed) % STRIPES;
            STRIPE.set(Some(nth));
            nth
        });
        &self.stripes[nth]
    }

    fn sum(&self, count: impl Fn(&Stripe) -> &AtomicU64) -> u64 {
        self.stripes.iter().map(|stripe| count(stripe).load(Ordering::Relaxed)).sum()
    }

    fn of_kind(&self, kind: Kind) -> u64 {
        self.sum(|stripe| &stripe.kinds[usize::from(kind.code()) % KINDS])
    }
}

impl Stripe {
    fn new(operations: usize) -> Self {
        // One more than there are codes: for what is not in the table.
        let codes = || (0..=CATALOGUE.len()).map(|_| AtomicU64::new(0)).collect();
        Self {
            kinds: [const { AtomicU64::new(0) }; KINDS],
            retried: AtomicU64::new(0),
            not_ok: AtomicU64::new(0),
            refused: codes(),
            failed: codes(),
            requests: (0..operations).map(|_| [const { AtomicU64::new(0) }; STATUSES.len() + 1]).collect(),
        }
    }
}

fn add(count: &AtomicU64) {
    count.fetch_add(1, Ordering::Relaxed);
}

/// Where a code is counted: its place in Meta's table, or the one after it.
fn place(code: u32) -> usize {
    let code = if (200..300).contains(&code) { 200 } else { code };
    CATALOGUE.binary_search_by_key(&code, |entry| entry.code).unwrap_or(CATALOGUE.len())
}
