//! The forward proxy: Meta's names lead to the mock, all others nowhere.

use cloud_sim::Tenant;
use reqwest::{Client, Proxy};

use crate::meta::{Meta, path};
use crate::secure::{doors, get, handshake, tunnel};

/// Checks how the proxy answers a request for a tunnel.
async fn check(to: &str, status_line: &str) {
    let meta = Meta::start_behind(doors(), "", "").await;
    let (_stream, line) = tunnel(meta.server.proxy_address().unwrap(), to).await;
    assert_eq!(line, status_line, "{to}");
}

#[tokio::test]
async fn a_tunnel_to_metas_name_ends_at_the_mock() {
    let meta = Meta::start_behind(doors(), "", "").await;
    for protocol in ["http/1.1", "h2"] {
        let proxy = meta.server.proxy_address().unwrap();
        let (stream, line) = tunnel(proxy, "graph.facebook.com:443").await;
        assert_eq!(line, "HTTP/1.1 200 OK");
        let trust = (meta.server.ca_pem().unwrap(), "graph.facebook.com");
        let stream = handshake(stream, trust, protocol).await.unwrap();
        let url = format!("https://graph.facebook.com{}", path("message_templates"));
        let (status, body) = get(stream, &url, Tenant::sample().token.expose()).await;
        assert_eq!(status, 200, "{body}");
        assert!(body.contains("\"data\":[]"), "{body}");
    }
}

#[tokio::test]
async fn a_tunnel_to_any_other_host_or_port_is_refused() {
    check("lookaside.fbsbx.com:443", "HTTP/1.1 200 OK").await;
    check("GRAPH.facebook.com:443", "HTTP/1.1 200 OK").await;
    check("graph.facebook.com:80", "HTTP/1.1 403 Forbidden").await;
    check("www.facebook.com:443", "HTTP/1.1 403 Forbidden").await;
    check("graph.facebook.com.example.com:443", "HTTP/1.1 403 Forbidden").await;
    check("127.0.0.1:443", "HTTP/1.1 403 Forbidden").await;
    check("169.254.169.254:443", "HTTP/1.1 403 Forbidden").await;
}

#[tokio::test]
async fn inside_a_tunnel_no_other_name_is_answered_for() {
    let meta = Meta::start_behind(doors(), "", "").await;
    let (stream, _) = tunnel(meta.server.proxy_address().unwrap(), "graph.facebook.com:443").await;
    let trust = (meta.server.ca_pem().unwrap(), "localhost");
    handshake(stream, trust, "http/1.1").await.expect_err("the tunnel leads to Meta");
}

#[tokio::test]
async fn an_absolute_url_of_metas_is_answered_and_any_other_is_refused() {
    let meta = Meta::start_behind(doors(), "", "").await;
    let proxy = Proxy::http(format!("http://{}", meta.server.proxy_address().unwrap())).unwrap();
    let client = Client::builder().proxy(proxy).build().unwrap();
    let get = |url: String| client.get(url).bearer_auth(Tenant::sample().token.expose()).send();
    let answer = get(format!("http://graph.facebook.com{}", path("message_templates"))).await.unwrap();
    assert_eq!(answer.status(), 200);
    let answer = get("http://example.com/v23.0/me".to_owned()).await.unwrap();
    assert_eq!(answer.status(), 403);
    let text = answer.text().await.unwrap();
    assert!(text.contains("`example.com` is out of reach: this proxy leads to graph.facebook.com"), "{text}");
}

#[tokio::test]
async fn a_client_that_takes_the_proxy_for_the_server_is_told_so() {
    let meta = Meta::start_behind(doors(), "", "").await;
    let url = format!("http://{}/v23.0/me", meta.server.proxy_address().unwrap());
    let answer = meta.client.get(url).send().await.unwrap();
    assert_eq!(answer.status(), 400);
    assert!(answer.text().await.unwrap().contains("HTTPS_PROXY"));
}
