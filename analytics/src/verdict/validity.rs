//! Whether the run was the one that the scenario asks for; only then do its budgets mean anything.

use journal::Ending;
use scenario::Span;

use super::conservation::Balance;
use crate::facts::{Mode, RunFacts};
use crate::figures;
use crate::measure::{Measures, StageName, Time};
use crate::table::{JournalState, Outcome, Table, Tally};

/// How late the generator may be for 99 of 100 arrivals.
const LATENESS_P99_MAX: Span = Span::from_millis(50);

/// How many of 100 planned arrivals have to be requested.
const ACHIEVED_PERCENT_MIN: u64 = 99;

/// One thing that has to hold for a run to be valid.
pub(crate) struct Check {
    /// The name in `verdict.json`.
    pub(crate) key: &'static str,
    /// What has to hold, in words.
    pub(crate) rule: &'static str,
    /// What was found, in words.
    pub(crate) found: String,
    /// What to say of a run for which it does not hold, in words that can follow a colon.
    pub(crate) doubt: String,
    /// Whether it holds.
    pub(crate) is_met: bool,
}

/// A program that journals, and what has to hold for its journal.
struct Program {
    name: &'static str,
    rule: &'static str,
}

const LOADGEN: Program = Program { name: "generator", rule: "the generator's journal is whole" };
const MOCK_SERVER: Program = Program { name: "mock server", rule: "the mock server's journal is whole" };

/// Checks everything that makes a run valid.
pub(crate) fn checks(
    table: &Table,
    measures: &Measures,
    facts: &RunFacts,
    conservation: &[Balance],
) -> Vec<Check> {
    vec![
        whole("journal_loadgen", &LOADGEN, table.tally.loadgen),
        whole("journal_mock_server", &MOCK_SERVER, table.tally.mock_server),
        uninterrupted(&table.tally),
        achieved(measures, facts),
        lateness(measures, facts),
        shed(measures),
        consistent(&table.tally),
        conserved(conservation),
    ]
}

fn whole(key: &'static str, program: &Program, state: JournalState) -> Check {
    let Program { name, rule } = *program;
    let events = figures::count_of(state.events, "event", "events");
    let (found, doubt) = match state.ending {
        Some(Ending::Whole) => (format!("whole, {events}"), String::new()),
        Some(Ending::CutOff { bytes_lost }) => {
            let bytes = figures::count_of(bytes_lost, "byte", "bytes");
            let found = format!("cut off after {events}; {bytes} at its end could not be read");
            let doubt = format!("the {name}'s journal was {found}");
            (found, doubt)
        }
        None => ("missing".to_owned(), format!("the {name}'s journal is missing")),
    };
    Check { key, rule, found, doubt, is_met: state.is_whole() }
}

fn uninterrupted(tally: &Tally) -> Check {
    let found = if tally.interrupted { "stopped by somebody" } else { "ran to its end" };
    Check {
        key: "uninterrupted",
        rule: "nobody stopped the run before its end",
        found: found.to_owned(),
        doubt: "somebody stopped it before its end".to_owned(),
        is_met: !tally.interrupted,
    }
}

fn achieved(measures: &Measures, facts: &RunFacts) -> Check {
    let (requested, planned) = (measures.funnel.requested, facts.arrivals_planned);
    let enough = u128::from(requested) * 100 >= u128::from(planned) * u128::from(ACHIEVED_PERCENT_MIN);
    let found = format!(
        "{} of {} ({})",
        figures::count(requested),
        figures::count(planned),
        figures::percent(requested, planned)
    );
    Check {
        key: "achieved",
        rule: "at least 99 % of the planned codes were asked for",
        doubt: format!("{found} of the planned codes were asked for, and it takes 99 %"),
        found,
        is_met: enough && planned > 0,
    }
}

fn lateness(measures: &Measures, facts: &RunFacts) -> Check {
    let [p99] = measures.stage(StageName::Lateness).percentiles([990]);
    let found = match (p99, facts.mode) {
        (Some(Time::Took(span)), Mode::Rehearsal) => {
            format!("{}; virtual time makes it zero by construction", figures::time(span))
        }
        (Some(Time::Took(span)), Mode::Run) => figures::time(span),
        (Some(Time::Never) | None, _) => "nothing was asked for".to_owned(),
    };
    Check {
        key: "lateness",
        rule: "the generator's lateness p99 is at most 50 ms",
        doubt: format!("the generator's lateness p99 is above 50 ms, or unknown ({found})"),
        found,
        is_met: p99.is_some_and(|p99| p99 <= Time::Took(LATENESS_P99_MAX)),
    }
}

fn shed(measures: &Measures) -> Check {
    let shed = measures.outcome(Outcome::Shed);
    let found = figures::count_of(shed, "arrival let go", "arrivals let go");
    Check {
        key: "shed",
        rule: "the generator let no arrival go",
        doubt: format!("the generator could not keep up ({found})"),
        found,
        is_met: shed == 0,
    }
}

fn consistent(tally: &Tally) -> Check {
    let found: Vec<String> = tally
        .contradictions()
        .map(|(kind, count)| format!("{} × {}", figures::count(count), kind.name()))
        .collect();
    let is_met = found.is_empty();
    let found = if is_met { "none do".to_owned() } else { found.join("; ") };
    Check {
        key: "consistent",
        rule: "no events contradict each other",
        doubt: format!("events contradict each other ({found})"),
        found,
        is_met,
    }
}

fn conserved(conservation: &[Balance]) -> Check {
    let broken: Vec<&str> =
        conservation.iter().filter(|balance| !balance.holds()).map(|balance| balance.law).collect();
    let is_met = broken.is_empty();
    let found = if is_met { format!("all {} balances hold", conservation.len()) } else { broken.join("; ") };
    Check {
        key: "conserved",
        rule: "all counts add up",
        doubt: format!("counts do not add up (not so: {found})"),
        found,
        is_met,
    }
}
