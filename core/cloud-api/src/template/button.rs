//! The one button of an authentication template.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use thiserror::Error;

use super::CodeExpiration;
use crate::query;

/// How the code gets from the message into the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OtpType {
    /// The person copies it.
    CopyCode,
    /// The person taps a button, and the app is filled in.
    OneTap,
    /// The app is filled in without a tap.
    ZeroTap,
}

/// The button, with what its type needs.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Button {
    /// Copies the code.
    CopyCode {
        /// Its label.
        labels: Labels,
    },
    /// Fills in one of these apps.
    OneTap {
        /// Its labels.
        labels: Labels,
        /// The apps that may be filled in.
        apps: SupportedApps,
    },
    /// Broadcasts the code to one of these apps; its terms are accepted.
    ZeroTap {
        /// Its labels, for phones that cannot broadcast.
        labels: Labels,
        /// The apps that may receive the code.
        apps: SupportedApps,
    },
}

/// The labels that replace the preset ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Labels {
    /// Instead of `Copy code`.
    pub copy_code: Option<Label>,
    /// Instead of `Autofill`; ignored on copy-code buttons.
    pub autofill: Option<Label>,
}

/// A label: 1 to 25 characters.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct Label(Box<str>);

/// Why a text is not a label.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the label has {length} characters, but must have 1 to 25")]
pub struct LabelError {
    /// How many characters there are.
    pub length: usize,
}

/// One to five apps.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SupportedApps(Vec<SupportedApp>);

/// An Android app that codes may be handed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct SupportedApp {
    package_name: Box<str>,
    signature_hash: Box<str>,
}

impl OtpType {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::CopyCode => "COPY_CODE",
            Self::OneTap => "ONE_TAP",
            Self::ZeroTap => "ZERO_TAP",
        }
    }
}

impl fmt::Display for OtpType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Button {
    /// Its type.
    #[must_use]
    pub const fn otp_type(&self) -> OtpType {
        match self {
            Self::CopyCode { .. } => OtpType::CopyCode,
            Self::OneTap { .. } => OtpType::OneTap,
            Self::ZeroTap { .. } => OtpType::ZeroTap,
        }
    }

    /// Its labels.
    #[must_use]
    pub const fn labels(&self) -> &Labels {
        match self {
            Self::CopyCode { labels } | Self::OneTap { labels, .. } | Self::ZeroTap { labels, .. } => labels,
        }
    }

    /// The apps it may fill in; none for copy code.
    #[must_use]
    pub fn apps(&self) -> &[SupportedApp] {
        match self {
            Self::CopyCode { .. } => &[],
            Self::OneTap { apps, .. } | Self::ZeroTap { apps, .. } => apps.as_slice(),
        }
    }

    /// The address under which the button is stored, with `code` in its place.
    ///
    /// `autofill` is the label that the address names, given or preset.
    // Source: cloud-api.md 3.4, shapes observed.
    pub(super) fn url(&self, autofill: &str, expiration: Option<CodeExpiration>, code: &str) -> String {
        let mut text = format!("otp_type={}", self.otp_type());
        if !self.apps().is_empty() {
            let join =
                |part: fn(&SupportedApp) -> &str| self.apps().iter().map(part).collect::<Vec<_>>().join(",");
            query::push(&mut text, "cta_display_name", autofill);
            query::push(&mut text, "package_name", &join(SupportedApp::package_name));
            query::push(&mut text, "signature_hash", &join(SupportedApp::signature_hash));
        }
        if let Some(expiration) = expiration {
            query::push(&mut text, "code_expiration_minutes", &expiration.to_string());
        }
        format!("https://www.whatsapp.com/otp/code/?{text}&code=otp{code}")
    }
}

impl Label {
    /// The most characters a label may have.
    pub const LENGTH_MAX: usize = 25;

    /// The label.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Label {
    type Err = LabelError;

    fn from_str(text: &str) -> Result<Self, LabelError> {
        match text.chars().count() {
            1..=Self::LENGTH_MAX => Ok(Self(text.into())),
            length => Err(LabelError { length }),
        }
    }
}

impl Serialize for Label {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl SupportedApps {
    /// The most apps that a button may name.
    pub const COUNT_MAX: usize = 5;

    /// The list, if it has one to five apps.
    #[must_use]
    pub fn new(apps: Vec<SupportedApp>) -> Option<Self> {
        (1..=Self::COUNT_MAX).contains(&apps.len()).then_some(Self(apps))
    }

    /// The apps.
    #[must_use]
    pub fn as_slice(&self) -> &[SupportedApp] {
        &self.0
    }
}

impl SupportedApp {
    /// The most characters a package name may have.
    pub const PACKAGE_LENGTH_MAX: usize = 224;

    /// The app, if both parts follow Meta's rules.
    // Source: cloud-api.md 3.3.
    #[must_use]
    pub fn new(package_name: &str, signature_hash: &str) -> Option<Self> {
        (is_package_name(package_name) && is_signature_hash(signature_hash))
            .then(|| Self { package_name: package_name.into(), signature_hash: signature_hash.into() })
    }

    /// The Android package, such as `com.example.app`.
    #[must_use]
    pub fn package_name(&self) -> &str {
        &self.package_name
    }

    /// The hash of the key that signed it: 11 characters.
    #[must_use]
    pub fn signature_hash(&self) -> &str {
        &self.signature_hash
    }
}

/// Whether a text is two or more segments of letters, digits and `_`, each starting with a letter.
pub(super) fn is_package_name(text: &str) -> bool {
    let is_segment = |segment: &str| {
        segment.starts_with(|first: char| first.is_ascii_alphabetic())
            && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    text.len() <= SupportedApp::PACKAGE_LENGTH_MAX && text.contains('.') && text.split('.').all(is_segment)
}

/// Whether a text is 11 characters of base64.
pub(super) fn is_signature_hash(text: &str) -> bool {
    text.len() == 11 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
}
