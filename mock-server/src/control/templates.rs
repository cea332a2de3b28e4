//! `/_mock/templates`: templates as their reviewers and their readers see them.

use cloud_api::refusal::Refusal;
use cloud_api::template::{
    Blocks, PresetTexts, QualityScore, RejectedReason, TemplateCategory, TemplateContent, TemplateFields,
    TemplateNode, TemplateOptions, TtlOutOfRange, Wording,
};
use cloud_api::{GraphVersion, MessageTemplate, TemplateId, TraceId, WabaId};
use cloud_sim::{Complaint, Directory, Moment};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Control;
use super::call::{Call, Problem, Told, ok};

/// A template, and what no Meta would say of it.
#[derive(Serialize)]
struct Shown {
    account_id: WabaId,
    #[serde(flatten)]
    node: TemplateNode,
    /// Whether words are English because those of the language are not known.
    is_fallback: bool,
    /// Whether it sends a code that belongs into an authentication template.
    sends_a_code: bool,
}

#[derive(Serialize)]
struct Created {
    id: TemplateId,
    status: &'static str,
    category: TemplateCategory,
    warnings: Vec<String>,
}

/// What a request to create a template says, besides what Meta's edge takes.
#[derive(Deserialize)]
struct Creation {
    account_id: Option<WabaId>,
    blocks: Option<Value>,
    name: Option<String>,
    language: Option<String>,
    ttl_out_of_range: Option<String>,
    /// What is Meta's, and has no place beside blocks.
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// What an action needs to know.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Details {
    reason: Option<String>,
    score: Option<String>,
    #[serde(default)]
    reasons: Vec<String>,
    category: Option<String>,
}

const ACTIONS: &str = "approve, reject, appeal, pause, hold, unpause, disable, reinstate, flag, lock, limit, quality, \
                       category, block or did_not_request_code";

impl Control {
    pub(super) fn list_mock_templates(&self, _: &Call<'_>) -> Told {
        let directory = self.engine.directory();
        let shown = directory.accounts().iter().flat_map(|account| {
            let all = directory.templates(account.id).iter();
            all.map(|template| Shown {
                account_id: account.id,
                node: TemplateNode::new(&template.record, TemplateFields::all()),
                is_fallback: is_fallback(&template.record.template),
                sends_a_code: template.record.template.sends_a_code(),
            })
        });
        ok(&shown.collect::<Vec<_>>())
    }

    /// Creates a template from Meta's components or from another vendor's blocks.
    pub(super) fn create_mock_template(&self, call: &Call<'_>) -> Told {
        let creation: Creation = call.json()?;
        let directory = self.engine.directory();
        let account = match creation.account_id {
            Some(id) => directory.account(id).map(|account| account.id),
            None => directory.accounts().first().map(|account| account.id),
        };
        let account = account.ok_or_else(|| Problem::new(404, "there is no such account"))?;
        let (template, mut warnings) = match &creation.blocks {
            Some(blocks) => from_blocks(&creation, blocks)?,
            None => {
                let body = call.text()?.as_bytes();
                let template = MessageTemplate::parse(body, GraphVersion::default());
                (template.map_err(|refusal| refused(&refusal))?, Vec::new())
            }
        };
        if is_fallback(&template) {
            warnings.push(format!("Meta's words in `{}` are not known: English is used", template.language));
        }
        let created = self.engine.create_template(account, &template).map_err(|refusal| refused(&refusal))?;
        ok(&Created { id: created.id, status: created.status.word(), category: created.category, warnings })
    }

    /// Does to a template by hand what its reviewers, its readers or Meta would do.
    pub(super) fn act_on_template(&self, call: &Call<'_>) -> Told {
        let id = call.segment("id");
        let id: TemplateId =
            id.parse().map_err(|_| Problem::bad(format!("`{id}` is no id of a template")))?;
        if self.engine.directory().template_by_id(id).is_none() {
            return Err(Problem::new(404, format!("there is no template {id}")));
        }
        let details: Details = call.json()?;
        let action = Action::read(call.segment("action"), &details)?;
        let done = self.engine.alter(|directory, moment| action.take(directory, moment, id));
        done.map_err(|refusal| refused(&refusal))?;
        self.list_mock_templates(call)
    }
}

/// What is done to a template by hand.
enum Action<'a> {
    Approve,
    Reject(RejectedReason),
    Appeal,
    Pause,
    Hold,
    Unpause,
    Disable,
    Reinstate,
    Flag,
    Lock,
    Limit,
    Quality(QualityScore, &'a [String]),
    Category(TemplateCategory),
    Complain(Complaint),
}

impl<'a> Action<'a> {
    fn read(name: &str, details: &'a Details) -> Result<Self, Problem> {
        Ok(match name {
            "approve" => Self::Approve,
            "reject" => match &details.reason {
                None => Self::Reject(RejectedReason::InvalidFormat),
                Some(reason) => Self::Reject(word("reason", reason, &RejectedReason::ALL[1..])?),
            },
            "appeal" => Self::Appeal,
            "pause" => Self::Pause,
            "hold" => Self::Hold,
            "unpause" => Self::Unpause,
            "disable" => Self::Disable,
            "reinstate" => Self::Reinstate,
            "flag" => Self::Flag,
            "lock" => Self::Lock,
            "limit" => Self::Limit,
            "quality" => {
                let score = details.score.as_deref().unwrap_or_default();
                Self::Quality(word("score", score, QualityScore::ALL)?, &details.reasons)
            }
            "category" => {
                let category = details.category.as_deref().unwrap_or_default();
                Self::Category(word("category", category, TemplateCategory::ALL)?)
            }
            "block" => Self::Complain(Complaint::Blocked),
            "did_not_request_code" => Self::Complain(Complaint::DidNotRequestCode),
            _ => return Err(Problem::new(404, format!("`{name}` is no action; there are {ACTIONS}"))),
        })
    }

    fn take(
        &self,
        directory: &mut Directory,
        moment: &mut Moment<'_>,
        id: TemplateId,
    ) -> Result<(), Refusal> {
        match *self {
            Self::Approve => directory.approve_template(moment, id),
            Self::Reject(reason) => directory.reject_template(moment, id, reason),
            Self::Appeal => directory.appeal_template(moment, id),
            Self::Pause => directory.pause_template(moment, id),
            Self::Hold => directory.hold_template(moment, id),
            Self::Unpause => directory.lift_pause(moment, id),
            Self::Disable => directory.disable_template(moment, id),
            Self::Reinstate => directory.reinstate_template(moment, id),
            Self::Flag => directory.flag_template(moment, id),
            Self::Lock => directory.lock_template(moment, id),
            Self::Limit => directory.limit_template(moment, id),
            Self::Quality(score, reasons) => directory.set_template_quality(moment, id, score, reasons),
            Self::Category(category) => directory.recategorise_template(moment, id, category),
            Self::Complain(complaint) => {
                directory.complain(moment, id, complaint);
                Ok(())
            }
        }
    }
}

/// The template that blocks make, and what Meta does not take of them as it was written.
fn from_blocks(creation: &Creation, blocks: &Value) -> Result<(MessageTemplate, Vec<String>), Problem> {
    creation.others.iter().try_for_each(refuse_beside_blocks)?;
    let out_of_range = match creation.ttl_out_of_range.as_deref() {
        None | Some("clamp") => TtlOutOfRange::Clamp,
        Some("refuse") => TtlOutOfRange::Refuse,
        Some(found) => {
            return Err(Problem::bad(format!(
                "`ttl_out_of_range` is `{found}`, but must be `clamp` or `refuse`"
            )));
        }
    };
    let Blocks { content, ttl, warnings } =
        Blocks::parse(blocks, out_of_range).map_err(|error| Problem::bad(error.to_string()))?;
    let name = creation.name.as_deref().unwrap_or_default();
    let language = creation.language.as_deref().unwrap_or("en_US");
    let template = MessageTemplate {
        name: name.parse().map_err(|error| Problem::bad(format!("`name`: {error}")))?,
        language: language.parse().map_err(|error| Problem::bad(format!("`language`: {error}")))?,
        ttl: Some(ttl.unwrap_or_default()),
        content: TemplateContent::Authentication(content),
        library: None,
        options: TemplateOptions::default(),
    };
    Ok((template, warnings.iter().map(ToString::to_string).collect()))
}

/// Refuses what blocks leave no room for, rather than have it without effect.
// Source: second seed document: authentication templates must use the AUTHENTICATION category, and do not
// support custom headers, footers, or additional buttons.
fn refuse_beside_blocks((key, value): (&String, &Value)) -> Result<(), Problem> {
    let category = TemplateCategory::Authentication.to_string();
    match (key.as_str(), value) {
        ("category", Value::String(word)) if word.eq_ignore_ascii_case(&category) => Ok(()),
        ("category", found) => {
            Err(Problem::bad(format!("`category` is {found}, but must be {category} beside `blocks`")))
        }
        (key, _) => Err(Problem::bad(format!(
            "`{key}` has no place beside `blocks`; there are `account_id`, `name`, `language`, `category` and \
             `ttl_out_of_range`"
        ))),
    }
}

fn word<T>(field: &str, found: &str, all: &[T]) -> Result<T, Problem>
where
    T: Copy + ToString,
{
    let words: Vec<String> = all.iter().map(T::to_string).collect();
    let place = words.iter().position(|word| word.eq_ignore_ascii_case(found));
    let wrong = || Problem::bad(format!("`{field}` is `{found}`, but must be one of {}", words.join(", ")));
    place.map(|place| all[place]).ok_or_else(wrong)
}

/// What Meta would say, as a problem of the control API.
fn refused(refusal: &Refusal) -> Problem {
    let error = refusal.envelope(TraceId::new(0)).error;
    let subcode = error.error_subcode.map(|subcode| format!("/{subcode}")).unwrap_or_default();
    let told = error.error_user_msg.unwrap_or(error.message);
    Problem::bad(format!("Meta refuses with {}{subcode}: {told}", error.code))
}

fn is_fallback(template: &MessageTemplate) -> bool {
    let is_english = template.language.code().starts_with("en");
    match &template.content {
        TemplateContent::Authentication(content) if content.wording == Wording::Preset => {
            PresetTexts::of(template.language).is_fallback
        }
        TemplateContent::Authentication(_) => !is_english,
        TemplateContent::Custom(_) => template.library.is_some() && !is_english,
    }
}
