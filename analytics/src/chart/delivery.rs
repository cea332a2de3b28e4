//! Delivery time: the share of all codes that were on the phone after a time.

use scenario::Span;

use super::Chart;
use super::axis::Axis;
use super::canvas::{self, Beside, Canvas, Stroke, Subject};
use crate::figures;
use crate::measure::{Measures, Time};

/// The drawing's size, in pixels.
const SIZE: (u32, u32) = (960, 400);
/// The points of the line at most.
const POINTS_MAX: usize = 600;

const NAME: &str = "delivery";
const TITLE: &str = "Delivery time of all codes";

/// Draws the chart.
pub(crate) fn draw(measures: &Measures) -> Chart {
    let finding = finding(measures);
    let subject = Subject { name: NAME, title: TITLE, finding: &finding };
    let svg = canvas::draw(&subject, SIZE, |canvas| paint(canvas, measures));
    Chart { name: NAME, title: TITLE, svg, rows: rows(measures), finding }
}

fn finding(measures: &Measures) -> String {
    let within = figures::chosen(measures.within);
    let in_time = figures::percent(measures.delivered_within, measures.arrivals);
    let never = figures::percent(measures.delivery.never(), measures.arrivals);
    match measures.delivery.percentiles([500]) {
        [Some(Time::Took(median))] => format!(
            "Half of all codes were on the phone after {}; {in_time} within {within}; {never} never were.",
            figures::time(median)
        ),
        [Some(Time::Never)] => {
            format!("{in_time} of all codes were on the phone within {within}; {never} never were.")
        }
        [None] => "No code was asked for.".to_owned(),
    }
}

fn paint(canvas: &Canvas<'_>, measures: &Measures) {
    let steps = measures.delivery.cumulated();
    let shortest = steps.first().map_or(100_000, |(span, _)| span.micros());
    let longest = measures.delivery.max().map_or(0, Span::micros);
    let within = measures.within.micros();
    let low = (shortest - shortest / 10).min(within / 10);
    let high = (longest + longest / 10).max(within * 2);
    let x = Axis::times((low, high), (72, 940));
    let y = Axis::linear((0.0, 100.0), (344, 20));
    let bar = x.pixel(within as f64);
    canvas.shade([(bar, y.ends().1), (x.ends().1, y.ends().0)]);
    grid(canvas, x, y);
    let share = |count: u64| 100.0 * count as f64 / measures.arrivals.max(1) as f64;

    let mut points = vec![(x.ends().0, y.pixel(0.0))];
    points
        .extend(thinned(&steps).map(|(span, count)| (x.pixel(span.micros() as f64), y.pixel(share(count)))));
    if let Some((_, reached)) = points.last().copied() {
        points.push((x.ends().1, reached));
    }
    canvas.line(points, Stroke::First);

    canvas.line(vec![(bar, y.ends().0), (bar, y.ends().1)], Stroke::Bar);
    let in_time = figures::percent(measures.delivered_within, measures.arrivals);
    let words = format!("{in_time} within {}", figures::chosen(measures.within));
    // Beside the bar, well away from the line.
    let level = if share(measures.delivered_within) > 50.0 { 12.5 } else { 87.5 };
    canvas.words(&words, (bar + 12, y.pixel(level)), Beside::Right);
    let delivered = measures.arrivals - measures.delivery.never();
    let in_the_end = figures::percent(delivered, measures.arrivals);
    let below = (y.pixel(share(delivered)) + 22).min(y.ends().0 - 12);
    canvas.words(&format!("{in_the_end} in the end"), (x.ends().1 - 6, below), Beside::Left);
}

fn grid(canvas: &Canvas<'_>, x: Axis, y: Axis) {
    for percent in [0.0, 25.0, 50.0, 75.0, 100.0] {
        let at = y.pixel(percent);
        canvas.grid((x.ends().0, at), (x.ends().1, at));
        canvas.words(&format!("{percent:.0} %"), (x.ends().0 - 8, at), Beside::Left);
    }
    for (micros, name) in x.time_ticks() {
        let at = x.pixel(micros);
        canvas.grid((at, y.ends().0), (at, y.ends().1));
        canvas.words(&name, (at, y.ends().0 + 8), Beside::Below);
    }
    canvas.words("from the planned instant", ((x.ends().0 + x.ends().1) / 2, y.ends().0 + 32), Beside::Below);
}

/// So many of the steps as a drawing can show, the last one always among them.
fn thinned(steps: &[(Span, u64)]) -> impl Iterator<Item = (Span, u64)> + '_ {
    let every = steps.len().div_ceil(POINTS_MAX - 3).max(1);
    let last = steps.len().saturating_sub(1);
    steps.iter().enumerate().filter(move |(at, _)| at % every == 0 || *at == last).map(|(_, step)| *step)
}

fn rows(measures: &Measures) -> Vec<Vec<String>> {
    const PERMILLES: [u16; 9] = [10, 50, 100, 250, 500, 750, 900, 950, 990];
    let mut rows = vec![vec!["share of all codes".to_owned(), "on the phone within".to_owned()]];
    let found = measures.delivery.percentiles(PERMILLES);
    for (permille, time) in PERMILLES.iter().zip(found) {
        rows.push(vec![format!("{} %", permille / 10), super::time_or_never(time)]);
    }
    rows
}
