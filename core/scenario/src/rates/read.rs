//! Reading a file of rates, with every mistake kept.

use cloud_api::webhook::PricingCategory;
use cloud_api::{CountryCode, Currency, Day, Money};

use super::{Card, Market, MarketId, Otherwise, Rate, Rates, TextRate};
use crate::read::{Kind, Table};

/// How many markets, rates of a card, or text messages a file may list.
const ENTRIES_MAX: usize = 200;

/// The categories that have a price, as the keys of a rate.
const CATEGORIES: [(&str, PricingCategory); 4] = [
    ("marketing", PricingCategory::Marketing),
    ("utility", PricingCategory::Utility),
    ("authentication", PricingCategory::Authentication),
    ("authentication-international", PricingCategory::AuthenticationInternational),
];

pub(super) fn rates(table: &Table<'_>) -> Option<Rates> {
    let (names, markets) = read_markets(table);
    let cards = table.required_list("cards", "a list of tables", |table, _| card(table, names.as_deref()));
    let markets = markets.filter(|markets| are_whole(table, markets));
    let texts = table.list("sms", |table, _| text(table));
    let cards = cards.filter(|cards| are_known(table, cards));
    let texts = texts.filter(|texts| are_few(table, "sms", texts.len()));
    let (markets, cards, texts) = (markets?, cards?, texts?);
    let has_tiers = cards.iter().flat_map(|card| &card.rates).any(|rate| rate.over > 0);
    Some(Rates { markets, cards, texts, has_tiers })
}

/// The names of the markets, unless one of them cannot be read, and the markets, if they are right.
fn read_markets(table: &Table<'_>) -> (Option<Vec<String>>, Option<Vec<Market>>) {
    let read = table.required_list("markets", "a list of tables", |table, _| {
        let name = table.required("name", &Kind::line(60));
        let countries = table.values("countries", &country());
        Some((name, countries.map(Option::unwrap_or_default)))
    });
    let read = read.filter(|read| are_few(table, "markets", read.len()));
    let Some((names, countries)) = read.map(|read| read.into_iter().unzip::<_, _, Vec<_>, Vec<_>>()) else {
        return (None, None);
    };
    let names: Option<Vec<String>> = names.into_iter().collect();
    let countries: Option<Vec<Vec<CountryCode>>> = countries.into_iter().collect();
    let pairs = names.clone().zip(countries).map(|(names, countries)| names.into_iter().zip(countries));
    let markets = pairs.map(|pairs| pairs.map(|(name, countries)| Market { name, countries }).collect());
    (names, markets)
}

/// Whether every country is in exactly one market.
fn are_whole(table: &Table<'_>, markets: &[Market]) -> bool {
    let others = markets.iter().filter(|market| market.countries.is_empty()).count();
    if others != 1 {
        let found = format!("a list with {others} markets without `countries`");
        table.wrong_field("markets", &found, "a list in which exactly one has none: that of all others");
    }
    let mut listed: Vec<CountryCode> = markets.iter().flat_map(|market| &market.countries).copied().collect();
    listed.sort_unstable();
    let twice = listed.windows(2).find(|pair| pair[0] == pair[1]);
    if let Some(pair) = twice {
        let found = format!("a list that has {} twice", pair[0]);
        table.wrong_field("markets", &found, "a list that has each country once");
    }
    let mut names: Vec<&str> = markets.iter().map(|market| market.name.as_str()).collect();
    names.sort_unstable();
    let same = names.windows(2).find(|pair| pair[0] == pair[1]);
    if let Some(pair) = same {
        let found = format!("a list with two named {:?}", pair[0]);
        table.wrong_field("markets", &found, "a list in which each has a name of its own");
    }
    others == 1 && twice.is_none() && same.is_none()
}

fn card(table: &Table<'_>, markets: Option<&[String]>) -> Option<Card> {
    let currency = table.required("currency", &currency());
    let effective = table.required("effective", &Kind::day());
    let source = table.required("source", &Kind::line(200));
    let is_confirmed = table.or("confirmed", false, &Kind::flag());
    let otherwise = table.section_or("otherwise", None, |table| otherwise(table).map(Some));
    let since = effective.unwrap_or_default();
    let listed = table.required_list("rates", "a list of tables", |table, _| prices(table, markets, since));
    let changes = table.list("changes", |table, _| {
        let since = table.required("effective", &Kind::day());
        let prices = prices(table, markets, since.unwrap_or_default());
        since.and(prices)
    });
    let tiers = table.list("tiers", |table, _| tier(table, markets, since));
    let (listed, changes, tiers) = (listed?, changes?, tiers?);
    if !are_few(table, "rates", listed.len().max(changes.len()).max(tiers.len())) {
        return None;
    }
    let mut rates: Vec<Rate> = listed.into_iter().chain(changes).flatten().collect();
    rates.extend(tiers);
    if !have_bases(table, markets.unwrap_or_default(), &rates) {
        return None;
    }
    Some(Card {
        currency: currency?,
        effective: effective?,
        source: source?,
        is_confirmed: is_confirmed?,
        otherwise: otherwise?,
        rates,
    })
}

/// Whether every tier and every change stands on a rate, and nothing is told twice.
fn have_bases(table: &Table<'_>, markets: &[String], rates: &[Rate]) -> bool {
    let mut is_right = true;
    for (nth, rate) in rates.iter().enumerate() {
        let market = &markets[usize::from(rate.market.0)];
        let same = |other: &&Rate| other.market == rate.market && other.category == rate.category;
        if !rates.iter().filter(same).any(|base| base.over == 0) {
            let found = format!("a list with a tier of {market} for messages that have no rate");
            table.wrong_field("tiers", &found, "a list of tiers above a rate");
            is_right = false;
        }
        let earlier = rates[..nth].iter().filter(same);
        if earlier.into_iter().any(|other| other.over == rate.over && other.since == rate.since) {
            let found = format!("a list with two prices for the same messages to {market}");
            table.wrong_field("rates", &found, "a list that prices each message once");
            is_right = false;
        }
    }
    is_right
}

fn prices(table: &Table<'_>, markets: Option<&[String]>, since: Day) -> Option<Vec<Rate>> {
    let market = table.required("market", &market_named(markets)).flatten();
    let prices = CATEGORIES.map(|(key, category)| (category, table.optional(key, &Kind::money())));
    let market = market?;
    let mut rates = Vec::new();
    for (category, price) in prices {
        rates.extend(price?.map(|price| Rate { market, category, since, over: 0, price }));
    }
    if rates.is_empty() {
        table.wrong(
            "without a price",
            "a table with at least one of `marketing`, `utility` and `authentication`",
        );
        return None;
    }
    Some(rates)
}

fn tier(table: &Table<'_>, markets: Option<&[String]>, since: Day) -> Option<Rate> {
    let market = table.required("market", &market_named(markets)).flatten();
    let category = table.required("category", &Kind::choice(CATEGORIES));
    let since = table.or("effective", since, &Kind::day());
    let over = table.required("over", &Kind::whole(1..=1_000_000_000_000));
    let price = table.required("rate", &Kind::money());
    Some(Rate { market: market?, category: category?, since: since?, over: over?, price: price? })
}

fn otherwise(table: &Table<'_>) -> Option<Otherwise> {
    let currency = table.required("currency", &currency());
    let at = table.required("at", &Kind::money());
    Some(Otherwise { currency: currency?, millionths: at?.millionths() })
}

/// Whether the cards differ in their currency, and each refers to one that needs no other.
fn are_known(table: &Table<'_>, cards: &[Card]) -> bool {
    if !(1..=ENTRIES_MAX).contains(&cards.len()) {
        table.wrong_field("cards", &format!("a list of {}", cards.len()), "a list of 1 to 200 tables");
        return false;
    }
    let mut is_right = true;
    for (nth, card) in cards.iter().enumerate() {
        if cards[..nth].iter().any(|other| other.currency == card.currency) {
            table.wrong_field(
                "cards",
                &format!("a list with two in {}", card.currency),
                "a list of one for each currency",
            );
            is_right = false;
        }
        let Some(otherwise) = card.otherwise else { continue };
        let is_whole = |other: &Card| other.currency == otherwise.currency && other.otherwise.is_none();
        if !cards.iter().any(is_whole) {
            let found = format!("a list with one that refers to {}", otherwise.currency);
            table.wrong_field(
                "cards",
                &found,
                "a list in which `otherwise` names a card without `otherwise`",
            );
            is_right = false;
        }
    }
    is_right
}

fn text(table: &Table<'_>) -> Option<TextRate> {
    let country = table.required("country", &country());
    let provider = table.required("provider", &Kind::line(60));
    let rate = table.required("rate", &Kind::money());
    let fee = table.or("fee", Money::ZERO, &Kind::money());
    let dated = table.required("dated", &Kind::line(100));
    let source = table.required("source", &Kind::line(200));
    let is_confirmed = table.or("confirmed", false, &Kind::flag());
    Some(TextRate {
        country: country?,
        provider: provider?,
        price: rate? + fee?,
        dated: dated?,
        source: source?,
        is_confirmed: is_confirmed?,
    })
}

fn are_few(table: &Table<'_>, key: &str, count: usize) -> bool {
    let are_few = count <= ENTRIES_MAX;
    if !are_few {
        table.wrong_field(key, &format!("{count} entries"), &format!("at most {ENTRIES_MAX}"));
    }
    are_few
}

/// One of the markets by its name; any where their names cannot be read, and then it is not known which.
fn market_named(markets: Option<&[String]>) -> Kind<Option<MarketId>> {
    let names = markets.map(<[String]>::to_vec);
    Kind::written("the name of one of `markets`", move |text| {
        let Some(names) = &names else { return Some(None) };
        let at = names.iter().position(|name| name == text)?;
        u8::try_from(at).ok().map(|at| Some(MarketId(at)))
    })
}

fn currency() -> Kind<Currency> {
    Kind::written("a currency, such as \"USD\"", |text| text.parse().ok())
}

fn country() -> Kind<CountryCode> {
    Kind::written("a country, such as \"IN\"", |text| text.parse().ok())
}
