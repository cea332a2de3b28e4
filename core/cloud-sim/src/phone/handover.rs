//! How a code gets from the message into an app: broadcast, tapped or copied, and why not better.

use cloud_api::template::{AuthenticationContent, OtpType, SupportedApp};
use scenario::{Elapsed, Span};

use super::{Apps, Handset, InstalledApp, Phone};

/// How WhatsApp hands a code over on one phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    /// What happens, or what a tap does.
    pub way: Way,
    /// What the app is told went wrong, if anything did.
    pub signal: Option<Signal>,
}

/// The ways of a code into an app, the worst first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// A button copies it.
    Copy,
    /// A button opens this app with it.
    Autofill {
        /// The app.
        package_name: Box<str>,
    },
    /// This app has got it already.
    Broadcast {
        /// The app.
        package_name: Box<str>,
    },
}

/// What WhatsApp tells an app when it cannot hand a code over, with `com.whatsapp.otp.OTP_ERROR`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// More than one of the template's apps made the handshake.
    AmbiguousDeliveryDestination,
    /// Android is older than 4.4.
    IncompatibleOsVersion,
    /// The app is signed by another key than the template says.
    IncorrectSignatureHash,
    /// No app made the handshake.
    MissingHandshake,
    /// The handshake was made too long ago.
    RequestExpired,
    /// WhatsApp may not notify.
    NotificationDisabled,
}

/// The oldest Android that codes are handed over on.
// Source: cloud-api.md §9.2.
const ANDROID_API_MIN: u8 = 19;

/// How long a handshake holds, and a button works, where the template says nothing.
// Source: cloud-api.md §9.2.
const EXPIRY: Span = Span::from_secs(600);

impl Way {
    /// Whether it is less than a template of this type asks for.
    #[must_use]
    pub const fn is_fallback_of(&self, otp_type: OtpType) -> bool {
        match otp_type {
            OtpType::CopyCode => false,
            OtpType::OneTap => !matches!(self, Self::Autofill { .. }),
            OtpType::ZeroTap => !matches!(self, Self::Broadcast { .. }),
        }
    }
}

impl Signal {
    /// The word that the app gets as `error`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::AmbiguousDeliveryDestination => "ambiguous_delivery_destination",
            Self::IncompatibleOsVersion => "incompatible_os_version",
            Self::IncorrectSignatureHash => "incorrect_signature_hash",
            Self::MissingHandshake => "missing_handshake_or_disorder",
            Self::RequestExpired => "otp_request_expired",
            Self::NotificationDisabled => "whatsapp_notification_disabled",
        }
    }
}

/// How long the handshake holds and the button works.
pub(super) fn expiry(content: &AuthenticationContent) -> Span {
    content.code_expiration.map_or(EXPIRY, |after| Span::from_secs(u64::from(after.minutes()) * 60))
}

impl Handover {
    /// How a code that arrived at this instant is handed over.
    // Source: cloud-api.md §9.2, the table and the checks. Assumed: the order of the signals.
    #[must_use]
    pub fn of(arrived: Elapsed, phone: &Phone, content: &AuthenticationContent) -> Self {
        let otp_type = content.button.otp_type();
        if otp_type == OtpType::CopyCode || phone.handset != Handset::Android {
            return Self { way: Way::Copy, signal: None };
        }
        let wanted = content.button.apps();
        let listed = match &phone.apps {
            Apps::AsNeeded => return Self::to(otp_type, wanted[0].package_name(), phone),
            Apps::Listed(apps) => apps,
        };
        let named = |app: &&InstalledApp| wanted.iter().any(|it| it.package_name() == &*app.package_name);
        let installed: Vec<&InstalledApp> = listed.iter().filter(named).collect();
        if installed.is_empty() {
            // Nobody is there to be told.
            return Self { way: Way::Copy, signal: None };
        }
        match candidate(arrived, phone, content, &installed) {
            Ok(app) => Self::to_installed(otp_type, app, phone),
            Err(signal) => Self { way: Way::Copy, signal: Some(signal) },
        }
    }

    fn to(otp_type: OtpType, package_name: &str, phone: &Phone) -> Self {
        let package_name = package_name.into();
        let way = match otp_type {
            OtpType::CopyCode => Way::Copy,
            OtpType::OneTap => Way::Autofill { package_name },
            OtpType::ZeroTap => Way::Broadcast { package_name },
        };
        // Assumed: without notifications the code is handed over all the same.
        Self { way, signal: (!phone.has_notifications).then_some(Signal::NotificationDisabled) }
    }

    fn to_installed(otp_type: OtpType, app: &InstalledApp, phone: &Phone) -> Self {
        let reachable = match otp_type {
            OtpType::ZeroTap if app.has_receiver => OtpType::ZeroTap,
            _ if app.has_activity => OtpType::OneTap,
            _ => OtpType::CopyCode,
        };
        Self::to(reachable, &app.package_name, phone)
    }
}

/// The one app that passes the checks.
fn candidate<'a>(
    arrived: Elapsed,
    phone: &Phone,
    content: &AuthenticationContent,
    installed: &[&'a InstalledApp],
) -> Result<&'a InstalledApp, Signal> {
    if phone.android_api < ANDROID_API_MIN {
        return Err(Signal::IncompatibleOsVersion);
    }
    let holds = |made: Elapsed| made <= arrived && arrived.since(made) <= expiry(content);
    let mut waiting = installed.iter().filter(|app| app.handshake.is_some_and(holds));
    let Some(app) = waiting.next() else {
        let was_made = installed.iter().any(|app| app.handshake.is_some_and(|made| made <= arrived));
        return Err(if was_made { Signal::RequestExpired } else { Signal::MissingHandshake });
    };
    if waiting.next().is_some() {
        return Err(Signal::AmbiguousDeliveryDestination);
    }
    let is_it = |wanted: &SupportedApp| {
        wanted.package_name() == &*app.package_name && wanted.signature_hash() == &*app.signature_hash
    };
    if !content.button.apps().iter().any(is_it) {
        return Err(Signal::IncorrectSignatureHash);
    }
    Ok(app)
}

#[cfg(test)]
mod tests {
    use cloud_api::template::{
        AuthenticationContent, Button, CodeExpiration, Labels, SupportedApp, SupportedApps, Wording,
    };
    use expect_test::{Expect, expect};
    use scenario::{Elapsed, Presence, Span};

    use super::{Handover, Signal, Way};
    use crate::phone::{Apps, Handset, InstalledApp, Line, Phone};

    const ARRIVED: Elapsed = Elapsed::from_micros(3_600_000_000);

    /// An app of the template, whose handshake was made this long before the code came.
    fn app(package_name: &str, handshake_secs: Option<u64>) -> InstalledApp {
        let made = |secs| Elapsed::ZERO + (ARRIVED.since(Elapsed::ZERO) - Span::from_secs(secs));
        InstalledApp {
            package_name: package_name.into(),
            signature_hash: "K8a/AINcGX7".into(),
            handshake: handshake_secs.map(made),
            has_activity: true,
            has_receiver: true,
        }
    }

    fn phone(apps: Vec<InstalledApp>) -> Phone {
        Phone {
            handset: Handset::Android,
            apps: Apps::Listed(apps),
            android_api: 34,
            has_notifications: true,
            presence: Presence::Reachable,
            line: Line::Chance,
            has_read_receipts: true,
            is_chat_open: false,
            has_report_button: false,
            identity: None,
            renewals: 0,
        }
    }

    fn button(word: &str) -> Button {
        let labels = Labels::default();
        let app = |name| SupportedApp::new(name, "K8a/AINcGX7").unwrap();
        let apps = SupportedApps::new(vec![app("com.example.one"), app("com.example.two")]).unwrap();
        match word {
            "one-tap" => Button::OneTap { labels, apps },
            "zero-tap" => Button::ZeroTap { labels, apps },
            _ => Button::CopyCode { labels },
        }
    }

    #[track_caller]
    fn check(word: &str, phone: &Phone, expected: Expect) {
        let content = AuthenticationContent {
            wording: Wording::Preset,
            has_security_recommendation: false,
            code_expiration: CodeExpiration::from_minutes(5),
            button: button(word),
        };
        let handover = Handover::of(ARRIVED, phone, &content);
        let way = match handover.way {
            Way::Copy => "copy".to_owned(),
            Way::Autofill { package_name } => format!("autofill {package_name}"),
            Way::Broadcast { package_name } => format!("broadcast to {package_name}"),
        };
        let signal = handover.signal.map(Signal::word).map(|word| format!(", {word}"));
        expected.assert_eq(&format!("{way}{}", signal.unwrap_or_default()));
    }

    #[test]
    fn an_app_that_made_the_handshake_gets_the_code() {
        let phone = phone(vec![app("com.example.two", Some(60)), app("com.example.one", None)]);
        check("zero-tap", &phone, expect!["broadcast to com.example.two"]);
        check("one-tap", &phone, expect!["autofill com.example.two"]);
        check("copy-code", &phone, expect!["copy"]);
    }

    #[test]
    fn a_device_that_is_no_android_falls_back_to_copying() {
        for handset in [Handset::Ios, Handset::KaiOs, Handset::Web] {
            let phone = Phone { handset, apps: Apps::AsNeeded, ..phone(Vec::new()) };
            check("zero-tap", &phone, expect!["copy"]);
            check("one-tap", &phone, expect!["copy"]);
        }
    }

    #[test]
    fn an_app_that_declares_no_receiver_is_tapped_and_one_without_activity_is_copied_to() {
        let no_receiver = InstalledApp { has_receiver: false, ..app("com.example.one", Some(60)) };
        check("zero-tap", &phone(vec![no_receiver.clone()]), expect!["autofill com.example.one"]);
        let neither = InstalledApp { has_activity: false, ..no_receiver };
        check("zero-tap", &phone(vec![neither]), expect!["copy"]);
    }

    #[test]
    fn an_app_is_told_why_it_gets_nothing() {
        check("one-tap", &phone(Vec::new()), expect!["copy"]);
        let without = phone(vec![app("com.example.one", None)]);
        check("one-tap", &without, expect!["copy, missing_handshake_or_disorder"]);
        let late = phone(vec![app("com.example.one", Some(301))]);
        check("one-tap", &late, expect!["copy, otp_request_expired"]);
        let both = phone(vec![app("com.example.one", Some(1)), app("com.example.two", Some(2))]);
        check("zero-tap", &both, expect!["copy, ambiguous_delivery_destination"]);
        let forged = InstalledApp { signature_hash: "AAAAAAAAAAA".into(), ..app("com.example.one", Some(1)) };
        check("one-tap", &phone(vec![forged]), expect!["copy, incorrect_signature_hash"]);
        let old = Phone { android_api: 18, ..phone(vec![app("com.example.one", Some(1))]) };
        check("one-tap", &old, expect!["copy, incompatible_os_version"]);
        let silent = Phone { has_notifications: false, ..phone(vec![app("com.example.one", Some(1))]) };
        check("one-tap", &silent, expect!["autofill com.example.one, whatsapp_notification_disabled"]);
    }
}
