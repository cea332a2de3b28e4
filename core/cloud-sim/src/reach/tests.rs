//! How the messaging limit counts people.

use cloud_api::BusinessId;
use cloud_api::account::word::Tier;
use scenario::{Elapsed, Span};

use super::{Counted, Reach, Reached, quarter_of};

fn at(secs: u64) -> Elapsed {
    Elapsed::ZERO + Span::from_secs(secs)
}

struct World {
    reach: Reach,
    reached: Reached,
}

impl World {
    fn of(tier: Tier, can_be_faster: bool) -> Self {
        let reach = Reach::new(BusinessId::new(1));
        reach.set(tier, can_be_faster);
        Self { reach, reached: Reached::default() }
    }

    /// How many of these people are written to.
    fn write(&mut self, secs: u64, people: std::ops::Range<u64>) -> usize {
        let counted = people.map(|person| self.reach.count(at(secs), person, &mut self.reached));
        counted.filter(|counted| *counted != Counted::Beyond).count()
    }

    /// How many people were written to within the last day.
    fn people_today(&self, secs: u64) -> u32 {
        let quarter = quarter_of(at(secs));
        self.reach.turn_to(quarter);
        self.reach.sum(quarter, super::DAY)
    }
}

const DAY: u64 = 24 * 3_600;

#[test]
fn a_limit_counts_people_and_not_messages() {
    let mut world = World::of(Tier::T250, false);
    assert_eq!(world.write(0, 0..200), 200);
    assert_eq!(world.write(10, 0..200), 200);
    assert_eq!(world.write(20, 100..400), 150);
    assert_eq!(world.people_today(30), 250);
}

#[test]
fn a_person_counts_for_a_day() {
    let mut world = World::of(Tier::T250, false);
    assert_eq!(world.write(0, 0..300), 250);
    assert_eq!(world.write(DAY - 1_000, 250..300), 0);
    assert_eq!(world.write(DAY, 250..300), 50);
    assert_eq!(world.write(40 * DAY, 0..300), 250);
}

#[test]
fn a_limit_rises_six_hours_after_half_of_it_was_used() {
    let mut world = World::of(Tier::T250, false);
    world.write(0, 0..124);
    assert_eq!(world.reach.rises_at(), None);
    world.write(DAY * 6, 124..125);
    assert_eq!(world.reach.rises_at(), Some(at(DAY * 6 + 6 * 3_600)));
    world.reach.set(Tier::T2K, false);
    assert_eq!(world.reach.rises_at(), None);
}

#[test]
fn what_was_used_more_than_a_week_ago_does_not_raise_a_limit() {
    let mut world = World::of(Tier::T250, false);
    world.write(0, 0..100);
    world.write(DAY * 8, 200..300);
    assert_eq!(world.reach.rises_at(), None);
}

#[test]
fn a_hundred_thousand_people_in_a_day_make_numbers_faster() {
    let mut world = World::of(Tier::Unlimited, true);
    world.write(0, 0..99_999);
    assert_eq!(world.reach.goes_faster_at(), None);
    world.write(1, 99_999..100_000);
    assert_eq!(world.reach.goes_faster_at(), Some(at(1)));
    assert!(world.reach.take_goes_faster(at(1)) && !world.reach.take_goes_faster(at(1)));
}

#[test]
fn nobody_is_counted_where_nothing_depends_on_it() {
    let mut world = World::of(Tier::Unlimited, false);
    assert_eq!(world.write(0, 0..1_000), 1_000);
    assert_eq!(world.people_today(0), 0);
    assert!(world.reached.people.is_empty());
}

#[test]
fn a_person_counts_once_though_the_clock_was_read_earlier_than_for_the_message_before() {
    let mut world = World::of(Tier::T50, false);
    assert_eq!(world.write(900, 0..1), 1);
    assert_eq!(world.write(899, 0..1), 1);
    assert_eq!(world.people_today(900), 1);
}
