//! One load against one target, and what it left in the journal, in words.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

use cloud_api::{OtpCode, Recipient};
use journal::{Event, Fact, Record};
use loadgen::{Clock, Ending, Load, OnPhone, Progress, Standing, StopSignal};
use scenario::{
    Button, Call, Country, Device, Elapsed, Latency, Limits, Meta, Method, Outcome, Pacing, Phase, Rate,
    Read, Recipients, Review, Scenario, Seed, Share, Spacing, Span, Standard, TemplatePlan, TemplateRules,
    Traffic, Users,
};
use tokio::sync::mpsc;
use tokio::time;

/// The clock of all tests: time counts from the first that looks.
static CLOCK: LazyLock<Clock> = LazyLock::new(|| Clock::starting_at(Instant::now()));

/// A journal in memory.
#[derive(Default)]
struct Memory(Mutex<Vec<Event>>);

impl Record for Memory {
    fn record(&self, event: Event) {
        self.0.lock().expect("no recorder panics").push(event);
    }
}

/// The phones of a test, for its target to ring.
pub(crate) type Ring = mpsc::Sender<OnPhone>;

/// What a load left behind.
pub(crate) struct Played {
    pub(crate) ending: Ending,
    pub(crate) events: Vec<Event>,
    pub(crate) standing: Standing,
    pub(crate) starts: Elapsed,
}

/// A scenario of this many arrivals at 100 per second, in which everybody types within a millisecond.
pub(crate) fn scenario(arrivals: u64) -> Scenario {
    let quick = latency(Span::from_millis(1));
    let rates = vec![Rate::from_per_thousand_secs(100_000)];
    let lasts = Span::from_millis(arrivals * 10);
    let phase = Phase { name: "all".to_owned(), lasts, rates, spacing: Spacing::Even };
    let call = |path: &str, body: &str| Call {
        method: Method::Post,
        path: path.to_owned(),
        headers: Vec::new(),
        body: body.to_owned(),
    };
    Scenario {
        name: "test".to_owned(),
        about: "A test.".to_owned(),
        seed: Seed::new(42),
        traffic: Traffic { phases: vec![phase] },
        recipients: Recipients {
            count: None,
            countries: vec![(Country::from_iso("IN").expect("India is known"), Share::ALL)],
            devices: vec![(Device::Android, Share::ALL)],
            offline: None,
            not_on_whatsapp: Share::NONE,
            blocked: Share::NONE,
        },
        template: TemplatePlan {
            name: "login_code".to_owned(),
            language: "en_US".to_owned(),
            button: Button::CopyCode,
            security_line: false,
            code_expires_in: None,
            ttl: Span::from_secs(30),
            apps: None,
        },
        meta: meta(quick),
        users: Users { typing: quick, autofill: quick, wrong_code: Share::NONE, gives_up: Share::NONE },
        target: scenario::Target {
            base_url: None,
            ask: call("/ask", "{{recipient}}"),
            verify: call("/verify", "{{recipient}} {{code}}"),
            webhook: None,
            timeout: Span::from_secs(60),
            takes: quick,
        },
        budgets: Vec::new(),
        warnings: Vec::new(),
    }
}

/// When a run is asked to stop.
pub(crate) enum Stop {
    Never,
    /// Before it begins.
    AtOnce,
    /// So long after its traffic started.
    After(Duration),
}

/// Plays a scenario against a target until it ends by itself, or is stopped.
pub(crate) async fn play(scenario: Scenario, base_url: &str, phones: loadgen::Phones, stop: Stop) -> Played {
    let record = Arc::new(Memory::default());
    let (progress, signal) = (Arc::new(Progress::new()), StopSignal::new());
    let starts = Arc::new(Mutex::new(Elapsed::NEVER));
    let on_traffic_start = {
        let (starts, signal) = (Arc::clone(&starts), signal.clone());
        if matches!(stop, Stop::AtOnce) {
            signal.stop();
        }
        move |at| {
            *starts.lock().expect("nobody panics") = at;
            if let Stop::After(span) = stop {
                tokio::spawn(async move {
                    time::sleep(span).await;
                    signal.stop();
                });
            }
        }
    };
    let load = Load {
        scenario: Arc::new(scenario),
        base_url: base_url.to_owned(),
        clock: *CLOCK,
        record: Arc::clone(&record) as Arc<dyn Record>,
        phones,
        progress: Arc::clone(&progress),
        stop: signal,
        on_traffic_start: Box::new(on_traffic_start),
    };
    let played = time::timeout(Duration::from_secs(60), loadgen::run(load)).await;
    let ending = played.expect("a run ends by itself").expect("whatever a target does is no error");
    let events = std::mem::take(&mut *record.0.lock().expect("no recorder panics"));
    let starts = *starts.lock().expect("nobody panics");
    Played { ending, events, standing: progress.look(), starts }
}

/// The channel between a target and the phones.
pub(crate) fn phones() -> (Ring, loadgen::Phones) {
    mpsc::channel(4_096)
}

/// Puts a code on the phone of the person whom the body of an ask names.
pub(crate) fn ring(ring: &Ring, digits: &str, code: &str) {
    let recipient: Recipient = digits.parse().expect("the scenario makes numbers");
    let code: OtpCode = code.parse().expect("the test makes codes");
    ring.try_send(OnPhone::Code { recipient, code, at: CLOCK.now() }).expect("the channel is large");
}

/// The code that the target of a test sends to this number.
pub(crate) fn code_of(digits: &str) -> String {
    digits[digits.len() - 6..].to_owned()
}

impl Played {
    /// How the run ended, and how often each kind of fact was journaled.
    ///
    /// Checks what holds for every journal: it is framed, and every arrival that was planned ended in
    /// exactly one of answered, failed or shed.
    #[track_caller]
    pub(crate) fn tell(&self) -> String {
        assert_eq!(self.events.first().map(|event| event.fact), Some(Fact::RunStarted));
        assert_eq!(self.events.last().map(|event| event.fact), Some(Fact::RunEnded));
        let mut ends = BTreeMap::new();
        let mut counts = BTreeMap::new();
        for event in &self.events {
            match event.fact {
                Fact::ArrivalPlanned { arrival, .. } => assert_eq!(ends.insert(arrival, 0), None),
                Fact::RequestAnswered { arrival, .. }
                | Fact::RequestFailed { arrival, .. }
                | Fact::ArrivalShed { arrival } => *ends.get_mut(&arrival).expect("it was planned") += 1,
                _ => {}
            }
            *counts.entry((event.fact.kind(), detail(event.fact))).or_insert(0) += 1;
        }
        assert!(ends.values().all(|count| *count == 1), "each arrival ends once");
        assert_eq!(self.standing.planned, ends.len() as u64);
        let mut text = format!("{:?}\n", self.ending);
        for ((kind, detail), count) in counts {
            writeln!(text, "{count:>4} {}{detail}", kind.name()).expect("a string grows");
        }
        text
    }
}

/// What else there is to tell of a fact.
fn detail(fact: Fact) -> String {
    match fact {
        Fact::RequestAnswered { http_status, .. } => format!(" {http_status}"),
        Fact::RequestFailed { cause, .. } | Fact::VerificationFailed { cause, .. } => {
            format!(": {}", cause.name())
        }
        Fact::VerificationRequested { attempt, mistyped, .. } => {
            format!(" {attempt}{}", if mistyped { " mistyped" } else { "" })
        }
        Fact::VerificationAnswered { attempt, http_status, .. } => format!(" {attempt}: {http_status}"),
        _ => String::new(),
    }
}

/// A latency that is always the same.
pub(crate) fn latency(span: Span) -> Latency {
    Latency::new(span, span).expect("it is above zero")
}

/// A Meta that nobody asks in these tests.
fn meta(quick: Latency) -> Meta {
    Meta {
        review: Review { takes: Span::ZERO, outcome: Outcome::Approved },
        sent: quick,
        delivered: quick,
        standard: Standard { sent: quick, delivered: quick },
        pacing: Pacing { share: Share::NONE, lasts: quick },
        read: Read { share: Share::NONE, after: quick },
        failed: quick,
        templates: TemplateRules::default(),
        numbers: Default::default(),
        limits: Limits { throughput: 80, pair_burst: 45, pair_interval: Span::from_secs(6) },
        webhooks: Default::default(),
        faults: Vec::new(),
        profile: Default::default(),
    }
}
