//! Templates from the request that creates them to the JSON that reads them back.

mod blocks;
mod create;
mod custom;
mod fuzz;
mod library;
mod otp;
mod preset;

use expect_test::expect;

use super::{
    CreateReply, DeleteTemplates, EditTemplate, Language, MessageTemplate, Quality, RejectedReason,
    TemplateCategory, TemplateCounts, TemplateFields, TemplateNode, TemplateQuery, TemplateRecord,
    TemplateStatus,
};
use crate::id::TemplateId;
use crate::parameters::{Parameters, Sent};
use crate::refusal::Refusal;
use crate::trace::TraceId;
use crate::version::GraphVersion;

fn words(refusal: &Refusal) -> String {
    let envelope = refusal.envelope(TraceId::new(0));
    let subcode = refusal.subcode().map(|subcode| format!("/{subcode}")).unwrap_or_default();
    let message = envelope.error.error_user_msg.unwrap_or(envelope.error.message);
    format!("{}{subcode} {message}", refusal.code())
}

fn record(template: MessageTemplate) -> TemplateRecord {
    TemplateRecord {
        id: TemplateId::new(594_425_479_261_596),
        template,
        status: TemplateStatus::Approved,
        rejected_reason: RejectedReason::None,
        quality: Quality::unknown(1_719_264_000),
        previous_category: None,
        correct_category: None,
        last_updated: 1_719_264_001,
    }
}

fn parameters(query: &str) -> Parameters<'_> {
    Parameters::merge(query, Sent::Json(b""))
}

const COPY: &str = r#"{"type":"BUTTONS","buttons":[{"type":"OTP","otp_type":"COPY_CODE"}]}"#;

#[test]
fn the_default_fields_are_those_of_the_documentation() {
    let body = format!(
        r#"{{"name":"verification_code","language":"en_US","category":"AUTHENTICATION","components":[{{"type":"BODY"}},{COPY}]}}"#
    );
    let template = MessageTemplate::parse(body.as_bytes(), GraphVersion::default()).unwrap();
    let record = record(template);
    let read = |fields| String::from_utf8(TemplateNode::new(&record, fields).to_json()).unwrap();
    expect![[r#"{"name":"verification_code","parameter_format":"POSITIONAL","components":[{"type":"BODY","text":"*{{1}}* is your verification code.","add_security_recommendation":false,"example":{"body_text":[["123456"]]}},{"type":"BUTTONS","buttons":[{"type":"URL","text":"Copy code","url":"https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}","example":["https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp123456"]}]}],"language":"en_US","status":"APPROVED","category":"AUTHENTICATION","id":"594425479261596"}"#]].assert_eq(&read(TemplateFields::default()));
    expect![[r#"{"rejected_reason":"NONE","quality_score":{"score":"UNKNOWN","date":1719264000},"last_updated_time":1719264001,"id":"594425479261596"}"#]].assert_eq(&read(
        TemplateFields::parse("id, quality_score,rejected_reason,last_updated_time,health_status").unwrap(),
    ));
    expect![[r#"{"name":"verification_code","status":"APPROVED","quality_score":{"score":"UNKNOWN","date":1719264000},"id":"594425479261596"}"#]].assert_eq(&read(
        TemplateFields::parse("name,quality_score{score,date},status.limit(1)").unwrap(),
    ));
    expect!["100 (#100) Tried accessing nonexisting field (colour) on node type (WhatsAppMessageTemplate)"]
        .assert_eq(&words(&TemplateFields::parse("id,colour").unwrap_err()));
}

#[test]
fn the_reply_to_a_creation_names_id_status_and_category() {
    let reply = CreateReply {
        id: TemplateId::new(594_425_479_261_596),
        status: TemplateStatus::Pending,
        category: TemplateCategory::Authentication,
    };
    expect![[r#"{"id":"594425479261596","status":"PENDING","category":"AUTHENTICATION"}"#]]
        .assert_eq(str::from_utf8(&reply.to_json()).unwrap());
}

#[test]
fn an_edit_keeps_what_it_does_not_name() {
    let edited = format!(
        r#"{{"name":"login","language":"en","category":"AUTHENTICATION","components":[{{"type":"BODY"}},{COPY}]}}"#
    );
    let edited = MessageTemplate::parse(edited.as_bytes(), GraphVersion::default()).unwrap();
    let edit = |body: &str| match EditTemplate::parse(body.as_bytes(), GraphVersion::default(), &edited) {
        Ok(edit) => {
            let ttl = edit.ttl.map(|ttl| ttl.wire());
            format!("content {}, time to live {ttl:?}", edit.content.is_some())
        }
        Err(refusal) => words(&refusal),
    };
    expect!["content false, time to live Some(60)"].assert_eq(&edit(r#"{"message_send_ttl_seconds":60}"#));
    expect!["content true, time to live None"]
        .assert_eq(&edit(&format!(r#"{{"components":[{{"type":"BODY"}},{COPY}]}}"#)));
    expect!["100 (#100) The parameter components is required."].assert_eq(&edit(r#"{"category":"UTILITY"}"#));
    expect!["100 (#100) The parameter components is required."].assert_eq(&edit("{}"));
    expect!["100 Authentication templates need a BODY component."].assert_eq(&edit(r#"{"components":[]}"#));
}

#[test]
fn templates_are_deleted_by_name_or_by_id() {
    let read = |query: &str| match DeleteTemplates::parse(parameters(query).json()) {
        Ok(delete) => format!("{delete:?}"),
        Err(refusal) => words(&refusal),
    };
    expect!["Name(TemplateName(login))"].assert_eq(&read("name=login"));
    expect!["One { id: TemplateId(12), name: TemplateName(login) }"].assert_eq(&read("hsm_id=12&name=login"));
    expect!["Many([TemplateId(1), TemplateId(2)])"].assert_eq(&read("hsm_ids=%5B1%2C%222%22%5D"));
    expect!["Many([TemplateId(1), TemplateId(2)])"].assert_eq(&read("hsm_ids=1,2"));
    expect!["100 (#100) The parameter name is required."].assert_eq(&read(""));
    expect!["100 There is no message template Log in."].assert_eq(&read("name=Log%20in"));
    expect!["100 There is no message template x."].assert_eq(&read("hsm_id=x&name=login"));
    expect!["100 (#100) Invalid parameter"].assert_eq(&read("hsm_ids=[]"));
}

#[test]
fn a_list_shows_the_templates_asked_for() {
    let body = format!(
        r#"{{"name":"login_code","language":"en_US","category":"AUTHENTICATION","components":[{{"type":"BODY"}},{COPY}]}}"#
    );
    let template = MessageTemplate::parse(body.as_bytes(), GraphVersion::default()).unwrap();
    let record = record(template);
    let is_shown = |query: &str| TemplateQuery::parse(parameters(query).json()).unwrap().matches(&record);
    for query in [
        "",
        "name=login_code",
        "status=approved&category=AUTHENTICATION",
        "name_or_content=login",
        "language=en_US&limit=3",
    ] {
        assert!(is_shown(query), "{query}");
    }
    for query in [
        "status=PENDING,approved",
        "quality_score=GREEN,UNKNOWN",
        "content=VERIFICATION code",
        "name_or_content=verification",
        "since=1719264001&until=1719264001",
        "language=[\"fr\",\"en_US\"]",
        "status=[\"PENDING\",\"APPROVED\"]&category=[\"authentication\"]&fields=[\"name\",\"status\"]",
    ] {
        assert!(is_shown(query), "{query}");
    }
    for query in [
        "name=login",
        "status=PENDING",
        "category=UTILITY",
        "language=en",
        "language=[\"fr\"]",
        "status=[\"PENDING\"]",
        "quality_score=RED",
        "content=login_code",
        "name_or_content=order",
        "since=1719264002",
        "until=1719264000",
    ] {
        assert!(!is_shown(query), "{query}");
    }
}

#[test]
fn a_list_that_cannot_be_read_says_why() {
    let read = |query: &str| words(&TemplateQuery::parse(parameters(query).json()).unwrap_err());
    expect![[r#"100 (#100) Param status must be one of {APPROVED, ARCHIVED, DELETED, DISABLED, IN_APPEAL, LIMIT_EXCEEDED, PAUSED, PENDING, PENDING_DELETION, REJECTED} - got "new"."#]].assert_eq(&read("status=new"));
    expect![[r#"100 (#100) Param status must be one of {APPROVED, ARCHIVED, DELETED, DISABLED, IN_APPEAL, LIMIT_EXCEEDED, PAUSED, PENDING, PENDING_DELETION, REJECTED} - got "new"."#]].assert_eq(&read("status=[\"new\"]"));
    expect![[
        r#"100 (#100) Param category must be one of {AUTHENTICATION, MARKETING, UTILITY} - got "otp"."#
    ]]
    .assert_eq(&read("category=otp"));
    expect![[r#"100 (#100) Param quality_score must be one of {GREEN, RED, UNKNOWN, YELLOW} - got "good"."#]]
        .assert_eq(&read("quality_score=good"));
    expect!["100 (#100) Invalid parameter"].assert_eq(&read("since=yesterday"));
    expect![
        "100 (#100) Tried accessing nonexisting field (colour) on node type (WhatsAppMessageTemplateSummary)"
    ]
    .assert_eq(&read("summary=colour"));
    expect!["100 (#100) Tried accessing nonexisting field (colour) on node type (WhatsAppMessageTemplate)"]
        .assert_eq(&read("fields=colour"));
    expect!["131059 (#131059) Invalid cursor"].assert_eq(&read("after=garbage"));
}

#[test]
fn a_summary_tells_what_was_asked_for() {
    let counts = TemplateCounts { matching: 1, held: 14, limit: 6_000 };
    let read = |query: &str| {
        let query = TemplateQuery::parse(parameters(query).json()).unwrap();
        format!(
            "{} {}",
            query.summary.is_asked_for(),
            serde_json::to_string(&query.summary.of(counts)).unwrap()
        )
    };
    expect!["false {}"].assert_eq(&read(""));
    expect![[r#"true {"total_count":1}"#]].assert_eq(&read("summary=total_count"));
    expect![[r#"true {"total_count":1,"message_template_count":14,"message_template_limit":6000,"are_translations_complete":true}"#]].assert_eq(&read(
        "summary=total_count,message_template_count,message_template_limit,are_translations_complete",
    ));
}

#[test]
fn every_language_is_read_back_by_its_code() {
    assert_eq!(Language::all().count(), 86);
    for language in Language::all() {
        assert_eq!(language.code().parse(), Ok(language));
    }
}
