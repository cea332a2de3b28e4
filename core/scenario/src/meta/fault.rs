//! Reading the misbehaviour that a scenario asks for, and writing it again.

use std::fmt;

use super::{Fault, FaultKind, WebhookFault, Window};
use crate::chance::{Latency, Share};
use crate::read::{Kind, Mistakes, Page, Table};
use crate::time::{Elapsed, Span};

/// The codes with which Meta refuses a send in its answer.
///
/// Source: Cloud API guide, "Error codes": those that a call to `messages` can be answered with.
const REFUSALS: [u32; 36] = [
    0, 1, 2, 3, 4, 10, 33, 100, 190, 200, 368, 80_007, 130_429, 130_497, 131_000, 131_005, 131_008, 131_009,
    131_016, 131_021, 131_030, 131_031, 131_037, 131_048, 131_056, 131_057, 131_064, 132_000, 132_001,
    132_005, 132_007, 132_012, 132_015, 132_016, 133_004, 133_010,
];

impl Fault {
    /// Reads a text of nothing but `[[faults]]`, each as in a scenario's `[[meta.faults]]`.
    ///
    /// # Errors
    ///
    /// Every mistake found, never just the first.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, Mistakes> {
        Page::read(text, |table| table.list("faults", |table, _| Self::read(table)))
    }

    pub(super) fn read(table: &Table<'_>) -> Option<Self> {
        let from = table.or("from", Span::ZERO, &Kind::span(Span::ZERO..=Span::DAY));
        let lasts = table.optional("for", &Kind::span(Span::from_millis(1)..=Span::DAY));
        let refuse = table.section_or("refuse", None, |table| read_refusal(table).map(Some));
        let outage = table.optional("outage", &Kind::affirmed());
        let webhooks = table.section_or("webhooks", None, |table| WebhookFault::read(table).map(Some));
        let outage = outage.map(|outage| outage.map(|()| FaultKind::Outage));
        let webhooks = webhooks.map(|fault| fault.map(FaultKind::Webhooks));
        let mut kinds = [refuse?, outage?, webhooks?].into_iter().flatten();
        let kind = match (kinds.next(), kinds.next()) {
            (Some(kind), None) => kind,
            (first, _) => {
                let found = if first.is_none() { "none of its kinds" } else { "of several kinds" };
                table.wrong(found, "exactly one of `refuse`, `outage` and `webhooks`");
                return None;
            }
        };
        let from = Elapsed::ZERO + from?;
        let until = lasts?.map_or(Elapsed::NEVER, |lasts| from + lasts);
        Some(Self { window: Window { from, until }, kind })
    }
}

fn read_refusal(table: &Table<'_>) -> Option<FaultKind> {
    let code = table.required("code", &Kind::number_of(&REFUSALS));
    let share = table.or("share", Share::ALL, &Kind::share());
    Some(FaultKind::Refuse { code: code?, share: share? })
}

impl WebhookFault {
    fn read(table: &Table<'_>) -> Option<Self> {
        let share = |key| table.or(key, Share::NONE, &Kind::share());
        let (drop, repeat, reorder) = (share("drop"), share("repeat"), share("reorder"));
        let delay = table.section_or("delay", None, |table| Latency::read(table).map(Some));
        let fault = Self { drop: drop?, repeat: repeat?, reorder: reorder?, delay: delay? };
        if fault == Self::default() {
            table.wrong("without effect", "at least one of `drop`, `repeat`, `reorder` and `delay`");
            return None;
        }
        Some(fault)
    }
}

/// Writes the fault as a scenario's list of faults holds it.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Window { from, until } = self.window;
        write!(f, "{{ from = \"{}\", ", from.since(Elapsed::ZERO))?;
        if until != Elapsed::NEVER {
            write!(f, "for = \"{}\", ", until.since(from))?;
        }
        match &self.kind {
            FaultKind::Refuse { code, share } => {
                write!(f, "refuse = {{ code = {code}, share = \"{share}\" }} }}")
            }
            FaultKind::Outage => f.write_str("outage = true }"),
            FaultKind::Webhooks(fault) => write!(f, "webhooks = {fault} }}"),
        }
    }
}

impl fmt::Display for WebhookFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { drop, repeat, reorder, delay } = self;
        write!(f, "{{ drop = \"{drop}\", repeat = \"{repeat}\", reorder = \"{reorder}\"")?;
        if let Some(delay) = delay {
            write!(f, ", delay = {{ median = \"{}\", p99 = \"{}\" }}", delay.median(), delay.p99())?;
        }
        f.write_str(" }")
    }
}

#[cfg(test)]
mod tests {
    use cloud_api::FailureCode;

    use super::{Fault, REFUSALS};

    #[track_caller]
    fn check_read_back(faults: &str) {
        let read = Fault::parse_all(faults).unwrap();
        let written: Vec<String> = read.iter().map(ToString::to_string).collect();
        assert_eq!(Fault::parse_all(&format!("faults = [{}]", written.join(", "))), Ok(read));
    }

    #[test]
    fn a_fault_is_written_as_it_is_read() {
        check_read_back(
            "[[faults]]\nfrom = \"20s\"\nfor = \"1.5s\"\nrefuse = { code = 130429, share = \"30 %\" }",
        );
        check_read_back("[[faults]]\noutage = true");
        check_read_back(
            "[[faults]]\nwebhooks = { drop = \"5 %\", delay = { median = \"1s\", p99 = \"9s\" } }",
        );
    }

    #[test]
    fn every_code_of_a_refusal_is_in_metas_table() {
        let unknown: Vec<u32> =
            REFUSALS.into_iter().filter(|code| FailureCode::new(*code).is_err()).collect();
        assert_eq!(unknown, [0_u32; 0]);
    }
}
