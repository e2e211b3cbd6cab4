//! Numbers within their limits, and such as the name of a property suggests: an age, a price, a year.

use crate::generate::schema::constraints::Constraints;
use crate::generate::schema::decimal;
use crate::generate::schema::decimal::Decimal;
use crate::generate::schema::pick::Pick;
use crate::generate::schema::rules::compare;
use crate::generate::schema::types::TypeSet;
use crate::generate::schema::vocabulary;
use serde_json::Number;
use serde_json::Value;
use std::cmp::Ordering;

/// A range wider than this is not meant to be used up: a small number in it is.
const WIDE: f64 = 1_000.0;
/// Floats count in ones up to here.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// What a name suggests: the least, the most, and digits behind the point.
type Suggestion = (f64, f64, i32);

const SUGGESTIONS: &[(&[&str], Suggestion)] = &[
    (&["age"], (18.0, 80.0, 0)),
    (&["year", "founded", "birth_year"], (1990.0, 2025.0, 0)),
    (&["month"], (1.0, 12.0, 0)),
    (&["day"], (1.0, 28.0, 0)),
    (&["hour"], (0.0, 23.0, 0)),
    (&["minute", "second"], (0.0, 59.0, 0)),
    (&["price", "cost", "amount", "total", "subtotal", "fee", "tax", "balance", "revenue"], (5.0, 500.0, 2)),
    (&["salary", "income", "budget"], (30_000.0, 120_000.0, 0)),
    (&["temperature", "temp", "celsius"], (-5.0, 35.0, 1)),
    (&["latitude", "lat"], (-60.0, 60.0, 4)),
    (&["longitude", "lon", "lng", "long"], (-180.0, 180.0, 4)),
    (&["rating", "star", "stars"], (1.0, 5.0, 0)),
    (&["score", "confidence", "probability", "similarity", "relevance", "weighting"], (0.0, 1.0, 2)),
    (&["percent", "percentage", "humidity", "discount"], (0.0, 100.0, 0)),
    (&["quantity", "count", "limit", "num", "amount_of", "size", "k", "top_k"], (1.0, 10.0, 0)),
    (&["page", "index", "position", "rank", "step", "priority", "level"], (1.0, 5.0, 0)),
    (&["offset"], (0.0, 20.0, 0)),
    (&["population"], (10_000.0, 5_000_000.0, 0)),
    (&["distance", "length", "width", "height", "depth"], (1.0, 200.0, 1)),
    (&["weight"], (40.0, 100.0, 1)),
    (&["duration"], (5.0, 120.0, 0)),
    (&["port"], (1_024.0, 49_151.0, 0)),
    (&["x", "y", "z"], (0.0, 100.0, 0)),
    (&["id"], (1.0, 9_999.0, 0)),
    (&["timestamp"], (1_700_000_000.0, 1_760_000_000.0, 0)),
];

/// What the schemas allow.
struct Limits<'a> {
    least: Option<(&'a Number, bool)>,
    most: Option<(&'a Number, bool)>,
    factors: Vec<&'a Number>,
    whole: bool,
}

/// A number, or `None` where no number fits.
pub(super) fn number(constraints: &Constraints<'_>, name: &str, pick: &mut Pick) -> Option<Number> {
    let whole = !constraints.types.meet(TypeSet::FRACTION);
    let limits = Limits::of(constraints, whole);
    let least = limits.least.and_then(|(limit, _)| limit.as_f64());
    let most = limits.most.and_then(|(limit, _)| limit.as_f64());
    let within = |(from, to): (f64, f64)| (from.max(least.unwrap_or(from)), to.min(most.unwrap_or(to)));
    let full = match (least, most) {
        (Some(least), Some(most)) => (least, most),
        (Some(least), None) => (least, least + 100.0),
        (None, Some(most)) if most >= 1.0 => (0.0, most),
        (None, Some(most)) => (most - 100.0, most),
        (None, None) => (1.0, 100.0),
    };
    let digits = if whole {
        0
    } else if full.1 - full.0 <= 1.0 {
        2
    } else {
        1
    };
    // A suggestion is for the first try: further ones, and items that must differ, may need more room.
    let suggestion = vocabulary::lookup(SUGGESTIONS, name).filter(|_| pick.turn == 0);
    if let Some((from, to, digits)) = suggestion {
        let digits = if whole { 0 } else { *digits };
        // A score from 0 to 1 is not a whole number.
        let fraction = whole && *to <= 1.0;
        let (from, to) = within((*from, *to));
        // Two ends that touch are a limit, not a suggestion.
        let found = (from < to && !fraction).then(|| limits.draw((from, to), digits, pick)).flatten();
        if found.is_some() {
            return found;
        }
    }
    let wide = full.1 - full.0 > WIDE && pick.turn < 50;
    let small = wide.then(|| within((1.0, 100.0))).filter(|(from, to)| from < to);
    let found = small.and_then(|range| limits.draw(range, digits, pick));
    found.or_else(|| limits.draw(full, digits, pick)).or_else(|| limits.search(full, pick))
}

impl<'a> Limits<'a> {
    fn of(constraints: &Constraints<'a>, whole: bool) -> Limits<'a> {
        let mut limits = Limits { least: None, most: None, factors: Vec::new(), whole };
        for member in &constraints.members {
            // Draft 4 had a flag where later drafts have a limit.
            let strict = |key: &str| member.get(key) == Some(&Value::Bool(true));
            let limit = |key: &str| member.get(key).and_then(Value::as_number);
            for (key, exclusive) in [("minimum", strict("exclusiveMinimum")), ("exclusiveMinimum", true)] {
                limits.least = tighter(limits.least, limit(key), exclusive, Ordering::Greater);
            }
            for (key, exclusive) in [("maximum", strict("exclusiveMaximum")), ("exclusiveMaximum", true)] {
                limits.most = tighter(limits.most, limit(key), exclusive, Ordering::Less);
            }
            let factor =
                limit("multipleOf").filter(|factor| factor.as_f64().is_some_and(|factor| factor > 0.0));
            limits.factors.extend(factor);
        }
        limits
    }

    fn allow(&self, number: &Number) -> bool {
        let float = number.as_f64().unwrap_or(f64::NAN);
        let above = self.least.is_none_or(|(limit, exclusive)| {
            let found = compare(number, limit);
            found.is_gt() || found.is_eq() && !exclusive
        });
        let below = self.most.is_none_or(|(limit, exclusive)| {
            let found = compare(number, limit);
            found.is_lt() || found.is_eq() && !exclusive
        });
        // Clients divide floats: a multiple of 0.01 must be one by that reckoning too.
        let fits = |factor: &&Number| {
            decimal::is_multiple(number, factor)
                && decimal::is_multiple_of_floats(float, factor.as_f64().unwrap_or(1.0))
        };
        above
            && below
            && float.is_finite()
            && (!self.whole || float.fract() == 0.0)
            && self.factors.iter().all(fits)
    }

    /// The least step between numbers that are multiples of everything asked.
    fn step(&self, digits: i32) -> Option<Decimal> {
        let mut factors = self.factors.iter().map(|factor| Decimal::of(factor));
        let first = match factors.next() {
            None => return Some(Decimal { units: 1, digits }),
            Some(first) => first?,
        };
        let whole = self.whole.then_some(Some(Decimal::ONE));
        factors.chain(whole).try_fold(first, |step, factor| step.common_multiple(factor?))
    }

    /// A number of the range on the grid that the factors, or the digits behind the point, make.
    fn draw(&self, (from, to): (f64, f64), digits: i32, pick: &mut Pick) -> Option<Number> {
        let step = self.step(digits)?;
        let width = step.as_f64();
        let (first, last) = ((from / width).ceil(), (to / width).floor());
        if first.is_nan() || last.is_nan() || first > last || first.abs() > EXACT || last.abs() > EXACT {
            return None;
        }
        let (first, last) = (first as i128, last as i128);
        let count = usize::try_from(last - first + 1).ok()?;
        let start = pick.index(count);
        let candidates = (0..count.min(200)).map(|more| first + ((start + more) % count) as i128);
        candidates.filter_map(|at| number_of(step, at)).find(|number| self.allow(number))
    }

    /// Ranges that are narrow, or far out.
    fn search(&self, full: (f64, f64), pick: &mut Pick) -> Option<Number> {
        for digits in (2..=17).filter(|_| !self.whole && self.factors.is_empty()) {
            let found = self.draw(full, digits, pick);
            if found.is_some() {
                return found;
            }
        }
        let ends = [self.least, self.most].into_iter().flatten().map(|(limit, _)| limit.clone());
        let middle = Number::from_f64(f64::midpoint(full.0, full.1));
        let beyond = ends.clone().flat_map(|end| [neighbour(&end, 1), neighbour(&end, -1)]).flatten();
        let multiples = ends.clone().filter_map(|end| self.nearest_multiple(&end));
        ends.clone().chain(middle).chain(beyond).chain(multiples).find(|number| self.allow(number))
    }

    /// The multiple at or above a limit that is too far out for floats to count to.
    fn nearest_multiple(&self, limit: &Number) -> Option<Number> {
        let step = self.step(0).filter(|step| step.digits == 0)?.units;
        let at = limit.as_i128()?.checked_add(step - 1)?.div_euclid(step).checked_mul(step)?;
        Number::from_i128(at)
    }
}

fn tighter<'a>(
    known: Option<(&'a Number, bool)>,
    limit: Option<&'a Number>,
    exclusive: bool,
    wins: Ordering,
) -> Option<(&'a Number, bool)> {
    let Some(limit) = limit else { return known };
    match known {
        None => Some((limit, exclusive)),
        Some((before, was)) => match compare(limit, before) {
            Ordering::Equal => Some((before, was || exclusive)),
            found if found == wins => Some((limit, exclusive)),
            _ => known,
        },
    }
}

fn neighbour(number: &Number, by: i128) -> Option<Number> {
    if let Some(whole) = number.as_i128() {
        return Number::from_i128(whole + by);
    }
    let float = number.as_f64()?;
    Number::from_f64(if by > 0 { float.next_up() } else { float.next_down() })
}

fn number_of(step: Decimal, at: i128) -> Option<Number> {
    let units = step.units.checked_mul(at)?;
    if step.digits == 0 {
        Number::from_i128(units)
    } else {
        Number::from_f64(Decimal { units, ..step }.as_f64())
    }
}
