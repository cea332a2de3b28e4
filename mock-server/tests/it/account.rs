//! What Meta tells of an account.

use expect_test::{Expect, expect};

use crate::meta::{Meta, text};

const ACCOUNT: &str = "/v23.0/102290129340398";

#[track_caller]
fn check(body: &str, expected: Expect) {
    expected.assert_eq(body);
}

async fn get(meta: &Meta, path: &str) -> String {
    text(meta.get(path).send().await.unwrap()).await
}

#[tokio::test]
async fn an_account_tells_four_fields_unasked_and_the_others_when_asked() {
    let meta = Meta::start().await;
    check(
        &get(&meta, ACCOUNT).await,
        expect![[
            r#"{"id":"102290129340398","name":"otpbench","timezone_id":"1","message_template_namespace":"d392ff9e_971c_24bc_c6e4_8447f52b5446"}"#
        ]],
    );
    let fields = "currency,country,status,account_review_status,business_verification_status,ownership_type,\
        is_enabled_for_insights,owner_business_info,primary_business_location,auth_international_rate_eligibility";
    check(
        &get(&meta, &format!("{ACCOUNT}?fields={fields}")).await,
        expect![[
            r#"{"currency":"USD","country":"US","status":"ACTIVE","account_review_status":"APPROVED","business_verification_status":"verified","ownership_type":"SELF_OWNED","is_enabled_for_insights":true,"owner_business_info":{"id":"506914307656634","name":"otpbench"},"primary_business_location":"US","id":"102290129340398"}"#
        ]],
    );
}

#[tokio::test]
async fn the_health_of_an_account_is_that_of_all_it_needs() {
    let meta = Meta::start().await;
    check(
        &get(&meta, &format!("{ACCOUNT}?fields=health_status")).await,
        expect![[
            r#"{"health_status":{"can_send_message":"AVAILABLE","entities":[{"can_send_message":"AVAILABLE","entity_type":"WABA","id":"102290129340398"},{"can_send_message":"AVAILABLE","entity_type":"BUSINESS","id":"506914307656634"},{"can_send_message":"AVAILABLE","entity_type":"APP","id":"67084"}]},"id":"102290129340398"}"#
        ]],
    );
}

#[tokio::test]
async fn a_field_that_an_account_lacks_is_refused() {
    let meta = Meta::start().await;
    let body = get(&meta, &format!("{ACCOUNT}?fields=name,colour")).await;
    assert!(
        body.contains(
            "(#100) Tried accessing nonexisting field (colour) on node type (WhatsAppBusinessAccount)"
        ),
        "{body}"
    );
}
