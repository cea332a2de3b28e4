//! Certificates for the TLS doors: an authority made at start, and what it vouches for.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, NameConstraints,
};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{self, ServerConfig};

/// The names of Meta's servers that are answered for; no other name of anybody's is.
///
/// Source: cloud-api.md §1.1 for the Graph API, and its section on media for the host that serves them.
pub(crate) const GRAPH_NAMES: [&str; 2] = ["graph.facebook.com", "lookaside.fbsbx.com"];

/// How long the certificates hold.
const VALID_FOR: Duration = Duration::from_secs(365 * 24 * 3_600);

/// How far a client's clock may be behind.
const CLOCK_BEHIND_MAX: Duration = Duration::from_secs(24 * 3_600);

/// The certificate that clients must trust, and the keys of the doors.
///
/// Everything is made anew in memory for each server, and no key is ever written anywhere. The
/// authority's own key is gone once the doors have their certificates. Should somebody trust the
/// authority for longer than they meant to, it still vouches for these names alone.
pub(crate) struct Authority {
    pem: String,
    graph: Arc<CertifiedKey>,
    own: Arc<CertifiedKey>,
}

/// The authority could not be made: the system gives no randomness, or a name is none.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AuthorityError {
    /// A certificate could not be made.
    #[error("cannot make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// A key could not be used.
    #[error("cannot use a key for TLS: {0}")]
    Key(#[from] rustls::Error),
}

impl Authority {
    /// Makes an authority for Meta's names and for these names and addresses of the server's own.
    pub(crate) fn new(own_names: &[String]) -> Result<Self, AuthorityError> {
        let graph_names = GRAPH_NAMES.map(str::to_owned);
        let mut root = params(&[], "otpbench: simulated Meta")?;
        root.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        root.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let permitted_subtrees = graph_names.iter().chain(own_names).map(|name| subtree(name)).collect();
        root.name_constraints = Some(NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() });
        let key = KeyPair::generate()?;
        let pem = root.self_signed(&key)?.pem();
        let issuer = Issuer::new(root, key);
        let graph = leaf(&issuer, &graph_names, "graph.facebook.com")?;
        let own = leaf(&issuer, own_names, "otpbench mock")?;
        Ok(Self { pem, graph: Arc::new(graph), own: Arc::new(own) })
    }

    /// The certificate that clients must trust, in PEM.
    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    /// TLS for whoever connects to the server itself, by a name of its own or of Meta's.
    pub(crate) fn for_itself(&self) -> Arc<ServerConfig> {
        let names = Names { graph: Arc::clone(&self.graph), own: Some(Arc::clone(&self.own)) };
        config(names)
    }

    /// TLS for whoever asked to be connected to one of Meta's names.
    pub(crate) fn for_tunnels(&self) -> Arc<ServerConfig> {
        config(Names { graph: Arc::clone(&self.graph), own: None })
    }
}

/// Which certificate goes with the name that a client asks for.
#[derive(Debug)]
struct Names {
    graph: Arc<CertifiedKey>,
    own: Option<Arc<CertifiedKey>>,
}

impl ResolvesServerCert for Names {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        match (hello.server_name(), &self.own) {
            (Some(name), _) if is_graph_name(name) => Some(Arc::clone(&self.graph)),
            // A client that connects to an address names none; one that names another host than the
            // certificate's notices by itself.
            (_, Some(own)) => Some(Arc::clone(own)),
            (None, None) => Some(Arc::clone(&self.graph)),
            (Some(_), None) => None,
        }
    }
}

/// Whether this is one of the names of Meta's servers that are answered for.
pub(crate) fn is_graph_name(name: &str) -> bool {
    GRAPH_NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn config(names: Names) -> Arc<ServerConfig> {
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().expect("the provider knows TLS 1.2 and 1.3");
    let mut config = builder.with_no_client_auth().with_cert_resolver(Arc::new(names));
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Arc::new(config)
}

fn params(names: &[String], called: &str) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names)?;
    let now = SystemTime::now();
    params.not_before = (now - CLOCK_BEHIND_MAX).into();
    params.not_after = (now + VALID_FOR).into();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, called);
    Ok(params)
}

fn leaf(
    issuer: &Issuer<'_, KeyPair>,
    names: &[String],
    called: &str,
) -> Result<CertifiedKey, AuthorityError> {
    let mut leaf = params(names, called)?;
    leaf.use_authority_key_identifier_extension = true;
    leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate()?;
    let certificate = leaf.signed_by(&key, issuer)?;
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    Ok(CertifiedKey::from_der(vec![certificate.der().clone()], key, &ring::default_provider())?)
}

fn subtree(name: &str) -> GeneralSubtree {
    match name.parse::<IpAddr>() {
        Ok(address) => {
            let prefix = if address.is_ipv4() { 32 } else { 128 };
            GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, prefix))
        }
        Err(_) => GeneralSubtree::DnsName(name.to_owned()),
    }
}
