//! Decimal numbers as they are written: 0.1 is a tenth, which no binary fraction is.

use serde_json::Number;

/// More digits than this behind the point cannot be told apart in a float.
const MOST_DIGITS: i32 = 20;

/// `units` over 10 to the power of `digits`.
#[derive(Clone, Copy)]
pub(super) struct Decimal {
    pub(super) units: i128,
    pub(super) digits: i32,
}

impl Decimal {
    pub(super) const ONE: Decimal = Decimal { units: 1, digits: 0 };

    /// `None` when a number has too many digits to count with.
    pub(super) fn of(number: &Number) -> Option<Decimal> {
        let text = number.to_string();
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((&text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let fraction = fraction.trim_end_matches('0');
        let mut units: i128 = format!("{whole}{fraction}").parse().ok()?;
        let mut digits = i32::try_from(fraction.len()).ok()?.checked_sub(exponent.parse().ok()?)?;
        while digits < 0 {
            units = units.checked_mul(10)?;
            digits += 1;
        }
        (digits <= MOST_DIGITS).then_some(Decimal { units, digits })
    }

    /// The same number with so many digits behind the point.
    fn scaled(self, digits: i32) -> Option<i128> {
        self.units.checked_mul(10_i128.checked_pow(u32::try_from(digits - self.digits).ok()?)?)
    }

    /// The least number that is a multiple of both.
    pub(super) fn common_multiple(self, other: Decimal) -> Option<Decimal> {
        let digits = self.digits.max(other.digits);
        let (one, two) = (self.scaled(digits)?.abs(), other.scaled(digits)?.abs());
        let (mut a, mut b) = (one, two);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let units = if a == 0 { return None } else { (one / a).checked_mul(two)? };
        Some(Decimal { units, digits })
    }

    /// The nearest float, on every machine: how exact a power of floats is may differ.
    pub(super) fn as_f64(self) -> f64 {
        format!("{}e-{}", self.units, self.digits).parse().unwrap_or(f64::NAN)
    }
}

/// As a person would say it, whatever floats make of it.
pub(super) fn is_multiple(number: &Number, factor: &Number) -> bool {
    let exact = || {
        let (number, factor) = (Decimal::of(number)?, Decimal::of(factor)?);
        let digits = number.digits.max(factor.digits);
        number.scaled(digits)?.checked_rem(factor.scaled(digits)?)
    };
    exact().is_none_or(|rest| rest == 0)
}

/// As most validators compute it, with floats.
pub(super) fn is_multiple_of_floats(number: f64, factor: f64) -> bool {
    (number / factor).fract() == 0.0
}
