//! Whether a request to send is accepted, in the order in which Meta looks at things.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cloud_api::send::SentCode;
use cloud_api::template::{SendShape, TemplateCategory};
use cloud_api::{
    FailureCode, FreeForm, GraphVersion, MessageId, OtpCode, Recipient, Refusal, TemplateSend, TemplateStatus,
};
use scenario::{Elapsed, FaultSubject, Matching};

use crate::content::{Content, FreeFormContent};
use crate::directory::{Approach, Number, Template};
use crate::magic::Magic;
use crate::pair::Pair;
use crate::reach::{Counted, Reached};
use crate::shard::Rules;
use crate::trail::{SendCheck, Trail};

/// Numbers accepted messages from 0, across all shards.
#[derive(Debug, Default)]
pub struct Numbering(AtomicU64);

/// A request to send a message, of which the token and the shape are already found right.
#[derive(Debug)]
pub struct Outgoing<'a> {
    /// The version of the API that was asked.
    pub version: GraphVersion,
    /// Which edge was asked.
    pub edge: Edge,
    /// The phone number that sends.
    pub sender: &'a Arc<Number>,
    /// Where the message goes.
    pub recipient: Recipient,
    /// What it is to say.
    pub draft: Draft<'a>,
    /// What goes along with it.
    pub aside: Aside<'a>,
}

/// What goes along with a message besides what it says; most have nothing of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Aside<'a> {
    /// What the business asks to be told with each status.
    pub callback_data: Option<&'a str>,
    /// The message that it answers.
    pub context: Option<MessageId>,
    /// The fingerprint that the recipient's keys must have.
    pub identity: Option<&'a str>,
    /// Whether the request names the recipient by a business-scoped id.
    pub is_to_user_id: bool,
    /// Whether the file that it is to show is none of the sender's.
    pub is_media_unknown: bool,
}

/// The edges that take messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// The one for all messages.
    Messages,
    /// The one for marketing templates only.
    MarketingMessages,
}

/// What a message is to say; whether it fits its template is not known yet.
#[derive(Debug)]
pub enum Draft<'a> {
    /// A template with values.
    Template(&'a TemplateSend<'a>),
    /// A code in an authentication template, whose values are known to be right.
    Code {
        /// The template's name.
        template: &'a str,
        /// The template's language, which must match exactly.
        language: &'a str,
        /// The code.
        code: OtpCode,
    },
    /// Anything else.
    FreeForm(&'a FreeForm<'a>),
}

/// A message that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Its id.
    pub id: MessageId,
    /// Whether it is held back until the quality of its template is known.
    pub is_held: bool,
    /// Whether it was made from a template.
    pub is_template: bool,
}

/// A request that is accepted.
pub(crate) struct Admitted {
    pub(crate) sender: Arc<Number>,
    pub(crate) recipient: Recipient,
    pub(crate) content: Content,
    pub(crate) callback_data: Option<Arc<str>>,
    pub(crate) context: Option<Box<MessageId>>,
    /// How many messages to this recipient were accepted before.
    pub(crate) nth: u64,
    /// What is open between the two.
    pub(crate) approach: Approach,
    /// With what the message fails, if it is already known to.
    pub(crate) fails_with: Option<FailureCode>,
    /// Whether something of the directory is due because of it.
    pub(crate) is_news: bool,
}

impl Numbering {
    /// How many messages were accepted so far.
    #[must_use]
    pub fn accepted(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Goes on after so many, never with a number that was given already.
    pub fn skip_to(&self, accepted: u64) {
        self.0.fetch_max(accepted, Ordering::Relaxed);
    }

    pub(crate) fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
}

/// What is known of a sender and a recipient before a message is looked at, and where to note what is
/// found.
pub(crate) struct Known<'a> {
    pub(crate) pair: &'a mut Pair,
    pub(crate) reached: &'a mut Reached,
    pub(crate) trail: &'a mut Trail,
    /// Whether the recipient's keys are other ones than the request says they must be.
    pub(crate) is_stranger: bool,
}

/// Looks at a request as Meta does, in the order of [`SendCheck`].
pub(crate) fn admit(
    now: Elapsed,
    rules: &Rules<'_>,
    outgoing: Outgoing<'_>,
    known: Known<'_>,
) -> Result<Admitted, Refusal> {
    let Known { pair, reached, trail, is_stranger } = known;
    let nth_request = pair.next_request();
    let magic = Magic::of(outgoing.recipient);
    trail.check(SendCheck::Faults);
    rules.world.refuse_send(now, &subject(&outgoing), nth_request, trail)?;
    trail.check(SendCheck::Account);
    let approach = pair.approach(now);
    trail.open_until = pair.open_until(now);
    may_send(now, rules, &outgoing, approach)?;
    trail.check(SendCheck::Recipient);
    if let Some(refusal) = magic.and_then(Magic::refusal) {
        return Err(refusal);
    }
    let before = pair.rate;
    keep_to_rates(now, rules, outgoing.sender, (pair, trail))?;
    // Source: cloud-api.md §7: messages are counted. Assumed: what is refused for its content is none.
    let content = content(rules, &outgoing, trail).inspect_err(|_| pair.rate = before)?;
    content.template().into_iter().for_each(|template| template.is_sent(now));
    trail.check(SendCheck::Prospects);
    let fails_with = failure(rules, &outgoing, &content, approach).or_else(|| magic?.failure(&content));
    let fails_with = fails_with.or(is_stranger.then_some(FailureCode::IDENTITY_MISMATCH));
    // Source: cloud-api.md §6.5: marketing fails after a person has asked for no more; codes do not.
    let is_unwanted = pair.is_stopped() && content.category() == Some(TemplateCategory::Marketing);
    let fails_with = fails_with.or(is_unwanted.then_some(FailureCode::MARKETING_STOPPED));
    trail.fails_with = fails_with;
    trail.check(SendCheck::MessagingLimit);
    let counted = match (approach, fails_with) {
        (Approach::Unasked, None) => outgoing.sender.reach.count(now, outgoing.recipient.number(), reached),
        _ => Counted::Within,
    };
    trail.people = reached.take_found();
    let beyond = || rules.world.meta.profile.at(outgoing.version).messaging_limit_code;
    let fails_with = fails_with.or_else(|| (counted == Counted::Beyond).then(beyond));
    Ok(Admitted {
        sender: Arc::clone(outgoing.sender),
        recipient: outgoing.recipient,
        content,
        callback_data: outgoing.aside.callback_data.map(Arc::from),
        context: outgoing.aside.context.map(Box::new),
        nth: pair.next_accepted(),
        approach,
        fails_with,
        is_news: counted == Counted::News,
    })
}

/// Takes a token of the number's throughput, then one of the pair's rate.
fn keep_to_rates(
    now: Elapsed,
    rules: &Rules<'_>,
    sender: &Number,
    (pair, trail): (&mut Pair, &mut Trail),
) -> Result<(), Refusal> {
    let limits = &rules.world.meta.limits;
    trail.limits = Some(*limits);
    trail.check(SendCheck::Throughput);
    let per_second = sender.messages_per_second(limits);
    let taken = sender.throughput.take(now, per_second);
    let (Ok(spent_until) | Err(spent_until)) = taken;
    trail.throughput = Some((spent_until, per_second));
    if taken.is_err() {
        return Err(Refusal::ThroughputReached);
    }
    trail.check(SendCheck::PairRate);
    let is_admitted = pair.rate.admit(now, limits);
    trail.pair = Some(pair.rate);
    if is_admitted { Ok(()) } else { Err(Refusal::PairRateReached) }
}

fn may_send(
    now: Elapsed,
    rules: &Rules<'_>,
    outgoing: &Outgoing<'_>,
    approach: Approach,
) -> Result<(), Refusal> {
    let Outgoing { sender, recipient, .. } = outgoing;
    if sender.display == *recipient {
        return Err(Refusal::RecipientIsSender);
    }
    sender.may_send(now, *recipient)?;
    let account = rules.directory.account(sender.account).ok_or(Refusal::ApiUnknown)?;
    account.may_send(rules.world.unix_secs(now), *recipient, approach)
}

/// What the message says, if its template is there and its values fit.
fn content(rules: &Rules<'_>, outgoing: &Outgoing<'_>, trail: &mut Trail) -> Result<Content, Refusal> {
    trail.check(SendCheck::Template);
    let is_for_all = outgoing.edge == Edge::Messages;
    match &outgoing.draft {
        Draft::FreeForm(message) if is_for_all => {
            Ok(Content::FreeForm(Arc::new(FreeFormContent::from(*message))))
        }
        // Source: cloud-api.md §2.7: the other edge takes marketing templates only.
        Draft::FreeForm(_) => Err(Refusal::MethodNotAllowed),
        Draft::Code { template, language, code } => {
            let template = find_template(rules, outgoing.sender, (template, language), trail)?;
            Ok(Content::Code { template, code: code.clone(), handed_over: None })
        }
        Draft::Template(send) => {
            let template = find_template(rules, outgoing.sender, (&send.name, &send.language), trail)?;
            let category = template.record.template.category();
            if !is_for_all && category != TemplateCategory::Marketing {
                return Err(Refusal::MethodNotAllowed);
            }
            // Source: cloud-api.md §2.1.
            if outgoing.aside.is_to_user_id && category == TemplateCategory::Authentication {
                return Err(Refusal::UserIdNotSupported);
            }
            trail.check(SendCheck::Parameters);
            fill(template, send, trail)
        }
    }
}

fn fill(template: Arc<Template>, send: &TemplateSend<'_>, trail: &mut Trail) -> Result<Content, Refusal> {
    if template.shape.is_authentication() {
        let SentCode { shown: code, handed_over } = send.authentication_code()?;
        trail.hands_over_another_code = handed_over.is_some();
        return Ok(Content::Code { template, code, handed_over });
    }
    let shape: &SendShape = &template.shape;
    let values = Arc::new(send.values(shape)?);
    let content = Content::Template { template, values };
    if content.is_too_long() { Err(Refusal::TranslatedTextTooLong) } else { Ok(content) }
}

/// With what an accepted message is known to fail.
// Source: cloud-api.md §2.2 and §8: free form outside of the window, a file that is not there, and no
// means to pay.
// Assumed: what is free needs no means to pay.
fn failure(
    rules: &Rules<'_>,
    outgoing: &Outgoing<'_>,
    content: &Content,
    approach: Approach,
) -> Option<FailureCode> {
    let is_free_form = content.template().is_none();
    if is_free_form && approach == Approach::Unasked {
        return Some(FailureCode::WINDOW_CLOSED);
    }
    // Assumed: a file that was deleted while the message is on its way is shown all the same.
    if outgoing.aside.is_media_unknown {
        return Some(FailureCode::MEDIA_UPLOAD);
    }
    let account = rules.directory.account(outgoing.sender.account)?;
    (account.standing.is_unpaid && !is_free_form).then_some(FailureCode::PAYMENT)
}

fn subject<'a>(outgoing: &Outgoing<'a>) -> FaultSubject<'a> {
    FaultSubject {
        operation: Matching::MESSAGES,
        number: Some(outgoing.sender.id.number()),
        template: match outgoing.draft {
            Draft::Template(send) => Some(&send.name),
            Draft::Code { template, .. } => Some(template),
            Draft::FreeForm(_) => None,
        },
        recipient: Some(outgoing.recipient.number()),
    }
}

fn find_template(
    rules: &Rules<'_>,
    sender: &Number,
    (name, language): (&str, &str),
    trail: &mut Trail,
) -> Result<Arc<Template>, Refusal> {
    let missing = || Refusal::TemplateMissing { name: name.to_owned(), language: language.to_owned() };
    let template = rules.directory.template(sender.account, name, language).ok_or_else(missing)?;
    trail.template = Some(template.record.status);
    match template.record.status {
        TemplateStatus::Approved => Ok(Arc::clone(template)),
        TemplateStatus::Paused => Err(Refusal::TemplatePaused),
        TemplateStatus::Disabled => Err(Refusal::TemplateDisabled),
        // Source: cloud-api.md §2.3: a template still pending, or rejected, is not found.
        _ => Err(missing()),
    }
}
