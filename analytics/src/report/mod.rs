//! The report in its four forms: a page, a summary, a terminal's screen, and JSON.

mod code;
mod json;
mod markdown;
mod page;
mod screen;
mod sentence;

pub(crate) use screen::screen;

use scenario::Scenario;

use crate::chart::Chart;
use crate::error::AnalysisError;
use crate::facts::RunFacts;
use crate::folder::Folder;
use crate::measure::Measures;
use crate::table::Tally;
use crate::verdict::Judgement;

/// Everything that a report is about.
pub(crate) struct Subject<'a> {
    /// The run's folder.
    pub(crate) folder: &'a Folder,
    /// What should have happened.
    pub(crate) scenario: &'a Scenario,
    /// What is known besides.
    pub(crate) facts: &'a RunFacts,
    /// What was counted beside the arrivals.
    pub(crate) tally: &'a Tally,
    /// The figures.
    pub(crate) measures: &'a Measures,
    /// What they came to.
    pub(crate) judgement: &'a Judgement,
    /// The charts.
    pub(crate) charts: &'a [Chart],
}

/// Writes all files of the report.
pub(crate) fn write(subject: &Subject<'_>) -> Result<(), AnalysisError> {
    let folder = subject.folder;
    for chart in subject.charts {
        folder.write(&format!("charts/{}.svg", chart.name), &chart.file())?;
    }
    folder.write("report.html", &page::page(subject))?;
    folder.write("verdict.json", &json::verdict(subject))?;
    folder.write("summary.md", &markdown::summary(subject))
}
