//! What Meta tells of phone numbers, and what can be done to them.

use expect_test::{Expect, expect};

use crate::meta::{Meta, text};

const NUMBER: &str = "106540352242922";
const LIST: &str = "/v23.0/102290129340398/phone_numbers";

#[track_caller]
fn check(body: &str, expected: Expect) {
    expected.assert_eq(body);
}

async fn get(meta: &Meta, path: &str) -> String {
    text(meta.get(path).send().await.unwrap()).await
}

#[tokio::test]
async fn a_number_tells_its_default_fields_unasked() {
    let meta = Meta::start().await;
    check(
        &get(&meta, &format!("/v23.0/{NUMBER}")).await,
        expect![[
            r#"{"verified_name":"otpbench","code_verification_status":"VERIFIED","display_phone_number":"15550783881","quality_rating":"GREEN","platform_type":"CLOUD_API","throughput":{"level":"HIGH"},"webhook_configuration":{},"id":"106540352242922"}"#
        ]],
    );
}

#[tokio::test]
async fn the_messaging_limit_has_one_name_up_to_v23_and_another_from_v24_on() {
    let meta = Meta::start().await;
    let (old, new) = ("messaging_limit_tier", "whatsapp_business_manager_messaging_limit");
    for (version, known, unknown) in [("v23.0", old, new), ("v24.0", new, old)] {
        let body = get(&meta, &format!("/{version}/{NUMBER}?fields={known}")).await;
        assert_eq!(body, format!(r#"{{"{known}":"TIER_UNLIMITED","id":"{NUMBER}"}}"#));
        let body = get(&meta, &format!("/{version}/{NUMBER}?fields={unknown}")).await;
        assert!(body.contains(&format!("nonexisting field ({unknown})")), "{body}");
    }
}

#[tokio::test]
async fn every_field_that_pywa_asks_of_a_number_is_known() {
    let meta = Meta::start().await;
    let fields = "id,verified_name,display_phone_number,conversational_automation,status,quality_rating,\
        quality_score,webhook_configuration,name_status,new_name_status,code_verification_status,account_mode,\
        is_on_biz_app,is_official_business_account,is_pin_enabled,is_preverified_number,search_visibility,\
        platform_type,throughput,eligibility_for_api_business_global_search,health_status,certificate,\
        new_certificate,last_onboarded_time,country_code,country_dial_code,\
        whatsapp_business_manager_messaging_limit";
    let body = get(&meta, &format!("/v24.0/{NUMBER}?fields={fields}")).await;
    assert!(body.starts_with(r#"{"id":"106540352242922","verified_name":"otpbench","#), "{body}");
    assert!(body.contains(r#""status":"CONNECTED""#), "{body}");
}

#[tokio::test]
async fn numbers_are_listed_filtered_and_paged() {
    let meta = Meta::start().await;
    check(
        &get(&meta, &format!("{LIST}?fields=status&limit=1&sort=creation_time_descending")).await,
        expect![[
            r#"{"data":[{"status":"CONNECTED","id":"106540352242922"}],"paging":{"cursors":{"before":"MAZDZD","after":"MAZDZD"}}}"#
        ]],
    );
    let sandbox = "filtering=%5B%7B%22field%22%3A%22account_mode%22%2C%22operator%22%3A%22EQUAL%22%2C%22value%22%3A%22SANDBOX%22%7D%5D";
    check(&get(&meta, &format!("{LIST}?{sandbox}")).await, expect![[r#"{"data":[]}"#]]);
}

#[tokio::test]
async fn a_filter_or_an_order_that_makes_no_sense_is_refused() {
    let meta = Meta::start().await;
    for (query, details) in [
        ("filtering=x", "it must be a JSON array"),
        (
            "filtering=%5B%7B%22field%22%3A%22a%22%2C%22operator%22%3A%22EQUAL%22%2C%22value%22%3A1%7D%5D",
            "the field a must be",
        ),
        ("sort=name", "Param sort must be one of"),
        ("limit=0", "Param limit must be a positive integer"),
        ("after=%21", "Invalid cursor"),
    ] {
        let body = get(&meta, &format!("{LIST}?{query}")).await;
        assert!(body.contains(details), "{query}: {body}");
    }
}
