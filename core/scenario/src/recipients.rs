//! Who asks for codes: how many people, where, with which phones, and who cannot be reached.

use crate::chance::{Latency, Seed, Share};
use crate::country::Country;
use crate::read::{Kind, Table};
use crate::time::Span;

/// The population.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipients {
    /// How many different people ask, one after the other; without it, each arrival is another one.
    pub count: Option<u64>,
    /// Where they live; the shares add up to the whole.
    pub countries: Vec<(Country, Share)>,
    /// What they hold in their hands; the shares add up to the whole.
    pub devices: Vec<(Device, Share)>,
    /// Whose phone is off when the message comes.
    pub offline: Option<Offline>,
    /// How many have no WhatsApp; a message to them fails with 131026.
    pub not_on_whatsapp: Share,
    /// How many have blocked the business; a message to them is sent and never delivered.
    pub blocked: Share,
}

/// Phones that are off when a message comes, and how long they stay so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offline {
    /// The share of messages that find the phone off.
    pub share: Share,
    /// How long after the message was accepted the phone comes back.
    pub back_after: Latency,
}

/// What a recipient holds in their hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Device {
    /// An Android phone with the app that the code is for, so that it can be filled in.
    AndroidWithApp,
    /// An Android phone without it.
    Android,
    /// An iPhone; every button falls back to copying the code.
    Ios,
}

/// Whether messages can reach a recipient at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Presence {
    /// They can.
    Reachable,
    /// The number has no WhatsApp.
    NotOnWhatsApp,
    /// The person has blocked the business.
    Blocked,
}

/// One recipient, as chance made them: a pure function of the seed and the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    /// What they hold in their hands.
    pub device: Device,
    /// Whether messages can reach them.
    pub presence: Presence,
}

impl Recipients {
    pub(crate) fn read(table: &Table<'_>) -> Option<Self> {
        let everyone = vec![(Country::from_iso("US").expect("US is in the table"), Share::ALL)];
        // Assumed: most who ask for a code hold the phone with the app in their hands.
        let phones = vec![
            (Device::AndroidWithApp, Share::from_percent(55)),
            (Device::Android, Share::from_percent(15)),
            (Device::Ios, Share::from_percent(30)),
        ];
        let count = table.optional("count", &Kind::whole(1..=100_000_000));
        let countries = table.section_or("countries", everyone, read_countries);
        let devices = table.section_or("devices", phones, read_devices);
        let offline = table.section_or("offline", None, |table| Offline::read(table).map(Some));
        let not_on_whatsapp = table.or("not-on-whatsapp", Share::NONE, &Kind::share());
        let blocked = table.or("blocked", Share::NONE, &Kind::share());
        if let (Some(without), Some(blocking)) = (not_on_whatsapp, blocked)
            && without.millionths() + blocking.millionths() > Share::ALL.millionths()
        {
            let rule = format!("at most what `not-on-whatsapp`, {without}, leaves of 100 %");
            table.wrong_field("blocked", &blocking.to_string(), &rule);
        }
        Some(Self {
            count: count?,
            countries: countries?,
            devices: devices?,
            offline: offline?,
            not_on_whatsapp: not_on_whatsapp?,
            blocked: blocked?,
        })
    }

    /// The phone number, as digits, of the person who makes the arrival with this number.
    #[must_use]
    pub fn number(&self, seed: Seed, arrival: u64) -> u64 {
        let index = self.count.map_or(arrival, |count| arrival % count);
        let drawn = seed.stream("country", index, 0).below(1_000_000);
        pick(&self.countries, drawn).number(index)
    }

    /// What chance made of the person with this phone number.
    #[must_use]
    pub fn person(&self, seed: Seed, number: u64) -> Person {
        let mut stream = seed.stream("person", number, 0);
        let device = pick(&self.devices, stream.below(1_000_000));
        let drawn = stream.below(1_000_000);
        let without = u64::from(self.not_on_whatsapp.millionths());
        let presence = if drawn < without {
            Presence::NotOnWhatsApp
        } else if drawn < without + u64::from(self.blocked.millionths()) {
            Presence::Blocked
        } else {
            Presence::Reachable
        };
        Person { device, presence }
    }

    /// How long the phone stays off when its `nth` message comes; `None` when it is on.
    #[must_use]
    pub fn offline(&self, seed: Seed, number: u64, nth: u64) -> Option<Span> {
        let offline = self.offline?;
        let mut stream = seed.stream("offline", number, nth);
        stream.happens(offline.share).then(|| stream.span(offline.back_after))
    }
}

impl Offline {
    fn read(table: &Table<'_>) -> Option<Self> {
        let share = table.required("share", &Kind::share());
        let back_after = table.required_section("back-after", Latency::read);
        Some(Self { share: share?, back_after: back_after? })
    }
}

/// Reads shares of countries; their order in the text changes nothing.
fn read_countries(table: &Table<'_>) -> Option<Vec<(Country, Share)>> {
    let shares = table.keys().into_iter().map(|iso| {
        let share = table.required(iso, &Kind::share());
        let country = Country::from_iso(iso);
        if country.is_none() {
            let rule = format!("one of {}", Country::all_iso().join(", "));
            table.wrong_field(iso, "not a country known here", &rule);
        }
        Some((country?, share?))
    });
    let mut shares = shares.collect::<Vec<_>>().into_iter().collect::<Option<Vec<_>>>()?;
    shares.sort();
    whole(table, shares)
}

fn read_devices(table: &Table<'_>) -> Option<Vec<(Device, Share)>> {
    let devices =
        [("android-with-app", Device::AndroidWithApp), ("android", Device::Android), ("ios", Device::Ios)];
    let shares = devices.map(|(key, device)| Some((device, table.or(key, Share::NONE, &Kind::share())?)));
    whole(table, shares.into_iter().collect::<Option<Vec<_>>>()?)
}

/// The shares, where they add up to the whole.
fn whole<T>(table: &Table<'_>, shares: Vec<(T, Share)>) -> Option<Vec<(T, Share)>> {
    let sum: u64 = shares.iter().map(|(_, share)| u64::from(share.millionths())).sum();
    if sum == u64::from(Share::ALL.millionths()) {
        return Some(shares);
    }
    let found = format!("{} % in all", sum as f64 / 10_000.0);
    table.wrong(&found, "shares that add up to 100 %");
    None
}

/// The entry on which a draw below a million falls.
fn pick<T: Copy>(shares: &[(T, Share)], drawn: u64) -> T {
    let mut below = 0;
    for (what, share) in shares {
        below += u64::from(share.millionths());
        if drawn < below {
            return *what;
        }
    }
    shares.last().expect("a population names at least one of each").0
}
