//! Charts as SVG, the same bytes for the same figures.

mod axis;
mod canvas;
mod delivery;
mod timeline;

pub(crate) use timeline::time_or_never;

use scenario::Scenario;

use crate::measure::Measures;

/// A finished chart.
pub(crate) struct Chart {
    /// The name of its file, without `.svg`, and of its parts in a page.
    pub(crate) name: &'static str,
    /// What it shows.
    pub(crate) title: &'static str,
    /// What is to be seen in it, in one sentence or two.
    pub(crate) finding: String,
    /// The drawing, with its title and description inside.
    pub(crate) svg: String,
    /// The figures behind it: a line of headings, then lines of values.
    pub(crate) rows: Vec<Vec<String>>,
}

/// The colours of charts that follow the reader's preference, for a page or a file on its own.
///
/// The lines are of the Okabe-Ito palette, which everybody can tell apart; the dark variants are
/// its lighter members.
pub(crate) const STYLE: &str = "\
svg{color:#1d1d21}\
svg text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}\
@media(prefers-color-scheme:dark){\
svg{color:#e9e9ec}\
svg [stroke='#0072B2']{stroke:#56B4E9}svg [fill='#0072B2']{fill:#56B4E9}\
svg [stroke='#D55E00']{stroke:#E69F00}svg [fill='#D55E00']{fill:#E69F00}\
svg [stroke='#007A59']{stroke:#20C997}svg [fill='#007A59']{fill:#20C997}}\
@media print{svg{color:#1d1d21}}";

/// Draws all charts.
pub(crate) fn draw(measures: &Measures, scenario: &Scenario) -> Vec<Chart> {
    vec![delivery::draw(measures), timeline::draw(measures, scenario)]
}

impl Chart {
    /// The drawing as a file of its own.
    pub(crate) fn file(&self) -> String {
        let background = "@media(prefers-color-scheme:dark){svg{background:#16171a}}";
        let style = format!("<style>{STYLE}{background}</style>\n");
        let after_root = self.svg.find('\n').map_or(0, |end| end + 1);
        let (root, rest) = self.svg.split_at(after_root);
        format!("{root}{style}{rest}")
    }
}
