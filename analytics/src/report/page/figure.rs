//! A chart in the page: drawing, finding and the figures behind it.

use maud::{Markup, PreEscaped, html};

use super::{cell, table, unbroken};
use crate::chart::Chart;

/// A chart with its caption and its table.
pub(super) fn figure(chart: &Chart) -> Markup {
    let headings: Vec<&str> = chart.rows.first().into_iter().flatten().map(String::as_str).collect();
    let rows: Vec<Vec<Markup>> =
        chart.rows.iter().skip(1).map(|row| row.iter().map(cell).collect()).collect();
    html! {
        figure {
            figcaption { b { (chart.title) ". " } (unbroken(&chart.finding)) }
            // The drawing is ours from end to end; what it quotes is escaped where it is drawn.
            div.drawing { (PreEscaped(&chart.svg)) }
            details {
                summary { "Figures behind the chart" }
                (table(&headings, &rows))
            }
        }
    }
}
