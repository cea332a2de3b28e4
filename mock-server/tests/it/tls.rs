//! HTTPS: a certificate made at start is all that a client has to trust.

use cloud_sim::Tenant;
use tokio::net::TcpStream;

use crate::meta::{Meta, path};
use crate::secure::{doors, get, handshake};

/// Checks that a client that trusts the server's certificate gets its templates over TLS.
#[track_caller]
fn check(name: &'static str, protocol: &'static str) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (status, body) = runtime.block_on(async {
        let meta = Meta::start_behind(doors(), "", "").await;
        let stream = TcpStream::connect(meta.server.tls_address().unwrap()).await.unwrap();
        let stream = handshake(stream, (meta.server.ca_pem().unwrap(), name), protocol).await.unwrap();
        let url = format!("https://{name}{}", path("message_templates"));
        get(stream, &url, Tenant::sample().token.expose()).await
    });
    assert_eq!(status, 200, "{body}");
    assert!(body.contains("\"data\":[]"), "{body}");
}

#[test]
fn a_client_that_trusts_the_certificate_comes_in_by_address_and_by_name() {
    check("127.0.0.1", "http/1.1");
    check("localhost", "http/1.1");
}

#[test]
fn a_client_whose_resolver_leads_here_finds_metas_own_name() {
    check("graph.facebook.com", "http/1.1");
}

#[test]
fn a_client_that_speaks_http_2_is_answered_in_it() {
    check("graph.facebook.com", "h2");
    check("localhost", "h2");
}

#[tokio::test]
async fn no_certificate_vouches_for_another_name_or_for_another_server() {
    let meta = Meta::start_behind(doors(), "", "").await;
    let address = meta.server.tls_address().unwrap();
    let ca = meta.server.ca_pem().unwrap();
    for name in ["www.facebook.com", "example.com", "127.0.0.2"] {
        let stream = TcpStream::connect(address).await.unwrap();
        handshake(stream, (ca, name), "http/1.1").await.expect_err(name);
    }
    let other = Meta::start_behind(doors(), "", "").await;
    let stream = TcpStream::connect(other.server.tls_address().unwrap()).await.unwrap();
    handshake(stream, (ca, "localhost"), "http/1.1").await.expect_err("made anew for each server");
}

#[tokio::test]
async fn a_server_without_such_doors_has_no_certificate() {
    let meta = Meta::start().await;
    assert_eq!(meta.server.ca_pem(), None);
    let none = meta.client.get(meta.url("/_mock/ca.pem")).send().await.unwrap();
    assert_eq!(none.status(), 404);
    assert_eq!((meta.server.tls_address(), meta.server.proxy_address()), (None, None));
}

#[tokio::test]
async fn the_certificate_is_had_from_the_control_api_and_holds_no_key() {
    let meta = Meta::start_behind(doors(), "", "").await;
    let answer = meta.client.get(meta.url("/_mock/ca.pem")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let pem = answer.text().await.unwrap();
    assert_eq!(Some(pem.as_str()), meta.server.ca_pem());
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----") && !pem.contains("KEY"));
}
