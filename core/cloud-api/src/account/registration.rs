//! Requests that add, verify, register and change a number.

use super::parameters::{Parameters, invalid};
use super::word::{CodeMethod, Region};
use crate::recipient::Recipient;
use crate::refusal::Refusal;
use crate::secret::Pin;
use crate::template::Language;

/// A request to `POST /{account id}/phone_numbers`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNumber {
    /// The number, with its country code.
    pub display: Recipient,
    /// The name that people shall see: 2 to 75 characters.
    pub verified_name: String,
}

/// A request to `POST /{number id}/request_code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeRequest {
    /// How the code comes.
    pub method: CodeMethod,
    /// In which language.
    pub language: Language,
}

/// A request to `POST /{number id}/register`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterRequest {
    /// The pin for two-step verification.
    pub pin: Pin,
    /// Where messages are kept, if the business wants a say.
    pub region: Option<Region>,
}

/// A request to `POST /{number id}`, as far as it concerns the number itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NumberUpdate {
    /// The new pin for two-step verification.
    pub pin: Option<Pin>,
    /// The name that people shall see from now on: 2 to 75 characters.
    pub new_display_name: Option<String>,
}

impl NewNumber {
    /// Reads the parameters.
    ///
    /// # Errors
    ///
    /// When one is missing or breaks a rule.
    // Source: cloud-api.md 5.2 and the OpenAPI file. Assumed: `cc` may be left out where the number
    // begins with it, and the words of the refusals.
    pub fn parse(body: &[u8]) -> Result<Self, Refusal> {
        let parameters = Parameters::read(body);
        let number = parameters.required("phone_number")?;
        let code = parameters.text("cc").or_else(|| parameters.text("country_code"));
        let verified_name = name("verified_name", &parameters.required("verified_name")?)?;
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        let code = code.unwrap_or_default();
        let is_whole =
            number.trim_start().starts_with('+') || (digits.starts_with(&*code) && digits.len() > 10);
        let whole = if is_whole { digits } else { format!("{code}{digits}") };
        let display = whole.parse().map_err(|_| {
            invalid("phone_number", "with cc before it, it must be a phone number of 7 to 15 digits")
        })?;
        Ok(Self { display, verified_name })
    }
}

impl CodeRequest {
    /// Reads the parameters.
    ///
    /// # Errors
    ///
    /// When one is missing, or none of those known.
    // Source: cloud-api.md 5.2. Assumed: the languages are those of templates.
    pub fn parse(body: &[u8]) -> Result<Self, Refusal> {
        let parameters = Parameters::read(body);
        let method = parameters.required("code_method")?;
        let language = parameters.required("language")?;
        let method = method.parse().map_err(|_| Refusal::ParameterNotOneOf {
            name: "code_method".into(),
            allowed: "SMS, VOICE",
            found: method.clone().into_owned(),
        })?;
        let known = language.parse().map_err(|_| {
            invalid(
                "language",
                &format!("{language} must be one of the languages of templates, such as en_US"),
            )
        })?;
        Ok(Self { method, language: known })
    }
}

/// Reads the code of a request to `POST /{number id}/verify_code`.
///
/// # Errors
///
/// When it is missing or not 6 digits; Meta's hyphen in the middle is dropped.
// Source: cloud-api.md 5.2.
pub fn parse_verification(body: &[u8]) -> Result<Pin, Refusal> {
    let parameters = Parameters::read(body);
    let code = parameters.required("code")?.replace('-', "");
    code.parse().map_err(|_| invalid("code", "it must be 6 digits"))
}

impl RegisterRequest {
    /// Reads the parameters.
    ///
    /// # Errors
    ///
    /// When one is missing or breaks a rule.
    // Source: cloud-api.md 5.2.
    pub fn parse(body: &[u8]) -> Result<Self, Refusal> {
        let parameters = Parameters::read(body);
        parameters.check_product()?;
        let pin = parse_pin(&parameters.required("pin")?)?;
        let region = parameters.text("data_localization_region").map(|found| {
            found.parse().map_err(|_| Refusal::ParameterNotOneOf {
                name: "data_localization_region".into(),
                allowed: "AU, ID, IN, JP, SG, KR, DE, CH, GB, BR, BH, ZA, AE, CA",
                found: found.into_owned(),
            })
        });
        Ok(Self { pin, region: region.transpose()? })
    }
}

impl NumberUpdate {
    /// Reads the parameters; others than its own are ignored.
    ///
    /// # Errors
    ///
    /// When one breaks a rule.
    // Source: cloud-api.md 5.2.
    pub fn parse(body: &[u8]) -> Result<Self, Refusal> {
        let parameters = Parameters::read(body);
        let pin = parameters.text("pin").map(|pin| parse_pin(&pin)).transpose()?;
        let asked = parameters.text("new_display_name");
        let new_display_name = asked.map(|asked| name("new_display_name", &asked)).transpose()?;
        Ok(Self { pin, new_display_name })
    }

    /// Whether it asks for nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.pin.is_none() && self.new_display_name.is_none()
    }
}

fn parse_pin(text: &str) -> Result<Pin, Refusal> {
    text.parse().map_err(|_| invalid("pin", "it must be 6 digits"))
}

// Source: the OpenAPI file, 2 to 75 characters.
fn name(parameter: &'static str, text: &str) -> Result<String, Refusal> {
    match text.chars().count() {
        2..=75 => Ok(text.to_owned()),
        _ => Err(invalid(parameter, "it must have 2 to 75 characters")),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::{CodeRequest, NewNumber, RegisterRequest};
    use crate::refusal::Refusal;

    #[track_caller]
    fn check<T>(read: Result<T, Refusal>, shown: impl Fn(T) -> String, expected: Expect) {
        let read = match read {
            Ok(read) => shown(read),
            Err(refusal) => format!("{} {}", refusal.message(), refusal.details().unwrap_or_default()),
        };
        expected.assert_eq(&read);
    }

    #[track_caller]
    fn check_number(body: &str, expected: Expect) {
        check(NewNumber::parse(body.as_bytes()), |new| new.display.digits().to_string(), expected);
    }

    #[test]
    fn a_new_number_is_given_with_its_country_code_apart_or_before_it() {
        check_number(
            r#"{"cc":"1","phone_number":"6505551234","verified_name":"Ada"}"#,
            expect!["16505551234"],
        );
        check_number(
            r#"{"cc":1,"phone_number":"16505551234","verified_name":"Ada"}"#,
            expect!["16505551234"],
        );
        check_number(r#"{"phone_number":"+1 650 555-1234","verified_name":"Ada"}"#, expect!["16505551234"]);
        check_number(
            r#"{"cc":"1","phone_number":"12","verified_name":"Ada"}"#,
            expect![[
                r#"(#100) Invalid parameter Param phone_number: with cc before it, it must be a phone number of 7 to 15 digits."#
            ]],
        );
        check_number(
            r#"{"phone_number":"16505551234","verified_name":"A"}"#,
            expect!["(#100) Invalid parameter Param verified_name: it must have 2 to 75 characters."],
        );
    }

    #[test]
    fn a_registration_needs_the_product_and_a_pin_of_six_digits() {
        let check_pin = |body: &str, expected: Expect| {
            check(
                RegisterRequest::parse(body.as_bytes()),
                |read| format!("{:?} {:?}", read.pin, read.region),
                expected,
            );
        };
        check_pin(
            r#"{"messaging_product":"whatsapp","pin":123456,"data_localization_region":"DE"}"#,
            expect!["Pin(********) Some(De)"],
        );
        check_pin(r#"{"pin":"123456"}"#, expect!["(#100) The parameter messaging_product is required. "]);
        check_pin(
            r#"{"messaging_product":"whatsapp","pin":"12345"}"#,
            expect!["(#100) Invalid parameter Param pin: it must be 6 digits."],
        );
        check_pin(
            r#"{"messaging_product":"whatsapp","pin":"123456","data_localization_region":"US"}"#,
            expect![[
                r#"(#100) Param data_localization_region must be one of {AU, ID, IN, JP, SG, KR, DE, CH, GB, BR, BH, ZA, AE, CA} - got "US". "#
            ]],
        );
    }

    #[test]
    fn a_code_is_asked_for_by_method_and_language() {
        let check_code = |body: &str, expected: Expect| {
            let shown = |read: CodeRequest| format!("{} {}", read.method, read.language.code());
            check(CodeRequest::parse(body.as_bytes()), shown, expected);
        };
        check_code(r#"{"code_method":"sms","language":"en_US"}"#, expect!["SMS en_US"]);
        check_code(
            r#"{"code_method":"PIGEON","language":"en_US"}"#,
            expect![[r#"(#100) Param code_method must be one of {SMS, VOICE} - got "PIGEON". "#]],
        );
        check_code(r#"{"code_method":"VOICE"}"#, expect!["(#100) The parameter language is required. "]);
    }
}
