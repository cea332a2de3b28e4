//! Arrivals come when the traffic says, in number and in time.

use expect_test::{Expect, expect};
use proptest::prelude::*;
use scenario::{Arrivals, Elapsed, Phase, Rate, Seed, Spacing, Span, Traffic};

/// Phases in short: `10s 50/s -> 100/s even, 5s 100/s poisson`.
fn traffic(short: &str) -> Traffic {
    let phases = short.split(", ").enumerate().map(|(nth, phase)| {
        let (lasts, rest) = phase.split_once(' ').expect("a span, then rates");
        let (rates, spacing) = rest.rsplit_once(' ').expect("rates, then the spacing");
        Phase {
            name: format!("phase {}", nth + 1),
            lasts: Span::parse(lasts).expect("a span"),
            rates: rates.split(" -> ").map(|rate| Rate::parse(rate).expect("a rate")).collect(),
            spacing: if spacing == "poisson" { Spacing::Poisson } else { Spacing::Even },
        }
    });
    Traffic { phases: phases.collect() }
}

/// How many arrivals, the phases and microseconds of the first, and those of the last.
#[track_caller]
fn check(short: &str, shown: usize, expected: &Expect) {
    let arrivals: Vec<_> = Arrivals::new(&traffic(short), Seed::new(42)).collect();
    let show = |arrivals: &[scenario::Arrival]| {
        let texts: Vec<_> = arrivals.iter().map(|a| format!("{}@{}", a.phase, a.planned.micros())).collect();
        texts.join(" ")
    };
    let (first, last) = (show(&arrivals[..shown]), show(&arrivals[arrivals.len() - shown..]));
    expected.assert_eq(&format!("{}: {first} … {last}", arrivals.len()));
}

#[test]
fn a_thousand_a_second_are_thirty_thousand_in_thirty_seconds() {
    check("30s 1000/s even", 2, &expect!["30000: 0@0 0@1000 … 0@29998000 0@29999000"]);
}

#[test]
fn a_rate_that_does_not_divide_a_second_never_drifts() {
    check("30s 7/s even", 3, &expect!["210: 0@0 0@142857 0@285714 … 0@29571428 0@29714285 0@29857142"]);
}

#[test]
fn a_ramp_brings_the_area_under_it() {
    check("10s 0/s -> 100/s even", 3, &expect!["500: 0@0 0@447213 0@632455 … 0@9969954 0@9979979 0@9989994"]);
}

#[test]
fn a_falling_ramp_mirrors_a_climbing_one() {
    check("10s 100/s -> 0/s even", 3, &expect!["500: 0@0 0@10005 0@20020 … 0@9225403 0@9367544 0@9552786"]);
}

#[test]
fn what_one_phase_leaves_over_is_carried_into_the_next() {
    check("500ms 1/s even, 500ms 1/s even, 500ms 1/s even", 1, &expect!["2: 0@0 … 2@1000000"]);
}

#[test]
fn nobody_comes_while_the_rate_is_zero() {
    check(
        "1s 0/s even, 1s 2/s even, 5s 0/s even, 1s 2/s even",
        2,
        &expect!["4: 1@1000000 1@1500000 … 3@7000000 3@7500000"],
    );
}

#[test]
fn a_spike_climbs_and_falls() {
    check(
        "2s 0/s -> 10/s -> 0/s even",
        3,
        &expect!["10: 0@0 0@447213 0@632455 … 0@1225403 0@1367544 0@1552786"],
    );
}

#[test]
fn strangers_come_when_they_like() {
    check("10s 100/s poisson", 3, &expect!["1030: 0@2896 0@9045 0@9174 … 0@9986813 0@9991180 0@9992810"]);
}

#[test]
fn changing_one_poisson_phase_moves_no_other() {
    let seen_in_second = |short: &str| {
        let arrivals = Arrivals::new(&traffic(short), Seed::new(1)).filter(|a| a.phase == 1);
        arrivals.map(|arrival| arrival.planned).collect::<Vec<_>>()
    };
    let even_first = seen_in_second("5s 10/s even, 5s 100/s poisson");
    assert_eq!(seen_in_second("5s 500/s poisson, 5s 100/s poisson"), even_first);
}

#[test]
fn traffic_tells_how_long_it_lasts_its_highest_rate_and_when_its_phases_start() {
    let traffic = traffic("10s 0/s -> 100/s -> 50/s even, 10s 7/s poisson");
    assert_eq!(traffic.lasts(), Span::from_secs(20));
    assert_eq!(traffic.rate_max(), Rate::parse("100/s").expect("a rate"));
    let starts: Vec<_> = traffic.phase_starts().map(|(at, phase)| format!("{at} {}", phase.name)).collect();
    expect!["0.000s phase 1, 10.000s phase 2"].assert_eq(&starts.join(", "));
}

fn any_phase(spacing: impl Strategy<Value = Spacing>) -> impl Strategy<Value = Phase> {
    let rates = prop::collection::vec(0_u64..5_000_000, 1..5);
    (1_u64..3_000_000, rates, spacing).prop_map(|(micros, rates, spacing)| Phase {
        name: "any".to_owned(),
        lasts: Span::from_micros(micros),
        rates: rates.into_iter().map(Rate::from_per_thousand_secs).collect(),
        spacing,
    })
}

fn any_traffic(spacing: impl Strategy<Value = Spacing>) -> impl Strategy<Value = Traffic> {
    prop::collection::vec(any_phase(spacing), 1..4).prop_map(|phases| Traffic { phases })
}

fn either() -> impl Strategy<Value = Spacing> {
    prop_oneof![Just(Spacing::Even), Just(Spacing::Poisson)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arrivals_never_go_back_and_stay_in_their_phase(traffic in any_traffic(either()), seed: u64) {
        let starts: Vec<_> = traffic.phase_starts().map(|(at, phase)| (at, at + phase.lasts)).collect();
        let mut before = Elapsed::ZERO;
        for (number, arrival) in (0..).zip(Arrivals::new(&traffic, Seed::new(seed))) {
            let (from, until) = starts[usize::from(arrival.phase)];
            prop_assert_eq!(arrival.number, number);
            prop_assert!(before <= arrival.planned, "{:?} after {:?}", arrival, before);
            prop_assert!(from <= arrival.planned && arrival.planned < until, "{:?}", arrival);
            before = arrival.planned;
        }
    }

    #[test]
    fn even_arrivals_are_exactly_as_many_as_expected(traffic in any_traffic(Just(Spacing::Even))) {
        let count = Arrivals::new(&traffic, Seed::new(0)).count();
        prop_assert_eq!(count as u64, traffic.arrivals_expected());
    }

    #[test]
    fn an_even_arrival_comes_as_soon_as_the_area_reaches_its_number(
        from in 0_u64..2_000_000,
        to in 0_u64..2_000_000,
        micros in 1_u64..5_000_000,
    ) {
        let rates = vec![Rate::from_per_thousand_secs(from), Rate::from_per_thousand_secs(to)];
        let lasts = Span::from_micros(micros);
        let phase = Phase { name: String::new(), lasts, rates, spacing: Spacing::Even };
        let (from, to, lasts) = (i128::from(from), i128::from(to), i128::from(micros));
        // The area up to `t`, in arrivals times 2 * 10^9 * lasts.
        let area = |t: i128| 2 * from * t * lasts + (to - from) * t * t;
        for arrival in Arrivals::new(&Traffic { phases: vec![phase] }, Seed::new(0)) {
            let wanted = i128::from(arrival.number) * 2_000_000_000 * lasts;
            let at = i128::from(arrival.planned.micros());
            prop_assert!(area(at) <= wanted && wanted < area(at + 1), "{:?}", arrival);
        }
    }

    #[test]
    fn strangers_are_as_many_as_expected_in_the_mean(rate in 200_u64..2_000, seed: u64) {
        let traffic = traffic(&format!("10s {rate}/s poisson"));
        let count = Arrivals::new(&traffic, Seed::new(seed)).count() as f64;
        let expected = traffic.arrivals_expected() as f64;
        prop_assert!((count - expected).abs() < 6.0 * expected.sqrt(), "{count} for {expected}");
    }

    #[test]
    fn the_same_seed_makes_the_same_plan_and_another_another(seed: u64) {
        let traffic = traffic("1s 100/s poisson");
        let plan = |seed| Arrivals::new(&traffic, Seed::new(seed)).collect::<Vec<_>>();
        prop_assert_eq!(plan(seed), plan(seed));
        prop_assert_ne!(plan(seed), plan(seed.wrapping_add(1)));
    }
}
