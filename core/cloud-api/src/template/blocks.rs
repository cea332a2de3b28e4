//! Another vendor's form of an authentication template: two blocks, translated to Meta's components.

use std::fmt;

use serde_json::{Map, Value};
use thiserror::Error;

use super::{
    AuthenticationContent, Button, CodeExpiration, Labels, SupportedApp, SupportedApps, TemplateCategory,
    TemplateTtl, Wording,
};

/// What two blocks say, in Meta's terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocks {
    /// What the template shows.
    pub content: AuthenticationContent,
    /// How long an undelivered code is kept, if the blocks say so.
    pub ttl: Option<TemplateTtl>,
    /// What Meta does not take as it was written, and what was made of it.
    pub warnings: Vec<BlockWarning>,
}

/// What blocks say and Meta does not take as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockWarning {
    /// Where, such as `blocks[0].authenticationBody.messageSendTtlSeconds`.
    pub path: String,
    /// What stands there.
    pub found: String,
    /// What Meta takes, and what was made of it: a clause that follows "but".
    pub told: String,
}

/// What becomes of a time to live that the vendor takes and Meta does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TtlOutOfRange {
    /// The nearest one that Meta takes is used, with a warning.
    #[default]
    Clamp,
    /// The template is refused.
    Refuse,
}

/// Why blocks make no template.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("`{path}` is {found}, but must be {rule}")]
pub struct BlockError {
    /// Where, such as `blocks[0].authenticationBody.expirationTime`.
    pub path: String,
    /// What stands there.
    pub found: String,
    /// What would have been accepted.
    pub rule: &'static str,
}

impl fmt::Display for BlockWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is {}, but {}", self.path, self.found, self.told)
    }
}

// Source: the second seed document, "Authentication Templates": names, types and ranges.
// Assumed: the settings of the action stand in an object `authenticationAction`, like those of the body.
const TTL_MAX: i64 = 86_400;

impl Blocks {
    /// Reads the array of blocks.
    ///
    /// # Errors
    ///
    /// When there are not exactly the two blocks, or a property is missing, unknown or out of its range.
    pub fn parse(blocks: &Value, out_of_range: TtlOutOfRange) -> Result<Self, BlockError> {
        const RULE: &str = "one block `authentication-body` and one block `authentication-action`";
        let list = blocks.as_array().ok_or_else(|| error("blocks", blocks, RULE))?;
        let (mut body, mut action) = (None, None);
        for (nth, block) in list.iter().enumerate() {
            let path = format!("blocks[{nth}]");
            let (slot, key) = match block["type"].as_str() {
                Some("authentication-body") => (&mut body, "authenticationBody"),
                Some("authentication-action") => (&mut action, "authenticationAction"),
                _ => return Err(error(&format!("{path}.type"), &block["type"], RULE)),
            };
            let object = Object::new(&path, block)?;
            object.only(&["type", key])?;
            let inside = object.object(key)?;
            if slot.replace(inside).is_some() {
                return Err(error("blocks", blocks, RULE));
            }
        }
        let (Some(body), Some(action)) = (body, action) else { return Err(error("blocks", blocks, RULE)) };
        let mut warnings = Vec::new();
        let (has_security_recommendation, code_expiration, ttl) =
            read_body(&body, out_of_range, &mut warnings)?;
        let button = read_action(&action)?;
        let content = AuthenticationContent {
            wording: Wording::Preset,
            has_security_recommendation,
            code_expiration,
            button,
        };
        Ok(Self { content, ttl, warnings })
    }
}

type Body = (bool, Option<CodeExpiration>, Option<TemplateTtl>);

fn read_body(
    body: &Object<'_>,
    out_of_range: TtlOutOfRange,
    warnings: &mut Vec<BlockWarning>,
) -> Result<Body, BlockError> {
    body.only(&["addSecurityDisclaimer", "expirationTime", "messageSendTtlSeconds"])?;
    let disclaimer = body.get("addSecurityDisclaimer");
    let disclaimer =
        disclaimer.as_bool().ok_or_else(|| body.wrong("addSecurityDisclaimer", "true or false"))?;
    let expiration = match body.members.get("expirationTime") {
        Some(Value::Null) => None,
        found => Some(
            found
                .and_then(Value::as_u64)
                .and_then(|minutes| u8::try_from(minutes).ok())
                .and_then(CodeExpiration::from_minutes)
                .ok_or_else(|| body.wrong("expirationTime", "an integer from 1 to 90, or null"))?,
        ),
    };
    let ttl = match body.get("messageSendTtlSeconds") {
        Value::Null => None,
        found => {
            let rule = "an integer from 1 to 86400";
            let wanted = found.as_i64().filter(|ttl| (1..=TTL_MAX).contains(ttl));
            let wanted = wanted.ok_or_else(|| body.wrong("messageSendTtlSeconds", rule))?;
            Some(read_ttl(body, wanted, out_of_range, warnings)?)
        }
    };
    Ok((disclaimer, expiration, ttl))
}

/// Fits a time to live into the range that Meta takes.
// Source: cloud-api.md §0 and §3.6: Meta takes 30 to 900 seconds.
fn read_ttl(
    body: &Object<'_>,
    wanted: i64,
    out_of_range: TtlOutOfRange,
    warnings: &mut Vec<BlockWarning>,
) -> Result<TemplateTtl, BlockError> {
    let category = TemplateCategory::Authentication;
    if let Ok(ttl) = TemplateTtl::new(category, wanted) {
        return Ok(ttl);
    }
    if out_of_range == TtlOutOfRange::Refuse {
        return Err(
            body.wrong("messageSendTtlSeconds", "an integer from 30 to 900, which is what Meta takes")
        );
    }
    let range = TemplateTtl::range(category);
    let used = wanted.clamp(i64::from(*range.start()), i64::from(*range.end()));
    warnings.push(BlockWarning {
        path: format!("{}.messageSendTtlSeconds", body.path),
        found: wanted.to_string(),
        told: format!("Meta takes 30 to 900 for codes: {used} is used"),
    });
    Ok(TemplateTtl::new(category, used).unwrap_or_default())
}

fn read_action(action: &Object<'_>) -> Result<Button, BlockError> {
    const KEYS: [&str; 3] = ["copyCode", "oneTap", "zeroTap"];
    action.only(&KEYS)?;
    let labels = Labels::default();
    match (action.get("oneTap"), action.get("zeroTap")) {
        (Value::Null, Value::Null) => Ok(Button::CopyCode { labels }),
        (_, Value::Null) => {
            let one = action.object("oneTap")?;
            one.only(&["androidPackageName", "androidSignatureHash"])?;
            let app = one.app("androidPackageName", "androidSignatureHash")?;
            let apps = SupportedApps::new(vec![app]).ok_or_else(|| action.wrong("oneTap", "one app"))?;
            Ok(Button::OneTap { labels, apps })
        }
        (Value::Null, _) => {
            let zero = action.object("zeroTap")?;
            zero.only(&["supportedApps", "zeroTapTermsAccepted"])?;
            if zero.get("zeroTapTermsAccepted").as_bool() != Some(true) {
                return Err(zero.wrong("zeroTapTermsAccepted", "true: Meta wants its terms accepted"));
            }
            let rule = "an array of 1 to 5 apps with `packageName` and `signatureHash`";
            let list =
                zero.get("supportedApps").as_array().ok_or_else(|| zero.wrong("supportedApps", rule))?;
            let apps = list.iter().enumerate().map(|(nth, app)| {
                let app = Object::new(&format!("{}.supportedApps[{nth}]", zero.path), app)?;
                app.only(&["packageName", "signatureHash"])?;
                app.app("packageName", "signatureHash")
            });
            let apps = SupportedApps::new(apps.collect::<Result<_, _>>()?);
            Ok(Button::ZeroTap { labels, apps: apps.ok_or_else(|| zero.wrong("supportedApps", rule))? })
        }
        _ => Err(action.wrong("zeroTap", "left out beside `oneTap`")),
    }
}

/// An object, and where it stands.
struct Object<'a> {
    path: String,
    members: &'a Map<String, Value>,
}

impl<'a> Object<'a> {
    fn new(path: &str, value: &'a Value) -> Result<Self, BlockError> {
        let members = value.as_object().ok_or_else(|| error(path, value, "an object"))?;
        Ok(Self { path: path.to_owned(), members })
    }

    fn get(&self, key: &str) -> &'a Value {
        self.members.get(key).unwrap_or(&Value::Null)
    }

    /// The object under a key; where there is none, an empty one would miss what it must have.
    fn object(&self, key: &str) -> Result<Self, BlockError> {
        Self::new(&format!("{}.{key}", self.path), self.get(key))
    }

    /// Refuses members that nobody reads.
    fn only(&self, known: &[&str]) -> Result<(), BlockError> {
        match self.members.iter().find(|(key, _)| !known.contains(&key.as_str())) {
            None => Ok(()),
            Some((key, value)) => {
                Err(error(&format!("{}.{key}", self.path), value, "left out: there is no such property"))
            }
        }
    }

    fn app(&self, package: &str, hash: &str) -> Result<SupportedApp, BlockError> {
        let text = |key: &str| self.get(key).as_str().unwrap_or_default();
        SupportedApp::new(text(package), text(hash)).ok_or_else(|| {
            let is_package = SupportedApp::new(text(package), "AAAAAAAAAAA").is_some();
            if is_package {
                self.wrong(hash, "11 letters, digits, `+`, `/` or `=`")
            } else {
                self.wrong(package, "an Android package such as com.example.app")
            }
        })
    }

    fn wrong(&self, key: &str, rule: &'static str) -> BlockError {
        error(&format!("{}.{key}", self.path), self.get(key), rule)
    }
}

fn error(path: &str, found: &Value, rule: &'static str) -> BlockError {
    let found = if found.is_null() { "missing".to_owned() } else { found.to_string() };
    BlockError { path: path.to_owned(), found, rule }
}
