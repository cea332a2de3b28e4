//! Files: uploaded, told of, fetched and deleted.

use cloud_sim::Tenant;
use reqwest::Response;

use crate::meta::{Callback, Meta, path, text};

const EDGE: &str = "/v23.0/106540352242922/media";

/// Uploads a file, as clients do: in parts.
pub(crate) async fn upload(meta: &Meta, mime: &str, bytes: &[u8]) -> Response {
    let mut body = Vec::new();
    for (name, value) in [("messaging_product", "whatsapp"), ("type", mime)] {
        let part = format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let head = format!(
        "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\nContent-Type: {mime}\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--cut--\r\n");
    let request = meta.client.post(meta.url(EDGE)).bearer_auth(Tenant::sample().token.expose());
    request.header("content-type", "multipart/form-data; boundary=cut").body(body).send().await.unwrap()
}

pub(crate) async fn id_of(response: Response) -> String {
    let body = text(response).await;
    let id = serde_json::from_str::<serde_json::Value>(&body).unwrap()["id"].as_str().map(str::to_owned);
    id.unwrap_or_else(|| panic!("no id: {body}"))
}

async fn node(meta: &Meta, id: &str) -> serde_json::Value {
    let body = text(meta.get(&format!("/v23.0/{id}")).send().await.unwrap()).await;
    serde_json::from_str(&body).unwrap()
}

#[tokio::test]
async fn a_file_is_fetched_from_its_address_with_a_token_for_five_minutes() {
    let meta = Meta::start().await;
    let bytes: Vec<u8> = (0..=255).collect();
    let id = id_of(upload(&meta, "image/png", &bytes).await).await;
    let node = node(&meta, &id).await;
    assert_eq!((node["mime_type"].as_str(), node["file_size"].as_u64()), (Some("image/png"), Some(256)));
    assert_eq!(node["messaging_product"], "whatsapp");
    let hash = "40aff2e9d2d8922e47afd4648e6967497158785fbd1da870e7110266bf944880";
    assert_eq!(node["sha256"], hash);
    let url = node["url"].as_str().unwrap();
    assert!(url.starts_with(&meta.url("/")), "{url}");
    let token = Tenant::sample().token;
    let fetched = meta.client.get(url).bearer_auth(token.expose()).send().await.unwrap();
    assert_eq!(fetched.headers()["content-type"], "image/png");
    assert_eq!(fetched.bytes().await.unwrap(), bytes);
    assert_eq!(meta.client.get(url).send().await.unwrap().status(), 401);
    meta.advance(301).await;
    let late = meta.client.get(url).bearer_auth(token.expose()).send().await.unwrap();
    assert_eq!(late.status(), 404);
}

#[tokio::test]
async fn who_comes_by_metas_name_is_led_to_metas_host_of_files() {
    let meta = Meta::start().await;
    let id = id_of(upload(&meta, "image/png", &[7]).await).await;
    for (host, origin) in [
        ("graph.facebook.com", "http://lookaside.fbsbx.com/"),
        ("graph.facebook.com:8403", "http://lookaside.fbsbx.com:8403/"),
        ("meta.example:8400", "http://meta.example:8400/"),
    ] {
        let told = meta.get(&format!("/v23.0/{id}")).header("host", host).send().await.unwrap();
        let node: serde_json::Value = serde_json::from_str(&text(told).await).unwrap();
        let url = node["url"].as_str().unwrap();
        assert!(url.starts_with(&format!("{origin}whatsapp_business/attachments/?mid={id}&ext=")), "{url}");
    }
}

#[tokio::test]
async fn a_file_that_is_deleted_or_thirty_days_old_is_unknown() {
    let meta = Meta::start().await;
    let id = id_of(upload(&meta, "text/plain", b"a").await).await;
    let url = meta.url(&format!("/v23.0/{id}"));
    let delete = || meta.client.delete(&url).bearer_auth(Tenant::sample().token.expose());
    assert_eq!(text(delete().send().await.unwrap()).await, r#"{"success":true}"#);
    assert_eq!(delete().send().await.unwrap().status(), 400);
    assert_eq!(node(&meta, &id).await["error"]["error_subcode"], 33);
    let id = id_of(upload(&meta, "text/plain", b"a").await).await;
    meta.advance(30 * 24 * 3_600).await;
    assert_eq!(node(&meta, &id).await["error"]["error_subcode"], 33);
}

#[tokio::test]
async fn a_file_that_is_too_large_or_of_another_type_is_refused() {
    let meta = Meta::start().await;
    let large = upload(&meta, "image/webp", &vec![0; 500 * 1024 + 1]).await;
    assert_eq!(large.status(), 400);
    assert!(text(large).await.contains("files of type image/webp have at most 512000"));
    let other = upload(&meta, "image/tiff", b"a").await;
    assert!(text(other).await.contains("Received file of type 'image/tiff'"));
    let none = meta.post(EDGE, r#"{"messaging_product":"whatsapp","type":"image/png"}"#);
    assert!(text(none.send().await.unwrap()).await.contains("The parameter file is required."));
    let huge = upload(&meta, "video/mp4", &vec![0; 16 * 1024 * 1024 + 1]).await;
    assert_eq!(huge.status(), 400);
}

#[tokio::test]
async fn in_easy_mode_the_id_of_a_file_never_names_a_number_that_comes_into_being() {
    let meta = Meta::of_tenants("mode = \"easy\"\n[[tenants]]\n").await;
    let id = id_of(upload(&meta, "image/png", b"picture").await).await;
    assert_eq!(node(&meta, &id).await["mime_type"], "image/png");
    let deleted = meta.client.delete(meta.url(&format!("/v23.0/{id}")));
    let deleted = deleted.bearer_auth(Tenant::sample().token.expose()).send().await.unwrap();
    assert_eq!(deleted.status(), 200);
    assert_eq!(node(&meta, &id).await["error"]["code"], 100, "it is gone, and nothing else has its id");
}

#[tokio::test]
async fn a_message_with_a_file_that_is_not_there_fails_with_131053() {
    let meta = Meta::start().await;
    let mut callback = Callback::start().await;
    meta.subscribe(&callback).await;
    let said = r#"{"text":"hello"}"#;
    let wrote = meta.client.post(meta.url("/_mock/phones/16505551234/messages")).body(said).send().await;
    assert_eq!(wrote.unwrap().status(), 200);
    callback.next().await;
    let known = id_of(upload(&meta, "image/png", b"png").await).await;
    let gone = id_of(upload(&meta, "image/png", b"png").await).await;
    meta.client
        .delete(meta.url(&format!("/v23.0/{gone}")))
        .bearer_auth(Tenant::sample().token.expose())
        .send()
        .await
        .unwrap();
    for (object, status) in [
        (format!(r#"{{"id":"{known}"}}"#), "delivered"),
        (format!(r#"{{"id":{known}}}"#), "delivered"),
        (r#"{"link":"https://example.org/a.png"}"#.to_owned(), "delivered"),
        (r#"{"id":"1"}"#.to_owned(), "131053"),
        (r#"{"id":"99999999999999999999999"}"#.to_owned(), "131053"),
        (format!(r#"{{"id":"{gone}"}}"#), "131053"),
    ] {
        let body = format!(
            r#"{{"messaging_product":"whatsapp","to":"16505551234","type":"image","image":{object}}}"#
        );
        assert_eq!(meta.post(&path("messages"), &body).send().await.unwrap().status(), 200);
        meta.advance(60).await;
        let mut told = Vec::new();
        while let Ok(body) = callback.bodies.try_recv() {
            let update = &body["entry"][0]["changes"][0]["value"]["statuses"][0];
            told.push(update["status"].as_str().unwrap().to_owned());
            told.extend(update["errors"][0]["code"].as_u64().map(|code| code.to_string()));
        }
        assert!(told.iter().any(|one| one == status), "{object}: {told:?}");
    }
}
