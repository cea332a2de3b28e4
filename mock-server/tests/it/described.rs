//! What the control API answers is what its OpenAPI document says that it answers.

use std::collections::BTreeSet;

use jsonschema::Draft;
use reqwest::Method;
use serde_json::{Value, json};

use crate::meta::{Callback, Meta, SEND, TEMPLATE, path, text};

/// A walk through the whole control API.
struct Walk {
    meta: Meta,
    document: Value,
    visited: BTreeSet<String>,
    /// What is not as the document says.
    problems: Vec<String>,
}

impl Walk {
    async fn begin() -> Self {
        let meta = Meta::start().await;
        let document = meta.client.get(meta.url("/_mock/openapi.json")).send().await.unwrap();
        Self {
            document: document.json().await.unwrap(),
            meta,
            visited: BTreeSet::new(),
            problems: Vec::new(),
        }
    }

    /// Asks for `path`, which an operation such as `GET /_mock/phones/{number}` is for, and holds the
    /// answer against the document.
    async fn visit(&mut self, operation: &str, path: &str, body: impl ToString) -> Value {
        let (method, pattern) = operation.split_once(' ').unwrap();
        let url = self.meta.url(&format!("/_mock/{path}"));
        let request = self.meta.client.request(Method::from_bytes(method.as_bytes()).unwrap(), url);
        let answer = request.body(body.to_string()).send().await.unwrap();
        let (status, kind) = (answer.status(), answer.headers()["content-type"].to_str().unwrap().to_owned());
        let body = text(answer).await;
        let told = format!("{operation} answers {status} {body}");
        let place = format!(
            "/paths/{}/{}/responses/{}",
            pattern.replace('~', "~0").replace('/', "~1"),
            method.to_lowercase(),
            status.as_u16()
        );
        let described = self.resolve(&place);
        let kinds =
            self.document.pointer(&described).unwrap_or_else(|| panic!("{told}: undocumented"))["content"]
                .clone();
        let kinds = kinds.as_object().unwrap();
        let essence = |kind: &str| kind.split(';').next().unwrap_or_default().to_owned();
        let known = kinds.keys().find(|known| essence(known) == essence(&kind));
        let known = known.unwrap_or_else(|| panic!("{told}: {kind} is undocumented"));
        if status.is_success() {
            self.visited.insert(operation.to_owned());
        }
        if essence(known) != "application/json" {
            return Value::String(body);
        }
        let body: Value = serde_json::from_str(&body).unwrap();
        let schema = format!("{described}/content/application~1json/schema");
        let problems = self.held(&body, &schema);
        self.problems.extend(problems.into_iter().map(|problem| format!("{operation}, {status}: {problem}")));
        body
    }

    /// Where a reference at this place leads, or the place itself.
    fn resolve(&self, place: &str) -> String {
        let reference = self.document.pointer(place).and_then(|value| value["$ref"].as_str());
        reference.map_or_else(|| place.to_owned(), |reference| reference.trim_start_matches('#').to_owned())
    }

    /// What is wrong with an answer.
    fn held(&self, body: &Value, schema: &str) -> BTreeSet<String> {
        let mut root = self.document.clone();
        root["$ref"] = format!("#{}", schema.replace('{', "%7B").replace('}', "%7D")).into();
        let validator = jsonschema::options().with_draft(Draft::Draft202012).build(&root).unwrap();
        let errors = validator.iter_errors(body);
        let mut wrong: Vec<String> =
            errors.map(|error| format!("{}: {error}", error.instance_path())).collect();
        self.undocumented(body, schema, "", &mut wrong);
        wrong.into_iter().collect()
    }

    /// The fields of a value of which the document says nothing, although it lists others beside them and
    /// does not say that there may be more.
    fn undocumented(&self, value: &Value, schema: &str, at: &str, found: &mut Vec<String>) {
        let place = self.resolve(schema);
        let Some(described) = self.document.pointer(&place) else { return };
        if let (Some(items), true) = (value.as_array(), described["items"].is_object()) {
            for item in items {
                self.undocumented(item, &format!("{place}/items"), &format!("{at}[]"), found);
            }
        }
        let (Some(fields), Some(properties)) = (value.as_object(), described["properties"].as_object())
        else {
            return;
        };
        if described.get("allOf").is_some() || described.get("additionalProperties").is_some() {
            return;
        }
        for (name, value) in fields {
            let at = format!("{at}.{name}");
            match properties.get(name) {
                Some(_) => self.undocumented(value, &format!("{place}/properties/{name}"), &at, found),
                None => found.push(format!("{at} is undocumented")),
            }
        }
    }
}

#[tokio::test]
async fn every_answer_of_the_control_api_is_as_its_document_says() {
    let mut walk = Walk::begin().await;
    let callback = Callback::start().await;
    walk.meta.subscribe(&callback).await;
    set_up(&mut walk).await;
    look_at_phones(&mut walk).await;
    look_at_what_happened(&mut walk).await;
    change_the_world(&mut walk).await;
    change_who_exists(&mut walk).await;
    let state = walk.visit("GET /_mock/state", "state", "").await;
    walk.visit("PUT /_mock/state", "state", state).await;
    walk.visit("POST /_mock/state/save", "state/save", "").await;
    walk.visit("POST /_mock/reset", "reset", "").await;
    walk.visit("GET /_mock/health", "health?what=all", "").await;
    refuse_large_bodies(&mut walk).await;

    let paths = walk.document["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, methods)| {
        methods.as_object().unwrap().keys().map(move |method| format!("{} {path}", method.to_uppercase()))
    });
    let missed: Vec<String> = operations.filter(|operation| !walk.visited.contains(operation)).collect();
    assert_eq!(missed, ["GET /_mock/ca.pem", "POST /_mock/state/save"], "all but what this server lacks");
    assert!(walk.problems.is_empty(), "{}", walk.problems.join("\n"));
}

/// Asks everything that takes a body with one that is too large.
async fn refuse_large_bodies(walk: &mut Walk) {
    let paths = walk.document["paths"].as_object().unwrap().clone();
    let large = " ".repeat(2 * 1024 * 1024);
    for (pattern, methods) in &paths {
        for (method, operation) in methods.as_object().unwrap() {
            let path = pattern.strip_prefix("/_mock/").unwrap().replace("{number}", "16505551234");
            if operation.get("requestBody").is_some() && path != "state" {
                let told = walk.visit(&format!("{} {pattern}", method.to_uppercase()), &path, &large).await;
                let error = told["error"].as_str().unwrap();
                assert!(
                    path.contains(['{', '/']) || error == "the body is larger than 1 MiB",
                    "{path}: {error}"
                );
            }
        }
    }
}

async fn set_up(walk: &mut Walk) {
    walk.visit("GET /_mock/", "", "").await;
    walk.visit("GET /_mock/openapi.json", "openapi.json", "").await;
    walk.visit("GET /_mock/health", "health", "").await;
    walk.visit("GET /_mock/ca.pem", "ca.pem", "").await;
    let created = walk.visit("POST /_mock/templates", "templates", TEMPLATE).await;
    walk.visit("GET /_mock/templates", "templates", "").await;
    walk.meta.advance(3).await;
    let id = created["id"].as_str().unwrap();
    let paused = format!("templates/{id}/pause");
    walk.visit("POST /_mock/templates/{id}/{action}", &paused, "").await;
    walk.visit("POST /_mock/templates/{id}/{action}", &format!("templates/{id}/unpause"), "").await;
    walk.visit("POST /_mock/templates/{id}/{action}", &format!("templates/{id}/praise"), "").await;
    walk.visit("POST /_mock/templates", "templates", r#"{"name":"?"}"#).await;
}

async fn look_at_phones(walk: &mut Walk) {
    for _ in 0..2 {
        assert_eq!(walk.meta.post(&path("messages"), SEND).send().await.unwrap().status(), 200);
    }
    walk.visit("GET /_mock/messages/{id}", "messages/0", "").await;
    walk.meta.advance(2).await;
    let phone = "phones/16505551234";
    walk.visit("GET /_mock/phones", "phones", "").await;
    walk.visit("GET /_mock/phones/{number}", phone, "").await;
    walk.visit("GET /_mock/phones/{number}", "phones/12", "").await;
    walk.visit("PATCH /_mock/phones/{number}", phone, r#"{"device":"ios","online":false}"#).await;
    walk.visit("PATCH /_mock/phones/{number}", phone, r#"{"online":true}"#).await;
    walk.visit("GET /_mock/phones/{number}/code", &format!("{phone}/code"), "").await;
    let messages = format!("{phone}/messages");
    walk.visit("POST /_mock/phones/{number}/messages", &messages, r#"{"text":"STOP"}"#).await;
    let about_nothing = r#"{"text":"Not me","about":"wamid.none"}"#;
    walk.visit("POST /_mock/phones/{number}/messages", &messages, about_nothing).await;
    let read = format!("{messages}/latest/read");
    walk.visit("POST /_mock/phones/{number}/messages/{id}/read", &read, "").await;
    let press = format!("{messages}/latest/press");
    walk.visit("POST /_mock/phones/{number}/messages/{id}/press", &press, r#"{"button":0}"#).await;
    walk.visit("POST /_mock/phones/{number}/messages/{id}/press", &press, r#"{"button":9}"#).await;
    let inbound = format!("{phone}/inbound");
    let image = json!({"type": "image", "caption": "Is it this?"});
    walk.visit("POST /_mock/phones/{number}/inbound", &inbound, image).await;
    walk.visit("GET /_mock/messages", "messages?limit=1", "").await;
    walk.visit("POST /_mock/phones/{number}/move", &format!("{phone}/move"), r#"{"to":"16505559999"}"#).await;
    walk.visit("DELETE /_mock/phones/{number}", phone, "").await;
    walk.meta.advance(60).await;
}

async fn look_at_what_happened(walk: &mut Walk) {
    walk.visit("GET /_mock/messages/{id}", "messages/0", "").await;
    walk.visit("GET /_mock/messages/{id}", "messages/77", "").await;
    walk.meta.post(&path("messages"), "{}").send().await.unwrap();
    walk.visit("GET /_mock/requests", "requests", "").await;
    walk.visit("POST /_mock/requests/verify", "requests/verify", r#"{"match":{"path":"*/messages"}}"#).await;
    walk.visit("POST /_mock/requests/verify", "requests/verify", r#"{"match":{"path":"*/none"}}"#).await;
    walk.visit("GET /_mock/events", "events?limit=1000", "").await;
    walk.visit("GET /_mock/webhooks", "webhooks", "").await;
    walk.visit("GET /_mock/webhooks/deliveries", "webhooks/deliveries", "").await;
    walk.visit("POST /_mock/webhooks/deliveries/{id}/redeliver", "webhooks/deliveries/0/redeliver", "").await;
    let app = json!({"app_id": cloud_sim::Tenant::sample().app.to_string(), "verify_token": "known"});
    walk.visit("POST /_mock/webhooks/handshake", "webhooks/handshake", app).await;
    walk.visit("GET /_mock/costs", "costs", "").await;
    walk.visit("GET /_mock/metrics", "metrics", "").await;
}

async fn change_the_world(walk: &mut Walk) {
    walk.visit("GET /_mock/clock", "clock", "").await;
    walk.visit("POST /_mock/clock", "clock", r#"{"advance":"1s"}"#).await;
    walk.visit("POST /_mock/clock", "clock", r#"{"speed":1}"#).await;
    walk.visit("PUT /_mock/webhooks", "webhooks", "timeout = \"1s\"").await;
    walk.visit("GET /_mock/rates", "rates", "").await;
    walk.visit("PUT /_mock/rates", "rates", include_str!("../../../core/scenario/src/rates/built-in.toml"))
        .await;
    walk.visit("PUT /_mock/rates", "rates", "no rates").await;
    walk.visit("POST /_mock/faults", "faults", r#"{"refuse":{"code":131056},"recipient":"44"}"#).await;
    walk.visit("GET /_mock/faults", "faults", "").await;
    walk.visit("DELETE /_mock/faults/{id}", "faults/1", "").await;
    walk.visit("DELETE /_mock/faults/{id}", "faults/1", "").await;
    walk.visit("PUT /_mock/faults", "faults", "[[faults]]\nfor = \"1s\"\noutage = true\n").await;
    walk.visit("GET /_mock/profile", "profile", "").await;
    walk.visit("PUT /_mock/profile", "profile", "{}").await;
}

async fn change_who_exists(walk: &mut Walk) {
    walk.visit("GET /_mock/tenants", "tenants", "").await;
    let tenant = walk.visit("POST /_mock/tenants", "tenants", "").await;
    let place = format!("tenants/{}", tenant["portfolio"].as_str().unwrap());
    walk.visit("GET /_mock/tenants/{portfolio}", &place, "").await;
    let token = walk.visit("POST /_mock/tenants/{portfolio}/tokens", &format!("{place}/tokens"), "").await;
    walk.visit("POST /_mock/tenants/{portfolio}/logins", &format!("{place}/logins"), "").await;
    let revoked = json!({"token": token["token"], "revoked": true});
    walk.visit("POST /_mock/tokens", "tokens", revoked).await;
    walk.visit("DELETE /_mock/tenants/{portfolio}", &place, "").await;
    walk.visit("DELETE /_mock/tenants/{portfolio}", &place, "").await;
    walk.visit("GET /_mock/accounts", "accounts", "").await;
    let account = format!("accounts/{}", cloud_sim::Tenant::sample().account);
    walk.visit("GET /_mock/accounts/{id}", &account, "").await;
    walk.visit("POST /_mock/accounts/{id}", &account, r#"{"tier":"TIER_2K"}"#).await;
    walk.visit("POST /_mock/accounts/{id}", &account, r#"{"tier":"HIGH"}"#).await;
    walk.visit("GET /_mock/numbers", "numbers", "").await;
    let number = format!("numbers/{}", cloud_sim::Tenant::sample().number);
    walk.visit("GET /_mock/numbers/{id}", &number, "").await;
    walk.visit("POST /_mock/numbers/{id}", &number, r#"{"quality":"YELLOW"}"#).await;
    let trouble = json!({"phone_number_id": cloud_sim::Tenant::sample().number.to_string(), "code": 130_429});
    walk.visit("POST /_mock/webhooks/errors", "webhooks/errors", trouble).await;
}
