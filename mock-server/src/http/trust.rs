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
    #[error("the {what} of callbacks cannot be read as PEM: {source}")]
    Pem {
        /// Which it is.
        what: &'static str,
        /// What is wrong with it.
        source: pem::Error,
    },
    /// There is none in the text.
    #[error("there is no certificate in the {what} of callbacks, but must be at least one")]
    Empty {
        /// Which it is.
        what: &'static str,
    },
    /// The certificates or the key do not fit.
    #[error("the certificates of callbacks cannot be used: {0}")]
    Tls(#[from] rustls::Error),
}

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
                for certificate in certificates("authorities", pem)? {
                    roots.add(certificate)?;
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
                let chain = certificates("certificates", &identity.certificates_pem)?;
                let key = PrivateKeyDer::from_pem_slice(identity.key_pem.as_bytes())
                    .map_err(|source| CallbackTlsError::Pem { what: "private key", source })?;
                builder.with_client_auth_cert(chain, key)?
            }
        };
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsConnector::from(Arc::new(config)))
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
