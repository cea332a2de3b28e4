//! The template that carries the codes, as it is asked for and found.

use cloud_api::TemplateStatus;
use cloud_api::template::{AuthenticationTemplate, Button};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::readiness::Readiness;

/// What Meta's answers tell about a template.
#[derive(Deserialize)]
pub(crate) struct FoundTemplate {
    #[serde(default)]
    name: String,
    #[serde(default)]
    language: String,
    status: String,
    rejected_reason: Option<String>,
}

/// The body of the request that creates the template.
// Source: Cloud API, "Authentication templates".
pub(crate) fn creation(template: &AuthenticationTemplate) -> Value {
    let content = &template.content;
    let mut components =
        vec![json!({"type": "BODY", "add_security_recommendation": content.has_security_recommendation})];
    if let Some(expiration) = content.code_expiration {
        components.push(json!({"type": "FOOTER", "code_expiration_minutes": expiration.minutes()}));
    }
    components.push(json!({"type": "BUTTONS", "buttons": [button(&content.button)]}));
    json!({
        "name": template.name.as_str(),
        "language": template.language.code(),
        "category": "AUTHENTICATION",
        "message_send_ttl_seconds": template.ttl.wire(),
        "components": components,
    })
}

fn button(button: &Button) -> Value {
    let mut value = json!({"type": "OTP", "otp_type": button.otp_type().word()});
    let labels = button.labels();
    if let Some(label) = &labels.copy_code {
        value["text"] = label.as_str().into();
    }
    if let Some(label) = &labels.autofill {
        value["autofill_text"] = label.as_str().into();
    }
    if !button.apps().is_empty() {
        value["supported_apps"] = json!(button.apps());
    }
    if matches!(button, Button::ZeroTap { .. }) {
        value["zero_tap_terms_accepted"] = true.into();
    }
    value
}

impl FoundTemplate {
    /// Whether it is this template in this language.
    pub(crate) fn is(&self, template: &AuthenticationTemplate) -> bool {
        self.name == template.name.as_str() && is_language(&self.language, template)
    }

    /// What its status means for the service.
    pub(crate) fn readiness(&self) -> Readiness {
        match self.status.parse() {
            Ok(TemplateStatus::Approved) => Readiness::Ready,
            Ok(TemplateStatus::Pending | TemplateStatus::InAppeal) => Readiness::TemplatePending,
            Ok(_) | Err(_) => Readiness::TemplateRejected(match self.rejected_reason.as_deref() {
                None | Some("NONE") => self.status.clone(),
                Some(reason) => format!("{}: {reason}", self.status),
            }),
        }
    }
}

/// Whether a language is the template's, in either spelling of Meta's.
// Source: Cloud API, "message_template_status_update": older samples write `en-US`.
pub(crate) fn is_language(language: &str, template: &AuthenticationTemplate) -> bool {
    language.replace('-', "_") == template.language.code()
}

#[cfg(test)]
mod tests {
    use cloud_api::GraphVersion;
    use cloud_api::template::AuthenticationTemplate;
    use expect_test::{Expect, expect};

    use super::{FoundTemplate, creation};

    /// The request is as Meta's guide has it, and says all that the template says.
    #[track_caller]
    fn check(body: &str) {
        let asked = AuthenticationTemplate::parse(body.as_bytes(), GraphVersion::default()).unwrap();
        let written = creation(&asked);
        assert_eq!(written, serde_json::from_str::<serde_json::Value>(body).unwrap());
    }

    #[test]
    fn each_kind_of_button_is_asked_for_as_meta_wants_it() {
        check(
            r#"{"name":"login_code","language":"en_US","category":"AUTHENTICATION","message_send_ttl_seconds":60,
            "components":[{"type":"BODY","add_security_recommendation":true},
            {"type":"FOOTER","code_expiration_minutes":10},
            {"type":"BUTTONS","buttons":[{"type":"OTP","otp_type":"COPY_CODE"}]}]}"#,
        );
        check(
            r#"{"name":"login_code","language":"pt_BR","category":"AUTHENTICATION","message_send_ttl_seconds":-1,
            "components":[{"type":"BODY","add_security_recommendation":false},
            {"type":"BUTTONS","buttons":[{"type":"OTP","otp_type":"ZERO_TAP","text":"Copy","autofill_text":"Fill",
            "zero_tap_terms_accepted":true,
            "supported_apps":[{"package_name":"com.example.app","signature_hash":"K8a/AINcGX7"}]}]}]}"#,
        );
    }

    #[track_caller]
    fn check_found(json: &str, expected: Expect) {
        let found: FoundTemplate = serde_json::from_str(json).unwrap();
        expected.assert_eq(&format!("{:?}", found.readiness()));
    }

    #[test]
    fn every_status_means_something() {
        check_found(r#"{"id":"1","status":"PENDING"}"#, expect!["TemplatePending"]);
        check_found(r#"{"status":"APPROVED","rejected_reason":"NONE"}"#, expect!["Ready"]);
        check_found(r#"{"status":"PAUSED"}"#, expect![[r#"TemplateRejected("PAUSED")"#]]);
        check_found(r#"{"status":"SOMETHING_NEW"}"#, expect![[r#"TemplateRejected("SOMETHING_NEW")"#]]);
        check_found(
            r#"{"status":"REJECTED","rejected_reason":"INVALID_FORMAT"}"#,
            expect![[r#"TemplateRejected("REJECTED: INVALID_FORMAT")"#]],
        );
    }
}
