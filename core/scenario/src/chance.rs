//! Keyed chance: every draw is a function of the seed, what is drawn for, and the how-manieth time.

use rand_core::{Rng, SeedableRng};
use rand_xoshiro::SplitMix64;
use siphasher::sip::SipHasher13;
use std::fmt;
use std::hash::Hasher;

use crate::read::{Kind, Table, decimal};
use crate::time::Span;

/// The number from which everything random in a run follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Seed(u64);

/// One source of random numbers, for one purpose and one subject.
///
/// Taking more numbers from one stream moves nothing in any other.
#[derive(Clone, Debug)]
pub struct Stream(SplitMix64);

/// A part of a whole, in millionths: 1,000,000 is everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(u32);

/// How long something takes: a log-normal distribution, told by two of its percentiles.
///
/// Where both are equal, it always takes exactly that long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latency {
    median: Span,
    p99: Span,
    /// The bits of the deviation of the logarithm: worked out once, since it is drawn from often.
    deviation: u64,
}

impl Seed {
    /// A seed of this number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number that the scenario names.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The source of randomness for `purpose`, drawn for `subject` for the `nth` time.
    #[must_use]
    #[inline]
    pub fn stream(self, purpose: &str, subject: u64, nth: u64) -> Stream {
        let state = mixed(mixed(mixed(self.0, fingerprint(purpose)), subject), nth);
        Stream(SplitMix64::seed_from_u64(state))
    }

    /// A name for `subject` that tells nothing about it to those who do not know it already.
    #[must_use]
    pub fn pseudonym(self, subject: u64) -> u64 {
        let mut hasher = SipHasher13::new_with_keys(self.0, 0);
        hasher.write_u64(subject);
        hasher.finish()
    }
}

/// A state that depends on every bit of both, as far from its neighbours as any two are.
#[inline]
fn mixed(state: u64, key: u64) -> u64 {
    SplitMix64::seed_from_u64(state ^ key.rotate_left(32)).next_u64()
}

/// A number for a purpose: FNV-1a, which a compiler works out beforehand.
#[inline]
const fn fingerprint(purpose: &str) -> u64 {
    let (bytes, mut hash, mut at) = (purpose.as_bytes(), 0xcbf2_9ce4_8422_2325_u64, 0);
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}

impl Stream {
    /// Draws whether something that happens to this share of all happens here.
    #[inline]
    pub fn happens(&mut self, share: Share) -> bool {
        self.below(1_000_000) < u64::from(share.0)
    }

    /// Draws a number below `bound`, each as likely as any other.
    #[inline]
    pub fn below(&mut self, bound: u64) -> u64 {
        let wide = u128::from(self.0.next_u64()) * u128::from(bound);
        u64::try_from(wide >> 64).expect("the upper half of a product of two u64 is one")
    }

    /// Draws a number above 0 and below 1.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        let mantissa = (self.0.next_u64() >> 12) | 1;
        mantissa as f64 / (1_u64 << 52) as f64
    }

    /// Draws how long something takes.
    pub fn span(&mut self, latency: Latency) -> Span {
        if latency.median == latency.p99 {
            return latency.median;
        }
        let deviation = f64::from_bits(latency.deviation);
        let factor = libm::exp(deviation * standard_normal(self.unit()));
        Span::from_micros((latency.median.micros() as f64 * factor) as u64)
    }
}

impl Share {
    /// Nothing of the whole.
    pub const NONE: Self = Self(0);
    /// All of the whole.
    pub const ALL: Self = Self(1_000_000);

    /// A share of this many millionths; `None` above the whole.
    #[must_use]
    pub const fn from_millionths(millionths: u32) -> Option<Self> {
        if millionths <= 1_000_000 { Some(Self(millionths)) } else { None }
    }

    /// A share of this many percent, for a section's default.
    pub(crate) const fn from_percent(percent: u32) -> Self {
        assert!(percent <= 100, "a default is no more than the whole");
        Self(percent * 10_000)
    }

    /// Reads a share such as `2.5 %`; `None` where it is none, or finer than a millionth.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let millionths = decimal(text.strip_suffix('%')?.trim_end(), 10_000)?;
        Self::from_millionths(u32::try_from(millionths).ok()?)
    }

    /// The share in millionths.
    #[must_use]
    pub const fn millionths(self) -> u32 {
        self.0
    }
}

impl Latency {
    /// A latency with this median and 99th percentile; `None` unless `0 < median <= p99`.
    #[must_use]
    pub fn new(median: Span, p99: Span) -> Option<Self> {
        if median == Span::ZERO || median > p99 {
            return None;
        }
        let spread = libm::log(p99.micros() as f64 / median.micros() as f64);
        Some(Self { median, p99, deviation: (spread / Z_AT_P99).to_bits() })
    }

    /// A latency whose percentiles a section's default names.
    pub(crate) fn assumed(median: Span, p99: Span) -> Self {
        Self::new(median, p99).expect("a default's median is above zero and its p99 no less")
    }

    pub(crate) fn read(table: &Table<'_>) -> Option<Self> {
        let bound = Kind::span(Span::from_micros(1)..=Span::DAY);
        let (median, p99) = (table.required("median", &bound), table.required("p99", &bound));
        let latency = Self::new(median?, p99?);
        if latency.is_none() {
            let rule = format!("at least the median, {}", median?);
            table.wrong_field("p99", &p99?.to_string(), &rule);
        }
        latency
    }

    /// Half of all take at most this long.
    #[must_use]
    pub const fn median(self) -> Span {
        self.median
    }

    /// 99 of 100 take at most this long.
    #[must_use]
    pub const fn p99(self) -> Span {
        self.p99
    }
}

/// Writes the share in percent, with no more digits than it has.
impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0 / 10_000)?;
        let rest = format!("{:04}", self.0 % 10_000);
        let rest = rest.trim_end_matches('0');
        if !rest.is_empty() {
            write!(f, ".{rest}")?;
        }
        f.write_str(" %")
    }
}

/// The standard normal deviate below which 99 of 100 fall.
const Z_AT_P99: f64 = 2.326_347_874_040_841;

/// The standard normal deviate below which a share `p` of all fall, within 1.2e-9.
///
/// Source: P. J. Acklam, "An algorithm for computing the inverse normal cumulative distribution
/// function". Only `libm` and exactly rounded operations are used, so every machine agrees.
fn standard_normal(p: f64) -> f64 {
    const TAIL: f64 = 0.024_25;
    if p < TAIL {
        lower_tail(p)
    } else if p > 1.0 - TAIL {
        -lower_tail(1.0 - p)
    } else {
        centre(p - 0.5)
    }
}

fn lower_tail(p: f64) -> f64 {
    let q = libm::sqrt(-2.0 * libm::log(p));
    let above = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    let below = [
        7.784_695_709_041_462e-3,
        3.224_671_290_700_398e-1,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
        1.0,
    ];
    polynomial(&above, q) / polynomial(&below, q)
}

fn centre(q: f64) -> f64 {
    let r = q * q;
    let above = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    let below = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
        1.0,
    ];
    polynomial(&above, r) * q / polynomial(&below, r)
}

fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().fold(0.0, |sum, c| sum * x + c)
}
