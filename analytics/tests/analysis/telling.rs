//! Runs told arrival by arrival, written as journals, and analysed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use analytics::{FACTS_VERSION, Mode, Report, RunFacts};
use journal::{Event, Fact, Writer};
use scenario::{Elapsed, Scenario, Span};
use tempfile::TempDir;

/// Where traffic begins.
const TRAFFIC_FROM: Span = Span::from_secs(1);

/// A scenario with the budget that most tests are about.
pub(crate) const SCENARIO: &str = r#"
about = "A run that a test tells."
seed = 7
traffic = { phases = [{ name = "only", for = "10s", rate = "1/s" }] }
template = { ttl = "60s" }
budgets = { delivered-within-5s = ">= 95 %" }
"#;

/// Milliseconds.
pub(crate) const fn ms(millis: u64) -> Span {
    Span::from_millis(millis)
}

/// Seconds.
pub(crate) const fn secs(secs: u64) -> Span {
    Span::from_secs(secs)
}

/// A run that is being told.
pub(crate) struct Run {
    pub(crate) scenario: Scenario,
    pub(crate) facts: RunFacts,
    loadgen: Vec<Event>,
    mock_server: Vec<Event>,
    messages: u64,
    arrival: u64,
    recipient: u64,
    planned: Elapsed,
    mock_server_kept: Kept,
    folder: TempDir,
}

/// How much of a journal is left.
#[derive(Clone, Copy)]
enum Kept {
    Whole,
    WithoutBytes(u64),
    Nothing,
}

impl Run {
    /// A run of so many planned arrivals.
    pub(crate) fn new(arrivals_planned: u64) -> Self {
        Self::of(SCENARIO, arrivals_planned)
    }

    /// A run of this scenario.
    pub(crate) fn of(scenario: &str, arrivals_planned: u64) -> Self {
        let scenario = Scenario::parse("told", scenario).expect("the test's scenario is right");
        let facts = RunFacts {
            version: FACTS_VERSION,
            scenario: scenario.name.clone(),
            mode: Mode::Run,
            seed: scenario.seed.number(),
            otpbench: "0.1.0".to_owned(),
            started_at: None,
            target: "example target".to_owned(),
            clock: "clock steady".to_owned(),
            arrivals_planned,
        };
        let mut run = Self {
            scenario,
            facts,
            loadgen: vec![event(Elapsed::ZERO, Fact::RunStarted)],
            mock_server: vec![event(Elapsed::ZERO, Fact::RunStarted)],
            messages: 0,
            arrival: 0,
            recipient: 0,
            planned: Elapsed::ZERO + TRAFFIC_FROM,
            mock_server_kept: Kept::Whole,
            folder: TempDir::new().expect("a temporary folder can be made"),
        };
        run.loadgen(ms(0), Fact::PhaseStarted { phase: 0 });
        run
    }

    /// An arrival that is planned this long after the traffic began, and nothing more.
    pub(crate) fn planned(&mut self, arrival: u64, after: Span) -> &mut Self {
        (self.arrival, self.recipient) = (arrival, arrival + 1_000);
        self.planned = Elapsed::ZERO + TRAFFIC_FROM + after;
        let recipient = self.recipient;
        self.loadgen(ms(0), Fact::ArrivalPlanned { arrival, recipient, phase: 0 })
    }

    /// An arrival that is planned and requested.
    pub(crate) fn arrival(&mut self, arrival: u64, after: Span) -> &mut Self {
        self.planned(arrival, after).loadgen(ms(0), Fact::CodeRequested { arrival })
    }

    /// The same of this recipient.
    pub(crate) fn arrival_of(&mut self, arrival: u64, recipient: u64, after: Span) -> &mut Self {
        (self.arrival, self.recipient) = (arrival, recipient);
        self.planned = Elapsed::ZERO + TRAFFIC_FROM + after;
        self.loadgen(ms(0), Fact::ArrivalPlanned { arrival, recipient, phase: 0 })
            .loadgen(ms(0), Fact::CodeRequested { arrival })
    }

    /// An arrival whose code is on the phone after 1.3 s.
    pub(crate) fn delivered_arrival(&mut self, arrival: u64) -> &mut Self {
        let run = self.arrival(arrival, ms(arrival)).answered(ms(5), 202);
        run.accepted(ms(3)).sent(ms(150)).delivered(ms(1_300))
    }

    /// The arrival that was told last.
    pub(crate) fn last(&mut self) -> &mut Self {
        self
    }

    pub(crate) fn answered(&mut self, after: Span, http_status: u16) -> &mut Self {
        let arrival = self.arrival;
        self.loadgen(after, Fact::RequestAnswered { arrival, http_status })
    }

    pub(crate) fn refused(&mut self, after: Span, code: u32) -> &mut Self {
        let recipient = Some(self.recipient);
        self.meta(after, Fact::SendRefused { recipient, code, http_status: 400 })
    }

    pub(crate) fn accepted(&mut self, after: Span) -> &mut Self {
        let (message, recipient) = (self.messages, self.recipient);
        self.messages += 1;
        self.meta(after, Fact::MessageAccepted { message, recipient })
    }

    pub(crate) fn sent(&mut self, after: Span) -> &mut Self {
        let message = self.message();
        self.meta(after, Fact::MessageSent { message })
    }

    pub(crate) fn delivered(&mut self, after: Span) -> &mut Self {
        let message = self.message();
        self.meta(after, Fact::MessageDelivered { message })
    }

    pub(crate) fn read(&mut self, after: Span) -> &mut Self {
        let message = self.message();
        self.meta(after, Fact::MessageRead { message })
    }

    pub(crate) fn discarded(&mut self, after: Span) -> &mut Self {
        let message = self.message();
        self.meta(after, Fact::MessageDiscarded { message })
    }

    pub(crate) fn failed(&mut self, after: Span, code: u32) -> &mut Self {
        let message = self.message();
        self.meta(after, Fact::MessageFailed { message, code })
    }

    /// The right code, typed in and answered so.
    pub(crate) fn typed(&mut self, after: Span, http_status: u16) -> &mut Self {
        self.verification(after, http_status, false)
    }

    /// A wrong code, typed in and answered so.
    pub(crate) fn mistyped(&mut self, after: Span, http_status: u16) -> &mut Self {
        self.verification(after, http_status, true)
    }

    /// What the generator journals of the arrival, this long after it was planned.
    pub(crate) fn loadgen(&mut self, after: Span, fact: Fact) -> &mut Self {
        self.loadgen.push(event(self.planned + after, fact));
        self
    }

    /// What the generator journals, this long after the traffic began.
    pub(crate) fn loadgen_at(&mut self, after: Span, fact: Fact) {
        self.loadgen.push(event(Elapsed::ZERO + TRAFFIC_FROM + after, fact));
    }

    /// What the mock server journals, this long after the traffic began.
    pub(crate) fn mock_server(&mut self, after: Span, fact: Fact) {
        self.mock_server.push(event(Elapsed::ZERO + TRAFFIC_FROM + after, fact));
    }

    /// Loses the last bytes of the mock server's journal.
    pub(crate) fn cut_mock_server(&mut self, bytes: u64) {
        self.mock_server_kept = Kept::WithoutBytes(bytes);
    }

    /// Loses the mock server's journal.
    pub(crate) fn lose_mock_server(&mut self) {
        self.mock_server_kept = Kept::Nothing;
    }

    /// Where the report is written.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes the journals and analyses them; answers the report and `verdict.json`.
    pub(crate) fn analyse(&self) -> (Report, serde_json::Value) {
        self.write_journals();
        let report = analytics::analyse(self.folder(), &self.scenario, &self.facts);
        let report = report.expect("the run can be analysed");
        (report, serde_json::from_str(&self.text("verdict.json")).expect("it is JSON"))
    }

    /// The text of a file of the report.
    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.folder().join(name)).expect("the report has this file")
    }

    /// The bytes of a file of the report.
    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.folder().join(name)).expect("the report has this file")
    }

    /// Writes both journals.
    pub(crate) fn write_journals(&self) {
        let folder = self.folder().join("journal");
        fs::create_dir_all(&folder).expect("the folder can be made");
        write(&folder.join("loadgen.arrows"), &self.loadgen);
        let mock_server = folder.join("mock-server.arrows");
        match self.mock_server_kept {
            Kept::Nothing => {}
            Kept::Whole => write(&mock_server, &self.mock_server),
            Kept::WithoutBytes(bytes) => {
                write(&mock_server, &self.mock_server);
                cut(&mock_server, bytes);
            }
        }
    }

    fn verification(&mut self, after: Span, http_status: u16, mistyped: bool) -> &mut Self {
        let (arrival, attempt) = (self.arrival, 1);
        self.loadgen(after, Fact::VerificationRequested { arrival, attempt, mistyped })
            .loadgen(after + ms(4), Fact::VerificationAnswered { arrival, attempt, http_status })
    }

    fn meta(&mut self, after: Span, fact: Fact) -> &mut Self {
        self.mock_server.push(event(self.planned + after, fact));
        self
    }

    fn message(&self) -> u64 {
        self.messages.checked_sub(1).expect("a message is accepted before anything else")
    }
}

const fn event(at: Elapsed, fact: Fact) -> Event {
    Event { at, fact }
}

fn write(path: &PathBuf, events: &[Event]) {
    let file = File::create(path).expect("the journal can be created");
    let mut writer = Writer::new(file).expect("the journal can be begun");
    let end = events.iter().map(|event| event.at).max().unwrap_or_default();
    for event in events.iter().chain([&event(end, Fact::RunEnded)]) {
        writer.write(event).expect("the journal can be written");
    }
    writer.finish().expect("the journal can be ended");
}

fn cut(path: &Path, bytes: u64) {
    let file = File::options().write(true).open(path).expect("the journal can be opened");
    let length = file.metadata().expect("it has a length").len();
    file.set_len(length - bytes).expect("it can be cut");
}
