//! A template in another vendor's form: read like the plain keys, or refused by line.

use expect_test::{Expect, expect};
use scenario::Scenario;

use crate::mistakes::{RIGHT, check_section};

/// Checks what blocks, from line 6 on, come to: the template, and the warnings that they call for.
#[track_caller]
fn check(blocks: &str, expected: &Expect) {
    let text = format!("{RIGHT}[template]\n{blocks}");
    let scenario = Scenario::parse("test", &text).unwrap_or_else(|mistakes| panic!("{mistakes}\n{text}"));
    let template = scenario.template;
    let warnings: Vec<String> = scenario.warnings.iter().map(|warning| format!("{warning}\n")).collect();
    let told = format!(
        "{:?}, security line {}, expires {:?}, kept {}, apps {:?}\n{}",
        template.button,
        template.security_line,
        template.code_expires_in.map(|span| span.to_string()),
        template.ttl,
        template
            .apps
            .iter()
            .flat_map(|apps| apps.as_slice())
            .map(|app| app.package_name())
            .collect::<Vec<_>>(),
        warnings.concat()
    );
    expected.assert_eq(&told);
}

/// Two blocks: the body on line 7, the action on line 8.
fn blocks(body: &str, action: &str) -> String {
    format!(
        "blocks = [\n  {{ type = \"authentication-body\", authenticationBody = {{ {body} }} }},\n  \
         {{ type = \"authentication-action\", authenticationAction = {{ {action} }} }},\n]\n"
    )
}

const BODY: &str = "addSecurityDisclaimer = true, expirationTime = 10";

#[test]
fn blocks_say_what_the_plain_keys_say() {
    check(
        &blocks("addSecurityDisclaimer = false", ""),
        &expect![[r#"
            CopyCode, security line false, expires None, kept 1min, apps []
        "#]],
    );
    check(
        &blocks(
            "addSecurityDisclaimer = true, expirationTime = 10, messageSendTtlSeconds = 120",
            r#"oneTap = { androidPackageName = "com.example.one", androidSignatureHash = "K8a/AINcGX7" }"#,
        ),
        &expect![[r#"
            OneTap, security line true, expires Some("10min"), kept 2min, apps ["com.example.one"]
        "#]],
    );
    check(
        r#"[[template.blocks]]
type = "authentication-action"
[template.blocks.authenticationAction.zeroTap]
zeroTapTermsAccepted = true
supportedApps = [
  { packageName = "com.example.one", signatureHash = "K8a/AINcGX7" },
  { packageName = "com.example.two", signatureHash = "K8a/AINcGX7" },
]
[[template.blocks]]
type = "authentication-body"
authenticationBody = { addSecurityDisclaimer = true }
"#,
        &expect![[r#"
            ZeroTap, security line true, expires None, kept 1min, apps ["com.example.one", "com.example.two"]
        "#]],
    );
}

#[test]
fn a_time_to_live_that_meta_does_not_take_is_clamped_with_a_warning_or_refused() {
    let body = |ttl: u32| format!("addSecurityDisclaimer = true, messageSendTtlSeconds = {ttl}");
    check(
        &blocks(&body(86_400), ""),
        &expect![[r#"
        CopyCode, security line true, expires None, kept 15min, apps []
        line 7: `template.blocks[1].authenticationBody.messageSendTtlSeconds` is 86400, but Meta takes 30 to 900 for codes: 900 is used
    "#]],
    );
    check(
        &format!("ttl-out-of-range = \"clamp\"\n{}", blocks(&body(1), "")),
        &expect![[r#"
        CopyCode, security line true, expires None, kept 30s, apps []
        line 8: `template.blocks[1].authenticationBody.messageSendTtlSeconds` is 1, but Meta takes 30 to 900 for codes: 30 is used
    "#]],
    );
    check(
        &format!("ttl-out-of-range = \"refuse\"\n{}", blocks(&body(900), "")),
        &expect![[r#"
        CopyCode, security line true, expires None, kept 15min, apps []
    "#]],
    );
    let refused = |rest: &str, expected: Expect| check_section(&format!("[template]\n{rest}"), &expected);
    refused(
        &format!("ttl-out-of-range = \"refuse\"\n{}", blocks(&body(901), "")),
        expect![[r#"
        line 8: `template.blocks[1].authenticationBody.messageSendTtlSeconds` is 901, but must be an integer from 30 to 900, which is what Meta takes
    "#]],
    );
    refused(
        &format!("ttl-out-of-range = \"guess\"\n{}", blocks(&body(60), "")),
        expect![[r#"
        line 6: `template.ttl-out-of-range` is "guess", but must be `clamp` or `refuse`
    "#]],
    );
    refused(
        "ttl-out-of-range = \"clamp\"\n",
        expect![[r#"
        line 6: `template.ttl-out-of-range` is given without `blocks`, but must be left out: it is about them
    "#]],
    );
    refused(
        &blocks(&body(86_401), ""),
        expect![[r#"
        line 7: `template.blocks[1].authenticationBody.messageSendTtlSeconds` is 86401, but must be an integer from 1 to 86400
    "#]],
    );
}

#[test]
fn a_code_does_not_arrive_after_it_has_expired_in_blocks_either() {
    let body =
        |ttl: u32| format!("addSecurityDisclaimer = true, expirationTime = 5, messageSendTtlSeconds = {ttl}");
    check(
        &blocks(&body(300), ""),
        &expect![[r#"
        CopyCode, security line true, expires Some("5min"), kept 5min, apps []
    "#]],
    );
    check(
        &blocks(&body(301), ""),
        &expect![[r#"
        CopyCode, security line true, expires Some("5min"), kept 5min, apps []
        line 7: `template.blocks[1].authenticationBody.messageSendTtlSeconds` is 301, but codes expire after `expirationTime`, 5min: 300 is used
    "#]],
    );
    check(
        &blocks(&body(86_400), ""),
        &expect![[r#"
        CopyCode, security line true, expires Some("5min"), kept 5min, apps []
        line 7: `template.blocks[1].authenticationBody.messageSendTtlSeconds` is 86400, but codes expire after `expirationTime`, 5min: 300 is used
    "#]],
    );
    check_section(
        &format!("[template]\nttl-out-of-range = \"refuse\"\n{}", blocks(&body(301), "")),
        &expect![[r#"
            line 8: `template.blocks[1].authenticationBody.messageSendTtlSeconds` is 301, but must be at most `expirationTime`, 5min: a code must not arrive after it has expired
        "#]],
    );
}

#[test]
fn blocks_stand_alone() {
    check_section(
        &format!(
            "[template]\nbutton = \"one-tap\"\nsecurity-line = true\ncode-expires-in = \"5min\"\nttl = \"60s\"\n{}",
            blocks(BODY, "")
        ),
        &expect![[r#"
            line 6: `template.button` is given beside `blocks`, but must be left out: the blocks say it
            line 7: `template.security-line` is given beside `blocks`, but must be left out: the blocks say it
            line 8: `template.code-expires-in` is given beside `blocks`, but must be left out: the blocks say it
            line 9: `template.ttl` is given beside `blocks`, but must be left out: the blocks say it
        "#]],
    );
    check_section(
        &format!("[template]\nblock = 1\n{}", blocks(BODY, "")),
        &expect![[r#"
        line 6: `template.block` is an unknown key, but must be a key that exists: did you mean `blocks`?
    "#]],
    );
}

#[test]
fn mistakes_in_blocks_are_told_with_their_lines() {
    let check = |rest: &str, expected: Expect| check_section(&format!("[template]\n{rest}"), &expected);
    check(
        "blocks = 7\n",
        expect![[r#"
        line 6: `template.blocks` is 7, but must be one block `authentication-body` and one block `authentication-action`
    "#]],
    );
    check(
        "blocks = []\n",
        expect![[r#"
        line 6: `template.blocks` is [], but must be one block `authentication-body` and one block `authentication-action`
    "#]],
    );
    check(
        "blocks = [\n  1979-05-27,\n]\n",
        expect![[r#"
        line 7: `template.blocks[1].type` is missing, but must be one block `authentication-body` and one block `authentication-action`
    "#]],
    );
    check(
        "blocks = [\n  { type = \"header\" },\n]\n",
        expect![[r#"
        line 7: `template.blocks[1].type` is "header", but must be one block `authentication-body` and one block `authentication-action`
    "#]],
    );
}

#[test]
fn mistakes_in_properties_are_told_with_their_lines() {
    let check = |rest: &str, expected: Expect| check_section(&format!("[template]\n{rest}"), &expected);
    check(
        &blocks("expirationTime = 10", ""),
        expect![[r#"
        line 7: `template.blocks[1].authenticationBody.addSecurityDisclaimer` is missing, but must be true or false
    "#]],
    );
    check(
        &blocks("addSecurityDisclaimer = true, expirationTime = 91", ""),
        expect![[r#"
        line 7: `template.blocks[1].authenticationBody.expirationTime` is 91, but must be an integer from 1 to 90, or left out
    "#]],
    );
    check(
        &blocks("addSecurityDisclaimer = true, expirationTime = 1.5", ""),
        expect![[r#"
        line 7: `template.blocks[1].authenticationBody.expirationTime` is 1.5, but must be an integer from 1 to 90, or left out
    "#]],
    );
    check(
        &blocks("addSecurityDisclaimer = true, expirationTime = 99999999999999999999", ""),
        expect![[r#"
            line 7: `template.blocks[1].authenticationBody.expirationTime` is "99999999999999999999", but must be an integer from 1 to 90, or left out
        "#]],
    );
    check(
        &blocks("addSecurityDisclaimer = true, footer = \"Bye\"", ""),
        expect![[r#"
            line 7: `template.blocks[1].authenticationBody.footer` is "Bye", but must be left out: there is no such property
        "#]],
    );
    check(
        &blocks(BODY, "oneTap = {}"),
        expect![[r#"
            line 8: `template.blocks[2].authenticationAction.oneTap.androidPackageName` is missing, but must be an Android package such as com.example.app
            line 8: `template.blocks[2].authenticationAction.oneTap.androidSignatureHash` is missing, but must be 11 letters, digits, `+`, `/` or `=`
        "#]],
    );
    check(
        &blocks(
            BODY,
            "zeroTap = {\n zeroTapTermsAccepted = true, supportedApps = [\n  { packageName = \"com.example.one\", signatureHash = \"short\" },\n ] }",
        ),
        expect![[r#"
            line 10: `template.blocks[2].authenticationAction.zeroTap.supportedApps[1].signatureHash` is "short", but must be 11 letters, digits, `+`, `/` or `=`
        "#]],
    );
    let long = format!("addSecurityDisclaimer = \"{}\"", "long ".repeat(40));
    check(
        &blocks(&long, ""),
        expect![[r#"
        line 7: `template.blocks[1].authenticationBody.addSecurityDisclaimer` is "long long long long long long long long long long long long…, but must be true or false
    "#]],
    );
}
