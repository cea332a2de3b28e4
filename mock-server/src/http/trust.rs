//! Callbacks over HTTPS: whom the server trusts, and what it shows of itself.

use std::io;
use std::sync::Arc;

use thiserror::Error;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};

/// How callbacks are met over HTTPS.
// Source: cloud-api.md §6.2: a callback needs a certificate that the public trusts, and may ask Meta
// for one; here it may be vouched for by an authority of one's own.
#[derive(Clone, Default)]
pub struct CallbackTls {
    /// The authorities, in PEM, that vouch for callbacks; without them, those that the system trusts.
    pub ca_pem: Option<String>,
    /// What the server shows to a callback that asks who it is: a chain of certificates and the
    /// private key, in PEM.
    pub identity: Option<Identity>,
}

/// A chain of certificates, and the private key of the first.
#[derive(Clone)]
pub struct Identity {
    /// The certificates, in PEM.
    pub certificates_pem: String,
    /// The private key, in PEM; it never appears in a log.
    pub key_pem: String,
}

/// Why callbacks cannot be met over HTTPS.
#[derive(Debug, Error)]
pub enum CallbackTlsError {
    /// A certificate or a key is none.
    #[error("the {what} cannot be read as PEM: {source}")]
    Pem {
        /// Which it is.
        what: &'static str,
        /// What is wrong with it.
        source: pem::Error,
    },
    /// There is none in the text.
    #[error("there is no certificate in the {what}, but must be at least one")]
    Empty {
        /// Which it is.
        what: &'static str,
    },
    /// A certificate is in a form that TLS does not take, such as that of version 1.
    #[error(
        "certificate {nth} among the {what} cannot be used, but must be an X.509 certificate of version 3"
    )]
    Certificate {
        /// Which they are.
        what: &'static str,
        /// Its place in the file, counted from 1.
        nth: usize,
    },
    /// The private key is that of another certificate.
    #[error("the {KEY} is of another certificate, but must be of the first of the {CERTIFICATES}")]
    OtherKey,
    /// The private key is of a kind that TLS does not take.
    #[error("the {KEY} cannot be used, but must be one of RSA, ECDSA on P-256 or P-384, or Ed25519")]
    Key,
    /// TLS itself cannot be used.
    #[error("callbacks cannot be met over TLS: {0}")]
    Tls(#[from] rustls::Error),
}

const AUTHORITIES: &str = "authorities of callbacks (`--webhook-ca`)";
const CERTIFICATES: &str = "certificates for callbacks (`--webhook-cert`)";
const KEY: &str = "private key for callbacks (`--webhook-key`)";

impl std::fmt::Debug for CallbackTls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CallbackTls")
            .field("has_own_authorities", &self.ca_pem.is_some())
            .field("has_identity", &self.identity.is_some())
            .finish()
    }
}

impl CallbackTls {
    /// What makes connections that follow it.
    pub(crate) fn connector(&self) -> Result<TlsConnector, CallbackTlsError> {
        let mut roots = RootCertStore::empty();
        match &self.ca_pem {
            Some(pem) => {
                for (nth, certificate) in (1..).zip(certificates(AUTHORITIES, pem)?) {
                    let unfit = |_| CallbackTlsError::Certificate { what: AUTHORITIES, nth };
                    roots.add(certificate).map_err(unfit)?;
                }
            }
            None => {
                // A certificate that cannot be read vouches for nobody; the others still do.
                let _unreadable =
                    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            }
        }
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder.with_safe_default_protocol_versions()?.with_root_certificates(roots);
        let mut config = match &self.identity {
            None => builder.with_no_client_auth(),
            Some(identity) => {
                let chain = certificates(CERTIFICATES, &identity.certificates_pem)?;
                let key = PrivateKeyDer::from_pem_slice(identity.key_pem.as_bytes())
                    .map_err(|source| CallbackTlsError::Pem { what: KEY, source })?;
                builder.with_client_auth_cert(chain, key).map_err(unfit)?
            }
        };
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsConnector::from(Arc::new(config)))
    }
}

/// What is wrong with a certificate that is shown, or with its key.
fn unfit(error: rustls::Error) -> CallbackTlsError {
    match error {
        rustls::Error::InvalidCertificate(_) => CallbackTlsError::Certificate { what: CERTIFICATES, nth: 1 },
        rustls::Error::InconsistentKeys(_) => CallbackTlsError::OtherKey,
        rustls::Error::General(_) => CallbackTlsError::Key,
        error => CallbackTlsError::Tls(error),
    }
}

fn certificates(what: &'static str, text: &str) -> Result<Vec<CertificateDer<'static>>, CallbackTlsError> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
    let read = read.map_err(|source| CallbackTlsError::Pem { what, source })?;
    if read.is_empty() {
        return Err(CallbackTlsError::Empty { what });
    }
    Ok(read)
}

impl From<CallbackTlsError> for io::Error {
    fn from(error: CallbackTlsError) -> Self {
        Self::new(io::ErrorKind::InvalidInput, error)
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use rcgen::{CertificateParams, KeyPair};

    use super::{CallbackTls, Identity};

    /// A certificate of version 1, as `openssl x509 -req` makes it without extensions.
    const VERSION_1: &str = "\
-----BEGIN CERTIFICATE-----
MIIBGDCBvwIUY/QMd/6gx1I0zews6gtD/CC8yOAwCgYIKoZIzj0EAwIwDjEMMAoG
A1UEAwwDb2xkMCAXDTI2MTEyNTE1MjYzM1oYDzIxMjYxMTAxMTUyNjMzWjAOMQww
CgYDVQQDDANvbGQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAS4JNSfI8bnTAq1
TnYIxlNmDLDn3qoFI55qsArtUN2xu607xtegwilnTmcyeMbpcw1BhNUYw1g9OBuz
k/vZGF43MAoGCCqGSM49BAMCA0gAMEUCIC3hgKOFzvcpXCYWAxUNReWDLZcVz9Ys
NHXS047I3Uq2AiEAqaeoSo4UYc8Uwv0TNOTCu8bhQNgFwNLVT/sG3WPHV0g=
-----END CERTIFICATE-----
";

    /// Tells why callbacks cannot be met with these authorities, or certificates and key.
    #[track_caller]
    fn check(ca_pem: Option<&str>, shown: Option<(&str, &str)>, expected: Expect) {
        let identity = shown
            .map(|(chain, key)| Identity { certificates_pem: chain.to_owned(), key_pem: key.to_owned() });
        let refused = CallbackTls { ca_pem: ca_pem.map(str::to_owned), identity }.connector().err();
        expected.assert_eq(&refused.map_or("it connects".to_owned(), |refused| refused.to_string()));
    }

    #[test]
    fn what_keeps_callbacks_from_being_met_is_told_in_words() {
        let (key, other) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap().serialize_pem());
        let certificate = CertificateParams::default().self_signed(&key).unwrap().pem();
        let key = key.serialize_pem();
        let no_key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        let no_certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        check(Some(&certificate), Some((&certificate, &key)), expect!["it connects"]);
        check(
            None,
            Some((VERSION_1, &key)),
            expect![
                "certificate 1 among the certificates for callbacks (`--webhook-cert`) cannot be used, but must be an X.509 certificate of version 3"
            ],
        );
        check(
            None,
            Some((&certificate, &other)),
            expect![
                "the private key for callbacks (`--webhook-key`) is of another certificate, but must be of the first of the certificates for callbacks (`--webhook-cert`)"
            ],
        );
        check(
            None,
            Some((&certificate, no_key)),
            expect![
                "the private key for callbacks (`--webhook-key`) cannot be used, but must be one of RSA, ECDSA on P-256 or P-384, or Ed25519"
            ],
        );
        check(
            None,
            Some((&certificate, "")),
            expect!["the private key for callbacks (`--webhook-key`) cannot be read as PEM: no items found"],
        );
        check(
            Some(&format!("{certificate}{no_certificate}")),
            None,
            expect![
                "certificate 2 among the authorities of callbacks (`--webhook-ca`) cannot be used, but must be an X.509 certificate of version 3"
            ],
        );
        check(
            Some(""),
            None,
            expect![
                "there is no certificate in the authorities of callbacks (`--webhook-ca`), but must be at least one"
            ],
        );
    }
}
