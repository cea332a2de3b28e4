//! The profile that people see beside a business's messages.

use serde_json::Value;

use super::parameters::{Parameters, invalid};
use super::selection::fields;
use super::word::Vertical;
use super::{Field, Node, Selection};
use crate::paging::Page;
use crate::profile::Facts;
use crate::refusal::Refusal;

/// What a business tells of itself.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct BusinessProfile {
    /// One line, at most 139 characters.
    pub about: Option<String>,
    /// At most 256 characters.
    pub address: Option<String>,
    /// At most 512 characters.
    pub description: Option<String>,
    /// At most 128 characters.
    pub email: Option<String>,
    /// Where its picture lies.
    pub picture_url: Option<String>,
    /// At most two, each of at most 256 characters.
    pub websites: Vec<String>,
    /// Its trade.
    pub vertical: Vertical,
}

/// What a request changes in a profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileUpdate {
    about: Option<String>,
    address: Option<String>,
    description: Option<String>,
    email: Option<String>,
    picture_handle: Option<String>,
    websites: Option<Vec<String>>,
    vertical: Option<Vertical>,
}

fields! {
    /// A field of a profile.
    // Source: cloud-api.md 5.2 and the OpenAPI file.
    ProfileField on "WhatsAppBusinessProfile" by default [
        About, Address, Description, Email, Picture, Websites, Vertical, Product
    ] {
        Product = "messaging_product",
        About = "about",
        Address = "address",
        Description = "description",
        Email = "email",
        Picture = "profile_picture_url",
        Websites = "websites",
        Vertical = "vertical",
    }
}

// Source: pywa 4.5 and Meta's reference of business profiles.
const ABOUT_MAX: usize = 139;
const ADDRESS_MAX: usize = 256;
const DESCRIPTION_MAX: usize = 512;
const EMAIL_MAX: usize = 128;
const WEBSITES_MAX: usize = 2;
const WEBSITE_MAX: usize = 256;

impl Default for BusinessProfile {
    fn default() -> Self {
        Self {
            about: None,
            address: None,
            description: None,
            email: None,
            picture_url: None,
            websites: Vec::new(),
            vertical: Vertical::Undefined,
        }
    }
}

impl BusinessProfile {
    /// Takes a change over.
    pub fn apply(&mut self, update: ProfileUpdate) {
        let places = [
            (&mut self.about, update.about),
            (&mut self.address, update.address),
            (&mut self.description, update.description),
            (&mut self.email, update.email),
        ];
        for (place, text) in places {
            if let Some(text) = text {
                *place = Some(text).filter(|text| !text.is_empty());
            }
        }
        if let Some(handle) = update.picture_handle {
            // Assumed: the address of a picture is opaque; this one is made of the handle.
            let mut url = "https://pps.whatsapp.net/v/".to_owned();
            crate::query::encode(&mut url, &handle);
            self.picture_url = Some(url);
        }
        self.websites = update.websites.unwrap_or_else(|| std::mem::take(&mut self.websites));
        self.vertical = update.vertical.unwrap_or(self.vertical);
    }

    /// The body of an answer, with the fields that were asked for.
    #[must_use]
    pub fn to_json(&self, facts: &Facts, selection: &Selection<ProfileField>) -> Vec<u8> {
        let mut node = Node::new();
        for field in selection.fields() {
            let name = field.name();
            match field {
                ProfileField::Product => {}
                ProfileField::About => node.push(name, self.about.as_ref()),
                ProfileField::Address => node.push(name, self.address.as_ref()),
                ProfileField::Description => node.push(name, self.description.as_ref()),
                ProfileField::Email => node.push(name, self.email.as_ref()),
                ProfileField::Picture => node.push(name, self.picture_url.as_ref()),
                ProfileField::Websites => {
                    node.push(name, Some(&self.websites).filter(|websites| !websites.is_empty()));
                }
                ProfileField::Vertical => node.push(name, Some(self.vertical)),
            }
        }
        node.push("messaging_product", Some("whatsapp"));
        // Source: cloud-api.md 12.1.
        let node = if facts.business_profile_nested {
            let mut outer = Node::new();
            outer.push("business_profile", Some(node));
            outer
        } else {
            node
        };
        crate::ascii::to_utf8_vec(&Page { data: vec![node], paging: None })
    }
}

impl ProfileUpdate {
    /// Reads the parameters; a text that is empty deletes what was there, but for `about`.
    ///
    /// # Errors
    ///
    /// When the product is missing or a field breaks its rule.
    // Source: cloud-api.md 5.2. Assumed: the words of the refusals.
    pub fn parse(body: &[u8]) -> Result<Self, Refusal> {
        let parameters = Parameters::read(body);
        parameters.check_product()?;
        let about = text(&parameters, "about", ABOUT_MAX)?;
        if about.as_deref() == Some("") {
            return Err(invalid("about", "it must have 1 to 139 characters"));
        }
        let email = text(&parameters, "email", EMAIL_MAX)?;
        if email.as_deref().is_some_and(|email| !email.is_empty() && !is_email(email)) {
            return Err(invalid("email", "it must be an email address"));
        }
        let vertical = parameters.text("vertical").map(|found| {
            found.parse().map_err(|_| Refusal::ParameterNotOneOf {
                name: "vertical".into(),
                allowed: VERTICALS,
                found: found.into_owned(),
            })
        });
        Ok(Self {
            about,
            address: text(&parameters, "address", ADDRESS_MAX)?,
            description: text(&parameters, "description", DESCRIPTION_MAX)?,
            email,
            picture_handle: parameters.text("profile_picture_handle").map(std::borrow::Cow::into_owned),
            websites: websites(&parameters)?,
            vertical: vertical.transpose()?,
        })
    }
}

const VERTICALS: &str = "UNDEFINED, OTHER, AUTO, BEAUTY, APPAREL, EDU, ENTERTAIN, EVENT_PLAN, FINANCE, GROCERY, GOVT, HOTEL, HEALTH, NONPROFIT, PROF_SERVICES, RETAIL, TRAVEL, RESTAURANT, ALCOHOL, ONLINE_GAMBLING, PHYSICAL_GAMBLING, OTC_DRUGS, NOT_A_BIZ";

fn text(parameters: &Parameters, name: &'static str, length_max: usize) -> Result<Option<String>, Refusal> {
    let Some(text) = parameters.text(name) else { return Ok(None) };
    if text.chars().count() > length_max {
        return Err(Refusal::ParameterTooLong { name, length_max });
    }
    Ok(Some(text.into_owned()))
}

fn websites(parameters: &Parameters) -> Result<Option<Vec<String>>, Refusal> {
    if parameters.value("websites").is_none() {
        return Ok(None);
    }
    let rule = || invalid("websites", "it must be an array of at most 2 addresses with http:// or https://");
    let structure = parameters.structure("websites").ok_or_else(rule)?;
    let Value::Array(list) = structure.as_ref() else { return Err(rule()) };
    if list.len() > WEBSITES_MAX {
        return Err(rule());
    }
    let website = |value: &Value| {
        let text = value.as_str().ok_or_else(rule)?;
        let lower = text.to_ascii_lowercase();
        if !lower.starts_with("http://") && !lower.starts_with("https://") {
            return Err(rule());
        }
        if text.chars().count() > WEBSITE_MAX {
            return Err(Refusal::ParameterTooLong { name: "websites", length_max: WEBSITE_MAX });
        }
        Ok(text.to_owned())
    };
    list.iter().map(website).collect::<Result<_, _>>().map(Some)
}

fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, host)| {
        !name.is_empty()
            && host.contains('.')
            && !host.starts_with('.')
            && !text.contains(char::is_whitespace)
    })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::{BusinessProfile, ProfileUpdate};
    use crate::account::Selection;
    use crate::profile::Facts;

    #[track_caller]
    fn check(fields: &str, expected: Expect) {
        let body = format!(r#"{{"messaging_product":"whatsapp",{fields}}}"#);
        let mut profile = BusinessProfile { about: Some("before".to_owned()), ..BusinessProfile::default() };
        let read = match ProfileUpdate::parse(body.as_bytes()) {
            Ok(update) => {
                profile.apply(update);
                String::from_utf8(profile.to_json(&Facts::default(), &Selection::default())).unwrap()
            }
            Err(refusal) => format!("{} {}", refusal.message(), refusal.details().unwrap_or_default()),
        };
        expected.assert_eq(&read);
    }

    #[test]
    fn a_change_replaces_what_it_names_and_leaves_the_rest() {
        check(
            r#""vertical":"RETAIL","websites":["https://a.example"],"email":"a@b.example","address":"""#,
            expect![[
                r#"{"data":[{"about":"before","email":"a@b.example","websites":["https://a.example"],"vertical":"RETAIL","messaging_product":"whatsapp"}]}"#
            ]],
        );
        check(
            r#""about":"after","websites":"[\"https://a.example\"]","profile_picture_handle":"4:x/y""#,
            expect![[
                r#"{"data":[{"about":"after","profile_picture_url":"https://pps.whatsapp.net/v/4%3Ax%2Fy","websites":["https://a.example"],"vertical":"UNDEFINED","messaging_product":"whatsapp"}]}"#
            ]],
        );
    }

    #[test]
    fn a_field_that_breaks_its_rule_is_refused() {
        check(
            &format!(r#""about":"{}""#, "a".repeat(140)),
            expect!["(#100) Param about must be at most 139 characters long. "],
        );
        check(
            r#""about":"""#,
            expect!["(#100) Invalid parameter Param about: it must have 1 to 139 characters."],
        );
        check(
            r#""email":"nobody""#,
            expect!["(#100) Invalid parameter Param email: it must be an email address."],
        );
        check(
            r#""websites":["https://a","https://b","https://c"]"#,
            expect![
                "(#100) Invalid parameter Param websites: it must be an array of at most 2 addresses with http:// or https://."
            ],
        );
        check(
            r#""websites":["a.example"]"#,
            expect![
                "(#100) Invalid parameter Param websites: it must be an array of at most 2 addresses with http:// or https://."
            ],
        );
        check(
            r#""vertical":"BANKING""#,
            expect![[
                r#"(#100) Param vertical must be one of {UNDEFINED, OTHER, AUTO, BEAUTY, APPAREL, EDU, ENTERTAIN, EVENT_PLAN, FINANCE, GROCERY, GOVT, HOTEL, HEALTH, NONPROFIT, PROF_SERVICES, RETAIL, TRAVEL, RESTAURANT, ALCOHOL, ONLINE_GAMBLING, PHYSICAL_GAMBLING, OTC_DRUGS, NOT_A_BIZ} - got "BANKING". "#
            ]],
        );
    }
}
