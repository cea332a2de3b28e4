//! A ledger as it is saved: lists instead of maps, because JSON has no other keys than texts.

use serde::{Deserialize, Deserializer, Serialize};

use super::{BUTTONS_MAX, Group, HalfHour, Ledger, Tally};
use crate::state::Count;
use cloud_api::Day;

/// Everything that a ledger holds.
#[derive(Serialize, Deserialize)]
pub(super) struct Saved {
    half_hours: Vec<(Count, Vec<(Group, Tally)>)>,
    carried: Vec<(Day, Group, Count)>,
    #[serde(deserialize_with = "crate::state::count")]
    dropped: u64,
}

/// Reads how often each button was pressed; files of before tell one number, which counts for the first.
pub(super) fn presses<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u32; BUTTONS_MAX], D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Told {
        Together(u32),
        Each([u32; BUTTONS_MAX]),
    }
    Ok(match Told::deserialize(deserializer)? {
        Told::Each(each) => each,
        Told::Together(count) => {
            let mut each = [0; BUTTONS_MAX];
            each[0] = count;
            each
        }
    })
}

impl From<Ledger> for Saved {
    fn from(ledger: Ledger) -> Self {
        let half_hours = ledger.half_hours.into_iter();
        Self {
            half_hours: half_hours.map(|hour| (Count(hour.nth), hour.rows.into_iter().collect())).collect(),
            carried: ledger
                .carried
                .into_iter()
                .map(|((day, group), charged)| (day, group, Count(charged)))
                .collect(),
            dropped: ledger.dropped,
        }
    }
}

impl From<Saved> for Ledger {
    fn from(saved: Saved) -> Self {
        let hour = |(Count(nth), rows): (_, Vec<_>)| HalfHour { nth, rows: rows.into_iter().collect() };
        Self {
            rows: saved.half_hours.iter().map(|(_, rows)| rows.len()).sum(),
            half_hours: saved.half_hours.into_iter().map(hour).collect(),
            carried: saved
                .carried
                .into_iter()
                .map(|(day, group, Count(charged))| ((day, group), charged))
                .collect(),
            dropped: saved.dropped,
        }
    }
}
