//! Webhooks as they are written, and as they are understood.

mod changes;
mod inbound;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::{
    BusinessPhone, HeardStatusKind, InboundContent, InboundMessage, Pricing, PricingCategory, PricingType,
    Sender, Status, StatusUpdate, Webhook, WebhookBody,
};
use crate::id::{PhoneNumberId, WabaId};
use crate::message_id::MessageId;
use crate::profile::{Facts, Profile};
use crate::refusal::{AsyncFailure, FailureCode};
use crate::version::GraphVersion;

fn sender() -> Sender {
    Sender {
        waba: WabaId::new(102_290_129_340_398),
        phone: BusinessPhone {
            id: PhoneNumberId::new(106_540_352_242_922),
            number: "15550783881".parse().unwrap(),
        },
    }
}

fn id() -> MessageId {
    MessageId::outbound("16505551234".parse().unwrap(), 0x82_6FD0_49A6_947F_A237)
}

fn update(status: Status) -> StatusUpdate {
    let pricing =
        Pricing { is_billable: true, kind: PricingType::Regular, category: PricingCategory::Authentication };
    StatusUpdate {
        id: id(),
        status,
        timestamp: 1_750_030_073,
        biz_opaque_callback_data: None,
        identity: None,
        pricing: Some(pricing),
    }
}

fn facts(major: u8, has_contacts: bool) -> Facts {
    let facts = Profile::default().at(GraphVersion::new(major).unwrap());
    Facts { contacts_on_statuses: has_contacts, ..facts }
}

#[track_caller]
fn check_body(body: &[u8], expected: Expect) {
    assert!(body.is_ascii());
    Webhook::parse(body).unwrap();
    expected.assert_eq(str::from_utf8(body).unwrap());
}

/// Checks the value of a webhook about one status.
#[track_caller]
fn check(facts: Facts, update: &StatusUpdate, expected: Expect) {
    let body = WebhookBody::statuses(sender(), &facts, std::slice::from_ref(update));
    let text = String::from_utf8(body).unwrap();
    let start = text.find(r#""phone_number_id""#).unwrap();
    let end = text.find(r#","field":"messages""#).unwrap();
    expected.assert_eq(&text[start..end]);
}

#[test]
fn a_sent_status_is_the_one_of_the_documentation() {
    let update =
        StatusUpdate { biz_opaque_callback_data: Some("order/77 é".into()), ..update(Status::Sent) };
    check_body(
        &WebhookBody::statuses(sender(), &Facts::default(), &[update]),
        expect![[
            r#"{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},"contacts":[{"profile":{"name":"Test User"},"wa_id":"16505551234","user_id":"US.5942149815535546916"}],"statuses":[{"id":"wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI4MjZGRDA0OUE2OTQ3RkEyMzcA","status":"sent","timestamp":"1750030073","recipient_id":"16505551234","biz_opaque_callback_data":"order\/77 \u00e9","conversation":{"id":"19d825b5af97864d11320d8152959c35","expiration_timestamp":"1750116480","origin":{"type":"authentication"}},"pricing":{"billable":true,"pricing_model":"PMP","type":"regular","category":"authentication"}}]},"field":"messages"}]}]}"#
        ]],
    );
}

#[test]
fn a_conversation_is_shown_up_to_version_23_and_expires_on_sent_only() {
    check(
        facts(23, false),
        &update(Status::Delivered),
        expect![[
            r#""phone_number_id":"106540352242922"},"statuses":[{"id":"wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI4MjZGRDA0OUE2OTQ3RkEyMzcA","status":"delivered","timestamp":"1750030073","recipient_id":"16505551234","conversation":{"id":"19d825b5af97864d11320d8152959c35","origin":{"type":"authentication"}},"pricing":{"billable":true,"pricing_model":"PMP","type":"regular","category":"authentication"}}]}"#
        ]],
    );
    check(
        facts(24, false),
        &update(Status::Delivered),
        expect![[
            r#""phone_number_id":"106540352242922"},"statuses":[{"id":"wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI4MjZGRDA0OUE2OTQ3RkEyMzcA","status":"delivered","timestamp":"1750030073","recipient_id":"16505551234","pricing":{"billable":true,"pricing_model":"PMP","type":"regular","category":"authentication"}}]}"#
        ]],
    );
}

#[test]
fn a_read_status_without_a_price_is_short() {
    let update = StatusUpdate { pricing: None, ..update(Status::Read) };
    check(
        facts(24, true),
        &update,
        expect![[
            r#""phone_number_id":"106540352242922"},"contacts":[{"profile":{"name":"Test User"},"wa_id":"16505551234","user_id":"US.5942149815535546916"}],"statuses":[{"id":"wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI4MjZGRDA0OUE2OTQ3RkEyMzcA","status":"read","timestamp":"1750030073","recipient_id":"16505551234"}]}"#
        ]],
    );
}

#[test]
fn a_failed_status_has_an_error_and_no_contact_and_no_price() {
    let failure = AsyncFailure::new(FailureCode::new(131_026).unwrap());
    check(
        Facts::default(),
        &update(Status::Failed(failure)),
        expect![[
            r#""phone_number_id":"106540352242922"},"statuses":[{"id":"wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI4MjZGRDA0OUE2OTQ3RkEyMzcA","status":"failed","timestamp":"1750030073","recipient_id":"16505551234","errors":[{"code":131026,"title":"Message undeliverable","message":"Message undeliverable","error_data":{"details":"Message Undeliverable."},"href":"https:\/\/developers.facebook.com\/docs\/whatsapp\/cloud-api\/support\/error-codes\/"}]}]}"#
        ]],
    );
}

#[test]
fn an_international_code_is_spelled_in_two_ways() {
    let mut update = update(Status::Read);
    update.pricing.as_mut().unwrap().category = PricingCategory::AuthenticationInternational;
    check(
        facts(23, false),
        &update,
        expect![[
            r#""phone_number_id":"106540352242922"},"statuses":[{"id":"wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI4MjZGRDA0OUE2OTQ3RkEyMzcA","status":"read","timestamp":"1750030073","recipient_id":"16505551234","conversation":{"id":"19d825b5af97864d11320d8152959c35","origin":{"type":"authentication_international"}},"pricing":{"billable":true,"pricing_model":"PMP","type":"regular","category":"authentication-international"}}]}"#
        ]],
    );
}

#[test]
fn a_batch_names_each_contact_once() {
    let updates = [update(Status::Sent), update(Status::Delivered)];
    let body = WebhookBody::statuses(sender(), &facts(24, true), &updates);
    let text = str::from_utf8(&body).unwrap();
    assert_eq!(text.matches("\"wa_id\"").count(), 1);
    assert_eq!(text.matches("\"status\"").count(), 2);
    let kinds: Vec<_> =
        Webhook::parse(&body).unwrap().statuses.into_iter().map(|status| status.kind).collect();
    assert_eq!(kinds, [HeardStatusKind::Sent, HeardStatusKind::Delivered]);
}

#[test]
fn a_status_shows_the_recipients_keys_where_the_number_checks_them() {
    let identity = Some("DF2lS5v2W6x=".parse().unwrap());
    check(
        facts(23, false),
        &StatusUpdate { identity, ..update(Status::Delivered) },
        expect![[
            r#""phone_number_id":"106540352242922"},"statuses":[{"id":"wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI4MjZGRDA0OUE2OTQ3RkEyMzcA","status":"delivered","timestamp":"1750030073","recipient_id":"16505551234","recipient_identity_key_hash":"DF2lS5v2W6x=","conversation":{"id":"19d825b5af97864d11320d8152959c35","origin":{"type":"authentication"}},"pricing":{"billable":true,"pricing_model":"PMP","type":"regular","category":"authentication"}}]}"#
        ]],
    );
}

#[test]
fn a_price_is_spelt_as_the_profile_says() {
    let facts = facts(24, false);
    let update = update(Status::Delivered);
    check(
        Facts { per_message_pricing: false, ..facts },
        &update,
        expect![[
            r#""phone_number_id":"106540352242922"},"statuses":[{"id":"wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI4MjZGRDA0OUE2OTQ3RkEyMzcA","status":"delivered","timestamp":"1750030073","recipient_id":"16505551234","pricing":{"billable":true,"pricing_model":"CBP","category":"authentication"}}]}"#
        ]],
    );
    check(
        Facts { billable_on_pricing: false, ..facts },
        &update,
        expect![[
            r#""phone_number_id":"106540352242922"},"statuses":[{"id":"wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI4MjZGRDA0OUE2OTQ3RkEyMzcA","status":"delivered","timestamp":"1750030073","recipient_id":"16505551234","pricing":{"pricing_model":"PMP","type":"regular","category":"authentication"}}]}"#
        ]],
    );
}

#[test]
fn people_write_texts_and_tap_the_button() {
    let message = |unique, content| InboundMessage {
        id: MessageId::inbound("16505551234".parse().unwrap(), unique),
        timestamp: 1_749_416_383,
        content,
        context: None,
        identity: None,
        referral: None,
    };
    let messages = [
        message(1, InboundContent::Text("STOP".into())),
        message(2, InboundContent::DidNotRequestCode { about: id() }),
    ];
    let body = WebhookBody::inbound(sender(), &Facts::default(), &messages);
    check_body(
        &body,
        expect![[
            r#"{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},"contacts":[{"profile":{"name":"Test User"},"wa_id":"16505551234","user_id":"US.5942149815535546916"}],"messages":[{"from":"16505551234","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQwMDAwMDAwMDAwMDAwMDAwMDAwMQA=","timestamp":"1749416383","type":"text","text":{"body":"STOP"}},{"context":{"from":"15550783881","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI4MjZGRDA0OUE2OTQ3RkEyMzcA"},"from":"16505551234","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQwMDAwMDAwMDAwMDAwMDAwMDAwMgA=","from_logical_id":"424133215399850","timestamp":"1749416383","type":"button","button":{"payload":"DID_NOT_REQUEST_CODE","text":"I didn't request a code"}}]},"field":"messages"}]}]}"#
        ]],
    );
    let heard = Webhook::parse(&body).unwrap().messages;
    assert_eq!(heard[0].text.as_deref(), Some("STOP"));
    assert_eq!(heard[1].button_payload.as_deref(), Some("DID_NOT_REQUEST_CODE"));
    assert_eq!(heard[1].context_id, Some(id().to_string()));
}

#[test]
fn what_is_not_understood_is_skipped() {
    let heard = |body: &str| format!("{:?}", Webhook::parse(body.as_bytes()));
    let with = |field: &str, value: &str| {
        heard(&format!(r#"{{"entry":[{{"changes":[{{"field":"{field}","value":{value}}}]}}]}}"#))
    };
    let nothing = "Ok(Webhook { statuses: [], messages: [], templates: [] })";
    assert_eq!(heard("{}"), nothing);
    assert_eq!(with("weather", "{}"), nothing);
    assert_eq!(with("messages", "7"), nothing);
    assert_eq!(with("messages", r#"{"statuses":[{},{"id":7}],"messages":"x"}"#), nothing);
    assert_eq!(with("message_template_status_update", "{}"), nothing);
    let played = with("messages", r#"{"statuses":[{"id":"w","status":"played","new":1}]}"#);
    assert!(played.contains("kind: Other"), "{played}");
    assert_eq!(Webhook::parse(b"nonsense").unwrap_err().to_string(), "the body is not the JSON of a webhook");
}

#[test]
fn a_phone_number_is_never_shown_in_a_log() {
    let body = WebhookBody::statuses(sender(), &Facts::default(), &[update(Status::Sent)]);
    let shown = format!("{:?} {:?}", Webhook::parse(&body).unwrap(), update(Status::Sent));
    assert!(!shown.contains("6505551234") && !shown.contains("wamid"), "{shown}");
}

#[test]
#[should_panic(expected = "a webhook has 1 to 1000 updates")]
fn a_webhook_without_updates_is_a_bug() {
    let _ = WebhookBody::statuses(sender(), &Facts::default(), &[]);
}

proptest! {
    #[test]
    fn no_bytes_break_the_reader(body: Vec<u8>) {
        let _ = Webhook::parse(&body);
    }

    #[test]
    fn no_value_breaks_the_reader(value in r#"[\[\]{},:"a-z0-9]{0,40}"#) {
        let body = format!(r#"{{"entry":[{{"changes":[{{"field":"messages","value":{{"statuses":[{value}]}}}}]}}]}}"#);
        let _ = Webhook::parse(body.as_bytes());
    }

    #[test]
    fn a_status_reads_back_as_it_was_written(
        number in 1_000_000_u64..=999_999_999_999_999,
        unique: u128,
        timestamp: u64,
        data in proptest::option::of(".{0,40}"),
        major in 13_u8..=30,
    ) {
        let id = MessageId::outbound(number.try_into().unwrap(), unique);
        let biz_opaque_callback_data = data.clone().map(Into::into);
        let update =
            StatusUpdate { id, timestamp, biz_opaque_callback_data, ..update(Status::Delivered) };
        let body = WebhookBody::statuses(sender(), &facts(major, true), &[update]);
        prop_assert!(body.is_ascii());
        let heard = Webhook::parse(&body).unwrap().statuses.remove(0);
        prop_assert_eq!(heard.id, id.to_string());
        prop_assert_eq!(heard.kind, HeardStatusKind::Delivered);
        prop_assert_eq!(heard.timestamp, Some(timestamp));
        prop_assert_eq!(heard.recipient_id, Some(number.to_string()));
        prop_assert_eq!(heard.biz_opaque_callback_data, data);
        prop_assert_eq!(heard.is_billable, Some(true));
    }
}
