//! Callbacks over HTTPS: who vouches for them, and what is shown to them.

use std::sync::Arc;

use cloud_sim::Tenant;
use mock_server::{CallbackTls, Doors, Identity};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use crate::meta::{Meta, text};

/// An authority, and a certificate that it vouches for.
struct Vouched {
    ca: rcgen::Certificate,
    certificate: rcgen::Certificate,
    key: KeyPair,
}

fn vouched(name: &str) -> Vouched {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca_key = KeyPair::generate().unwrap();
    let ca = params.self_signed(&ca_key).unwrap();
    let key = KeyPair::generate().unwrap();
    let issuer = Issuer::new(params, ca_key);
    let certificate =
        CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    Vouched { ca, certificate, key }
}

/// Starts a callback that lets in only those whom this authority vouches for.
async fn callback(own: &Vouched, clients: &Vouched) -> u16 {
    let mut roots = RootCertStore::empty();
    roots.add(clients.ca.der().clone()).unwrap();
    let provider = Arc::new(ring::default_provider());
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build().unwrap();
    let builder =
        ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let key = PrivateKeyDer::try_from(own.key.serialize_der()).unwrap();
    let config = builder
        .with_client_cert_verifier(verifier)
        .with_single_cert(vec![own.certificate.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut head = vec![0; 4_096];
            let length = stream.read(&mut head).await.unwrap_or_default();
            let head = String::from_utf8_lossy(&head[..length]).into_owned();
            let challenge = head.split("hub.challenge=").nth(1).unwrap_or_default();
            let digits: String = challenge.chars().take_while(char::is_ascii_digit).collect();
            let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{digits}", digits.len());
            let _gone = stream.write_all(answer.as_bytes()).await;
        }
    });
    port
}

/// Subscribes such a callback, and gives the HTTP status of the answer.
async fn subscribe(port: u16, callbacks: CallbackTls) -> u16 {
    let meta = Meta::start_behind(Doors { callbacks, ..Doors::default() }, "", "").await;
    let tenant = Tenant::sample();
    let body = format!(
        r#"{{"object":"whatsapp_business_account","callback_url":"https://localhost:{port}/",
            "verify_token":"known","fields":"messages"}}"#
    );
    let token = format!("{}|{}", tenant.app, tenant.app_secret.expose());
    let url = format!("http://{}/v23.0/{}/subscriptions", meta.address, tenant.app);
    let answer = meta.client.post(url).bearer_auth(token).body(body).send().await.unwrap();
    let status = answer.status().as_u16();
    let told = text(answer).await;
    assert!(status == 200 || told.contains("2200"), "{told}");
    status
}

#[tokio::test]
async fn a_callback_meets_a_server_that_trusts_it_and_shows_who_it_is() {
    let (callback_side, server_side) = (vouched("localhost"), vouched("client.webhooks.fbclientcerts.com"));
    let port = callback(&callback_side, &server_side).await;
    let ca_pem = Some(callback_side.ca.pem());
    let identity = Identity {
        certificates_pem: server_side.certificate.pem(),
        key_pem: server_side.key.serialize_pem(),
    };
    let (known, shown) = (ca_pem.clone(), Some(identity.clone()));
    assert_eq!(subscribe(port, CallbackTls { ca_pem: known, identity: shown }).await, 200);
    assert_eq!(subscribe(port, CallbackTls { ca_pem, identity: None }).await, 400, "it shows nothing");
    let stranger = Some(server_side.ca.pem());
    let identity = Some(identity);
    assert_eq!(subscribe(port, CallbackTls { ca_pem: stranger, identity }).await, 400, "it trusts another");
}
