//! From a scenario's plan of a template to what Meta is asked for.

use cloud_api::AuthenticationTemplate;
use cloud_api::template::{
    AuthenticationContent, Button as TemplateButton, CodeExpiration, Labels, SupportedApp, SupportedApps,
    TemplateCategory, TemplateTtl, Wording,
};
use scenario::{Button, TemplatePlan};

/// The template that a scenario plans, as a business asks Meta for it.
///
/// # Panics
///
/// Never for a plan that the scenario language accepted: its rules are Meta's.
#[must_use]
pub fn authentication_template(plan: &TemplatePlan) -> AuthenticationTemplate {
    let code_expiration = plan.code_expires_in.map(|span| {
        let minutes = u8::try_from(span.secs() / 60).ok().and_then(CodeExpiration::from_minutes);
        minutes.expect("a scenario's codes expire after 1 to 90 minutes")
    });
    let ttl = i64::try_from(plan.ttl.secs())
        .ok()
        .and_then(|secs| TemplateTtl::new(TemplateCategory::Authentication, secs).ok());
    AuthenticationTemplate {
        name: plan.name.parse().expect("a scenario's template has a name that Meta takes"),
        language: plan.language.parse().expect("a scenario's template has a language that Meta knows"),
        ttl: ttl.expect("a scenario's template lives for 30 to 900 seconds"),
        content: AuthenticationContent {
            wording: Wording::Preset,
            has_security_recommendation: plan.security_line,
            code_expiration,
            button: button(plan),
        },
    }
}

fn button(plan: &TemplatePlan) -> TemplateButton {
    let labels = Labels::default();
    let apps = || plan.apps.clone().unwrap_or_else(sample_app);
    match plan.button {
        Button::CopyCode => TemplateButton::CopyCode { labels },
        Button::OneTap => TemplateButton::OneTap { labels, apps: apps() },
        Button::ZeroTap => TemplateButton::ZeroTap { labels, apps: apps() },
    }
}

/// The app that is filled in where a scenario names none.
fn sample_app() -> SupportedApps {
    let app = SupportedApp::new("com.example.app", "K8a/AINcGX7").expect("the app follows Meta's rules");
    SupportedApps::new(vec![app]).expect("one app is allowed")
}
