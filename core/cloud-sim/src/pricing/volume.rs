//! What the counts of the books cost, tier by tier.

use std::collections::BTreeMap;
use std::sync::Arc;

use cloud_api::webhook::PricingCategory;
use cloud_api::{BusinessId, Currency, Day, Money};
use scenario::{MarketId, Rates, Tier};

use crate::directory::{Directory, Number};
use crate::ledger::{Books, Group, Row};

/// A row of the books and what its charged messages cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priced {
    /// The row.
    pub row: Row,
    /// What its costs are in.
    pub currency: Currency,
    /// Its charged messages, by tier; together fewer than were charged where no price is known.
    pub slices: Vec<Slice>,
}

/// Messages that cost the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice {
    /// The tier that they fall into.
    pub tier: Tier,
    /// How many they are.
    pub count: u64,
}

/// What a portfolio has been charged for in one month, market and category.
type Volumes = BTreeMap<(Option<BusinessId>, MarketId, PricingCategory, Day), u64>;

/// Prices every row of the books, in the order of time.
// Source: cloud-api.md §10.1: tiers count the charged messages of a whole portfolio in a market and
// category, and begin anew with each calendar month.
// Assumed: messages of one half hour reach a tier in the order of their groups, and months are UTC's.
#[must_use]
pub fn priced(books: &Books, rates: &Rates, directory: &Directory) -> Vec<Priced> {
    let mut volumes = carried(books, rates, directory);
    books.rows().map(|row| price(row, rates, directory, &mut volumes)).collect()
}

fn carried(books: &Books, rates: &Rates, directory: &Directory) -> Volumes {
    let mut volumes = Volumes::new();
    for (month, group, charged) in books.carried() {
        let volume = volumes.entry(key(group, rates, directory, month)).or_default();
        *volume = volume.saturating_add(charged);
    }
    volumes
}

impl Directory {
    /// Takes from the books how much each portfolio has been charged for, after the rates have changed.
    pub fn recount_volumes(&self, books: &Books, rates: &Rates) {
        let mut volumes = carried(books, rates, self);
        for row in books.rows().filter(|row| row.tally.charged > 0) {
            let month = Day::of_unix(row.start).month().first_day();
            let volume = volumes.entry(key(row.group, rates, self, month)).or_default();
            *volume = volume.saturating_add(row.tally.charged);
        }
        for number in self.numbers() {
            number.reach.volume().clear();
        }
        // The months come in order, so that the last one stands in the end.
        for ((portfolio, market, category, month), charged) in volumes {
            let of = |number: &&Arc<Number>| Some(number.reach.portfolio()) == portfolio;
            if let Some(number) = self.numbers().iter().find(of) {
                number.reach.volume().set(month, (market, category), charged);
            }
        }
    }
}

impl Priced {
    /// What its charged messages cost.
    #[must_use]
    pub fn cost(&self) -> Money {
        self.slices.iter().map(Slice::cost).sum()
    }

    /// How many of its charged messages have no price.
    #[must_use]
    pub fn unpriced(&self) -> u64 {
        self.row.tally.charged - self.slices.iter().map(|slice| slice.count).sum::<u64>()
    }
}

impl Slice {
    /// What they cost together.
    #[must_use]
    pub fn cost(&self) -> Money {
        self.tier.price.times(self.count)
    }
}

fn price(row: Row, rates: &Rates, directory: &Directory, volumes: &mut Volumes) -> Priced {
    let payer = directory.payer(row.group.account);
    let currency = rates.card(payer.currency).currency;
    let (charged, day) = (row.tally.charged, Day::of_unix(row.start));
    if charged == 0 {
        return Priced { row, currency, slices: Vec::new() };
    }
    let key = key(row.group, rates, directory, day.month().first_day());
    let volume = volumes.entry(key).or_default();
    let reached = *volume..volume.saturating_add(charged);
    *volume = reached.end;
    let tiers = rates.tiers(currency, key.1, row.group.charge.category, day);
    let slices = tiers.into_iter().filter_map(|tier| {
        let (from, until) = (tier.messages.start.max(reached.start), tier.messages.end.min(reached.end));
        (from < until).then(|| Slice { tier, count: until - from })
    });
    Priced { row, currency, slices: slices.collect() }
}

fn key(
    group: Group,
    rates: &Rates,
    directory: &Directory,
    month: Day,
) -> (Option<BusinessId>, MarketId, PricingCategory, Day) {
    let portfolio = directory.account(group.account).map(|account| account.portfolio);
    (portfolio, rates.market_of(group.country), group.charge.category, month)
}
