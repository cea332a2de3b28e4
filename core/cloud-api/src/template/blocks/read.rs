//! Reads blocks to their end, and records all that is wrong with them.

use serde_json::{Map, Value};

use super::{BlockError, BlockWarning, TtlOutOfRange};
use crate::template::button::{is_package_name, is_signature_hash};
use crate::template::{
    AuthenticationContent, Button, CodeExpiration, Labels, SupportedApp, SupportedApps, TemplateCategory,
    TemplateTtl, Wording,
};

/// What reads blocks, and what it found on its way.
pub(super) struct Reader {
    out_of_range: TtlOutOfRange,
    pub(super) mistakes: Vec<BlockError>,
    pub(super) warnings: Vec<BlockWarning>,
}

/// An object, and where it stands.
struct Object<'a> {
    path: String,
    members: &'a Map<String, Value>,
}

type Body = (bool, Option<CodeExpiration>, Option<TemplateTtl>);

// Source: the second seed document, "Authentication Templates": names, types and ranges.
// Assumed: the settings of the action stand in an object `authenticationAction`, like those of the body.
const TTL_MAX: i64 = 86_400;
const BLOCKS: &str = "one block `authentication-body` and one block `authentication-action`";
const APPS: &str = "an array of 1 to 5 apps with `packageName` and `signatureHash`";

impl Reader {
    pub(super) const fn new(out_of_range: TtlOutOfRange) -> Self {
        Self { out_of_range, mistakes: Vec::new(), warnings: Vec::new() }
    }

    /// What the blocks say; `None`, or something with mistakes beside it, where they are wrong.
    pub(super) fn read(&mut self, blocks: &Value) -> Option<(AuthenticationContent, Option<TemplateTtl>)> {
        let (mut body, mut action) = (None, None);
        for (nth, block) in blocks.as_array().into_iter().flatten().enumerate() {
            let path = format!("blocks[{nth}]");
            let is_repeated = match block["type"].as_str() {
                Some("authentication-body") => {
                    let inside = self.enter_block(&path, block, "authenticationBody");
                    body.replace(inside.and_then(|inside| self.read_body(&inside))).is_some()
                }
                Some("authentication-action") => {
                    let inside = self.enter_block(&path, block, "authenticationAction");
                    action.replace(inside.and_then(|inside| self.read_action(&inside))).is_some()
                }
                _ => {
                    self.wrong(format!("{path}.type"), &block["type"], BLOCKS);
                    continue;
                }
            };
            if is_repeated {
                self.wrong(format!("{path}.type"), &block["type"], "given once");
            }
        }
        // A block of another type may be meant as the one that is missing.
        if self.mistakes.is_empty() && (body.is_none() || action.is_none()) {
            self.wrong("blocks".to_owned(), blocks, BLOCKS);
        }
        let (has_security_recommendation, code_expiration, ttl) = body??;
        let (wording, button) = (Wording::Preset, action??);
        Some((AuthenticationContent { wording, has_security_recommendation, code_expiration, button }, ttl))
    }

    fn read_body(&mut self, body: &Object<'_>) -> Option<Body> {
        self.only(body, &["addSecurityDisclaimer", "expirationTime", "messageSendTtlSeconds"]);
        let disclaimer = self.member(body, "addSecurityDisclaimer", "true or false", Value::as_bool);
        let expiration = match body.members.get("expirationTime") {
            Some(Value::Null) => Some(None),
            _ => self.member(body, "expirationTime", "an integer from 1 to 90, or null", |minutes| {
                let minutes = minutes.as_u64().and_then(|minutes| u8::try_from(minutes).ok());
                minutes.and_then(CodeExpiration::from_minutes).map(Some)
            }),
        };
        let ttl = match body.get("messageSendTtlSeconds") {
            Value::Null => Some(None),
            _ => self.read_ttl(body).map(Some),
        };
        Some((disclaimer?, expiration?, ttl?))
    }

    /// Fits a time to live into the range that Meta takes.
    // Source: cloud-api.md §0 and §3.6: Meta takes 30 to 900 seconds.
    fn read_ttl(&mut self, body: &Object<'_>) -> Option<TemplateTtl> {
        const KEY: &str = "messageSendTtlSeconds";
        let category = TemplateCategory::Authentication;
        let wanted = self.member(body, KEY, "an integer from 1 to 86400", |found| {
            found.as_i64().filter(|ttl| (1..=TTL_MAX).contains(ttl))
        })?;
        let fitting = TemplateTtl::new(category, wanted).ok();
        if fitting.is_some() {
            return fitting;
        }
        if self.out_of_range == TtlOutOfRange::Refuse {
            let rule = "an integer from 30 to 900, which is what Meta takes";
            self.wrong(body.path_of(KEY), body.get(KEY), rule);
            return None;
        }
        let range = TemplateTtl::range(category);
        let used = wanted.clamp(i64::from(*range.start()), i64::from(*range.end()));
        self.warnings.push(BlockWarning {
            path: body.path_of(KEY),
            found: wanted.to_string(),
            told: format!("Meta takes 30 to 900 for codes: {used} is used"),
        });
        TemplateTtl::new(category, used).ok()
    }

    fn read_action(&mut self, action: &Object<'_>) -> Option<Button> {
        // Source: cloud-api.md §0 has the word `copy-code`. Assumed: where it stands, as the two documents show
        // no action whole; it says nothing that is not so anyway.
        self.only(action, &["type", "copy-code", "copyCode", "oneTap", "zeroTap"]);
        if !action.get("type").is_null() {
            let is_right = |kind: &Value| (kind == "copy-code").then_some(());
            self.member(action, "type", "`copy-code`", is_right);
        }
        let (has_one, has_zero) = (!action.get("oneTap").is_null(), !action.get("zeroTap").is_null());
        if has_one && has_zero {
            self.wrong(action.path_of("zeroTap"), action.get("zeroTap"), "left out beside `oneTap`");
        }
        let labels = Labels::default();
        if has_one {
            let one = self.enter(action, "oneTap")?;
            self.only(&one, &["androidPackageName", "androidSignatureHash"]);
            let app = self.read_app(&one, ("androidPackageName", "androidSignatureHash"))?;
            return SupportedApps::new(vec![app]).map(|apps| Button::OneTap { labels, apps });
        }
        if !has_zero {
            return Some(Button::CopyCode { labels });
        }
        let zero = self.enter(action, "zeroTap")?;
        self.only(&zero, &["supportedApps", "zeroTapTermsAccepted"]);
        let rule = "true: Meta wants its terms accepted";
        self.member(&zero, "zeroTapTermsAccepted", rule, |accepted| accepted.as_bool().filter(|is| *is));
        let apps = self.read_apps(&zero)?;
        Some(Button::ZeroTap { labels, apps })
    }

    fn read_apps(&mut self, zero: &Object<'_>) -> Option<SupportedApps> {
        const KEY: &str = "supportedApps";
        let list = self.member(zero, KEY, APPS, |list| list.as_array().map(Vec::len))?;
        if !(1..=SupportedApps::COUNT_MAX).contains(&list) {
            self.wrong(zero.path_of(KEY), zero.get(KEY), APPS);
        }
        let mut apps = Vec::new();
        for (nth, app) in zero.get(KEY).as_array().into_iter().flatten().enumerate() {
            let Some(app) = self.object(zero.path_of(&format!("{KEY}[{nth}]")), app) else { continue };
            self.only(&app, &["packageName", "signatureHash"]);
            apps.extend(self.read_app(&app, ("packageName", "signatureHash")));
        }
        SupportedApps::new(apps)
    }

    fn read_app(&mut self, app: &Object<'_>, (package, hash): (&str, &str)) -> Option<SupportedApp> {
        let read = |is_right: fn(&str) -> bool| {
            move |found: &Value| found.as_str().filter(|found| is_right(found)).map(str::to_owned)
        };
        let package =
            self.member(app, package, "an Android package such as com.example.app", read(is_package_name));
        let hash = self.member(app, hash, "11 letters, digits, `+`, `/` or `=`", read(is_signature_hash));
        SupportedApp::new(&package?, &hash?)
    }

    /// The settings of a block.
    fn enter_block<'a>(&mut self, path: &str, block: &'a Value, key: &str) -> Option<Object<'a>> {
        let block = self.object(path.to_owned(), block)?;
        self.only(&block, &["type", key]);
        self.enter(&block, key)
    }

    /// The object under a key.
    fn enter<'a>(&mut self, outer: &Object<'a>, key: &str) -> Option<Object<'a>> {
        self.object(outer.path_of(key), outer.get(key))
    }

    fn object<'a>(&mut self, path: String, value: &'a Value) -> Option<Object<'a>> {
        if let Some(members) = value.as_object() {
            return Some(Object { path, members });
        }
        self.wrong(path, value, "an object");
        None
    }

    /// A member that is needed.
    fn member<T>(
        &mut self,
        object: &Object<'_>,
        key: &str,
        rule: &'static str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Option<T> {
        let found = read(object.get(key));
        if found.is_none() {
            self.wrong(object.path_of(key), object.get(key), rule);
        }
        found
    }

    /// Refuses members that nobody reads.
    fn only(&mut self, object: &Object<'_>, known: &[&str]) {
        for (key, value) in object.members.iter().filter(|(key, _)| !known.contains(&key.as_str())) {
            self.wrong(object.path_of(key), value, "left out: there is no such property");
        }
    }

    fn wrong(&mut self, path: String, found: &Value, rule: &'static str) {
        let found = if found.is_null() { "missing".to_owned() } else { found.to_string() };
        self.mistakes.push(BlockError { path, found, rule });
    }
}

impl<'a> Object<'a> {
    fn get(&self, key: &str) -> &'a Value {
        self.members.get(key).unwrap_or(&Value::Null)
    }

    fn path_of(&self, key: &str) -> String {
        format!("{}.{key}", self.path)
    }
}
