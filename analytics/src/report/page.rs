//! `report.html`: one page that needs nothing but itself.

mod appendix;
mod details;
mod figure;
mod hero;
mod journey;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Subject;
use crate::chart;

/// The style of the page.
const STYLE: &str = include_str!("page/style.css");

/// What a browser may load for this page: nothing from anywhere.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// The contents of `report.html`.
pub(crate) fn page(subject: &Subject<'_>) -> String {
    let name = &subject.scenario.name;
    let title = format!("{} {name}", subject.judgement.verdict.name());
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) (PreEscaped(chart::STYLE)) }
            }
            body {
                a.skip href="#budgets" { "Skip to the budgets" }
                main { (sections(subject)) }
                (footer(subject))
            }
        }
    };
    markup.into_string()
}

fn sections(subject: &Subject<'_>) -> Markup {
    html! {
        (hero::hero(subject))
        (hero::validity_banner(subject))
        (hero::tiles(subject))
        (journey::budgets(subject))
        (journey::funnel(subject))
        (journey::waits(subject))
        section aria-labelledby="delivery-heading" {
            h2 #delivery-heading { "Delivery time" }
            p.lead {
                "From the instant for which a code was planned until it was on the phone. A code that never "
                "arrived counts as infinitely late; it is in every share and in every percentile."
            }
            @for chart in subject.charts { (figure::figure(chart)) }
        }
        (details::stages(subject))
        (details::codes(subject))
        (details::webhooks(subject))
        (details::phases(subject))
        (appendix::conservation(subject))
        (appendix::validity(subject))
        (appendix::reproduce(subject))
    }
}

fn footer(subject: &Subject<'_>) -> Markup {
    let facts = subject.facts;
    html! {
        footer {
            p {
                "otpbench " (facts.otpbench) " · seed " (facts.seed)
                @if let Some(started_at) = &facts.started_at { " · started " (started_at) }
            }
            p { "Every figure is derived from the journals of this run; one row for each code is in messages.parquet." }
        }
    }
}

/// A table with headings; the first column names the row, the others are figures.
fn table(headings: &[&str], rows: &[Vec<Markup>]) -> Markup {
    html! {
        div.scroll {
            table {
                thead { tr { @for heading in headings { th scope="col" { (heading) } } } }
                tbody {
                    @for row in rows {
                        tr {
                            @for (at, cell) in row.iter().enumerate() {
                                @if at == 0 { th scope="row" { (cell) } } @else { td { (cell) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A sentence whose figures keep their units beside them.
fn unbroken(sentence: &str) -> String {
    let signs = sentence.replace("≥ ", "≥\u{a0}").replace("< ", "<\u{a0}");
    [" %", " s ", " s;", " s,", " s)", " s."]
        .iter()
        .fold(signs, |text, unit| text.replace(unit, &unit.replacen(' ', "\u{a0}", 1)))
}

/// Words as a cell.
fn cell(words: impl AsRef<str>) -> Markup {
    html! { (words.as_ref()) }
}
