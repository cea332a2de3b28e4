//! Same scenario, same seed, same world.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use journal::{Fact, Kind, Reader};

use crate::bench::{Bench, SMALL, bytes, check_exit, check_exit_or_late};

/// All files of a run that are derived from its journals alone.
fn derived(run: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(run.join("charts")).unwrap() {
        let name = format!("charts/{}", entry.unwrap().file_name().to_string_lossy());
        files.insert(name.clone(), bytes(run, &name));
    }
    assert!(files.len() >= 2, "there are charts");
    files.insert("messages.parquet".to_owned(), bytes(run, "messages.parquet"));
    files
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_does_not() {
    let bench = Bench::new();
    let scenario = bench.scenario("small", SMALL);
    for reports in ["once", "twice"] {
        check_exit(&bench.otpbench(&[&"rehearse", &scenario, &"--reports", &reports]), 0);
    }
    check_exit(&bench.otpbench(&[&"rehearse", &scenario, &"--reports", &"other", &"--seed", &"4"]), 0);
    let [once, twice, other] = ["once", "twice", "other"].map(|reports| {
        let run = std::fs::read_dir(bench.path(reports)).unwrap().next().unwrap().unwrap();
        derived(&run.path())
    });
    assert_eq!(once.keys().collect::<Vec<_>>(), twice.keys().collect::<Vec<_>>());
    for (name, bytes) in &once {
        assert!(bytes == &twice[name], "{name} differs");
    }
    assert_ne!(once["messages.parquet"], other["messages.parquet"]);
    let differs = |name: &&String| once[*name] != other[*name];
    assert!(once.keys().filter(|name| name.ends_with(".svg")).any(|name| differs(&name)));
}

/// How each recipient's message ended.
fn endings(run: &Path) -> BTreeMap<u64, Kind> {
    let file = File::open(run.join("journal/mock-server.arrows")).unwrap();
    let mut reader = Reader::new(BufReader::new(file)).unwrap();
    let (mut recipients, mut endings) = (BTreeMap::new(), BTreeMap::new());
    while let Some(batch) = reader.next_batch() {
        for event in batch.events() {
            match event.fact {
                Fact::MessageAccepted { message, recipient } => {
                    recipients.insert(message, recipient);
                }
                Fact::MessageDelivered { message }
                | Fact::MessageDiscarded { message }
                | Fact::MessageFailed { message, .. } => {
                    endings.insert(recipients[&message], event.fact.kind());
                }
                _ => {}
            }
        }
    }
    endings
}

#[test]
fn a_real_run_and_a_rehearsal_give_every_recipient_the_same_fate() {
    let bench = Bench::new();
    let scenario = bench.scenario("small", SMALL);
    check_exit(&bench.otpbench(&[&"rehearse", &scenario, &"--reports", &"rehearsed"]), 0);
    check_exit_or_late(&bench.otpbench(&[&"run", &scenario, &"--reports", &"real"]), 0);
    let [rehearsed, real] = ["rehearsed", "real"].map(|reports| {
        let run = std::fs::read_dir(bench.path(reports)).unwrap().next().unwrap().unwrap();
        endings(&run.path())
    });
    assert_eq!(rehearsed.len(), 120);
    for kind in [Kind::MessageDelivered, Kind::MessageDiscarded, Kind::MessageFailed] {
        assert!(rehearsed.values().any(|ending| *ending == kind), "{}", kind.name());
    }
    assert_eq!(rehearsed, real);
}
