//! Whether the run can tell, and whether its budgets were met.

mod budget;
mod conservation;
mod validity;

use scenario::Scenario;

pub(crate) use budget::{Decision, Judged};
pub(crate) use conservation::Balance;
pub(crate) use validity::Check;

use crate::facts::RunFacts;
use crate::measure::Measures;
use crate::table::Table;

/// What a run came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The run is valid, and every budget was met.
    Pass,
    /// The run is valid, and a budget was missed.
    Fail,
    /// The run cannot tell: it was not the run that the scenario asks for, or is not all there.
    Invalid,
}

impl Verdict {
    /// The word for it, as the report shouts it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Fail => "FAIL",
            Self::Invalid => "INVALID",
        }
    }
}

/// Everything that was judged.
pub(crate) struct Judgement {
    /// What it came to.
    pub(crate) verdict: Verdict,
    /// Whether the run can tell; one of them unmet makes it invalid.
    pub(crate) validity: Vec<Check>,
    /// Whether all counts add up.
    pub(crate) conservation: Vec<Balance>,
    /// The budgets, in the scenario's order.
    pub(crate) budgets: Vec<Judged>,
}

impl Judgement {
    /// Judges the run.
    pub(crate) fn new(table: &Table, measures: &Measures, scenario: &Scenario, facts: &RunFacts) -> Self {
        let conservation = conservation::balances(table, measures);
        let validity = validity::checks(table, measures, facts, &conservation);
        let budgets: Vec<Judged> = scenario
            .budgets
            .iter()
            .zip(&measures.budgets)
            .map(|(budget, observed)| Judged::new(budget, *observed))
            .collect();
        let is_valid = validity.iter().all(|check| check.is_met)
            && budgets.iter().all(|judged| judged.decision != Decision::Undecided);
        let verdict = if !is_valid {
            Verdict::Invalid
        } else if budgets.iter().all(|judged| judged.decision == Decision::Met) {
            Verdict::Pass
        } else {
            Verdict::Fail
        };
        Self { verdict, validity, conservation, budgets }
    }
}
