//! Every scenario of the catalogue, rehearsed.

use std::path::Path;

use crate::bench::{Bench, check_exit, stdout};

#[test]
fn every_scenario_of_the_catalogue_passes_its_budgets_in_a_rehearsal() {
    let catalogue = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let bench = Bench::new();
    let mut rehearsed = 0;
    for entry in std::fs::read_dir(catalogue).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let output = bench.otpbench(&[&"rehearse", &path]);
            check_exit(&output, 0);
            assert!(stdout(&output).starts_with("PASS"), "{}", stdout(&output));
            rehearsed += 1;
        }
    }
    assert!(rehearsed >= 7, "{rehearsed} scenarios");
}

#[test]
fn check_tells_what_a_scenario_holds() {
    let bench = Bench::new();
    let output = bench.otpbench(&[&"check", &bench.scenario("small", crate::bench::SMALL)]);
    check_exit(&output, 0);
    assert!(stdout(&output).ends_with("small.toml: ok, 120 arrivals in 2s\n"), "{}", stdout(&output));
    assert!(bench.runs().is_empty());
}

#[test]
fn a_missed_budget_exits_with_99() {
    let bench = Bench::new();
    let strict = crate::bench::SMALL.replace(">= 50 %", ">= 99.9 %");
    let output = bench.otpbench(&[&"rehearse", &bench.scenario("strict", &strict)]);
    check_exit(&output, 99);
    assert!(stdout(&output).starts_with("FAIL"), "{}", stdout(&output));
}
