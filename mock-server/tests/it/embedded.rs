//! A simulated Meta inside of a test, without a runtime and within one.

use std::time::Duration;

use cloud_sim::{Handset, PhoneChange, authentication_template};
use mock_server::{Count, MockServer, RequestMatch, Setup, Until};
use scenario::{Scenario, Span};

use crate::meta::{Callback, SEND};

const PHONE: &str = "+1 650 555 1234";

/// Sends a code as a service would.
async fn send(meta: &MockServer) -> String {
    let plain = Scenario::plain();
    let body = SEND.replace("login_code", &plain.template.name).replace("en_US", &plain.template.language);
    let url = format!("{}/v23.0/{}/messages", meta.base_url(), meta.phone_number_id());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let sent = client.post(url).bearer_auth(meta.token().expose()).body(body).send().await.unwrap();
    assert_eq!(sent.status(), 200);
    sent.json::<serde_json::Value>().await.unwrap()["messages"][0]["id"].as_str().unwrap().to_owned()
}

fn with_template(meta: MockServer) -> MockServer {
    meta.create_template(authentication_template(&Scenario::plain().template)).unwrap();
    meta
}

#[tokio::test]
async fn a_test_that_is_async_awaits_what_takes_a_while() {
    let meta = with_template(Setup::default().frozen().start().unwrap());
    let ios = PhoneChange { handset: Some(Handset::Ios), ..PhoneChange::default() };
    meta.change_phone(PHONE, ios).unwrap();
    let id = send(&meta).await.parse().unwrap();
    assert!(meta.timeline(id).unwrap().planned.is_some());
    meta.turn(Until::After(Span::from_secs(60))).await;
    let code = meta.wait_for_code(PHONE, Duration::ZERO).unwrap().await;
    assert_eq!(code.unwrap().expose(), "482913");
    assert!(meta.inbox(PHONE).unwrap()[0].screen.body.contains("482913"));
    let sends = RequestMatch { to: Some(PHONE.parse().unwrap()), ..RequestMatch::default() };
    assert!(meta.verify(&sends, Count::exactly(1)).is_met);
    meta.press(PHONE, 0).unwrap();
    meta.reset().await;
    assert!(meta.inbox(PHONE).unwrap().is_empty());
}

#[test]
fn a_test_without_a_runtime_waits() {
    let meta = Setup::default().frozen().start().unwrap();
    let before = meta.now();
    meta.turn(Until::After(Span::from_secs(3_600))).wait();
    assert_eq!(meta.now().since(before), Span::from_secs(3_600));
    assert!(meta.wait_for_code(PHONE, Duration::from_millis(1)).unwrap().wait().is_none());
    assert!(meta.wait_for_code("nobody", Duration::ZERO).is_err());
    assert!(meta.set_faults("[[faults]]\nrefuse = 1\n").is_err());
    let many = "[[faults]]\noutage = true\n".repeat(257);
    assert!(meta.set_faults(&many).unwrap_err().to_string().contains("must be at most 256"));
}

#[tokio::test]
async fn a_callback_of_the_test_hears_what_it_is_subscribed_to_and_a_wrong_one_is_told() {
    let meta = with_template(Setup::default().frozen().start().unwrap());
    let mut callback = Callback::start().await;
    let url = format!("http://{}/webhook", callback.address);
    meta.subscribe(&url, "known").await.unwrap();
    send(&meta).await;
    meta.turn(Until::After(Span::from_secs(1))).await;
    assert_eq!(callback.next().await["value"]["statuses"][0]["status"], "sent");
    let refused = meta.subscribe(&url, "unknown").await.unwrap_err().to_string();
    assert!(refused.starts_with("Meta refuses it: (#2200) Callback verification failed"), "{refused}");
    assert!(meta.subscribe("somewhere", "known").await.is_err());
    assert!(meta.subscribe("http://192.0.2.1/", "known").await.is_err());
}

#[tokio::test]
async fn several_live_in_one_process_and_know_nothing_of_each_other() {
    let (one, other) = (with_template(MockServer::start().unwrap()), MockServer::start().unwrap());
    assert_ne!(one.address(), other.address());
    one.set_rate_permille(1_000_000);
    send(&one).await;
    assert!(one.wait_for_code(PHONE, Duration::from_secs(10)).unwrap().await.is_some());
    assert!(other.inbox(PHONE).unwrap().is_empty());
    let address = one.address();
    drop(one);
    let closed = async {
        while tokio::net::TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), closed).await.expect("it stops when it is dropped");
}
