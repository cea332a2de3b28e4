//! The counts as Prometheus reads them.

use std::fmt;
use std::fmt::Error;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use cloud_api::refusal::CATALOGUE;
use journal::Kind;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::prometheus_text::encode;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

use super::{LATE_MICROS, STATUSES};
use crate::engine::Engine;
use crate::http::Connections;

/// The type of the text.
pub(crate) use prometheus_client::encoding::prometheus_text::CONTENT_TYPE;

/// Everything that is told of a server when somebody asks.
pub(crate) struct Scrape {
    pub(crate) engine: Arc<Engine>,
    pub(crate) connections: Arc<Connections>,
}

/// One label and its value.
type Label<'a> = [(&'static str, &'a str); 1];

/// Puts metrics down one by one.
struct Page<'a>(DescriptorEncoder<'a>);

impl fmt::Debug for Scrape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scrape")
    }
}

impl Scrape {
    /// The text of all metrics as they are now.
    pub(crate) fn text(self) -> String {
        let mut registry = Registry::default();
        registry.register_collector(Box::new(self));
        let mut text = String::new();
        encode(&mut text, &registry).expect("a string takes any text");
        text
    }

    fn requests(&self, page: &mut Page<'_>) -> Result<(), Error> {
        let metrics = &self.engine.metrics;
        let help = "Requests, by operation and status of the answer; none where a fault kept it back";
        let statuses = STATUSES.map(|status| match status {
            0 => "other".to_owned(),
            status => status.to_string(),
        });
        let statuses: Vec<_> = statuses.into_iter().chain(["none".to_owned()]).collect();
        let mut family = page.counters("otpbench_requests", help)?;
        for (nth, operation) in metrics.operations.iter().enumerate() {
            for (place, status) in statuses.iter().enumerate() {
                let count = metrics.sum(|stripe| &stripe.requests[nth][place]);
                if count > 0 {
                    let labels = [("operation", operation.as_str()), ("status", status.as_str())];
                    ConstCounter::new(count).encode(family.encode_family(&labels)?)?;
                }
            }
        }
        let refused = |place| metrics.sum(|stripe| &stripe.refused[place]);
        page.by_code("otpbench_refusals", "Requests refused, by Meta's code", refused)?;
        let failed = |place| metrics.sum(|stripe| &stripe.failed[place]);
        page.by_code(
            "otpbench_failures",
            "Messages that failed after they were accepted, by Meta's code",
            failed,
        )
    }

    fn messages(&self, page: &mut Page<'_>) -> Result<(), Error> {
        let metrics = &self.engine.metrics;
        let states = [
            ("accepted", Kind::MessageAccepted),
            ("sent", Kind::MessageSent),
            ("delivered", Kind::MessageDelivered),
            ("read", Kind::MessageRead),
            ("failed", Kind::MessageFailed),
            ("discarded", Kind::MessageDiscarded),
        ];
        let mut family = page.counters("otpbench_messages", "Messages that reached a state")?;
        for (state, kind) in states {
            family.add("state", state, metrics.of_kind(kind))?;
        }
        page.gauge(
            "otpbench_messages_pending",
            "Messages of which something is still to come",
            self.engine.in_flight(),
        )?;
        let answered = metrics.of_kind(Kind::WebhookAnswered);
        let not_ok = metrics.sum(|stripe| &stripe.not_ok);
        let outcomes = [
            ("taken", answered - not_ok.min(answered)),
            ("refused", not_ok),
            ("failed", metrics.of_kind(Kind::WebhookFailed)),
            ("dropped", metrics.of_kind(Kind::WebhookDropped)),
            ("given_up", metrics.of_kind(Kind::WebhookGivenUp)),
            ("retried", metrics.sum(|stripe| &stripe.retried)),
        ];
        let help = "Attempts to post a status: taken with 200, refused with another status, failed without an answer; statuses dropped unposted and given up; attempts after the first";
        let mut family = page.counters("otpbench_webhooks", help)?;
        for (outcome, count) in outcomes {
            family.add("outcome", outcome, count)?;
        }
        page.gauge(
            "otpbench_webhooks_backlog",
            "Statuses that wait to be posted or answered",
            self.engine.webhooks_waiting(),
        )
    }

    fn memory(&self, page: &mut Page<'_>) -> Result<(), Error> {
        let rings = self.engine.rings();
        let mut family = page.gauges("otpbench_ring_items", "Things that a ring remembers")?;
        for (ring, fill) in &rings {
            family.set("ring", ring, fill.items)?;
        }
        let mut family = page.gauges("otpbench_ring_capacity", "Things that a ring can remember")?;
        for (ring, fill) in &rings {
            family.set("ring", ring, fill.capacity)?;
        }
        let mut family = page.counters("otpbench_ring_dropped", "Things that a ring has forgotten")?;
        for (ring, fill) in &rings {
            family.add("ring", ring, fill.dropped)?;
        }
        page.counter(
            "otpbench_journal_shed",
            "Events that the journal's file was too slow for",
            self.engine.journal_shed(),
        )?;
        page.counter(
            "otpbench_phones_lost",
            "Arrivals not told to who plays the recipients",
            self.engine.phones_lost(),
        )?;
        page.gauge("otpbench_connections", "Connections that are open", self.connections.open())?;
        page.gauge(
            "otpbench_connections_max",
            "Connections that may be open at once",
            self.connections.max(),
        )?;
        page.counter(
            "otpbench_connections_accepted",
            "Connections ever opened",
            self.connections.accepted(),
        )?;
        let (files, bytes, dropped) = {
            let media = self.engine.media();
            (media.files(), media.bytes(), media.dropped())
        };
        page.gauge("otpbench_media_files", "Files that are kept", files)?;
        page.gauge("otpbench_media_bytes", "Bytes of the files that are kept", bytes)?;
        page.counter("otpbench_media_dropped", "Files that made room for newer ones", dropped)?;
        page.counter(
            "otpbench_tls_handshakes_failed",
            "TLS handshakes that failed or did not end in time",
            self.connections.handshakes_failed(),
        )?;
        match resident_bytes() {
            Some(bytes) => page.gauge("process_resident_memory_bytes", "Resident memory", bytes),
            None => Ok(()),
        }
    }

    fn faults(&self, page: &mut Page<'_>) -> Result<(), Error> {
        let world = self.engine.world();
        let mut family = page.counters("otpbench_fault_matched", "What a fault was for, by its id")?;
        for fault in world.faults.iter() {
            family.add("fault", &fault.id.to_string(), fault.matched())?;
        }
        let mut family = page.counters("otpbench_fault_acted", "To what a fault did something, by its id")?;
        for fault in world.faults.iter() {
            family.add("fault", &fault.id.to_string(), fault.acted())?;
        }
        Ok(())
    }

    fn time(&self, page: &mut Page<'_>) -> Result<(), Error> {
        let (clock, metrics) = (&self.engine.clock, &self.engine.metrics);
        page.ratio(
            "otpbench_clock_seconds",
            "The simulated time since the start",
            clock.now().micros(),
            1e6,
        )?;
        page.ratio(
            "otpbench_clock_rate",
            "How fast the simulated time goes; 0 where it is turned by hand",
            u64::from(clock.rate_permille()),
            1e3,
        )?;
        let counts: Vec<u64> = metrics.late.iter().map(|count| count.load(Ordering::Relaxed)).collect();
        let bounds = LATE_MICROS.iter().map(|micros| *micros as f64 / 1e6).chain([f64::INFINITY]);
        let buckets: Vec<(f64, u64)> = bounds.zip(counts.iter().copied()).collect();
        let sum = metrics.late_micros.load(Ordering::Relaxed) as f64 / 1e6;
        let help = "How late timers fired, in real time";
        let mut metric =
            page.0.encode_descriptor("otpbench_timer_lateness_seconds", help, None, MetricType::Histogram)?;
        metric.encode_histogram::<NoLabelSet>(sum, counts.iter().sum(), &buckets, None)
    }
}

impl Collector for Scrape {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> Result<(), Error> {
        let mut page = Page(encoder);
        self.requests(&mut page)?;
        self.messages(&mut page)?;
        self.memory(&mut page)?;
        self.faults(&mut page)?;
        self.time(&mut page)
    }
}

impl Page<'_> {
    fn counters(&mut self, name: &'static str, help: &'static str) -> Result<MetricEncoder<'_>, Error> {
        self.0.encode_descriptor(name, help, None, MetricType::Counter)
    }

    fn gauges(&mut self, name: &'static str, help: &'static str) -> Result<MetricEncoder<'_>, Error> {
        self.0.encode_descriptor(name, help, None, MetricType::Gauge)
    }

    fn counter(&mut self, name: &'static str, help: &'static str, count: u64) -> Result<(), Error> {
        ConstCounter::new(count).encode(self.counters(name, help)?)
    }

    fn gauge(&mut self, name: &'static str, help: &'static str, count: usize) -> Result<(), Error> {
        ConstGauge::new(shown(count)).encode(self.gauges(name, help)?)
    }

    fn ratio(&mut self, name: &'static str, help: &'static str, count: u64, of: f64) -> Result<(), Error> {
        ConstGauge::new(count as f64 / of).encode(self.gauges(name, help)?)
    }

    /// One counter for each code of Meta's table that was ever counted.
    fn by_code(
        &mut self,
        name: &'static str,
        help: &'static str,
        count: impl Fn(usize) -> u64,
    ) -> Result<(), Error> {
        let mut family = self.counters(name, help)?;
        for place in 0..=CATALOGUE.len() {
            let count = count(place);
            if count > 0 {
                let code = CATALOGUE.get(place).map_or("other".to_owned(), |entry| entry.code.to_string());
                family.add("code", &code, count)?;
            }
        }
        Ok(())
    }
}

/// One more of a family.
trait Member {
    fn add(&mut self, label: &'static str, value: &str, count: u64) -> Result<(), Error>;
    fn set(&mut self, label: &'static str, value: &str, count: usize) -> Result<(), Error>;
}

impl Member for MetricEncoder<'_> {
    fn add(&mut self, label: &'static str, value: &str, count: u64) -> Result<(), Error> {
        let labels: Label<'_> = [(label, value)];
        ConstCounter::new(count).encode(self.encode_family(&labels)?)
    }

    fn set(&mut self, label: &'static str, value: &str, count: usize) -> Result<(), Error> {
        let labels: Label<'_> = [(label, value)];
        ConstGauge::new(shown(count)).encode(self.encode_family(&labels)?)
    }
}

fn shown(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The resident memory of this process; `None` where the system does not tell.
fn resident_bytes() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: usize = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}
