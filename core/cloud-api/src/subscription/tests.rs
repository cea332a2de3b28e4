//! Requests that name callbacks, and the answers about them.

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::{
    AppCallback, AppSubscription, AppSubscriptions, CallbackUrl, OverrideCallback, SubscribedApp,
    SubscribedApps, WebhookField,
};
use crate::handshake::Challenge;
use crate::id::AppId;
use crate::refusal::Refusal;
use crate::version::GraphVersion;

fn words(refusal: &Refusal) -> String {
    refusal.details().unwrap_or_else(|| refusal.message()).into_owned()
}

#[track_caller]
fn check(query: &str, body: &str, expected: Expect) {
    let text = match AppSubscription::parse(query, body.as_bytes()) {
        Ok(subscription) => {
            let AppSubscription { callback_url, fields, .. } = subscription;
            let callback = Challenge::new(1).judge(callback_url, 200, b"1").unwrap();
            let callback = AppCallback { callback, fields, version: GraphVersion::default() };
            String::from_utf8(AppSubscriptions::new(Some(&callback)).to_json()).unwrap()
        }
        Err(refusal) => words(&refusal),
    };
    expected.assert_eq(&text);
}

#[test]
fn an_app_subscribes_by_query_or_by_body() {
    check(
        "object=whatsapp_business_account&callback_url=https%3A%2F%2Fexample.org%2Fhook&verify_token=t&fields=messages,message_template_status_update",
        "",
        expect![[
            r#"{"data":[{"object":"whatsapp_business_account","callback_url":"https://example.org/hook","active":true,"fields":[{"name":"messages","version":"v23.0"},{"name":"message_template_status_update","version":"v23.0"}]}]}"#
        ]],
    );
    check(
        "verify_token=t&object=page",
        r#"{"object":"whatsapp_business_account","callback_url":"http://127.0.0.1:9/","fields":["messages","messages"]}"#,
        expect![[
            r#"{"data":[{"object":"whatsapp_business_account","callback_url":"http://127.0.0.1:9/","active":true,"fields":[{"name":"messages","version":"v23.0"}]}]}"#
        ]],
    );
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    let all = "object=whatsapp_business_account&callback_url=http://a/&verify_token=t&fields=messages";
    check("", "", expect!["(#100) The parameter object is required."]);
    check(
        &all.replace("whatsapp_business_account", "page"),
        "",
        expect![[r#"(#100) Param object must be one of {WHATSAPP_BUSINESS_ACCOUNT} - got "page"."#]],
    );
    check(
        &all.replace("http:", "ftp:"),
        "",
        expect![
            "Param callback_url: a callback must be an http or https address with a host, without user name, password or spaces."
        ],
    );
    check(
        &all.replace("verify_token", "token"),
        "",
        expect!["(#100) The parameter verify_token is required."],
    );
    check(&all.replace("&fields=messages", ""), "", expect!["(#100) The parameter fields is required."]);
    check(
        &all.replace("=messages", "=weather"),
        "",
        expect!["Param fields: `weather` is no field that an account can be subscribed to."],
    );
}

#[track_caller]
fn check_override(query: &str, body: &str, expected: Expect) {
    let text = match OverrideCallback::parse(query, body.as_bytes()) {
        Ok(Some(callback)) => format!("{} {}", callback.callback_url, callback.verify_token),
        Ok(None) => "the app's own callback".to_owned(),
        Err(refusal) => words(&refusal),
    };
    expected.assert_eq(&text);
}

#[test]
fn an_account_may_have_a_callback_of_its_own() {
    check_override("", "", expect!["the app's own callback"]);
    check_override(
        "",
        r#"{"override_callback_uri":"http://a/b","verify_token":"t"}"#,
        expect!["http://a/b ********"],
    );
    check_override("override_callback_uri=http://a/b&verify_token=t", "", expect!["http://a/b ********"]);
    check_override(
        "override_callback_uri=http://a/b",
        "",
        expect!["(#100) The parameter verify_token is required."],
    );
    let long = format!("override_callback_uri=http://a/{}&verify_token=t", "b".repeat(200));
    check_override(
        &long,
        "",
        expect!["(#100) Param override_callback_uri must be at most 200 characters long."],
    );
}

#[test]
fn the_apps_of_an_account_are_listed() {
    let url: CallbackUrl = "http://a/b".parse().unwrap();
    let app = |override_callback| SubscribedApp { id: AppId::new(67084), name: "App", override_callback };
    let apps = SubscribedApps::new(&[app(None), app(Some(&url))]);
    expect![[r#"{"data":[{"whatsapp_business_api_data":{"id":"67084","link":"https://www.facebook.com/games/?app_id=67084","name":"App"}},{"whatsapp_business_api_data":{"id":"67084","link":"https://www.facebook.com/games/?app_id=67084","name":"App"},"override_callback_uri":"http://a/b"}]}"#]].assert_eq(str::from_utf8(&apps.to_json()).unwrap());
    let none = AppSubscriptions::new(None);
    expect![[r#"{"data":[]}"#]].assert_eq(str::from_utf8(&none.to_json()).unwrap());
}

#[test]
fn every_field_is_read_back_by_its_name() {
    assert_eq!(WebhookField::ALL.len(), 29);
    for field in WebhookField::ALL {
        assert_eq!(field.name().parse(), Ok(*field));
    }
    assert!(WebhookField::Messages.is_overridable());
    assert!(!WebhookField::MessageTemplateStatusUpdate.is_overridable());
}

proptest! {
    #[test]
    fn nothing_breaks_the_reader(query in ".{0,60}", body: Vec<u8>) {
        let _ = AppSubscription::parse(&query, &body);
        let _ = OverrideCallback::parse(&query, &body);
    }
}

#[test]
fn a_callback_with_a_user_name_is_refused_wherever_it_comes_from() {
    for url in
        ["http://me:secret@127.0.0.1/", "https://me@example.org", "http://@a/", "http://127.0.0.1:80@a:80/"]
    {
        assert!(url.parse::<CallbackUrl>().is_err(), "{url}");
        assert!(serde_json::from_value::<CallbackUrl>(url.into()).is_err(), "{url}");
        let query = format!("override_callback_uri={url}&verify_token=t");
        check_override(
            &query,
            "",
            expect![
                "Param override_callback_uri: a callback must be an http or https address with a host, without user name, password or spaces."
            ],
        );
    }
    assert!("http://a/me@b?to=me@b".parse::<CallbackUrl>().is_ok());
}

#[test]
fn a_callback_is_on_this_machine_only_if_its_host_says_so() {
    let is_loopback = |url: &str| url.parse::<CallbackUrl>().unwrap().is_loopback();
    for url in [
        "http://127.0.0.1:8500/webhook",
        "http://LOCALHOST",
        "https://[::1]:1/?q",
        "http://127.9.9.9#top",
        "http://[::ffff:127.0.0.1]/",
    ] {
        assert!(is_loopback(url), "{url}");
    }
    for url in [
        "http://192.0.2.1/127.0.0.1",
        "http://localhost.example.org/",
        "http://example.org?@127.0.0.1/",
        "http://127.1/",
    ] {
        assert!(!is_loopback(url), "{url}");
    }
    let host = |url: &str| url.parse::<CallbackUrl>().unwrap().host().to_owned();
    assert_eq!(host("https://hooks.example.org:8443/a?b#c"), "hooks.example.org");
}
