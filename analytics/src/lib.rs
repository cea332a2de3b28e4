//! From the journal to tables, measures, a verdict, charts and a report.
//!
//! [`analyse`] reads what the programs of a run journaled, follows every arrival to its outcome and
//! writes what can be said about the run into the run's folder. Nothing here reads a clock, and the
//! same journals give the same bytes, whoever analyses them and on however many cores.

mod chart;
mod error;
mod facts;
mod figures;
mod folder;
mod measure;
mod report;
mod table;
mod verdict;

use std::path::Path;

use scenario::Scenario;

pub use error::AnalysisError;
pub use facts::{FACTS_VERSION, Mode, RunFacts};
pub use table::Outcome;
pub use verdict::Verdict;

use crate::folder::Folder;
use crate::measure::Measures;
use crate::verdict::Judgement;

/// What the analysis of a run came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Whether the budgets were met, and whether the run can tell.
    pub verdict: Verdict,
    /// Whether a part of the run is missing from the journals: cut off, interrupted or never written.
    pub partial: bool,
    /// The summary for a terminal: several lines, each ended, without colour.
    pub screen: String,
}

/// Analyses a run and writes its report.
///
/// `folder` holds `journal/loadgen.arrows` and `journal/mock-server.arrows`. Written beside them are
/// `messages.parquet`, `events.parquet`, `charts/*.svg`, `report.html`, `verdict.json` and
/// `summary.md`; what stood there under these names is replaced. A journal that was cut off is
/// analysed as far as it goes, a mock server's journal that is missing counts as empty, and the
/// report says so.
///
/// # Errors
///
/// When the generator's journal cannot be opened, when either journal cannot be read as one, and
/// when the folder cannot be written. Each names the path.
pub fn analyse(folder: &Path, scenario: &Scenario, facts: &RunFacts) -> Result<Report, AnalysisError> {
    let folder = Folder::new(folder);
    let table = table::fold(&folder, facts)?;
    let measures = Measures::new(&table, scenario);
    let judgement = Judgement::new(&table, &measures, scenario, facts);
    let charts = chart::draw(&measures, scenario);
    let subject = report::Subject {
        folder: &folder,
        scenario,
        facts,
        tally: &table.tally,
        measures: &measures,
        judgement: &judgement,
        charts: &charts,
    };
    report::write(&subject)?;
    let screen = report::screen(&subject);
    table::write_messages(&folder, &table.arrivals, &table.outcomes)?;
    Ok(Report { verdict: judgement.verdict, partial: table.is_partial(), screen })
}
