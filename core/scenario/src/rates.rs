//! What messages cost: markets, rate cards, volume tiers, and text messages to compare with.
//!
//! The figures are a file that anybody can replace; a built-in one stands for those who have none.

mod read;
mod tiers;

use std::sync::{Arc, LazyLock};

use cloud_api::webhook::PricingCategory;
use cloud_api::{CountryCode, Currency, Day, Money};

use crate::read::{Mistakes, Page};

pub use tiers::Tier;

/// What messages cost, everywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rates {
    markets: Vec<Market>,
    cards: Vec<Card>,
    texts: Vec<TextRate>,
    /// Whether any price depends on how many messages came before in the month.
    has_tiers: bool,
}

/// Which market it is, counted from 0 in the order of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MarketId(u8);

/// Countries in which messages cost the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Market {
    /// Its name, as Meta writes it.
    pub name: String,
    /// Its countries; none where it is that of all others.
    pub countries: Vec<CountryCode>,
}

/// The rates in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// The currency.
    pub currency: Currency,
    /// Since when the card holds.
    pub effective: Day,
    /// Where the figures were read.
    pub source: String,
    /// Whether somebody vouches for them.
    pub is_confirmed: bool,
    /// Where to look for what the card does not list.
    otherwise: Option<Otherwise>,
    rates: Vec<Rate>,
}

/// Another card, and how many millionths of this one's currency buy one of that one's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Otherwise {
    currency: Currency,
    millionths: u64,
}

/// What one message costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rate {
    market: MarketId,
    category: PricingCategory,
    since: Day,
    /// How many messages of the calendar month come before it holds.
    over: u64,
    price: Money,
}

/// What a text message costs, to compare with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextRate {
    /// To which country.
    pub country: CountryCode,
    /// Who sends it.
    pub provider: String,
    /// For each, in US dollars; a fee on top is in it.
    pub price: Money,
    /// Of when the figure is.
    pub dated: String,
    /// Where it was read.
    pub source: String,
    /// Whether somebody vouches for it.
    pub is_confirmed: bool,
}

impl MarketId {
    /// Its place among the markets, counted from 0; less than 200.
    #[must_use]
    pub fn place(self) -> usize {
        usize::from(self.0)
    }
}

impl Rates {
    /// The rates that this program was built with.
    ///
    /// # Panics
    ///
    /// Never: a test reads them.
    #[must_use]
    pub fn built_in() -> Arc<Self> {
        static BUILT_IN: LazyLock<Arc<Rates>> = LazyLock::new(|| {
            let rates = Rates::parse(include_str!("rates/built-in.toml"));
            Arc::new(rates.expect("the built-in rates are right"))
        });
        Arc::clone(&BUILT_IN)
    }

    /// Reads a file of rates.
    ///
    /// # Errors
    ///
    /// Every mistake found, with its line.
    pub fn parse(text: &str) -> Result<Self, Mistakes> {
        Page::read(text, read::rates)
    }

    /// The market of a country; of numbers that no country has, that of all others.
    #[must_use]
    pub fn market_of(&self, country: Option<CountryCode>) -> MarketId {
        let is_listed = |market: &Market| country.is_some_and(|country| market.countries.contains(&country));
        let listed = self.markets.iter().position(is_listed);
        let found = listed.or_else(|| self.markets.iter().position(|market| market.countries.is_empty()));
        MarketId(found.and_then(|at| u8::try_from(at).ok()).expect("a file has a market of all others"))
    }

    /// The market with this id.
    #[must_use]
    pub fn market(&self, id: MarketId) -> &Market {
        &self.markets[usize::from(id.0)]
    }

    /// Whether the price of any message depends on how many came before it in the month.
    #[must_use]
    pub const fn has_tiers(&self) -> bool {
        self.has_tiers
    }

    /// The card in this currency; where there is none, the first one.
    // Assumed: a business whose currency has no card here pays as the first card says.
    #[must_use]
    pub fn card(&self, currency: Currency) -> &Card {
        self.card_in(currency).unwrap_or(&self.cards[0])
    }

    /// Every card, in the order of the file.
    pub fn cards(&self) -> impl Iterator<Item = &Card> + '_ {
        self.cards.iter()
    }

    /// Whether a country has a rate of its own for businesses based elsewhere.
    // Source: cloud-api.md §10.1: nine countries have; they are those with such a rate in the file.
    #[must_use]
    pub fn has_international(&self, country: CountryCode) -> bool {
        let market = self.market_of(Some(country));
        let is_it = |rate: &Rate| {
            rate.market == market && rate.category == PricingCategory::AuthenticationInternational
        };
        self.cards.iter().flat_map(|card| &card.rates).any(is_it)
    }

    /// What text messages to a country cost, by who sends them.
    pub fn texts(&self, country: CountryCode) -> impl Iterator<Item = &TextRate> + '_ {
        self.texts.iter().filter(move |text| text.country == country)
    }

    fn card_in(&self, currency: Currency) -> Option<&Card> {
        self.cards.iter().find(|card| card.currency == currency)
    }
}
