//! What becomes of templates over days and months, in virtual time.

mod room;

use std::fmt::Write as _;

use cloud_api::refusal::Refusal;
use cloud_api::template::{DeleteTemplates, EditTemplate, QualityScore, RejectedReason, TemplateCategory};
use cloud_api::webhook::AccountChange;
use cloud_api::{GraphVersion, MessageTemplate, TemplateId, TraceId};
use cloud_sim::{
    Changes, Complaint, Directory, Draft, Edge, Moment, Numbering, Outgoing, Rules, Shard, Tenant, World,
};
use expect_test::{Expect, expect};
use scenario::{Elapsed, Scenario, Span};

/// A directory through which time goes, and what it tells.
struct Story {
    world: World,
    directory: Directory,
    now: Elapsed,
    told: String,
}

const HOUR: u64 = 3_600;
const DAY: u64 = 86_400;

const CODE: &str = r#"{"name":"login","language":"en_US","category":"AUTHENTICATION","components":[{"type":"BODY"},
    {"type":"BUTTONS","buttons":[{"type":"OTP","otp_type":"COPY_CODE"}]}]}"#;
const ORDER: &str = r#"{"name":"order","language":"en_US","category":"UTILITY","message_send_ttl_seconds":60,
    "components":[{"type":"BODY","text":"Your order is on its way."}]}"#;
const OTP: &str = r#"{"name":"otp","language":"en_US","category":"UTILITY","components":[{"type":"BODY",
    "text":"Your verification code is {{1}}.","example":{"body_text":[["123456"]]}}]}"#;

impl Story {
    /// A world that begins on 2025-06-15, with these lines in its section on Meta.
    fn begin(meta: &str) -> Self {
        let text = format!(
            r#"
about = "a test"
seed = 1
traffic = {{ phases = [{{ for = "1s", rate = "1/s" }}] }}
budgets = {{ delivered = ">= 0 %" }}
[meta]
{meta}
"#
        );
        let scenario = Scenario::parse("test", &text).expect("the test sets it up rightly");
        Self {
            world: World::of(&scenario, 1_750_000_000),
            directory: Directory::of(Tenant::sample()),
            now: Elapsed::ZERO,
            told: String::new(),
        }
    }

    fn act<T>(&mut self, act: impl FnOnce(&mut Directory, &mut Moment<'_>) -> T) -> T {
        let mut moment = Moment::new(self.now, &self.world);
        let outcome = act(&mut self.directory, &mut moment);
        let changes = moment.changes();
        self.tell(&changes);
        outcome
    }

    fn tell(&mut self, changes: &Changes) {
        for notice in &changes.notices {
            let mut value = serde_json::to_value(&notice.change).expect("the test sets it up rightly");
            let members = value.as_object_mut().expect("the test sets it up rightly");
            for key in [
                "message_template_id",
                "message_template_name",
                "message_template_language",
                "message_template_category",
                "rejection_info",
            ] {
                members.remove(key);
            }
            if matches!(notice.change, AccountChange::TemplateStatus(_)) && members["reason"] == "NONE" {
                members.remove("reason");
            }
            let secs = notice.at.micros() / 1_000_000;
            let (days, hours) = (secs / DAY, secs % DAY / HOUR);
            writeln!(self.told, "{days}d{hours:02}h{:04}s {value}", secs % HOUR)
                .expect("the test sets it up rightly");
        }
    }

    fn wait(&mut self, secs: u64) {
        self.now += Span::from_secs(secs);
        self.act(Directory::take_due);
    }

    fn try_create(&mut self, body: &str) -> Result<TemplateId, Refusal> {
        let template = MessageTemplate::parse(body.as_bytes(), GraphVersion::default())
            .expect("the test sets it up rightly");
        let account = Tenant::sample().account;
        self.act(|directory, moment| directory.create_template(moment, account, template))
            .map(|reply| reply.id)
    }

    /// A template that is approved.
    fn create(&mut self, body: &str) -> TemplateId {
        let id = self.try_create(body).expect("the test sets it up rightly");
        self.wait(2);
        id
    }

    fn try_edit(&mut self, id: TemplateId, body: &str) -> Result<(), Refusal> {
        let edited =
            &self.directory.template_by_id(id).expect("the test sets it up rightly").1.record.template;
        let edit = EditTemplate::parse(body.as_bytes(), GraphVersion::default(), edited)?;
        self.act(|directory, moment| directory.edit_template(moment, id, &edit)).map(drop)
    }

    fn delete(&mut self, name: &str, is_pending: bool) -> Result<(), Refusal> {
        let which = DeleteTemplates::Name(name.parse().expect("the test sets it up rightly"));
        let account = Tenant::sample().account;
        self.act(|directory, moment| directory.delete_templates(moment, account, &which, &|_| is_pending))
    }

    /// Sends a message made from this template.
    fn send(&mut self, id: TemplateId) {
        let asked =
            &self.directory.template_by_id(id).expect("the test sets it up rightly").1.record.template;
        let number = self.directory.number(Tenant::sample().number).expect("the test sets it up rightly");
        let outgoing = Outgoing {
            version: GraphVersion::default(),
            sender: number,
            recipient: "16505551234".parse().expect("the test sets it up rightly"),
            edge: Edge::Messages,
            draft: Draft::Code {
                template: asked.name.as_str(),
                language: asked.language.code(),
                code: "482913".parse().expect("the test sets it up rightly"),
            },
            aside: cloud_sim::Aside::default(),
        };
        let numbering = Numbering::default();
        let rules = Rules { world: &self.world, directory: &self.directory, numbering: &numbering };
        Shard::new().send(self.now, &rules, outgoing, &mut Vec::new()).expect("the test sets it up rightly");
    }

    fn complain(&mut self, id: TemplateId, count: u32) {
        for _ in 0..count {
            self.act(|directory, moment| directory.complain(moment, id, Complaint::Blocked));
        }
    }

    fn state(&self, id: TemplateId) -> String {
        match self.directory.template_by_id(id) {
            None => "gone".to_owned(),
            Some((_, template)) => {
                let record = &template.record;
                format!("{} {} {}", record.status, record.quality.score, record.template.category())
            }
        }
    }

    #[track_caller]
    fn check(&self, expected: Expect) {
        expected.assert_eq(&self.told);
    }
}

fn words<T>(outcome: Result<T, Refusal>) -> String {
    let Err(refusal) = outcome else { return "done".to_owned() };
    let subcode = refusal.subcode().map(|subcode| format!("/{subcode}")).unwrap_or_default();
    let error = refusal.envelope(TraceId::new(0)).error;
    format!("{}{subcode} {}", refusal.code(), error.error_user_msg.unwrap_or(error.message))
}

#[test]
fn a_review_ends_as_the_rules_for_its_name_and_category_say() {
    let mut story = Story::begin(
        r#"review = { takes = "1min" }
        templates = { reviews = [
            { name = "order", takes = "10s", outcome = "rejected", reason = "SCAM" },
            { category = "authentication", takes = "0s" },
        ], appeal = { takes = "1h", outcome = "approved" } }"#,
    );
    let code = story.try_create(CODE).expect("the test sets it up rightly");
    assert_eq!(story.state(code), "APPROVED UNKNOWN AUTHENTICATION");
    let order = story.try_create(ORDER).expect("the test sets it up rightly");
    let otp = story.try_create(OTP).expect("the test sets it up rightly");
    assert_eq!(story.state(order), "PENDING UNKNOWN UTILITY");
    story.wait(60);
    assert_eq!(story.state(order), "REJECTED UNKNOWN UTILITY");
    assert_eq!(story.state(otp), "APPROVED UNKNOWN UTILITY");
    story
        .act(|directory, moment| directory.appeal_template(moment, order))
        .expect("the test sets it up rightly");
    assert_eq!(story.state(order), "IN_APPEAL UNKNOWN UTILITY");
    expect!["100 Only a rejected template can be appealed for."]
        .assert_eq(&words(story.act(|directory, moment| directory.appeal_template(moment, order))));
    story.wait(HOUR);
    assert_eq!(story.state(order), "APPROVED UNKNOWN UTILITY");
    story.check(expect![[r#"
        0d00h0000s {"event":"APPROVED"}
        0d00h0010s {"event":"REJECTED","reason":"SCAM"}
        0d00h0060s {"event":"APPROVED"}
        0d00h0060s {"event":"IN_APPEAL"}
        0d01h0060s {"event":"APPROVED"}
    "#]]);
}

#[test]
fn a_template_of_the_library_is_approved_at_once_and_reviewed_when_it_is_edited() {
    let mut story = Story::begin("");
    let body = r#"{"name":"mine","language":"en_US","category":"AUTHENTICATION",
        "library_template_name":"verify_transaction_1"}"#;
    let id = story.try_create(body).unwrap();
    assert_eq!(story.state(id), "APPROVED UNKNOWN AUTHENTICATION");
    story.try_edit(id, r#"{"message_send_ttl_seconds":60}"#).unwrap();
    assert_eq!(story.state(id), "PENDING UNKNOWN AUTHENTICATION");
    story.wait(60);
    story.check(expect![[r#"
        0d00h0000s {"event":"APPROVED"}
        0d00h0002s {"event":"APPROVED"}
    "#]]);
}

#[test]
fn a_template_is_paused_for_3_hours_then_for_6_and_then_disabled() {
    let mut story = Story::begin("");
    let id = story.create(CODE);
    story.complain(id, 10);
    assert_eq!(story.state(id), "PAUSED RED AUTHENTICATION");
    story.wait(3 * HOUR - 1);
    assert_eq!(story.state(id), "PAUSED RED AUTHENTICATION");
    story.wait(1);
    assert_eq!(story.state(id), "APPROVED UNKNOWN AUTHENTICATION");
    story.complain(id, 10);
    story.wait(6 * HOUR - 1);
    assert_eq!(story.state(id), "PAUSED RED AUTHENTICATION");
    story.wait(1);
    story.complain(id, 10);
    assert_eq!(story.state(id), "DISABLED RED AUTHENTICATION");
    expect!["100 A disabled template cannot be deleted."].assert_eq(&words(story.delete("login", false)));
    expect!["100 Only approved, rejected or paused message templates can be edited."]
        .assert_eq(&words(story.try_edit(id, r#"{"message_send_ttl_seconds":60}"#)));
    story.wait(30 * DAY);
    assert_eq!(story.state(id), "DISABLED RED AUTHENTICATION");
    story.act(|directory, moment| directory.reinstate_template(moment, id)).unwrap();
    story.check(expect![[r#"
        0d00h0002s {"event":"APPROVED"}
        0d00h0002s {"new_quality_score":"YELLOW","previous_quality_score":"UNKNOWN"}
        0d00h0002s {"new_quality_score":"RED","previous_quality_score":"YELLOW"}
        0d00h0002s {"event":"PAUSED","other_info":{"description":"The template is paused for 3 hours.","title":"FIRST_PAUSE"}}
        0d03h0002s {"event":"APPROVED","other_info":{"description":"The template can be sent again.","title":"UNPAUSE"}}
        0d03h0002s {"new_quality_score":"UNKNOWN","previous_quality_score":"RED"}
        0d03h0002s {"new_quality_score":"YELLOW","previous_quality_score":"UNKNOWN"}
        0d03h0002s {"new_quality_score":"RED","previous_quality_score":"YELLOW"}
        0d03h0002s {"event":"PAUSED","other_info":{"description":"The template is paused for 6 hours.","title":"SECOND_PAUSE"}}
        0d09h0002s {"event":"APPROVED","other_info":{"description":"The template can be sent again.","title":"UNPAUSE"}}
        0d09h0002s {"new_quality_score":"UNKNOWN","previous_quality_score":"RED"}
        0d09h0002s {"new_quality_score":"YELLOW","previous_quality_score":"UNKNOWN"}
        0d09h0002s {"new_quality_score":"RED","previous_quality_score":"YELLOW"}
        0d09h0002s {"disable_info":{"disable_date":1750032402},"event":"DISABLED","other_info":{"description":"The template is disabled.","title":"DISABLED"}}
        30d09h0002s {"event":"REINSTATED"}
    "#]]);
}

#[test]
fn a_template_of_which_nobody_complains_turns_green_after_a_day() {
    let mut story = Story::begin("");
    let (good, bad) = (story.create(CODE), story.create(ORDER));
    story.complain(bad, 3);
    story.wait(DAY);
    assert_eq!(story.state(good), "APPROVED GREEN AUTHENTICATION");
    assert_eq!(story.state(bad), "APPROVED YELLOW UTILITY");
    story.wait(8 * DAY);
    story.complain(bad, 9);
    assert_eq!(story.state(bad), "APPROVED YELLOW UTILITY");
    let reasons = ["SPAM".to_owned()];
    story
        .act(|directory, moment| directory.set_template_quality(moment, good, QualityScore::Red, &reasons))
        .unwrap();
    assert_eq!(story.state(good), "PAUSED RED AUTHENTICATION");
}

#[test]
fn the_name_of_a_deleted_template_is_locked_for_30_days_if_it_was_approved() {
    let mut story = Story::begin("");
    story.create(CODE);
    story.try_create(ORDER).unwrap();
    story.delete("order", false).unwrap();
    story.delete("login", false).unwrap();
    assert_eq!(words(story.try_create(ORDER)), "done");
    let other = CODE.replace("en_US", "fr");
    assert_eq!(words(story.try_create(&other)), "done");
    story.wait(30 * DAY - 1);
    expect!["100/2388023 New English (US) content can't be added while the existing English (US) content is being deleted. Try again in 4 weeks or create a new template."].assert_eq(&words(story.try_create(CODE)));
    story.wait(1);
    assert_eq!(words(story.try_create(CODE)), "done");
    expect!["100 There is no message template nothing."].assert_eq(&words(story.delete("nothing", false)));
}

#[test]
fn a_template_whose_messages_are_on_their_way_goes_when_they_have_ended() {
    let mut story = Story::begin("");
    let id = story.create(ORDER);
    story.delete("order", true).unwrap();
    assert_eq!(story.state(id), "PENDING_DELETION UNKNOWN UTILITY");
    expect!["100/2388023 New English (US) content can't be added while the existing English (US) content is being deleted. Try again in 4 weeks or create a new template."].assert_eq(&words(story.try_create(ORDER)));
    story.wait(59);
    assert_eq!(story.state(id), "PENDING_DELETION UNKNOWN UTILITY");
    story.wait(1);
    assert_eq!(story.state(id), "gone");
    story.check(expect![[r#"
        0d00h0002s {"event":"APPROVED"}
        0d00h0002s {"event":"PENDING_DELETION"}
        0d00h0062s {"event":"DELETED"}
    "#]]);
}

#[test]
fn an_approved_template_is_edited_once_a_day_and_ten_times_a_month() {
    let mut story = Story::begin("");
    let id = story.create(ORDER);
    let edit = r#"{"components":[{"type":"BODY","text":"Your order is here."}]}"#;
    assert_eq!(words(story.try_edit(id, edit)), "done");
    assert_eq!(story.state(id), "PENDING UNKNOWN UTILITY");
    expect!["100 Only approved, rejected or paused message templates can be edited."]
        .assert_eq(&words(story.try_edit(id, edit)));
    story.wait(2);
    expect!["100 An approved template can be edited 1 time(s) in 24 hours."]
        .assert_eq(&words(story.try_edit(id, edit)));
    expect!["100 The category of an approved template cannot be changed."]
        .assert_eq(&words(story.try_edit(id, r#"{"category":"MARKETING"}"#)));
    for _ in 1..10 {
        story.wait(DAY);
        assert_eq!(words(story.try_edit(id, edit)), "done");
        story.wait(2);
    }
    story.wait(DAY);
    expect!["100 An approved template can be edited 10 time(s) in 30 days."]
        .assert_eq(&words(story.try_edit(id, edit)));
    story.wait(20 * DAY);
    assert_eq!(words(story.try_edit(id, edit)), "done");
    story.wait(2);
    story
        .act(|directory, moment| directory.reject_template(moment, id, RejectedReason::Promotional))
        .unwrap();
    assert_eq!(words(story.try_edit(id, r#"{"category":"MARKETING"}"#)), "done");
    story.wait(2);
    assert_eq!(story.state(id), "APPROVED GREEN MARKETING");
}

#[test]
fn a_new_category_has_a_time_to_live_of_its_own() {
    let mut story = Story::begin("");
    let id = story.create(ORDER);
    let ttl = |story: &Story| story.directory.template_by_id(id).unwrap().1.record.template.ttl;
    story.wait(2);
    story
        .act(|directory, moment| directory.reject_template(moment, id, RejectedReason::Promotional))
        .unwrap();
    assert!(ttl(&story).is_some());
    assert_eq!(words(story.try_edit(id, r#"{"category":"MARKETING"}"#)), "done");
    assert_eq!(ttl(&story), None);
}

#[test]
fn a_code_in_a_utility_template_is_announced_and_then_rejected_on_the_first() {
    let mut story = Story::begin("");
    let id = story.create(OTP);
    story.wait(14 * DAY);
    assert_eq!(story.state(id), "APPROVED GREEN UTILITY");
    story.wait(2 * DAY);
    assert_eq!(story.state(id), "REJECTED GREEN UTILITY");
    story.check(expect![[r#"
        0d00h0002s {"event":"APPROVED"}
        1d00h0002s {"new_quality_score":"GREEN","previous_quality_score":"UNKNOWN"}
        14d08h3200s {"category_update_timestamp":1751328000,"correct_category":"AUTHENTICATION","new_category":"UTILITY"}
        15d08h3200s {"event":"REJECTED","reason":"INCORRECT_CATEGORY"}
    "#]]);
}

#[test]
fn a_move_to_another_category_comes_24_hours_after_its_notice_and_resets_the_time_to_live() {
    let mut story = Story::begin("");
    let id = story.create(ORDER);
    let marketing = TemplateCategory::Marketing;
    story.act(|directory, moment| directory.recategorise_template(moment, id, marketing)).unwrap();
    story.wait(DAY - 1);
    assert_eq!(story.state(id), "APPROVED UNKNOWN UTILITY");
    story.wait(1);
    assert_eq!(story.state(id), "APPROVED GREEN MARKETING");
    let (_, template) = story.directory.template_by_id(id).unwrap();
    assert_eq!(template.record.template.ttl, None);
    assert_eq!(template.ttl, Span::from_secs(30 * DAY));
    assert_eq!(template.record.previous_category, Some(TemplateCategory::Utility));
    story.check(expect![[r#"
        0d00h0002s {"event":"APPROVED"}
        0d00h0002s {"category_update_timestamp":1750086402,"correct_category":"MARKETING","new_category":"UTILITY"}
        1d00h0002s {"new_quality_score":"GREEN","previous_quality_score":"UNKNOWN"}
        1d00h0002s {"new_category":"MARKETING","previous_category":"UTILITY"}
    "#]]);
}

#[test]
fn a_pause_for_pacing_can_be_lifted_after_five_minutes() {
    let mut story = Story::begin("");
    let (order, code) = (story.create(ORDER), story.create(CODE));
    let lift = |story: &mut Story, id| {
        story.act(|directory, moment| directory.unpause_template(moment, id)).unwrap()
    };
    assert_eq!(lift(&mut story, order), Err("The template is not paused."));
    story.act(|directory, moment| directory.hold_template(moment, order)).unwrap();
    expect!["100 Authentication templates are not paced."]
        .assert_eq(&words(story.act(|directory, moment| directory.hold_template(moment, code))));
    story.wait(299);
    assert_eq!(
        lift(&mut story, order),
        Err("The template cannot be unpaused within 5 minutes of its pause.")
    );
    story.wait(1);
    assert_eq!(lift(&mut story, order), Ok(()));
    assert_eq!(story.state(order), "APPROVED UNKNOWN UTILITY");
    story.act(|directory, moment| directory.pause_template(moment, code)).unwrap();
    assert_eq!(lift(&mut story, code), Err("The template is paused for its quality and cannot be unpaused."));
}

#[test]
fn templates_are_copied_but_for_those_of_the_wrong_category() {
    let mut story = Story::begin("");
    let (code, otp) = (story.create(CODE), story.create(OTP));
    story.try_create(ORDER).unwrap();
    let account = Tenant::sample().account;
    // Copying into the same account finds the names taken.
    let copied = story.act(|directory, moment| directory.migrate_templates(moment, account, account, 0));
    assert!(copied.migrated.is_empty());
    let failed: Vec<_> = copied.failed.iter().map(|failed| (failed.id, failed.reason)).collect();
    assert_eq!(
        failed,
        [(code, "The template exists already or the account is full"), (otp, "Incorrect category")]
    );
    let none = story.act(|directory, moment| directory.migrate_templates(moment, account, account, 1));
    assert!(none.migrated.is_empty() && none.failed.is_empty());
}

#[test]
fn nothing_is_due_any_more_once_templates_are_deleted_one_by_one_or_with_their_tenant() {
    let mut story = Story::begin("");
    let account = Tenant::sample().account;
    for _ in 0..2 {
        let id = story.create(CODE);
        story.act(|directory, moment| directory.approve_template(moment, id)).expect("it is approved again");
        assert!(story.directory.next_due().is_some());
        story.delete("login", false).expect("it is there");
        assert_eq!(story.directory.next_due(), None);
        story.wait(31 * DAY);
    }
    story.create(CODE);
    let portfolio = story.directory.account(account).expect("the sample's").portfolio;
    assert!(story.directory.delete_tenant(portfolio));
    assert_eq!(story.directory.next_due(), None);
}
