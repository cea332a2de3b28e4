//! What Meta does with templates: who reviews them how, what it limits, when it pauses them.

use cloud_api::template::TemplateCategory;

use super::Review;
use crate::read::{Kind, Table};
use crate::time::Span;

/// The behaviour of Meta towards templates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateRules {
    /// Reviews that end otherwise than most; the first that fits counts.
    pub reviews: Vec<ReviewRule>,
    /// What becomes of an appeal against a rejection.
    pub appeal: Review,
    /// How many templates an account may create in an hour.
    pub creations_per_hour: u32,
    /// The code of the error beyond that.
    pub rate_code: u32,
    /// How often an approved template may be edited in 24 hours.
    pub edits_per_day: u32,
    /// How often an approved template may be edited in 30 days.
    pub edits_per_month: u32,
    /// For how long the name of a deleted, approved template cannot be used again.
    pub name_lock: Span,
    /// How long the first pause takes.
    pub first_pause: Span,
    /// How long the second pause takes.
    pub second_pause: Span,
    /// How long a template that nobody sends stays before it is archived.
    pub unused_for: Span,
    /// How long after its approval a template of which nobody complains counts as good.
    pub green_after: Span,
    /// How many complaints make a template's quality medium.
    pub yellow_at: u32,
    /// How many complaints make a template's quality low, which pauses it.
    pub red_at: u32,
    /// For how long a complaint counts.
    pub complaint_counts_for: Span,
}

/// How templates of a name or a category are reviewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewRule {
    /// The name; any where it is not given.
    pub name: Option<String>,
    /// The category; any where it is not given.
    pub category: Option<TemplateCategory>,
    /// What becomes of them.
    pub review: Review,
}

const HOUR: Span = Span::from_secs(3_600);
const DAY: Span = Span::from_secs(86_400);
const MONTH: Span = Span::from_secs(30 * 86_400);
const CATEGORIES: [(&str, TemplateCategory); 3] = [
    ("authentication", TemplateCategory::Authentication),
    ("utility", TemplateCategory::Utility),
    ("marketing", TemplateCategory::Marketing),
];

impl ReviewRule {
    /// Whether it is about templates of this name and category.
    #[must_use]
    pub fn fits(&self, name: &str, category: TemplateCategory) -> bool {
        self.name.as_ref().is_none_or(|known| known == name)
            && self.category.is_none_or(|known| known == category)
    }

    fn read(table: &Table<'_>) -> Option<Self> {
        let name = table.optional("name", &Kind::text("the name of a template", |name| !name.is_empty()));
        let category = table.optional("category", &Kind::choice(CATEGORIES));
        let review = Review::read(table);
        Some(Self { name: name?, category: category?, review: review? })
    }
}

impl TemplateRules {
    pub(super) fn read(table: &Table<'_>) -> Option<Self> {
        let usual = Self::default();
        let count = |bounds| Kind::whole(bounds);
        let spans = || Kind::span(Span::from_secs(1)..=MONTH);
        let reviews = table.list("reviews", |table, _| ReviewRule::read(table));
        let appeal = table.section("appeal", Review::read);
        let creations =
            table.or("creations-per-hour", u64::from(usual.creations_per_hour), &count(1..=1_000_000));
        let rate_code = table.or("rate-code", usual.rate_code, &Kind::number_of(&[192, 80_007, 80_008]));
        let per_day = table.or("edits-per-day", u64::from(usual.edits_per_day), &count(1..=1_000));
        let per_month = table.or("edits-per-month", u64::from(usual.edits_per_month), &count(1..=1_000));
        let name_lock = table.or("name-lock", usual.name_lock, &Kind::span(Span::ZERO..=MONTH));
        let first_pause = table.or("first-pause", usual.first_pause, &spans());
        let second_pause = table.or("second-pause", usual.second_pause, &spans());
        let unused_for =
            table.or("unused-for", usual.unused_for, &Kind::span(DAY..=Span::from_secs(3_660 * DAY.secs())));
        let green_after = table.or("green-after", usual.green_after, &spans());
        let yellow_at = table.or("yellow-at", u64::from(usual.yellow_at), &count(1..=10_000));
        let red_at = table.or("red-at", u64::from(usual.red_at), &count(1..=10_000));
        let counts_for = table.or("complaint-counts-for", usual.complaint_counts_for, &spans());
        let small = |count: u64| u32::try_from(count).expect("the rule's bound fits");
        if let (Some(yellow), Some(red)) = (yellow_at, red_at)
            && yellow > red
        {
            table.wrong_field("yellow-at", &yellow.to_string(), &format!("at most `red-at`, {red}"));
            return None;
        }
        Some(Self {
            reviews: reviews?,
            appeal: appeal?,
            creations_per_hour: small(creations?),
            rate_code: rate_code?,
            edits_per_day: small(per_day?),
            edits_per_month: small(per_month?),
            name_lock: name_lock?,
            first_pause: first_pause?,
            second_pause: second_pause?,
            unused_for: unused_for?,
            green_after: green_after?,
            yellow_at: small(yellow_at?),
            red_at: small(red_at?),
            complaint_counts_for: counts_for?,
        })
    }
}

impl Default for TemplateRules {
    // Source: cloud-api.md 1.6 for the creations, 3.5 for what is not used, 3.9 for the edits
    // and the name, 3.12 for the pauses.
    // Assumed: the code, and everything about complaints, of which Meta tells no figure.
    fn default() -> Self {
        Self {
            reviews: Vec::new(),
            appeal: Review::default(),
            creations_per_hour: 100,
            rate_code: 80_007,
            edits_per_day: 1,
            edits_per_month: 10,
            name_lock: MONTH,
            first_pause: Span::from_secs(3 * 3_600),
            second_pause: Span::from_secs(6 * 3_600),
            unused_for: Span::from_secs(365 * DAY.secs()),
            green_after: DAY,
            yellow_at: 3,
            red_at: 10,
            complaint_counts_for: Span::from_secs(7 * 24 * HOUR.secs()),
        }
    }
}
