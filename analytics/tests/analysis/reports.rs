//! What the files of a report say, and that they always say the same.

use analytics::{AnalysisError, Mode, Verdict};
use expect_test::{Expect, expect};
use journal::Fact;

use crate::telling::{Run, SCENARIO, ms, secs};

/// A scenario with these budgets.
fn with_budgets(budgets: &str) -> String {
    SCENARIO.replace("delivered-within-5s = \">= 95 %\"", budgets)
}

/// Each budget's decision, observed figure and interval.
#[track_caller]
fn check_budgets(run: &Run, expected: &Expect) {
    run.analyse();
    let summary = run.text("summary.md");
    let rows: Vec<&str> = summary
        .lines()
        .filter(|line| line.starts_with("| delivery-") || line.starts_with("| delivered-"))
        .collect();
    expected.assert_eq(&rows.join("\n"));
}

/// A run in which the codes took these times, in milliseconds; 0 never arrived.
fn timed(budgets: &str, millis: impl IntoIterator<Item = u64>) -> Run {
    let millis: Vec<u64> = millis.into_iter().collect();
    let mut run = Run::of(&with_budgets(budgets), millis.len() as u64);
    for (arrival, millis) in (0..).zip(millis) {
        let told = run.arrival(arrival, ms(arrival)).answered(ms(5), 202).accepted(ms(3));
        if millis > 0 {
            told.delivered(ms(millis));
        }
    }
    run
}

#[test]
fn a_code_at_exactly_the_bar_is_in_time() {
    let run = timed("delivered-within-5s = \">= 100 %\"", [5_000]);
    check_budgets(
        &run,
        &expect!["| delivered-within-5s | ≥ 100 % | 100.00 % | 20.65 to 100.00 % | +0.00 points | met |"],
    );
    let run = timed("delivered-within-5s = \">= 100 %\"", [5_001]);
    check_budgets(
        &run,
        &expect![
            "| delivered-within-5s | ≥ 100 % | 0.00 % | 0.00 to 79.35 % | −100.00 points | **missed** |"
        ],
    );
}

#[test]
fn a_percentile_below_its_bar_takes_that_many_codes_below_it() {
    let nineteen_of_twenty = (0..20).map(|code| if code < 19 { 4_999 } else { 5_000 });
    let run = timed("delivery-p95 = \"< 5s\"", nineteen_of_twenty);
    check_budgets(
        &run,
        &expect!["| delivery-p95 | &lt; 5 s | 4.999 s | 4.999 s to 5.000 s | +1.0 ms | met |"],
    );
    let eighteen_of_twenty = (0..20).map(|code| if code < 18 { 4_999 } else { 5_000 });
    let run = timed("delivery-p95 = \"< 5s\"", eighteen_of_twenty);
    check_budgets(
        &run,
        &expect!["| delivery-p95 | &lt; 5 s | 5.000 s | 4.999 s to 5.000 s | −0 us | **missed** |"],
    );
}

#[test]
fn a_percentile_among_codes_that_never_arrived_is_never() {
    let run = timed("delivery-p90 = \"< 5s\"", (0..20).map(|code| if code < 17 { 900 } else { 0 }));
    check_budgets(
        &run,
        &expect!["| delivery-p90 | &lt; 5 s | never | 900.0 ms to never | −∞ | **missed** |"],
    );
}

#[test]
fn a_percentile_that_takes_more_codes_than_there_are_is_not_told() {
    let run = timed("\"delivery-p99.9\" = \"< 5s\"", [900; 20]);
    check_budgets(
        &run,
        &expect!["| delivery-p99.9 | &lt; 5 s | n too small: 20 of 10,000 | none | none | **undecided** |"],
    );
    assert_eq!(run.analyse().0.verdict, Verdict::Invalid);
}

#[test]
fn the_screen_says_it_all() {
    let mut run = Run::new(4);
    run.delivered_arrival(0).read(secs(3)).typed(secs(5), 200);
    run.delivered_arrival(1).typed(secs(4), 200);
    run.arrival(2, ms(20)).answered(ms(6), 202).accepted(ms(4)).sent(ms(160)).discarded(secs(60));
    run.arrival(3, ms(30)).answered(ms(6), 202).accepted(ms(4)).failed(ms(300), 131_026);
    let (report, _) = run.analyse();
    let folder = run.folder().display().to_string();
    expect![[r#"
        FAIL  told   50.00 % of 4 codes were on the phone within 5 s   (budget ≥ 95 %, 95 % interval 15.00 to 85.00 %)

          requested 4 → accepted 4 → sent 3 → delivered 2 → read 1 → verified 2
          lost      1 discarded after their 60 s · 1 undeliverable (131026) · 0 refused for good · 0 unaccounted
          delivery  p50 1.30 s   p95 never   p99 never   (from the planned instant, undelivered = never)
          where     target answers 5.0 ms · Meta accepts 3.0 ms · sent 147 ms · delivered 1.15 s   (medians)
          budgets   0 of 1 met · missed delivered-within-5s: 50.00 % ≥ 95 %
          validity  ok: 100.00 % of the plan achieved, lateness p99 0 ms, clock steady

          report    FOLDER/report.html
    "#]]
    .assert_eq(&report.screen.replace(&folder, "FOLDER"));
}

#[test]
fn a_rehearsal_says_that_its_lateness_is_none_by_construction() {
    let mut run = Run::new(1);
    run.facts.mode = Mode::Rehearsal;
    run.delivered_arrival(0);
    let (report, _) = run.analyse();
    assert!(report.screen.contains("PASS  told (rehearsal)"), "{}", report.screen);
    assert!(report.screen.contains("no lateness in virtual time"), "{}", report.screen);
    assert!(run.text("report.html").contains("virtual time, which knows no lateness"));
}

#[test]
fn text_from_outside_is_text_in_every_form_of_the_report() {
    const HOSTILE: &str = "</style><script>alert(1)</script>\u{1b}[31m|\n&\"'";
    let mut run = Run::new(1);
    run.delivered_arrival(0);
    run.scenario.name = HOSTILE.to_owned();
    run.scenario.about = HOSTILE.to_owned();
    run.scenario.template.name = HOSTILE.to_owned();
    run.scenario.traffic.phases[0].name = HOSTILE.to_owned();
    run.scenario.budgets[0].name = HOSTILE.to_owned();
    run.facts.scenario = HOSTILE.to_owned();
    run.facts.otpbench = HOSTILE.to_owned();
    run.facts.target = HOSTILE.to_owned();
    run.facts.clock = HOSTILE.to_owned();
    run.facts.started_at = Some(HOSTILE.to_owned());
    let (report, verdict) = run.analyse();
    for file in ["report.html", "charts/delivery.svg", "charts/timeline.svg"] {
        assert!(!run.text(file).contains("<script"), "{file}");
    }
    assert_eq!(run.text("report.html").matches("</style>").count(), 1);
    assert!(!run.text("summary.md").contains("<script"));
    assert!(!report.screen.contains('\u{1b}'), "{}", report.screen);
    assert_eq!(verdict["run"]["target"], HOSTILE);
}

#[test]
fn the_same_journals_give_the_same_bytes() {
    let tell = || {
        let mut run = Run::new(500);
        for arrival in 0..500 {
            run.delivered_arrival(arrival).typed(ms(3_000 + arrival), 200);
        }
        run.analyse();
        run
    };
    let (one, other) = (tell(), tell());
    let files = [
        "messages.parquet",
        "events.parquet",
        "charts/delivery.svg",
        "charts/timeline.svg",
        "report.html",
        "verdict.json",
        "summary.md",
    ];
    for file in files {
        assert!(one.bytes(file) == other.bytes(file), "{file} differs");
    }
}

#[test]
fn a_report_needs_nothing_but_itself() {
    let mut run = Run::new(1);
    run.delivered_arrival(0);
    run.analyse();
    let page = run.text("report.html");
    for loader in ["<script", "<link", "<img", "@import", "url(", "src="] {
        assert!(!page.contains(loader), "{loader}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn a_run_that_was_cut_off_says_so_in_every_form_of_the_report() {
    let mut run = Run::new(2);
    run.delivered_arrival(0);
    run.loadgen_at(secs(1), Fact::RunInterrupted);
    let (report, verdict) = run.analyse();
    assert!(report.partial && verdict["partial"] == true);
    assert!(report.screen.contains("INVALID (partial)"), "{}", report.screen);
    for file in ["report.html", "summary.md"] {
        assert!(run.text(file).contains("This report is partial"), "{file}");
    }
}

#[test]
fn a_missing_journal_of_the_generator_is_named() {
    let run = Run::new(1);
    let mistake = analytics::analyse(run.folder(), &run.scenario, &run.facts).expect_err("there is none");
    assert!(matches!(mistake, AnalysisError::JournalClosed { .. }));
    assert!(mistake.to_string().ends_with("journal/loadgen.arrows cannot be opened"), "{mistake}");
}

#[test]
fn a_file_that_is_no_journal_is_named() {
    let run = Run::new(1);
    run.write_journals();
    let path = run.folder().join("journal/mock-server.arrows");
    std::fs::write(&path, "this is not a journal").expect("it can be written");
    let mistake = analytics::analyse(run.folder(), &run.scenario, &run.facts).expect_err("it is none");
    assert!(mistake.to_string().ends_with("journal/mock-server.arrows cannot be read"), "{mistake}");
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let run = Run::new(1);
    run.write_journals();
    std::fs::write(run.folder().join("charts"), "in the way").expect("it can be written");
    let mistake = analytics::analyse(run.folder(), &run.scenario, &run.facts).expect_err("it is in the way");
    assert!(mistake.to_string().ends_with("charts/delivery.svg cannot be written"), "{mistake}");
}
