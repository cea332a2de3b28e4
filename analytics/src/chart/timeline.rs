//! Delivery time along the run, above the planned rate of arrivals.

use scenario::{Scenario, Span};

use super::Chart;
use super::axis::{self, Axis};
use super::canvas::{self, Beside, Canvas, Stroke, Subject};
use crate::figures;
use crate::measure::{Bucket, Measures, Series, Time};

/// The drawing's size, in pixels.
const SIZE: (u32, u32) = (960, 480);

const NAME: &str = "timeline";
const TITLE: &str = "Delivery time along the run, and the planned rate";

/// The lines, each with the percentile it shows and how it is drawn.
const LINES: [(&str, Stroke); 3] = [("p50", Stroke::First), ("p95", Stroke::Second), ("p99", Stroke::Third)];

/// Draws the chart.
pub(crate) fn draw(measures: &Measures, scenario: &Scenario) -> Chart {
    let finding = finding(&measures.series);
    let subject = Subject { name: NAME, title: TITLE, finding: &finding };
    let lasts = scenario.traffic.phases.iter().fold(Span::ZERO, |sum, phase| sum + phase.lasts);
    let svg = canvas::draw(&subject, SIZE, |canvas| Painter::new(canvas, measures, lasts).paint());
    Chart { name: NAME, title: TITLE, svg, rows: rows(&measures.series), finding }
}

/// A time as the report writes it.
pub(crate) fn time_or_never(time: Option<Time>) -> String {
    match time {
        Some(Time::Took(span)) => figures::time(span),
        Some(Time::Never) => "never".to_owned(),
        None => "none".to_owned(),
    }
}

fn finding(series: &Series) -> String {
    // Of equally slow stretches the first one is told.
    let worst = series.buckets.iter().rev().max_by_key(|bucket| bucket.delivery[1]);
    let Some((bucket, p95)) = worst.and_then(|bucket| Some((bucket, bucket.delivery[1]?))) else {
        return "No code was asked for.".to_owned();
    };
    let at = figures::time(bucket.from);
    let rate = figures::rate(bucket.planned, series.width);
    match p95 {
        Time::Took(span) => format!(
            "p95 was highest {at} into the traffic, with {} while {rate} were planned.",
            figures::time(span)
        ),
        Time::Never => {
            format!(
                "{at} into the traffic, more than 5 % of the codes planned ({rate}) never reached a phone."
            )
        }
    }
}

/// Both panels, with their axes.
struct Painter<'a, 'c> {
    canvas: &'a Canvas<'c>,
    series: &'a Series,
    lasts: Span,
    within: Span,
    x: Axis,
    times: Axis,
    rates: Axis,
    /// The pixel at which what never ended is drawn.
    never: Option<i32>,
}

impl<'a, 'c> Painter<'a, 'c> {
    fn new(canvas: &'a Canvas<'c>, measures: &'a Measures, lasts: Span) -> Self {
        let series = &measures.series;
        let end = Span::from_micros(series.width.micros() * series.buckets.len() as u64).max(lasts);
        let all = || series.buckets.iter().flat_map(|bucket| bucket.delivery).flatten();
        let took = || {
            all().filter_map(|time| match time {
                Time::Took(span) => Some(span.micros()),
                Time::Never => None,
            })
        };
        let low = took().min().unwrap_or(100_000) * 7 / 10;
        let high = took().max().unwrap_or(0).max(measures.within.micros()) * 13 / 10;
        let never = all().any(|time| time == Time::Never).then_some(28);
        let top = if never.is_some() { 56 } else { 24 };
        let rate_max = series.buckets.iter().map(|bucket| rate(bucket, series.width)).fold(0.0, f64::max);
        Self {
            canvas,
            series,
            lasts: end,
            within: measures.within,
            x: Axis::linear((0.0, end.micros() as f64), (84, 900)),
            times: Axis::times((low, high), (304, top)),
            rates: Axis::linear((0.0, axis::round_end(rate_max.max(1.0))), (432, 352)),
            never,
        }
    }

    fn paint(&self) {
        self.paint_grid();
        self.paint_rates();
        let mut labels = Vec::new();
        for (at, (name, stroke)) in LINES.into_iter().enumerate() {
            let mut last = None;
            for points in self.runs(at) {
                last = points.last().copied();
                self.canvas.line(points, stroke);
            }
            labels.extend(last.map(|(_, y)| (y, name)));
        }
        labels.sort_unstable();
        let mut free_from = i32::MIN;
        for (y, name) in labels {
            let y = y.max(free_from);
            self.canvas.words(name, (self.x.ends().1 + 8, y), Beside::Right);
            free_from = y + 16;
        }
    }

    /// The lines of one percentile: one for each stretch without a gap.
    fn runs(&self, percentile: usize) -> Vec<Vec<(i32, i32)>> {
        let mut runs = vec![Vec::new()];
        for bucket in &self.series.buckets {
            let middle = bucket.from.micros() + self.series.width.micros() / 2;
            let y = match bucket.delivery[percentile] {
                Some(Time::Took(span)) => Some(self.times.pixel(span.micros() as f64)),
                Some(Time::Never) => self.never,
                None => None,
            };
            match (y, runs.last_mut()) {
                (Some(y), Some(run)) => run.push((self.x.pixel(middle as f64), y)),
                _ => runs.push(Vec::new()),
            }
        }
        runs.retain(|run| !run.is_empty());
        runs
    }

    fn paint_grid(&self) {
        let (left, right) = self.x.ends();
        for (micros, name) in self.times.time_ticks() {
            let y = self.times.pixel(micros);
            self.canvas.grid((left, y), (right, y));
            self.canvas.words(&name, (left - 8, y), Beside::Left);
        }
        if let Some(y) = self.never {
            self.canvas.shade([(left, y - 12), (right, y + 12)]);
            self.canvas.words("never", (left - 8, y), Beside::Left);
        }
        let bar = self.times.pixel(self.within.micros() as f64);
        self.canvas.line(vec![(left, bar), (right, bar)], Stroke::Bar);
        for seconds in Axis::linear((0.0, self.lasts.micros() as f64 / 1e6), (0, 1)).count_ticks(8) {
            let x = self.x.pixel(seconds * 1e6);
            let name = axis::instant_name(Span::from_micros((seconds * 1e6) as u64), self.lasts);
            self.canvas.grid((x, self.rates.ends().0), (x, self.rates.ends().1));
            self.canvas.words(&name, (x, self.rates.ends().0 + 8), Beside::Below);
        }
    }

    fn paint_rates(&self) {
        let (left, right) = self.x.ends();
        let (bottom, top) = self.rates.ends();
        for rate in self.rates.count_ticks(3) {
            let y = self.rates.pixel(rate);
            self.canvas.grid((left, y), (right, y));
            self.canvas.words(&format!("{}/s", figures::count(rate as u64)), (left - 8, y), Beside::Left);
        }
        self.canvas.words("planned rate", (left - 4, top - 20), Beside::Right);
        let mut points = vec![(left, bottom)];
        let mut end = left;
        for bucket in &self.series.buckets {
            let y = self.rates.pixel(rate(bucket, self.series.width));
            let from = self.x.pixel(bucket.from.micros() as f64);
            end = self.x.pixel((bucket.from + self.series.width).micros() as f64);
            points.extend([(from, y), (end, y)]);
        }
        points.push((end, bottom));
        self.canvas.area(points);
    }
}

/// Arrivals per second.
fn rate(bucket: &Bucket, width: Span) -> f64 {
    bucket.planned as f64 * 1e6 / width.micros().max(1) as f64
}

fn rows(series: &Series) -> Vec<Vec<String>> {
    let headings = ["from", "planned", "p50", "p95", "p99"].map(ToOwned::to_owned).to_vec();
    let rows = series.buckets.iter().map(|bucket| {
        let [p50, p95, p99] = bucket.delivery.map(time_or_never);
        vec![figures::chosen(bucket.from), figures::count(bucket.planned), p50, p95, p99]
    });
    std::iter::once(headings).chain(rows).collect()
}
