//! Makes up the journals of a run and analyses them, to look at the report and to measure its cost.
//!
//! `sample_run write FOLDER SCENARIO` writes a run folder for a scenario file, without simulating
//! Meta in any depth; `sample_run analyse FOLDER` makes the report, as `otpbench report` would.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter};
use std::path::Path;
use std::time::Instant;

use analytics::{FACTS_VERSION, Mode, RunFacts};
use journal::{Event, Fact, Status, Writer};
use scenario::{Arrival, Arrivals, Elapsed, Scenario, Seed, Span};

/// How long everything takes to start before the traffic begins.
const PREPARATION: Span = Span::from_millis(2_300);

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["write", folder, scenario] => write(Path::new(folder), Path::new(scenario)),
        ["analyse", folder] => analyse(Path::new(folder)),
        _ => Err("usage: sample_run write FOLDER SCENARIO | sample_run analyse FOLDER".into()),
    }
}

fn analyse(folder: &Path) -> Result<(), Box<dyn Error>> {
    let facts: RunFacts = serde_json::from_reader(BufReader::new(File::open(folder.join("run.json"))?))?;
    let scenario = Scenario::parse(&facts.scenario, &fs::read_to_string(folder.join("scenario.toml"))?)?;
    let began = Instant::now();
    let report = analytics::analyse(folder, &scenario, &facts)?;
    print!("{}", report.screen);
    eprintln!("analysed in {:.2} s", began.elapsed().as_secs_f64());
    Ok(())
}

fn write(folder: &Path, file: &Path) -> Result<(), Box<dyn Error>> {
    let text = fs::read_to_string(file)?;
    let name = file.file_stem().and_then(|name| name.to_str()).unwrap_or("sample");
    let scenario = Scenario::parse(name, &text)?;
    fs::create_dir_all(folder.join("journal"))?;
    let mut journals = Journals::create(&folder.join("journal"))?;
    let arrivals = journals.write_run(&scenario)?;
    fs::write(folder.join("scenario.toml"), text)?;
    let facts = RunFacts {
        version: FACTS_VERSION,
        scenario: scenario.name.clone(),
        mode: Mode::Run,
        seed: scenario.seed.number(),
        otpbench: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: Some("2026-11-22T09:00:00Z".to_owned()),
        target: "example target at http://127.0.0.1:9000".to_owned(),
        clock: "clock steady".to_owned(),
        arrivals_planned: arrivals,
    };
    fs::write(folder.join("run.json"), serde_json::to_string_pretty(&facts)?)?;
    Ok(())
}

/// Which program journals an event.
#[derive(Clone, Copy)]
enum Program {
    Loadgen,
    MockServer,
}

/// Both journals, and the events that are still to come.
struct Journals {
    loadgen: Writer<BufWriter<File>>,
    mock_server: Writer<BufWriter<File>>,
    to_come: BTreeMap<(Elapsed, u64), (Program, Fact)>,
    events: u64,
    messages: u64,
}

impl Journals {
    fn create(folder: &Path) -> Result<Self, Box<dyn Error>> {
        let create = |name: &str| -> Result<_, Box<dyn Error>> {
            Ok(Writer::new(BufWriter::new(File::create(folder.join(name))?))?)
        };
        let (loadgen, mock_server) = (create("loadgen.arrows")?, create("mock-server.arrows")?);
        Ok(Self { loadgen, mock_server, to_come: BTreeMap::new(), events: 0, messages: 0 })
    }

    fn write_run(&mut self, scenario: &Scenario) -> Result<u64, Box<dyn Error>> {
        let traffic_from = Elapsed::ZERO + PREPARATION;
        for program in [Program::Loadgen, Program::MockServer] {
            self.plan(Elapsed::ZERO, program, Fact::RunStarted);
        }
        let template = Elapsed::from_micros(200_000);
        self.plan(template, Program::MockServer, Fact::TemplateSubmitted { template: 1 });
        let approved = template + scenario.meta.review.takes;
        self.plan(approved, Program::MockServer, Fact::TemplateApproved { template: 1 });
        self.plan(traffic_from, Program::Loadgen, Fact::PhaseStarted { phase: 0 });
        let mut arrivals = 0;
        for arrival in Arrivals::new(&scenario.traffic, scenario.seed) {
            let planned = traffic_from + arrival.planned.since(Elapsed::ZERO);
            self.write_until(planned)?;
            Life { scenario, arrival, planned }.live(self);
            arrivals += 1;
        }
        let end = self.to_come.last_key_value().map_or(traffic_from, |((at, _), _)| *at);
        for program in [Program::Loadgen, Program::MockServer] {
            self.plan(end, program, Fact::RunEnded);
        }
        self.write_until(Elapsed::NEVER)?;
        self.loadgen.flush()?;
        self.mock_server.flush()?;
        Ok(arrivals)
    }

    fn plan(&mut self, at: Elapsed, program: Program, fact: Fact) {
        self.to_come.insert((at, self.events), (program, fact));
        self.events += 1;
    }

    fn write_until(&mut self, now: Elapsed) -> Result<(), Box<dyn Error>> {
        while let Some(next) = self.to_come.first_entry().filter(|next| next.key().0 < now) {
            let ((at, _), (program, fact)) = next.remove_entry();
            match program {
                Program::Loadgen => self.loadgen.write(&Event { at, fact })?,
                Program::MockServer => self.mock_server.write(&Event { at, fact })?,
            }
        }
        Ok(())
    }
}

/// The life of one arrival.
struct Life<'a> {
    scenario: &'a Scenario,
    arrival: Arrival,
    planned: Elapsed,
}

impl Life<'_> {
    fn live(&self, journals: &mut Journals) {
        let arrival = self.arrival.number;
        let number = self.scenario.recipients.number(self.scenario.seed, arrival);
        let recipient = self.scenario.seed.pseudonym(number);
        let phase = self.arrival.phase;
        let mut chance = self.scenario.seed.stream("sample", arrival, 0);
        journals.plan(self.planned, Program::Loadgen, Fact::ArrivalPlanned { arrival, recipient, phase });
        let requested = self.planned + Span::from_micros(40 + chance.below(600));
        journals.plan(requested, Program::Loadgen, Fact::CodeRequested { arrival });
        if chance.below(2_000) == 0 {
            let fact = Fact::RequestAnswered { arrival, http_status: 503 };
            return journals.plan(requested + Span::from_millis(12), Program::Loadgen, fact);
        }
        let mut sending = requested + Span::from_micros(1_800 + chance.below(6_000));
        let answered = sending + Span::from_micros(1_500 + chance.below(4_000));
        let fact = Fact::RequestAnswered { arrival, http_status: 202 };
        journals.plan(answered, Program::Loadgen, fact);
        if chance.below(100) < 2 {
            let (recipient, code, http_status) = (Some(recipient), 130_429, 400);
            let fact = Fact::SendRefused { recipient, code, http_status };
            journals.plan(sending, Program::MockServer, fact);
            sending += Span::from_millis(900);
        }
        self.accept(journals, sending, (number, recipient));
    }

    fn accept(&self, journals: &mut Journals, accepted: Elapsed, (number, recipient): (u64, u64)) {
        let Scenario { meta, seed, recipients, .. } = self.scenario;
        let message = journals.messages;
        journals.messages += 1;
        let mut chance = seed.stream("sample-message", message, 0);
        journals.plan(accepted, Program::MockServer, Fact::MessageAccepted { message, recipient });
        if chance.below(100) == 0 {
            let failed = accepted + chance.span(meta.failed);
            let fact = Fact::MessageFailed { message, code: 131_026 };
            journals.plan(failed, Program::MockServer, fact);
            return report(journals, failed, (message, Status::Failed));
        }
        let sent = accepted + chance.span(meta.sent);
        journals.plan(sent, Program::MockServer, Fact::MessageSent { message });
        report(journals, sent, (message, Status::Sent));
        let offline = recipients.offline(*seed, number, 0).unwrap_or(Span::ZERO);
        let delivered = sent.max(accepted + chance.span(meta.delivered)).max(accepted + offline);
        if delivered.since(accepted) > self.scenario.template.ttl {
            let discarded = accepted + self.scenario.template.ttl;
            return journals.plan(discarded, Program::MockServer, Fact::MessageDiscarded { message });
        }
        journals.plan(delivered, Program::MockServer, Fact::MessageDelivered { message });
        report(journals, delivered, (message, Status::Delivered));
        if chance.happens(meta.read.share) {
            let read = delivered + chance.span(meta.read.after);
            journals.plan(read, Program::MockServer, Fact::MessageRead { message });
            report(journals, read, (message, Status::Read));
        }
        self.verify(journals, delivered, *seed);
    }

    fn verify(&self, journals: &mut Journals, delivered: Elapsed, seed: Seed) {
        let arrival = self.arrival.number;
        let mut chance = seed.stream("sample-user", arrival, 0);
        if chance.happens(self.scenario.users.gives_up) {
            return journals.plan(delivered, Program::Loadgen, Fact::UserGaveUp { arrival });
        }
        let mut at = delivered;
        for attempt in 1..=3 {
            at += chance.span(self.scenario.users.typing);
            let mistyped = chance.happens(self.scenario.users.wrong_code);
            let fact = Fact::VerificationRequested { arrival, attempt, mistyped };
            journals.plan(at, Program::Loadgen, fact);
            at += Span::from_micros(2_000 + chance.below(9_000));
            let http_status = if mistyped { 401 } else { 200 };
            let fact = Fact::VerificationAnswered { arrival, attempt, http_status };
            journals.plan(at, Program::Loadgen, fact);
            if !mistyped {
                return;
            }
        }
    }
}

/// The webhook about a status.
fn report(journals: &mut Journals, at: Elapsed, (message, status): (u64, Status)) {
    let answered = at + Span::from_millis(3);
    let repeats = u8::from(message.is_multiple_of(211));
    for attempt in 1..=1 + repeats {
        let http_status = if attempt <= repeats { 500 } else { 200 };
        let fact = Fact::WebhookAnswered { message, status, attempt, http_status };
        journals.plan(answered + Span::from_secs(u64::from(attempt)), Program::MockServer, fact);
    }
}
