//! The block form of another vendor.

use expect_test::{Expect, expect};

use crate::template::{Blocks, TtlOutOfRange};

const ONE_TAP: &str =
    r#"{"oneTap":{"androidPackageName":"com.example.app","androidSignatureHash":"K8a/AINcGX7"}}"#;

fn read(blocks: &str, out_of_range: TtlOutOfRange) -> String {
    match Blocks::parse(&serde_json::from_str(blocks).unwrap(), out_of_range) {
        Ok(blocks) => {
            let content = &blocks.content;
            format!(
                "{} security {} expires {:?} ttl {:?} apps {} {:?}",
                content.button.otp_type(),
                content.has_security_recommendation,
                content.code_expiration.map(|expiration| expiration.minutes()),
                blocks.ttl.map(|ttl| ttl.seconds()),
                content.button.apps().len(),
                blocks.warnings.iter().map(ToString::to_string).collect::<Vec<_>>(),
            )
        }
        Err(error) => error.to_string(),
    }
}

#[track_caller]
fn check(body: &str, action: &str, expected: Expect) {
    let blocks = format!(
        r#"[{{"type":"authentication-body","authenticationBody":{body}}},{{"type":"authentication-action","authenticationAction":{action}}}]"#
    );
    expected.assert_eq(&read(&blocks, TtlOutOfRange::Clamp));
}

const BODY: &str = r#"{"addSecurityDisclaimer":true,"expirationTime":30}"#;

#[test]
fn each_kind_of_action_becomes_a_button() {
    check(BODY, "{}", expect!["COPY_CODE security true expires Some(30) ttl None apps 0 []"]);
    check(
        r#"{"addSecurityDisclaimer":false,"expirationTime":null,"messageSendTtlSeconds":60}"#,
        r#"{"copyCode":true}"#,
        expect!["COPY_CODE security false expires None ttl Some(60) apps 0 []"],
    );
    for copy_code in [r#"{"copy-code":{}}"#, r#"{"type":"copy-code"}"#] {
        check(BODY, copy_code, expect!["COPY_CODE security true expires Some(30) ttl None apps 0 []"]);
    }
    check(
        BODY,
        r#"{"type":"url"}"#,
        expect![[r#"`blocks[1].authenticationAction.type` is "url", but must be `copy-code`"#]],
    );
    check(BODY, ONE_TAP, expect!["ONE_TAP security true expires Some(30) ttl None apps 1 []"]);
    check(
        BODY,
        r#"{"zeroTap":{"supportedApps":[{"packageName":"com.example.app","signatureHash":"K8a/AINcGX7"}],"zeroTapTermsAccepted":true}}"#,
        expect!["ZERO_TAP security true expires Some(30) ttl None apps 1 []"],
    );
}

#[test]
fn a_time_to_live_beyond_those_of_meta_is_clamped_with_a_warning_or_refused() {
    let blocks = |ttl: u32| {
        format!(
            r#"[{{"type":"authentication-action","authenticationAction":{{}}}},{{"type":"authentication-body","authenticationBody":{{"addSecurityDisclaimer":true,"expirationTime":5,"messageSendTtlSeconds":{ttl}}}}}]"#
        )
    };
    expect![[r#"COPY_CODE security true expires Some(5) ttl Some(30) apps 0 ["`blocks[1].authenticationBody.messageSendTtlSeconds` is 1, but Meta takes 30 to 900 for codes: 30 is used"]"#]].assert_eq(&read(&blocks(1), TtlOutOfRange::Clamp));
    expect![[r#"COPY_CODE security true expires Some(5) ttl Some(900) apps 0 ["`blocks[1].authenticationBody.messageSendTtlSeconds` is 86400, but Meta takes 30 to 900 for codes: 900 is used"]"#]].assert_eq(&read(&blocks(86_400), TtlOutOfRange::Clamp));
    expect!["`blocks[1].authenticationBody.messageSendTtlSeconds` is 901, but must be an integer from 30 to 900, which is what Meta takes"].assert_eq(&read(&blocks(901), TtlOutOfRange::Refuse));
    expect!["`blocks[1].authenticationBody.messageSendTtlSeconds` is 86401, but must be an integer from 1 to 86400"].assert_eq(&read(&blocks(86_401), TtlOutOfRange::Clamp));
    expect![
        "`blocks[1].authenticationBody.messageSendTtlSeconds` is 0, but must be an integer from 1 to 86400"
    ]
    .assert_eq(&read(&blocks(0), TtlOutOfRange::Clamp));
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_its_rule() {
    let raw = |blocks: &str| read(blocks, TtlOutOfRange::Clamp);
    expect![
        "`blocks` is {}, but must be one block `authentication-body` and one block `authentication-action`"
    ]
    .assert_eq(&raw("{}"));
    expect![
        "`blocks` is [], but must be one block `authentication-body` and one block `authentication-action`"
    ]
    .assert_eq(&raw("[]"));
    expect![[r#"`blocks[0].type` is "header", but must be one block `authentication-body` and one block `authentication-action`"#]].assert_eq(&raw(r#"[{"type":"header"}]"#));
    expect!["`blocks[0].type` is missing, but must be one block `authentication-body` and one block `authentication-action`"].assert_eq(&raw("[7]"));
    check(
        "{}",
        "{}",
        expect![
            "`blocks[0].authenticationBody.addSecurityDisclaimer` is missing, but must be true or false; `blocks[0].authenticationBody.expirationTime` is missing, but must be an integer from 1 to 90, or null"
        ],
    );
    check(
        r#"{"addSecurityDisclaimer":true}"#,
        "{}",
        expect![
            "`blocks[0].authenticationBody.expirationTime` is missing, but must be an integer from 1 to 90, or null"
        ],
    );
    check(
        r#"{"addSecurityDisclaimer":true,"expirationTime":91}"#,
        "{}",
        expect![
            "`blocks[0].authenticationBody.expirationTime` is 91, but must be an integer from 1 to 90, or null"
        ],
    );
    check(
        r#"{"addSecurityDisclaimer":true,"expirationTime":9,"footer":"Bye"}"#,
        "{}",
        expect![[
            r#"`blocks[0].authenticationBody.footer` is "Bye", but must be left out: there is no such property"#
        ]],
    );
}

/// Every mistake in blocks, one a line.
#[track_caller]
fn check_all(blocks: &str, expected: Expect) {
    let blocks = serde_json::from_str(blocks).unwrap();
    let mistakes = Blocks::parse(&blocks, TtlOutOfRange::Refuse).unwrap_err();
    expected.assert_eq(&mistakes.iter().map(|mistake| format!("{mistake}\n")).collect::<String>());
}

#[test]
fn every_mistake_is_told_and_not_only_the_first() {
    check_all(
        r#"[{"type":"authentication-body","text":"Hi","authenticationBody":{"addSecurityDisclaimer":"yes","expirationTime":91,"messageSendTtlSeconds":901,"footer":"Bye"}},
            {"type":"authentication-action","authenticationAction":{"zeroTap":{"zeroTapTermsAccepted":false,"supportedApps":[
                {"packageName":"app","signatureHash":"short"},7,{"packageName":"com.example.app"}]}}}]"#,
        expect![[r#"
            `blocks[0].text` is "Hi", but must be left out: there is no such property
            `blocks[0].authenticationBody.footer` is "Bye", but must be left out: there is no such property
            `blocks[0].authenticationBody.addSecurityDisclaimer` is "yes", but must be true or false
            `blocks[0].authenticationBody.expirationTime` is 91, but must be an integer from 1 to 90, or null
            `blocks[0].authenticationBody.messageSendTtlSeconds` is 901, but must be an integer from 30 to 900, which is what Meta takes
            `blocks[1].authenticationAction.zeroTap.zeroTapTermsAccepted` is false, but must be true: Meta wants its terms accepted
            `blocks[1].authenticationAction.zeroTap.supportedApps[0].packageName` is "app", but must be an Android package such as com.example.app
            `blocks[1].authenticationAction.zeroTap.supportedApps[0].signatureHash` is "short", but must be 11 letters, digits, `+`, `/` or `=`
            `blocks[1].authenticationAction.zeroTap.supportedApps[1]` is 7, but must be an object
            `blocks[1].authenticationAction.zeroTap.supportedApps[2].signatureHash` is missing, but must be 11 letters, digits, `+`, `/` or `=`
        "#]],
    );
}

#[test]
fn blocks_that_are_too_many_or_of_another_type_hide_no_mistake_in_the_others() {
    check_all(
        r#"[{"type":"header"},{"type":"authentication-body","authenticationBody":{}},{"type":"authentication-body"},
            {"type":"authentication-action","authenticationAction":{"oneTap":{},"zeroTap":{}}}]"#,
        expect![[r#"
            `blocks[0].type` is "header", but must be one block `authentication-body` and one block `authentication-action`
            `blocks[1].authenticationBody.addSecurityDisclaimer` is missing, but must be true or false
            `blocks[1].authenticationBody.expirationTime` is missing, but must be an integer from 1 to 90, or null
            `blocks[2].authenticationBody` is missing, but must be an object
            `blocks[2].type` is "authentication-body", but must be given once
            `blocks[3].authenticationAction.zeroTap` is {}, but must be left out beside `oneTap`
            `blocks[3].authenticationAction.oneTap.androidPackageName` is missing, but must be an Android package such as com.example.app
            `blocks[3].authenticationAction.oneTap.androidSignatureHash` is missing, but must be 11 letters, digits, `+`, `/` or `=`
        "#]],
    );
}

#[test]
fn an_action_that_is_wrong_is_told_likewise() {
    check(BODY, "7", expect!["`blocks[1].authenticationAction` is 7, but must be an object"]);
    check(
        BODY,
        r#"{"oneTap":{}}"#,
        expect![
            "`blocks[1].authenticationAction.oneTap.androidPackageName` is missing, but must be an Android package such as com.example.app; `blocks[1].authenticationAction.oneTap.androidSignatureHash` is missing, but must be 11 letters, digits, `+`, `/` or `=`"
        ],
    );
    check(
        BODY,
        r#"{"oneTap":{"androidPackageName":"com.example.app"}}"#,
        expect![
            "`blocks[1].authenticationAction.oneTap.androidSignatureHash` is missing, but must be 11 letters, digits, `+`, `/` or `=`"
        ],
    );
    check(
        BODY,
        r#"{"zeroTap":{"supportedApps":[],"zeroTapTermsAccepted":true}}"#,
        expect![
            "`blocks[1].authenticationAction.zeroTap.supportedApps` is [], but must be an array of 1 to 5 apps with `packageName` and `signatureHash`"
        ],
    );
    check(
        BODY,
        r#"{"zeroTap":{"supportedApps":[]}}"#,
        expect![
            "`blocks[1].authenticationAction.zeroTap.zeroTapTermsAccepted` is missing, but must be true: Meta wants its terms accepted; `blocks[1].authenticationAction.zeroTap.supportedApps` is [], but must be an array of 1 to 5 apps with `packageName` and `signatureHash`"
        ],
    );
    check(
        BODY,
        r#"{"buttons":[]}"#,
        expect![
            "`blocks[1].authenticationAction.buttons` is [], but must be left out: there is no such property"
        ],
    );
}
