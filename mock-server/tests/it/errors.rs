//! The whole table of errors: each code at once by a fault or a number, and those that come later.

use cloud_api::refusal::{CATALOGUE, find};
use scenario::Fault;
use serde_json::{Value, json};

use crate::meta::{Callback, Meta, SEND, path};

/// Meta's table: the HTTP status, and the codes that are answered at once with it.
// Source: cloud-api.md 8; without those that only creating and editing templates give.
const AT_ONCE: [(u16, &[u32]); 7] = [
    (
        400,
        &[
            1, 4, 33, 100, 2_200, 80_007, 80_008, 130_429, 131_008, 131_009, 131_021, 131_030, 131_037,
            131_048, 131_051, 131_055, 131_056, 131_059, 131_062, 131_063, 131_064, 132_000, 132_005,
            132_007, 132_008, 132_012, 132_015, 132_016, 132_018, 132_068, 132_069, 133_005, 133_006,
            133_008, 133_009, 133_010, 133_015, 133_016, 134_011, 134_100, 134_102, 135_000, 139_000,
            139_001, 139_002, 139_003, 139_004, 139_100, 139_101, 139_102, 139_103, 1_752_041, 2_388_001,
            2_388_012, 2_388_091, 2_388_093, 2_388_103, 2_494_100, 2_593_107, 2_593_108,
        ],
    ),
    (401, &[0, 104, 190]),
    (403, &[10, 200, 368, 130_497, 131_005, 131_031]),
    (404, &[803, 132_001]),
    (429, &[17]),
    (500, &[3, 131_000, 131_016, 131_057, 133_000, 134_101]),
    (503, &[2, 133_004]),
];

/// The codes that come in a failed status.
// Source: cloud-api.md 8: those marked "A", and those that may come either way.
const LATER: [u32; 19] = [
    130_429, 130_472, 130_497, 131_000, 131_016, 131_026, 131_031, 131_037, 131_042, 131_045, 131_047,
    131_048, 131_049, 131_050, 131_053, 131_056, 131_064, 132_015, 137_000,
];

async fn set_fault(meta: &Meta, fault: Value) {
    let faults = json!({"faults": [fault]}).to_string();
    let set = meta.client.put(meta.url("/_mock/faults")).body(faults).send().await.unwrap();
    assert_eq!(set.status(), 200);
}

/// Checks an answer against what the table says of its code.
fn check_answer(code: u32, status: u16, found: u16, body: &Value) {
    let (entry, error) = (find(code).unwrap(), &body["error"]);
    assert_eq!((found, &error["code"]), (status, &json!(code)), "{body}");
    let message = error["message"].as_str().unwrap();
    assert!(message.ends_with(entry.title), "{code}: {message}");
    assert!(error["type"] == "OAuthException" && error["fbtrace_id"].is_string(), "{body}");
    match entry.details {
        Some(details) => {
            assert_eq!(error["error_data"], json!({"messaging_product": "whatsapp", "details": details}));
        }
        // Source: cloud-api.md 1.2: errors of Graph itself have no details.
        None => assert!(error.get("error_data").is_none(), "{body}"),
    }
}

#[tokio::test]
async fn every_code_of_the_table_can_be_answered_at_once_with_its_status_and_words() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let rows = AT_ONCE.iter().flat_map(|(status, codes)| codes.iter().map(|code| (*status, *code)));
    for (status, code) in rows {
        set_fault(&meta, json!({"refuse": {"code": code}})).await;
        let answer = meta.post(&path("messages"), SEND).send().await.unwrap();
        let found = answer.status().as_u16();
        let challenge = answer.headers()["www-authenticate"].to_str().unwrap().to_owned();
        assert!(challenge.starts_with("OAuth \"Facebook Platform\" "), "{challenge}");
        check_answer(code, status, found, &answer.json().await.unwrap());
    }
}

#[tokio::test]
async fn a_magic_number_answers_every_code_of_six_digits_with_which_meta_refuses() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    for entry in CATALOGUE.iter().filter(|entry| entry.code < 1_000_000) {
        let send = SEND.replace("+1 650 555 1234", &format!("9996{:06}", entry.code));
        let answer = meta.post(&path("messages"), send).send().await.unwrap();
        let found = answer.status().as_u16();
        if Fault::may_refuse_with(entry.code) {
            check_answer(entry.code, entry.status.number(), found, &answer.json().await.unwrap());
        } else {
            assert_eq!(found, 200, "{}", entry.code);
        }
    }
}

#[tokio::test]
async fn every_code_that_comes_later_is_told_in_a_failed_status_and_charged_to_nobody() {
    let (meta, mut callback) = (Meta::start().await, Callback::start().await);
    meta.approve_template().await;
    meta.subscribe(&callback).await;
    for code in LATER {
        set_fault(&meta, json!({"fail": {"code": code}})).await;
        let sent = meta.post(&path("messages"), SEND).send().await.unwrap();
        assert_eq!(sent.status(), 200);
        meta.advance(60).await;
        let status = callback.next().await["value"]["statuses"][0].take();
        let entry = find(code).unwrap();
        let error = json!({
            "code": code, "title": entry.title, "message": entry.title,
            "error_data": {"details": entry.details},
            "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
        });
        assert_eq!((&status["status"], &status["errors"]), (&json!("failed"), &json!([error])));
        assert!(status.get("pricing").is_none() && status.get("conversation").is_none(), "{status}");
    }
    let costs: Value = meta.client.get(meta.url("/_mock/costs")).send().await.unwrap().json().await.unwrap();
    let charged: u64 =
        costs["rows"].as_array().unwrap().iter().map(|row| row["charged"].as_u64().unwrap()).sum();
    assert_eq!(charged, 0, "{costs}");
}

#[tokio::test]
async fn subcodes_of_old_are_there_up_to_v15_and_links_are_as_the_profile_says() {
    let (meta, mut callback) = (Meta::start().await, Callback::start().await);
    meta.approve_template().await;
    meta.subscribe(&callback).await;
    set_fault(&meta, json!({"refuse": {"code": 130_429}})).await;
    for (version, subcode) in [("v15.0", json!(2_494_055)), ("v16.0", Value::Null)] {
        let edge = path("messages").replace("v23.0", version);
        let answer: Value = meta.post(&edge, SEND).send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["error"]["error_subcode"], subcode, "{version}");
    }
    let new = "https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes";
    for (word, link) in [("reference", json!(new)), ("absent", Value::Null)] {
        let profile = json!({"error_link": word}).to_string();
        let set = meta.client.put(meta.url("/_mock/profile")).body(profile).send().await.unwrap();
        assert_eq!(set.status(), 200);
        set_fault(&meta, json!({"fail": {"code": 131_049}})).await;
        meta.post(&path("messages"), SEND).send().await.unwrap();
        meta.advance(60).await;
        assert_eq!(callback.next().await["value"]["statuses"][0]["errors"][0]["href"], link);
    }
}

#[tokio::test]
async fn a_block_list_is_as_long_as_the_profile_says_and_then_full() {
    let meta = Meta::start().await;
    let set =
        meta.client.put(meta.url("/_mock/profile")).body(r#"{"block_list_max":1}"#).send().await.unwrap();
    assert_eq!(set.status(), 200);
    let edge = path("messages").replace("messages", "block_users");
    for (person, code) in [("16505551234", Value::Null), ("16505551235", json!(139_101))] {
        let said = meta.client.post(meta.url(&format!("/_mock/phones/{person}/messages")));
        assert_eq!(said.body(r#"{"text":"hello"}"#).send().await.unwrap().status(), 200);
        let block = json!({"messaging_product": "whatsapp", "block_users": [{"user": person}]});
        let answer: Value = meta.post(&edge, block.to_string()).send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["block_users"]["failed_users"][0]["errors"][0]["code"], code, "{answer}");
    }
}

/// What the test does to a number or an account, what undoes it, and how a send is answered meanwhile.
async fn meanwhile(meta: &Meta, path_of: &str, change: Value, undo: Value) -> (u16, Value) {
    let post = async |body: &Value| {
        let answer = meta.client.post(meta.url(path_of)).body(body.to_string()).send().await.unwrap();
        let (status, told) = (answer.status(), answer.text().await.unwrap());
        assert_eq!(status, 200, "{body}: {told}");
    };
    post(&change).await;
    let answer = meta.post(&path("messages"), SEND).send().await.unwrap();
    let told = (answer.status().as_u16(), answer.json::<Value>().await.unwrap()["error"]["code"].take());
    post(&undo).await;
    meta.advance(60).await;
    told
}

#[tokio::test]
async fn what_keeps_a_number_or_its_account_from_sending_is_told_in_a_code_of_its_own() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let tenant = cloud_sim::Tenant::sample();
    let (number, account) =
        (format!("/_mock/numbers/{}", tenant.number), format!("/_mock/accounts/{}", tenant.account));
    let locked = meanwhile(&meta, &account, json!({"is_locked": true}), json!({"is_locked": false})).await;
    assert_eq!(locked, (403, json!(131_031)));
    let maintained = (json!({"is_in_maintenance": true}), json!({"is_in_maintenance": false}));
    assert_eq!(meanwhile(&meta, &account, maintained.0, maintained.1).await, (500, json!(131_057)));
    let closed = (json!({"closed_countries": ["US"]}), json!({"closed_countries": []}));
    assert_eq!(meanwhile(&meta, &account, closed.0, closed.1).await, (403, json!(130_497)));
    let unpaid = (json!({"is_unpaid": true}), json!({"is_unpaid": false}));
    assert_eq!(meanwhile(&meta, &account, unpaid.0, unpaid.1).await, (200, Value::Null), "it fails later");
    let banned = (json!({"status": "BANNED"}), json!({"status": "CONNECTED"}));
    assert_eq!(meanwhile(&meta, &number, banned.0, banned.1).await, (403, json!(368)));
    let deleted = (json!({"status": "DELETED"}), json!({"status": "CONNECTED"}));
    assert_eq!(meanwhile(&meta, &number, deleted.0, deleted.1).await, (400, json!(33)));
    let own = SEND.replace("+1 650 555 1234", &tenant.display.digits().to_string());
    let answer: Value = meta.post(&path("messages"), own).send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["error"]["code"], 131_021);
}

#[tokio::test]
async fn any_country_of_the_world_can_be_closed() {
    let meta = Meta::start().await;
    meta.approve_template().await;
    let account = meta.url(&format!("/_mock/accounts/{}", cloud_sim::Tenant::sample().account));
    let closed = meta.client.post(account).body(r#"{"closed_countries":["SE"]}"#).send().await.unwrap();
    assert_eq!(closed.status(), 200);
    let send = SEND.replace("+1 650 555 1234", "+46 70 123 45 67");
    let refused: Value = meta.post(&path("messages"), send).send().await.unwrap().json().await.unwrap();
    assert_eq!(refused["error"]["code"], 130_497);
}

#[tokio::test]
async fn who_cannot_pay_is_told_in_a_failed_status() {
    let (meta, mut callback) = (Meta::start().await, Callback::start().await);
    meta.approve_template().await;
    meta.subscribe(&callback).await;
    let account = format!("/_mock/accounts/{}", cloud_sim::Tenant::sample().account);
    meanwhile(&meta, &account, json!({"is_unpaid": true}), json!({"is_unpaid": false})).await;
    let status = callback.next().await["value"]["statuses"][0].take();
    assert_eq!((&status["status"], &status["errors"][0]["code"]), (&json!("failed"), &json!(131_042)));
}
