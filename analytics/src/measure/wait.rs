//! How long people waited for their code, in the words of people.

use scenario::Span;

use crate::table::{Arrivals, NEVER};

/// How many people waited so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wait {
    /// How long, in words.
    pub(crate) name: &'static str,
    /// How many arrivals.
    pub(crate) count: u64,
}

/// The upper ends of the waits, each longer than the one before.
const ENDS: [(Span, &str); 4] = [
    (Span::from_secs(2), "under 2 s"),
    (Span::from_secs(5), "2 to 5 s"),
    (Span::from_secs(10), "5 to 10 s"),
    (Span::from_micros(NEVER - 1), "over 10 s"),
];

/// Sorts all arrivals by how long they waited.
pub(crate) fn measure(arrivals: &Arrivals) -> Vec<Wait> {
    let mut waits = ENDS.map(|(_, name)| Wait { name, count: 0 }).to_vec();
    let mut never = Wait { name: "never", count: 0 };
    for (planned, delivered) in arrivals.planned.iter().zip(&arrivals.delivered) {
        let micros = delivered.saturating_sub(*planned);
        let at = ENDS.iter().position(|(end, _)| micros < end.micros());
        match at {
            Some(at) if *delivered != NEVER => waits[at].count += 1,
            _ => never.count += 1,
        }
    }
    waits.push(never);
    waits
}
