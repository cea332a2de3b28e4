//! `/_mock/costs` and `/_mock/rates`: what was sent, what it cost, and what text messages would have.

use std::collections::BTreeMap;
use std::sync::Arc;

use cloud_api::webhook::{PricingCategory, PricingType};
use cloud_api::{CountryCode, Currency, Money};
use cloud_sim::{Priced, Tally};
use scenario::{Card, Rates, TextRate};
use serde::Serialize;

use super::Control;
use super::call::{Call, Problem, Told, ok};

/// What was sent and what it cost, by country and category.
#[derive(Serialize)]
struct Costs<'a> {
    rows: Vec<Row<'a>>,
    /// What all rows of a currency cost together.
    totals: BTreeMap<String, Total>,
    cards: Vec<CardShown<'a>>,
    /// How many of the oldest rows were dropped to bound the memory.
    rows_dropped: u64,
}

/// The messages to one country that are paid for alike.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Key {
    country: Option<CountryCode>,
    category: PricingCategory,
    #[serde(rename = "type")]
    kind: PricingType,
    currency: Currency,
}

#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    key: Key,
    market: &'a str,
    accepted: u64,
    sent: u64,
    delivered: u64,
    read: u64,
    failed: u64,
    discarded: u64,
    charged: u64,
    cost: Money,
    /// How many charged messages have no price in the file of rates; they are in no cost.
    unpriced: u64,
    sms: Vec<Sms<'a>>,
}

/// What the same messages would have cost as text messages.
#[derive(Serialize)]
struct Sms<'a> {
    provider: &'a str,
    currency: Currency,
    each: Money,
    cost: Money,
    dated: &'a str,
    source: &'a str,
    confirmed: bool,
}

#[derive(Default, Serialize)]
struct Total {
    charged: u64,
    cost: Money,
}

/// Which rates were used.
#[derive(Serialize)]
struct CardShown<'a> {
    currency: Currency,
    effective: String,
    source: &'a str,
    confirmed: bool,
}

impl Control {
    pub(super) fn read_costs(&self, _: &Call<'_>) -> Told {
        let (books, rates) = (self.engine.books(), Arc::clone(&self.engine.world().rates));
        let costs = cloud_sim::priced(&books, &rates, &self.engine.directory());
        let mut totals = BTreeMap::<_, Total>::new();
        let rows: Vec<Row<'_>> = sums(&costs).into_iter().map(|(key, sum)| row(key, sum, &rates)).collect();
        for row in &rows {
            let total = totals.entry(row.key.currency.code().to_owned()).or_default();
            total.charged += row.charged;
            total.cost += row.cost;
        }
        let mut cards: Vec<CardShown<'_>> = Vec::new();
        for row in &rows {
            let card = rates.card(row.key.currency);
            if !cards.iter().any(|shown| shown.currency == card.currency) {
                cards.push(CardShown::new(card));
            }
        }
        ok(&Costs { rows, totals, cards, rows_dropped: books.dropped() })
    }

    /// Takes a file of rates; what was counted already is priced by them too.
    pub(super) fn replace_rates(&self, call: &Call<'_>) -> Told {
        let text = call.text()?;
        let given = self.engine.change_world(|world| world.give_rates(text));
        given.map_err(|mistakes| Problem::bad(mistakes.to_string()))?;
        let rates = Arc::clone(&self.engine.world().rates);
        self.engine.directory().recount_volumes(&self.engine.books(), &rates);
        self.read_rates(call)
    }

    pub(super) fn read_rates(&self, _: &Call<'_>) -> Told {
        let rates = Arc::clone(&self.engine.world().rates);
        let cards: Vec<CardShown<'_>> = rates.cards().map(CardShown::new).collect();
        ok(&cards)
    }
}

type Sum = (Tally, Money, u64);

fn sums(costs: &[Priced]) -> BTreeMap<Key, Sum> {
    let mut sums = BTreeMap::<Key, Sum>::new();
    for priced in costs {
        let group = priced.row.group;
        let (category, kind) = (group.charge.category, group.charge.kind);
        let key = Key { country: group.country, category, kind, currency: priced.currency };
        let (tally, cost, unpriced) = sums.entry(key).or_default();
        *tally += priced.row.tally;
        *cost += priced.cost();
        *unpriced += priced.unpriced();
    }
    sums
}

fn row(key: Key, (tally, cost, unpriced): Sum, rates: &Rates) -> Row<'_> {
    let texts = key.country.into_iter().flat_map(|country| rates.texts(country));
    Row {
        key,
        market: &rates.market(rates.market_of(key.country)).name,
        accepted: tally.accepted,
        sent: tally.sent,
        delivered: tally.delivered,
        read: tally.read,
        failed: tally.failed,
        discarded: tally.discarded,
        charged: tally.charged,
        cost,
        unpriced,
        sms: texts.map(|text| Sms::of(text, tally.accepted)).collect(),
    }
}

impl<'a> Sms<'a> {
    // Assumed: providers charge for every text message that they take, whether it arrives or not.
    fn of(text: &'a TextRate, accepted: u64) -> Self {
        Self {
            provider: &text.provider,
            currency: Currency::USD,
            each: text.price,
            cost: text.price.times(accepted),
            dated: &text.dated,
            source: &text.source,
            confirmed: text.is_confirmed,
        }
    }
}

impl<'a> CardShown<'a> {
    fn new(card: &'a Card) -> Self {
        Self {
            currency: card.currency,
            effective: card.effective.to_string(),
            source: &card.source,
            confirmed: card.is_confirmed,
        }
    }
}
