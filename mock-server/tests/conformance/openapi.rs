//! Meta's own OpenAPI document as the judge of answers and status webhooks.
//!
//! `openapi/v23.0.json` is that document, reduced to schemas by `openapi/extract.py`. Where it
//! contradicts what Meta's API really does, the deviation is excused by name, below.

mod calls;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use cloud_sim::Tenant;
use jsonschema::Draft;
use serde_json::{Value, json};

use self::calls::{Call, call, calls, variants};
use crate::meta::{Callback, Meta};

/// Where the document is not followed: the operation, what of its complaint is excused, and why.
// Source: cloud-api.md 12.2. What else the file has otherwise is switched to its way; see `as_the_file_has_it`.
const EXCUSED: [(&str, &str, &str); 2] = [
    (
        "GET /{Version}/{WABA-ID}/phone_numbers",
        "\"status\" is a required property",
        "the real edge does not give `status` unless it is asked for",
    ),
    (
        "GET /{Version}/{Phone-Number-ID}/settings",
        "is not one of",
        "the real edge writes the status of the storage in upper case",
    ),
];

/// Settles the facts of which Meta's practice and its file have different ones.
async fn as_the_file_has_it(client: &Client<'_>) {
    let facts = json!({"media_size_as_text": true, "business_profile_nested": true}).to_string();
    client.control("PUT", "/_mock/profile", &facts).await;
}

/// The file, and which excuses were needed.
struct Document(Value, RefCell<BTreeSet<usize>>);

impl Document {
    fn load() -> Self {
        Self(serde_json::from_str(include_str!("openapi/v23.0.json")).unwrap(), RefCell::default())
    }

    fn operations(&self) -> BTreeSet<String> {
        self.0["operations"].as_object().unwrap().keys().cloned().collect()
    }

    /// What the schema has to say against a body, but for what is excused.
    fn complaints(&self, operation: &str, status: u16, body: &Value) -> Vec<String> {
        let answers = &self.0["operations"][operation];
        assert!(answers.is_object(), "the document has no {operation}");
        match answers.get(status.to_string()) {
            Some(schema) => self.hold(operation, schema, body),
            None => Vec::new(),
        }
    }

    fn hold(&self, operation: &str, schema: &Value, body: &Value) -> Vec<String> {
        let mut schema = schema.clone();
        schema["components"] = self.0["components"].clone();
        let validator = jsonschema::options().with_draft(Draft::Draft202012).build(&schema).unwrap();
        let is_excused = |complaint: &String| {
            let excuse =
                EXCUSED.iter().position(|(of, text, _)| *of == operation && complaint.contains(text));
            self.1.borrow_mut().extend(excuse);
            excuse.is_some()
        };
        let complaints =
            validator.iter_errors(body).map(|error| format!("{}: {error}", error.instance_path()));
        complaints.filter(|complaint| !is_excused(complaint)).collect()
    }
}

/// Makes requests, filling in the ids that earlier answers gave.
struct Client<'a> {
    meta: &'a Meta,
    http: reqwest::Client,
    ids: BTreeMap<&'static str, String>,
}

impl<'a> Client<'a> {
    fn new(meta: &'a Meta) -> Self {
        let tenant = Tenant::sample();
        let ids = [("$PHONE", tenant.number.to_string()), ("$WABA", tenant.account.to_string())];
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { meta, http, ids: ids.into_iter().collect() }
    }

    fn filled(&self, text: &str) -> String {
        self.ids.iter().fold(text.to_owned(), |text, (name, id)| text.replace(name, id))
    }

    async fn make(&self, call: &Call, token: &str) -> (u16, Value) {
        let verb = call.operation.split(' ').next().unwrap().parse().unwrap();
        let url = format!("{}/v23.0/{}", self.meta.url(), self.filled(&call.path));
        let request = self.http.request(verb, url).bearer_auth(token);
        let request = match &call.body {
            Some(body) => {
                request.header("content-type", "application/json").body(self.filled(&body.to_string()))
            }
            None if call.operation.ends_with("/media") => {
                request.header("content-type", "multipart/form-data; boundary=x").body(MEDIA)
            }
            None => request,
        };
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), serde_json::from_str(&answer.text().await.unwrap()).unwrap())
    }

    async fn control(&self, verb: &str, path: &str, body: &str) -> Value {
        let url = format!("{}{}", self.meta.url(), self.filled(path));
        let request = self.http.request(verb.parse().unwrap(), url).body(body.to_owned());
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{verb} {path}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Has somebody write to the business.
    async fn hear_a_reply(&mut self) {
        let phone = "/_mock/phones/16505551234/messages";
        let heard = self.control("POST", phone, r#"{"text":"STOP"}"#).await;
        self.ids.insert("$INBOUND", heard["id"].as_str().unwrap().to_owned());
    }

    /// Learns ids from an answer, and has happen what the next calls need.
    async fn follow(&mut self, operation: &str, body: &Value) {
        let id = |value: &Value| value["id"].as_str().unwrap_or_default().to_owned();
        match operation {
            "POST /{Version}/{WABA-ID}/message_templates" => {
                self.ids.insert("$TEMPLATE", id(body));
                self.meta.reviewed().await;
            }
            "POST /{Version}/{TEMPLATE_ID}" => self.meta.reviewed().await,
            "POST /{Version}/{Phone-Number-ID}/marketing_messages" => {
                self.control("POST", "/_mock/phones/16505551234/messages", r#"{"text":"STOP"}"#).await;
            }
            "GET /{Version}/{Phone-Number-ID}/message_history" => {
                drop(self.ids.insert("$HISTORY", id(&body["data"][0])));
            }
            "POST /{Version}/{Phone-Number-ID}/media" => drop(self.ids.insert("$MEDIA", id(body))),
            "GET /{Version}/{WABA-ID}" => {
                let account = self.control("GET", "/_mock/accounts/$WABA", "").await;
                self.ids.insert("$BUSINESS", account["portfolio"].as_str().unwrap().to_owned());
            }
            "POST /{Version}/{WABA-ID}/phone_numbers" => drop(self.ids.insert("$NEW", id(body))),
            "POST /{Version}/{Phone-Number-ID}/request_code" => {
                let number = self.control("GET", "/_mock/numbers/$NEW", "").await;
                self.ids.insert("$CODE", number["verification_code"].as_str().unwrap().to_owned());
            }
            _ => {}
        }
    }
}

/// A small picture, as one form.
const MEDIA: &str = "--x\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n--x\r\n\
                     Content-Disposition: form-data; name=\"type\"\r\n\r\nimage/png\r\n--x\r\n\
                     Content-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\
                     Content-Type: image/png\r\n\r\n\u{1}PNG\r\n--x--\r\n";

#[test]
fn every_answer_fits_metas_own_description() {
    let (meta, document) = (Meta::start(), Document::load());
    let mut client = Client::new(&meta);
    let mut complaints = Vec::new();
    meta.runtime.block_on(async {
        as_the_file_has_it(&client).await;
        for call in calls() {
            let (status, body) = client.make(&call, Tenant::sample().token.expose()).await;
            // Source: cloud-api.md 2.7: codes do not go through the marketing edge.
            let expected = if call.operation.ends_with("/marketing_messages") { 400 } else { 200 };
            if status != expected {
                complaints.push(format!("{}: {status} {body}", call.operation));
            }
            let held = document.complaints(call.operation, status, &body);
            complaints.extend(held.iter().map(|held| format!("{}: {held} in {body}", call.operation)));
            client.follow(call.operation, &body).await;
        }
    });
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    let covered: BTreeSet<String> = calls().iter().map(|call| call.operation.to_owned()).collect();
    assert_eq!(covered, document.operations());
    let needed = document.1.borrow();
    let idle: Vec<_> =
        (0..EXCUSED.len()).filter(|nth| !needed.contains(nth)).map(|nth| EXCUSED[nth]).collect();
    assert!(idle.is_empty(), "excused without need: {idle:?}");
}

#[test]
fn every_other_form_of_an_answer_fits_it_too() {
    let (meta, document) = (Meta::start(), Document::load());
    let mut client = Client::new(&meta);
    meta.runtime.block_on(async {
        client.hear_a_reply().await;
        for call in variants() {
            let (status, body) = client.make(&call, Tenant::sample().token.expose()).await;
            assert_eq!(status, 200, "{}: {body}", call.operation);
            let held = document.complaints(call.operation, status, &body);
            assert!(held.is_empty(), "{}: {held:?} in {body}", call.operation);
            client.follow(call.operation, &body).await;
        }
    });
}

/// A token that may do nothing, and ids that nobody has.
#[test]
fn every_refusal_of_what_is_not_allowed_or_not_there_fits_metas_own_description() {
    let (meta, document) = (Meta::start(), Document::load());
    let mut client = Client::new(&meta);
    meta.runtime.block_on(async {
        let account = client.control("GET", "/_mock/accounts/$WABA", "").await;
        let tokens = format!("/_mock/tenants/{}/tokens", account["portfolio"].as_str().unwrap());
        client.control("POST", &tokens, r#"{"token":"EAAlimited","scopes":[]}"#).await;
        for call in calls() {
            let (status, body) = client.make(&call, "EAAlimited").await;
            assert!((400..404).contains(&status), "{}: {status} {body}", call.operation);
            let held = document.complaints(call.operation, status, &body);
            assert!(held.is_empty(), "{}: {held:?} in {body}", call.operation);
        }
        client.ids = ["$PHONE", "$WABA", "$TEMPLATE", "$MEDIA", "$HISTORY", "$NEW", "$BUSINESS"]
            .map(|name| (name, "999".to_owned()))
            .into();
        for call in calls() {
            let (status, body) = client.make(&call, Tenant::sample().token.expose()).await;
            assert_eq!((status, &body["error"]["code"]), (400, &json!(100)), "{}: {body}", call.operation);
            let held = document.complaints(call.operation, status, &body);
            assert!(held.is_empty(), "{}: {held:?} in {body}", call.operation);
        }
    });
}

#[test]
fn every_refusal_fits_metas_own_description() {
    let (meta, document) = (Meta::start(), Document::load());
    let client = Client::new(&meta);
    meta.runtime.block_on(async {
        for call in calls() {
            let (status, body) = client.make(&call, "EAAnobody").await;
            assert_eq!((status, &body["error"]["code"]), (401, &json!(190)), "{}", call.operation);
            let held = document.complaints(call.operation, status, &body);
            assert!(held.is_empty(), "{}: {held:?} in {body}", call.operation);
        }
    });
}

#[test]
fn every_status_webhook_fits_metas_own_description() {
    let (meta, document) = (Meta::start(), Document::load());
    let mut client = Client::new(&meta);
    let mut seen = BTreeSet::new();
    meta.runtime.block_on(async {
        let mut callback = Callback::subscribed(&meta).await;
        let mut calls = calls();
        let template = calls.remove(0);
        let (_, created) = client.make(&template, Tenant::sample().token.expose()).await;
        client.follow(template.operation, &created).await;
        let send = calls.into_iter().find(|call| call.path == "$PHONE/messages").unwrap();
        client.make(&send, Tenant::sample().token.expose()).await;
        // Free text outside of the customer service window fails.
        let text = json!({"messaging_product": "whatsapp", "to": "16505550000", "text": {"body": "Hello"}});
        client.make(&call(send.operation, send.path, Some(text)), Tenant::sample().token.expose()).await;
        while seen.len() < 4 {
            let body = callback.next().await;
            let value = &body["entry"][0]["changes"][0]["value"];
            let Some(status) = value["statuses"][0]["status"].as_str() else { continue };
            let held = document.hold("webhook", &document.0["webhook"], &body);
            assert!(held.is_empty(), "{held:?} in {body}");
            seen.insert(status.to_owned());
        }
    });
    assert_eq!(seen, ["delivered", "failed", "read", "sent"].map(str::to_owned).into());
}
