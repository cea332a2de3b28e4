//! A wrong scenario is refused with everything that is wrong in it.

use expect_test::{Expect, expect};
use proptest::prelude::*;
use scenario::Scenario;

#[track_caller]
pub(crate) fn check(text: &str, expected: &Expect) {
    let told = match Scenario::parse("test", text) {
        Ok(_) => "no mistake\n".to_owned(),
        Err(mistakes) => format!("{mistakes}\n"),
    };
    expected.assert_eq(&told);
}

/// Checks a section, from line 5 on, in a scenario that is right otherwise.
#[track_caller]
pub(crate) fn check_section(section: &str, expected: &Expect) {
    check(&format!("{RIGHT}{section}"), expected);
}

/// A scenario without a mistake, four lines long.
pub(crate) const RIGHT: &str = r#"about = "all is well"
seed = 42
[traffic]
phases = [{ for = "10s", rate = "50/s" }]
"#;

#[test]
fn every_mistake_of_a_file_is_told_at_once() {
    check(
        r#"seed = -1
colour = "green"

[traffic]
phases = [
  { for = "10 parsecs", rate = "50/s" },
  { for = "10s", rate = "50 per second", arrivals = "random" },
  { rate = "50/s" },
]

[recipients]
countries = { IN = "40 %", US = "20 %" }

[template]
bottom = "one-tap"
ttl = "20s"

[[meta.faults]]
outage = true
refuse = { code = 1 }

[budgets]
delivery-p95 = ">= 95 %"
"#,
        &expect![[r#"
            line 1: `about` is missing, but must be one line of 1 to 200 letters
            line 1: `seed` is -1, but must be a whole number from 0 to 9,223,372,036,854,775,807
            line 2: `colour` is an unknown key, but must be one of `name`, `about`, `seed`, `traffic`, `template`, `target`, `recipients`, `meta`, `users`, `budgets`
            line 6: `traffic.phases[1].for` is "10 parsecs", but must be a span from 1us to 24h, such as "1.5s"
            line 7: `traffic.phases[2].rate` is "50 per second", but must be 1 to 100 rates up to 1,000,000/s, such as "50/s" or "50/s -> 1000/s"
            line 7: `traffic.phases[2].arrivals` is "random", but must be `even` or `poisson`
            line 8: `traffic.phases[3].for` is missing, but must be a span from 1us to 24h, such as "1.5s"
            line 12: `recipients.countries` is 60 % in all, but must be shares that add up to 100 %
            line 15: `template.bottom` is an unknown key, but must be a key that exists: did you mean `button`?
            line 16: `template.ttl` is "20s", but must be whole seconds from 30s to 15min, such as "30s"
            line 18: `meta.faults[1]` is of several kinds, but must be exactly one of `refuse`, `outage`, `fail`, `answer` and `webhooks`
            line 23: `budgets.delivery-p95` is ">= 95 %", but must be a bar such as "< 5s" (a key with a dot in it needs quotes)
        "#]],
    );
}

#[test]
fn an_empty_file_lacks_what_every_scenario_must_say() {
    check(
        "",
        &expect![[r#"
        line 1: `about` is missing, but must be one line of 1 to 200 letters
        line 1: `seed` is missing, but must be a whole number from 0 to 9,223,372,036,854,775,807
        line 1: `traffic.phases` is missing, but must be a list of 1 to 1,000 phases
    "#]],
    );
}

#[test]
fn broken_syntax_is_told_with_the_mistakes_around_it() {
    check(
        "about = \"a\nseed = 99999999999999999999\n[traffic\nphases = 3\n[users]\ntyping = 1\n",
        &expect![[r#"
            line 1: the end of the line is not TOML: invalid basic string, expected `"`
            line 2: `seed` is 99999999999999999999, but must be a whole number from 0 to 9,223,372,036,854,775,807
            line 3: the end of the line is not TOML: unclosed table, expected `]`
            line 6: `users.typing` is 1, but must be a table
        "#]],
    );
    check(
        &format!("{RIGHT}[template]\nttl = 60s\nbutton = \"two-tap\"\n"),
        &expect![[r#"
        line 6: `60s` is not TOML: string values must be quoted, expected literal string
        line 7: `template.button` is "two-tap", but must be `copy-code`, `one-tap` or `zero-tap`
    "#]],
    );
    check(
        &format!("seed = 41\n{RIGHT}"),
        &expect![[r#"
        line 3: `seed` is not TOML: duplicate key
    "#]],
    );
    check(
        &format!("{RIGHT}[traffic]\n"),
        &expect![[r#"
        line 5: `traffic` is not TOML: duplicate key
    "#]],
    );
}

#[test]
fn a_key_that_does_not_exist_is_a_mistake() {
    check_section(
        "[trafic]\n",
        &expect![[r#"
        line 5: `trafic` is an unknown key, but must be a key that exists: did you mean `traffic`?
    "#]],
    );
    check_section(
        "[template]\ncode_expires_in = \"10min\"\n",
        &expect![[r#"
        line 6: `template.code_expires_in` is an unknown key, but must be a key that exists: did you mean `code-expires-in`?
    "#]],
    );
    check_section(
        "[users]\nfavourite-colour = \"green\"\n",
        &expect![[r#"
        line 6: `users.favourite-colour` is an unknown key, but must be one of `typing`, `autofill`, `wrong-code`, `gives-up`
    "#]],
    );
    check_section(
        "[meta.limits]\n\"pair burst!\" = 3\n",
        &expect![[r#"
        line 6: `meta.limits."pair burst!"` is an unknown key, but must be a key that exists: did you mean `pair-burst`?
    "#]],
    );
}

#[test]
fn what_is_wrong_in_a_list_is_told_by_its_place() {
    check_section(
        "[meta.webhooks]\nretry-after = [\n  \"1s\",\n  \"x\",\n  \"3d\",\n]\n",
        &expect![[r#"
            line 8: `meta.webhooks.retry-after[2]` is "x", but must be a span from 1ms to 24h, such as "1.5s"
            line 9: `meta.webhooks.retry-after[3]` is "3d", but must be a span from 1ms to 24h, such as "1.5s"
        "#]],
    );
    check_section(
        "[meta.webhooks]\nretry-after = \"1s\"\n",
        &expect![[r#"
        line 6: `meta.webhooks.retry-after` is "1s", but must be a list of which each is a span from 1ms to 24h, such as "1.5s"
    "#]],
    );
}

#[test]
fn a_table_is_a_table() {
    check_section(
        "[meta]\nsent = \"1s\"\nlimits = 3\nfaults = { outage = true }\n",
        &expect![[r#"
        line 6: `meta.sent` is "1s", but must be a table: `{ median = "1s", p99 = "1s" }` is always 1s
        line 7: `meta.limits` is 3, but must be a table
        line 8: `meta.faults` is a table, but must be a list of tables
    "#]],
    );
    check(
        "traffic = 1\nabout = 2026-01-01\nseed = 1.5\n",
        &expect![[r#"
        line 1: `traffic` is 1, but must be a table
        line 2: `about` is 2026-01-01, but must be one line of 1 to 200 letters
        line 3: `seed` is 1.5, but must be a whole number from 0 to 9,223,372,036,854,775,807
    "#]],
    );
    check_section(
        "[meta]\nfaults = [1]\n",
        &expect![[r#"
        line 6: `meta.faults[1]` is 1, but must be a table
    "#]],
    );
}

#[test]
fn the_head_of_a_scenario_has_rules() {
    check(
        &RIGHT.replace("all is well", " "),
        &expect![[r#"
        line 1: `about` is " ", but must be one line of 1 to 200 letters
    "#]],
    );
    check(
        &format!("name = \"First Run\"\n{RIGHT}"),
        &expect![[r#"
        line 1: `name` is "First Run", but must be 1 to 64 lower-case letters, digits and hyphens
    "#]],
    );
    let Err(mistakes) = Scenario::parse("First Run", RIGHT) else { panic!("a name with a space") };
    expect![[r#"
        line 1: `name` is "First Run", after the file, but must be 1 to 64 lower-case letters, digits and hyphens
    "#]].assert_eq(&format!("{mistakes}\n"));
}

const WHOLE: &str = include_str!("../../../../scenarios/login-rush.toml");

proptest! {
    #[test]
    fn a_damaged_scenario_is_refused_by_line_or_still_whole(
        cut in 0..WHOLE.len(),
        length in 0_usize..40,
        patch in "[\\[\\]{}=\"'.,\n a-z0-9%#]{0,6}",
    ) {
        let keep = |at: usize| (at..=WHOLE.len()).find(|at| WHOLE.is_char_boundary(*at)).expect("the end is one");
        let text = format!("{}{patch}{}", &WHOLE[..keep(cut)], &WHOLE[keep((cut + length).min(WHOLE.len()))..]);
        if let Err(mistakes) = Scenario::parse("damaged", &text) {
            prop_assert!(!mistakes.0.is_empty(), "refused without a reason:\n{text}");
            prop_assert!(mistakes.0.iter().all(|m| (1..=text.lines().count() + 1).contains(&m.line)), "{mistakes}");
            prop_assert!(mistakes.0.is_sorted_by_key(|m| m.line), "{mistakes}");
        }
    }
}
