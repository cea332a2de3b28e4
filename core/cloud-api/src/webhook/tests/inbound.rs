//! What people write.

use std::sync::Arc;

use expect_test::{Expect, expect};

use super::{id, sender};
use crate::message_id::MessageId;
use crate::profile::Facts;
use crate::refusal::{AsyncFailure, FailureCode};
use crate::webhook::{
    InboundContent, InboundContext, InboundMedia, InboundMessage, MediaKind, Referral, Webhook, WebhookBody,
};

/// Checks what comes after the metadata of a webhook with one message.
#[track_caller]
fn check(content: InboundContent, expected: Expect) {
    let person = "16505551234".parse().unwrap();
    let (id, timestamp) = (MessageId::inbound(person, 1), 1_749_416_383);
    check_message(
        InboundMessage { id, timestamp, content, context: None, identity: None, referral: None },
        expected,
    );
}

/// The same of a message with all that is around its content.
#[track_caller]
fn check_message(message: InboundMessage, expected: Expect) {
    let body = WebhookBody::inbound(sender(), &Facts::default(), &[message]);
    assert_eq!(Webhook::parse(&body).unwrap().messages.len(), 1);
    let text = String::from_utf8(body).unwrap();
    let start = text.find("106540352242922").unwrap() + "106540352242922".len() + 3;
    let end = text.find(r#"},"field":"messages""#).unwrap();
    expected.assert_eq(&text[start..end]);
}

#[test]
fn buttons_and_rows_name_the_message_that_they_belong_to() {
    let about = id();
    check(
        InboundContent::QuickReply { about, payload: "yes".into(), text: "Yes, please".into() },
        expect![[
            r#""contacts":[{"profile":{"name":"Test User"},"wa_id":"16505551234","user_id":"US.5942149815535546916"}],"messages":[{"context":{"from":"15550783881","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI4MjZGRDA0OUE2OTQ3RkEyMzcA"},"from":"16505551234","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQwMDAwMDAwMDAwMDAwMDAwMDAwMQA=","timestamp":"1749416383","type":"button","button":{"payload":"yes","text":"Yes, please"}}]"#
        ]],
    );
    check(
        InboundContent::ButtonReply { about, id: "button-1".into(), title: "Yes".into() },
        expect![[
            r#""contacts":[{"profile":{"name":"Test User"},"wa_id":"16505551234","user_id":"US.5942149815535546916"}],"messages":[{"context":{"from":"15550783881","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI4MjZGRDA0OUE2OTQ3RkEyMzcA"},"from":"16505551234","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQwMDAwMDAwMDAwMDAwMDAwMDAwMQA=","timestamp":"1749416383","type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"button-1","title":"Yes"}}}]"#
        ]],
    );
    let row = |description| InboundContent::ListReply {
        about,
        id: "row-1".into(),
        title: "Tomorrow".into(),
        description,
    };
    check(
        row(Some("before noon".into())),
        expect![[
            r#""contacts":[{"profile":{"name":"Test User"},"wa_id":"16505551234","user_id":"US.5942149815535546916"}],"messages":[{"context":{"from":"15550783881","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI4MjZGRDA0OUE2OTQ3RkEyMzcA"},"from":"16505551234","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQwMDAwMDAwMDAwMDAwMDAwMDAwMQA=","timestamp":"1749416383","type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"row-1","title":"Tomorrow","description":"before noon"}}}]"#
        ]],
    );
    check(
        row(None),
        expect![[
            r#""contacts":[{"profile":{"name":"Test User"},"wa_id":"16505551234","user_id":"US.5942149815535546916"}],"messages":[{"context":{"from":"15550783881","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI4MjZGRDA0OUE2OTQ3RkEyMzcA"},"from":"16505551234","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQwMDAwMDAwMDAwMDAwMDAwMDAwMQA=","timestamp":"1749416383","type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"row-1","title":"Tomorrow"}}}]"#
        ]],
    );
}

#[test]
fn media_is_told_with_what_its_kind_brings() {
    let media = |kind, mime_type: &str| InboundMedia {
        kind,
        id: 1_003_383_421_387_256,
        mime_type: mime_type.into(),
        sha256: "SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=".into(),
        caption: None,
        filename: None,
    };
    let image = InboundMedia { caption: Some("Is it this?".into()), ..media(MediaKind::Image, "image/jpeg") };
    check(
        InboundContent::Media(image),
        expect![[
            r#""contacts":[{"profile":{"name":"Test User"},"wa_id":"16505551234","user_id":"US.5942149815535546916"}],"messages":[{"from":"16505551234","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQwMDAwMDAwMDAwMDAwMDAwMDAwMQA=","timestamp":"1749416383","type":"image","image":{"caption":"Is it this?","mime_type":"image\/jpeg","sha256":"SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=","id":"1003383421387256"}}]"#
        ]],
    );
    check(
        InboundContent::Media(media(MediaKind::Audio, "audio/ogg; codecs=opus")),
        expect![[
            r#""contacts":[{"profile":{"name":"Test User"},"wa_id":"16505551234","user_id":"US.5942149815535546916"}],"messages":[{"from":"16505551234","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQwMDAwMDAwMDAwMDAwMDAwMDAwMQA=","timestamp":"1749416383","type":"audio","audio":{"mime_type":"audio\/ogg; codecs=opus","sha256":"SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=","id":"1003383421387256","voice":true}}]"#
        ]],
    );
    check(
        InboundContent::Media(media(MediaKind::Video, "video/mp4")),
        expect![[
            r#""contacts":[{"profile":{"name":"Test User"},"wa_id":"16505551234","user_id":"US.5942149815535546916"}],"messages":[{"from":"16505551234","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQwMDAwMDAwMDAwMDAwMDAwMDAwMQA=","timestamp":"1749416383","type":"video","video":{"mime_type":"video\/mp4","sha256":"SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=","id":"1003383421387256"}}]"#
        ]],
    );
    let file =
        InboundMedia { filename: Some("bill.pdf".into()), ..media(MediaKind::Document, "application/pdf") };
    check(
        InboundContent::Media(file),
        expect![[
            r#""contacts":[{"profile":{"name":"Test User"},"wa_id":"16505551234","user_id":"US.5942149815535546916"}],"messages":[{"from":"16505551234","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQwMDAwMDAwMDAwMDAwMDAwMDAwMQA=","timestamp":"1749416383","type":"document","document":{"filename":"bill.pdf","mime_type":"application\/pdf","sha256":"SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=","id":"1003383421387256"}}]"#
        ]],
    );
    check(
        InboundContent::Media(media(MediaKind::Sticker, "image/webp")),
        expect![[
            r#""contacts":[{"profile":{"name":"Test User"},"wa_id":"16505551234","user_id":"US.5942149815535546916"}],"messages":[{"from":"16505551234","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQwMDAwMDAwMDAwMDAwMDAwMDAwMQA=","timestamp":"1749416383","type":"sticker","sticker":{"mime_type":"image\/webp","sha256":"SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=","id":"1003383421387256","animated":false}}]"#
        ]],
    );
}

#[test]
fn a_reaction_is_told_with_its_emoji_and_taken_back_without() {
    check(
        InboundContent::Reaction { about: id(), emoji: Some("👍".into()) },
        expect![[
            r#""contacts":[{"profile":{"name":"Test User"},"wa_id":"16505551234","user_id":"US.5942149815535546916"}],"messages":[{"from":"16505551234","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQwMDAwMDAwMDAwMDAwMDAwMDAwMQA=","timestamp":"1749416383","type":"reaction","reaction":{"message_id":"wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI4MjZGRDA0OUE2OTQ3RkEyMzcA","emoji":"\ud83d\udc4d"}}]"#
        ]],
    );
    check(
        InboundContent::Reaction { about: id(), emoji: None },
        expect![[
            r#""contacts":[{"profile":{"name":"Test User"},"wa_id":"16505551234","user_id":"US.5942149815535546916"}],"messages":[{"from":"16505551234","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQwMDAwMDAwMDAwMDAwMDAwMDAwMQA=","timestamp":"1749416383","type":"reaction","reaction":{"message_id":"wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI4MjZGRDA0OUE2OTQ3RkEyMzcA"}}]"#
        ]],
    );
}

#[test]
fn what_the_api_has_no_words_for_is_told_as_an_error() {
    check(
        InboundContent::Unsupported { kind: "edit".into(), code: None },
        expect![[
            r#""contacts":[{"profile":{"name":"Test User"},"wa_id":"16505551234","user_id":"US.5942149815535546916"}],"messages":[{"from":"16505551234","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQwMDAwMDAwMDAwMDAwMDAwMDAwMQA=","timestamp":"1749416383","type":"unsupported","errors":[{"code":131051,"title":"Message type unknown","message":"Message type unknown","error_data":{"details":"Message type is currently not supported."}}],"unsupported":{"type":"edit"}}]"#
        ]],
    );
}

#[test]
fn media_that_cannot_be_fetched_is_told_as_131052() {
    let code = Some(FailureCode::new(131_052).unwrap());
    check(
        InboundContent::Unsupported { kind: "image".into(), code },
        expect![[
            r#""contacts":[{"profile":{"name":"Test User"},"wa_id":"16505551234","user_id":"US.5942149815535546916"}],"messages":[{"from":"16505551234","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQwMDAwMDAwMDAwMDAwMDAwMDAwMQA=","timestamp":"1749416383","type":"unsupported","errors":[{"code":131052,"title":"Media download error","message":"Media download error","error_data":{"details":"Unable to download the media sent by the user."}}],"unsupported":{"type":"image"}}]"#
        ]],
    );
}

#[test]
fn a_new_number_has_no_contact_and_a_new_identity_has_one() {
    check(
        InboundContent::NumberChanged { to: "16505559999".parse().unwrap() },
        expect![[
            r#""messages":[{"from":"16505551234","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQwMDAwMDAwMDAwMDAwMDAwMDAwMQA=","timestamp":"1749416383","type":"system","system":{"body":"User 16505551234 changed from 16505551234 to 16505559999","wa_id":"16505559999","type":"user_changed_number"}}]"#
        ]],
    );
    check(
        InboundContent::IdentityChanged { hash: "DF2lS5v2W6x=".parse().unwrap() },
        expect![[
            r#""contacts":[{"profile":{"name":"Test User"},"wa_id":"16505551234","user_id":"US.5942149815535546916"}],"messages":[{"from":"16505551234","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQwMDAwMDAwMDAwMDAwMDAwMDAwMQA=","timestamp":"1749416383","type":"system","system":{"body":"User 16505551234 changed their security code","identity":"DF2lS5v2W6x=","type":"customer_identity_changed"}}]"#
        ]],
    );
}

#[test]
fn a_reply_names_what_it_quotes_and_whoever_wrote_that() {
    let person = "16505551234".parse().unwrap();
    let said = |context| InboundMessage {
        id: MessageId::inbound(person, 1),
        timestamp: 1_749_416_383,
        content: InboundContent::Text("yes".into()),
        context: Some(context),
        identity: None,
        referral: None,
    };
    check_message(
        said(InboundContext::Reply(id())),
        expect![[
            r#""contacts":[{"profile":{"name":"Test User"},"wa_id":"16505551234","user_id":"US.5942149815535546916"}],"messages":[{"context":{"from":"15550783881","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI4MjZGRDA0OUE2OTQ3RkEyMzcA"},"from":"16505551234","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQwMDAwMDAwMDAwMDAwMDAwMDAwMQA=","timestamp":"1749416383","type":"text","text":{"body":"yes"}}]"#
        ]],
    );
    check_message(
        said(InboundContext::Reply(MessageId::inbound(person, 7))),
        expect![[
            r#""contacts":[{"profile":{"name":"Test User"},"wa_id":"16505551234","user_id":"US.5942149815535546916"}],"messages":[{"context":{"from":"16505551234","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQwMDAwMDAwMDAwMDAwMDAwMDAwNwA="},"from":"16505551234","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQwMDAwMDAwMDAwMDAwMDAwMDAwMQA=","timestamp":"1749416383","type":"text","text":{"body":"yes"}}]"#
        ]],
    );
    check_message(
        said(InboundContext::Forwarded { is_frequent: false }),
        expect![[
            r#""contacts":[{"profile":{"name":"Test User"},"wa_id":"16505551234","user_id":"US.5942149815535546916"}],"messages":[{"context":{"forwarded":true},"from":"16505551234","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQwMDAwMDAwMDAwMDAwMDAwMDAwMQA=","timestamp":"1749416383","type":"text","text":{"body":"yes"}}]"#
        ]],
    );
    check_message(
        said(InboundContext::Forwarded { is_frequent: true }),
        expect![[
            r#""contacts":[{"profile":{"name":"Test User"},"wa_id":"16505551234","user_id":"US.5942149815535546916"}],"messages":[{"context":{"frequently_forwarded":true},"from":"16505551234","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQwMDAwMDAwMDAwMDAwMDAwMDAwMQA=","timestamp":"1749416383","type":"text","text":{"body":"yes"}}]"#
        ]],
    );
}

#[test]
fn who_came_by_an_advertisement_says_by_which() {
    let id = MessageId::inbound("16505551234".parse().unwrap(), 1);
    let (timestamp, content) = (1_749_416_383, InboundContent::Text("hello".into()));
    let referral =
        r#"{"source_id":"12","media_type":"image","image_url":"https://a.example/i","ctwa_clid":"Aff"}"#;
    let referral = Some(Arc::new(serde_json::from_str(referral).unwrap()));
    check_message(
        InboundMessage { id, timestamp, content, context: None, identity: None, referral },
        expect![[
            r#""contacts":[{"profile":{"name":"Test User"},"wa_id":"16505551234","user_id":"US.5942149815535546916"}],"messages":[{"referral":{"source_url":"https:\/\/fb.me\/3cr4Wqqkv","source_id":"12","source_type":"ad","body":"Summer Succulents are here!","headline":"Chat with us","media_type":"image","image_url":"https:\/\/a.example\/i","ctwa_clid":"Aff"},"from":"16505551234","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQwMDAwMDAwMDAwMDAwMDAwMDAwMQA=","timestamp":"1749416383","type":"text","text":{"body":"hello"}}]"#
        ]],
    );
    assert!(serde_json::from_str::<Referral>(r#"{"source_type":"poster"}"#).is_err());
    assert!(serde_json::from_str::<Referral>(r#"{"colour":"red"}"#).is_err());
}

#[test]
fn a_contact_shows_its_keys_to_a_number_that_checks_them() {
    let identity = Some("DF2lS5v2W6x=".parse().unwrap());
    let id = MessageId::inbound("16505551234".parse().unwrap(), 1);
    let (timestamp, content) = (1_749_416_383, InboundContent::Text("hello".into()));
    check_message(
        InboundMessage { id, timestamp, content, context: None, identity, referral: None },
        expect![[
            r#""contacts":[{"profile":{"name":"Test User"},"wa_id":"16505551234","user_id":"US.5942149815535546916","identity_key_hash":"DF2lS5v2W6x="}],"messages":[{"from":"16505551234","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQwMDAwMDAwMDAwMDAwMDAwMDAwMQA=","timestamp":"1749416383","type":"text","text":{"body":"hello"}}]"#
        ]],
    );
}

#[test]
fn an_error_of_the_whole_number_stands_where_messages_do() {
    let failure = AsyncFailure::new(FailureCode::new(130_429).unwrap());
    let body = WebhookBody::trouble(sender(), &Facts::default(), &failure);
    assert_eq!(Webhook::parse(&body).unwrap(), Webhook::default());
    expect![[r#"{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},"errors":[{"code":130429,"title":"Rate limit hit","message":"Rate limit hit","error_data":{"details":"Message failed to send because there were too many messages sent from this phone number in a short period of time"},"href":"https:\/\/developers.facebook.com\/docs\/whatsapp\/cloud-api\/support\/error-codes\/"}]},"field":"messages"}]}]}"#]].assert_eq(str::from_utf8(&body).unwrap());
}
