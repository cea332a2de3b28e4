//! Runs that do not come to their end.

use std::process::{Child, Command, Output};
use std::time::Duration;

use crate::bench::{Bench, SMALL, bytes, check_exit, stdout};

/// A run that goes on until it is stopped.
fn endless(bench: &Bench) -> Child {
    let text = SMALL.replace("for = \"2s\"", "for = \"10min\"");
    let path = bench.scenario("endless", &text);
    let child = bench.start(&[&"run", &path]);
    let journaled = || {
        let run = bench.runs().into_iter().next()?;
        std::fs::metadata(run.join("journal/mock-server.arrows")).ok().map(|file| file.len())
    };
    // Two seconds of events are in the journal once it is this large.
    while journaled().is_none_or(|length| length < 30_000) {
        std::thread::sleep(Duration::from_millis(50));
    }
    child
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").arg(name).arg(child.id().to_string()).status().unwrap();
    assert!(sent.success());
}

fn ended(child: Child) -> Output {
    child.wait_with_output().unwrap()
}

#[test]
fn a_killed_run_is_reported_up_to_its_last_second_and_marked_partial() {
    let bench = Bench::new();
    let child = endless(&bench);
    signal(&child, "-KILL");
    ended(child);
    let run = bench.runs().remove(0);
    let output = bench.otpbench(&[&"report", &run]);
    check_exit(&output, 98);
    assert!(stdout(&output).starts_with("INVALID"), "{}", stdout(&output));
    let report = String::from_utf8(bytes(&run, "report.html")).unwrap();
    assert!(report.contains("cut off"), "the report says what was lost");
}

#[test]
fn an_interrupted_run_drains_and_still_writes_its_report() {
    let bench = Bench::new();
    let child = endless(&bench);
    signal(&child, "-INT");
    let output = ended(child);
    check_exit(&output, 130);
    assert!(stdout(&output).contains("somebody stopped it before its end"), "{}", stdout(&output));
    assert!(!bytes(&bench.runs()[0], "report.html").is_empty());
}

#[test]
fn a_second_interrupt_leaves_at_once() {
    let bench = Bench::new();
    let child = endless(&bench);
    signal(&child, "-INT");
    std::thread::sleep(Duration::from_millis(200));
    signal(&child, "-INT");
    let output = ended(child);
    check_exit(&output, 130);
    assert!(stdout(&output).is_empty(), "there was no time for a report");
}
