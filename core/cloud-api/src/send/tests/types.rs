//! Messages without a template: what each type must hold.

use expect_test::{Expect, expect};

use super::check;

/// Checks a message of a type with that object.
#[track_caller]
fn check_type(kind: &str, object: &str, expected: Expect) {
    let body = format!(
        r#"{{"messaging_product":"whatsapp","to":"+16505551234","type":"{kind}","{kind}":{object}}}"#
    );
    check(&body, expected);
}

#[test]
fn media_are_given_by_an_id_or_a_link() {
    check_type("image", r#"{"id":"106","caption":"a cat"}"#, expect![[r#"image "a cat" to 16505551234"#]]);
    check_type("video", r#"{"link":"https://example.com/a.mp4"}"#, expect![[r#"video "" to 16505551234"#]]);
    check_type("sticker", r#"{"id":106}"#, expect![[r#"sticker "" to 16505551234"#]]);
    check_type("audio", "{}", expect!["400 (#100) The parameter audio['id'] is required."]);
    check_type(
        "document",
        r#"{"link":"file:///a"}"#,
        expect![
            "400 (#131009) Parameter value is not valid | Please check the parameters you have provided."
        ],
    );
    check_type(
        "image",
        "3",
        expect!["400 (#100) Invalid parameter | Parameter 'image' is mandatory for type 'image'"],
    );
}

#[test]
fn a_caption_has_1024_characters_at_most() {
    let long = format!(r#"{{"id":"1","caption":"{}"}}"#, "é".repeat(1_025));
    check_type(
        "image",
        &long,
        expect!["400 (#100) Param image['caption'] must be at most 1024 characters long."],
    );
}

#[test]
fn a_place_lies_on_the_earth() {
    check_type(
        "location",
        r#"{"latitude":"37.4","longitude":-122,"name":"home"}"#,
        expect![[r#"location "home" to 16505551234"#]],
    );
    check_type(
        "location",
        r#"{"latitude":37.4}"#,
        expect!["400 (#100) The parameter location['longitude'] is required."],
    );
    check_type(
        "location",
        r#"{"latitude":91,"longitude":0}"#,
        expect![
            "400 (#131009) Parameter value is not valid | Please check the parameters you have provided."
        ],
    );
}

#[test]
fn a_contact_has_a_formatted_name() {
    check_type(
        "contacts",
        r#"[{"name":{"formatted_name":"Ann"}}]"#,
        expect![[r#"contacts "Ann" to 16505551234"#]],
    );
    check_type(
        "contacts",
        r#"[{"name":{}}]"#,
        expect!["400 (#100) The parameter contacts[0]['name']['formatted_name'] is required."],
    );
    check_type(
        "contacts",
        "[]",
        expect!["400 (#100) Invalid parameter | Parameter 'contacts' is mandatory for type 'contacts'"],
    );
}

#[test]
fn a_reaction_names_its_message() {
    let id = "wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI4MjZGRDA0OUE2OTQ3RkEyMzcA";
    check_type(
        "reaction",
        &format!(r#"{{"message_id":"{id}","emoji":"👍"}}"#),
        expect![[r#"reaction "👍" to 16505551234"#]],
    );
    check_type(
        "reaction",
        r#"{"emoji":"👍"}"#,
        expect!["400 (#100) The parameter reaction['message_id'] is required."],
    );
    check_type(
        "reaction",
        r#"{"message_id":"x"}"#,
        expect![
            "400 (#131009) Parameter value is not valid | Please check the parameters you have provided."
        ],
    );
}

#[test]
fn interactive_messages_keep_the_limits_of_their_kinds() {
    let button = |buttons: &str| {
        format!(r#"{{"type":"button","body":{{"text":"Which?"}},"action":{{"buttons":[{buttons}]}}}}"#)
    };
    let one =
        |id: &str, title: &str| format!(r#"{{"type":"reply","reply":{{"id":"{id}","title":"{title}"}}}}"#);
    check_type("interactive", &button(&one("a", "Yes")), expect![[r#"interactive "Which?" to 16505551234"#]]);
    check_type(
        "interactive",
        &button(""),
        expect![
            "400 (#100) Invalid parameter | Param interactive['action']['buttons'] must have 1 to 3 elements, but has 0."
        ],
    );
    check_type(
        "interactive",
        &button(&format!("{},{}", one("a", "Yes"), one("a", "No"))),
        expect![
            "400 (#100) Invalid parameter | Param interactive['action']['buttons'][1]['reply']['id'] must be unique."
        ],
    );
    check_type(
        "interactive",
        &button(&one("a", &"x".repeat(21))),
        expect![
            "400 (#100) Param interactive['action']['buttons']['reply']['title'] must be at most 20 characters long."
        ],
    );
    check_type(
        "interactive",
        r#"{"type":"list","body":{"text":"x"},"action":{"button":"Open","sections":[{"rows":[{"id":"1"}]}]}}"#,
        expect![
            "400 (#100) The parameter interactive['action']['sections'][0]['rows'][0]['title'] is required."
        ],
    );
    check_type(
        "interactive",
        r#"{"type":"cta_url","body":{"text":"x"},"action":{"name":"cta_url","parameters":{"display_text":"Open","url":"https://a.example"}}}"#,
        expect![[r#"interactive "x" to 16505551234"#]],
    );
    check_type(
        "interactive",
        r#"{"type":"flow"}"#,
        expect!["400 (#100) The parameter interactive['body']['text'] is required."],
    );
    check_type(
        "interactive",
        r#"{"type":"dance"}"#,
        expect![[
            r#"400 (#100) Param interactive['type'] must be one of {ADDRESS_MESSAGE, BUTTON, CALL_PERMISSION_REQUEST, CAROUSEL, CATALOG_MESSAGE, CTA_URL, FLOW, LIST, LOCATION_REQUEST_MESSAGE, ORDER_DETAILS, ORDER_STATUS, PRODUCT, PRODUCT_LIST, VOICE_CALL} - got "dance"."#
        ]],
    );
    check_type(
        "interactive",
        r#"{"type":"flow","body":{"text":"x"},"action":{}}"#,
        expect!["400 (#100) The parameter interactive['action']['parameters'] is required."],
    );
    check_type(
        "interactive",
        &button(&one("a", "Yes").replace(r#""type":"reply""#, r#""type":"url""#)),
        expect![[
            r#"400 (#100) Param interactive['action']['buttons'][0]['type'] must be one of {REPLY} - got "url"."#
        ]],
    );
    check_type(
        "interactive",
        &button(&one("a", "Yes").replace(r#""type":"reply","#, "")),
        expect!["400 (#100) The parameter interactive['action']['buttons'][0]['type'] is required."],
    );
    check_type("interactive", "{}", expect!["400 (#100) The parameter interactive['type'] is required."]);
}

#[test]
fn the_header_of_an_interactive_message_brings_what_its_type_says() {
    let with = |header: &str| {
        format!(
            r#"{{"type":"cta_url","header":{header},"body":{{"text":"x"}},"action":{{"parameters":{{"display_text":"Open","url":"https://a.example"}}}}}}"#
        )
    };
    for taken in [
        r#"{"type":"text","text":"Hello"}"#,
        r#"{"type":"IMAGE","image":{"id":"1"}}"#,
        r#"{"type":"document","document":{"link":"https://a.example/a.pdf"}}"#,
    ] {
        check_type("interactive", &with(taken), expect![[r#"interactive "x" to 16505551234"#]]);
    }
    check_type(
        "interactive",
        &with(r#"{"text":"Hello"}"#),
        expect!["400 (#100) The parameter interactive['header']['type'] is required."],
    );
    check_type(
        "interactive",
        &with(r#"{"type":"bogus"}"#),
        expect![[
            r#"400 (#100) Param interactive['header']['type'] must be one of {DOCUMENT, IMAGE, TEXT, VIDEO} - got "bogus"."#
        ]],
    );
    check_type(
        "interactive",
        &with(r#"{"type":"text"}"#),
        expect!["400 (#100) The parameter interactive['header']['text'] is required."],
    );
    check_type(
        "interactive",
        &with(r#"{"type":"image"}"#),
        expect!["400 (#100) The parameter interactive['header']['image'] is required."],
    );
}

#[test]
fn sections_of_a_list_are_told_apart_by_titles_and_rows_by_ids() {
    let list = |sections: &str| {
        format!(
            r#"{{"type":"list","body":{{"text":"x"}},"action":{{"button":"Open","sections":[{sections}]}}}}"#
        )
    };
    let section = |title: &str, id: &str| format!(r#"{{{title}"rows":[{{"id":"{id}","title":"Row"}}]}}"#);
    let (first, second) = (section(r#""title":"A","#, "1"), section(r#""title":"B","#, "2"));
    check_type("interactive", &list(&section("", "1")), expect![[r#"interactive "x" to 16505551234"#]]);
    check_type(
        "interactive",
        &list(&format!("{first},{second}")),
        expect![[r#"interactive "x" to 16505551234"#]],
    );
    check_type(
        "interactive",
        &list(&format!("{first},{}", section("", "2"))),
        expect!["400 (#100) The parameter interactive['action']['sections'][1]['title'] is required."],
    );
    check_type(
        "interactive",
        &list(&format!("{first},{}", second.replace('2', "1"))),
        expect![
            "400 (#100) Invalid parameter | Param interactive['action']['sections'][1]['rows'][0]['id'] must be unique."
        ],
    );
}
