//! How many templates an account creates and holds, and what makes room.

use cloud_api::TemplateId;
use cloud_api::account::word::Verification;
use cloud_sim::{AccountPatch, Tenant};
use expect_test::expect;

use super::{CODE, DAY, HOUR, ORDER, Story, words};

#[test]
fn an_archived_template_goes_after_28_days() {
    let mut story = Story::begin("");
    let (stays, goes) = (story.create(ORDER), story.create(CODE));
    let account = Tenant::sample().account;
    let ids = [stays, goes, TemplateId::new(7)];
    let archived = story.act(|directory, moment| directory.archive_templates(moment, account, &ids));
    assert_eq!(archived.moved, [stays, goes]);
    assert_eq!(archived.failed, [(TemplateId::new(7), "There is no such template")]);
    story.wait(27 * DAY);
    let back = story.act(|directory, moment| directory.unarchive_templates(moment, account, &ids[..1]));
    assert_eq!(back.moved, [stays]);
    story.wait(DAY);
    assert_eq!(
        (story.state(stays).as_str(), story.state(goes).as_str()),
        ("APPROVED UNKNOWN UTILITY", "gone")
    );
}

#[test]
fn an_account_creates_a_hundred_templates_an_hour() {
    let mut story = Story::begin("");
    let body = |nth: u32| ORDER.replace("\"order\"", &format!("\"order_{nth}\""));
    for nth in 0..100 {
        story.try_create(&body(nth)).unwrap();
    }
    expect!["80007 (#80007) Rate limit issues"].assert_eq(&words(story.try_create(&body(100))));
    story.wait(HOUR - 1);
    assert_ne!(words(story.try_create(&body(100))), "done");
    story.wait(1);
    assert_eq!(words(story.try_create(&body(100))), "done");
    expect!["100/2388024 There is already English (US) content for this template. You can create a new template and try again."].assert_eq(&words(story.try_create(&body(100))));
    let mut story = Story::begin("templates = { creations-per-hour = 1, rate-code = 192 }");
    story.try_create(&body(0)).unwrap();
    expect!["192 (#192) Template rate limit reached"].assert_eq(&words(story.try_create(&body(1))));
}

#[test]
fn an_account_holds_6000_templates() {
    let mut story = Story::begin("templates = { creations-per-hour = 10000 }");
    let body = |nth: u32| ORDER.replace("\"order\"", &format!("\"order_{nth}\""));
    for nth in 0..6_000 {
        story.try_create(&body(nth)).unwrap();
    }
    expect!["100/2388019 You have reached the limit of message templates for this account."]
        .assert_eq(&words(story.try_create(&body(6_000))));
}

#[test]
fn an_account_of_a_business_that_meta_does_not_know_holds_250_templates() {
    let mut story = Story::begin("templates = { creations-per-hour = 10000 }");
    let account = Tenant::sample().account;
    let verify = |story: &mut Story, verification| {
        let patch = AccountPatch { verification: Some(verification), ..AccountPatch::default() };
        story.act(|directory, moment| directory.change_account(moment.now, account, &patch)).unwrap();
    };
    verify(&mut story, Verification::NotVerified);
    let body = |nth: u32| ORDER.replace("\"order\"", &format!("\"order_{nth}\""));
    for nth in 0..250 {
        story.try_create(&body(nth)).unwrap();
    }
    expect!["100/2388019 You have reached the limit of message templates for this account."]
        .assert_eq(&words(story.try_create(&body(250))));
    verify(&mut story, Verification::Verified);
    assert_eq!(words(story.try_create(&body(250))), "done");
}

#[test]
fn a_template_that_nobody_sends_for_a_year_is_archived_and_then_goes() {
    let mut story = Story::begin("");
    let (used, unused) = (story.create(CODE), story.create(ORDER));
    story.told.clear();
    story.wait(100 * DAY);
    story.send(used);
    story.wait(264 * DAY);
    assert_eq!(story.state(unused), "APPROVED GREEN UTILITY");
    story.wait(DAY);
    assert_eq!(story.state(unused), "ARCHIVED GREEN UTILITY");
    story.wait(28 * DAY);
    assert_eq!(
        (story.state(used).as_str(), story.state(unused).as_str()),
        ("APPROVED GREEN AUTHENTICATION", "gone")
    );
    story.wait(72 * DAY);
    assert_eq!(story.state(used), "ARCHIVED GREEN AUTHENTICATION");
    story.check(expect![[r#"
        1d00h0002s {"new_quality_score":"GREEN","previous_quality_score":"UNKNOWN"}
        1d00h0004s {"new_quality_score":"GREEN","previous_quality_score":"UNKNOWN"}
        365d00h0004s {"event":"ARCHIVED"}
        393d00h0004s {"event":"DELETED"}
        465d00h0000s {"event":"ARCHIVED"}
    "#]]);
}
