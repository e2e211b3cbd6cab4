//! The table, printed row by row as the numbers come in.

/// What a number should be.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    AtLeast(f64),
    AtMost(f64),
    /// Only told.
    None,
}

pub(crate) struct Table {
    missed: usize,
    /// Rows without a number.
    gaps: usize,
}

impl Table {
    pub(crate) fn begin(title: &str) -> Table {
        println!("\n{title}\n");
        println!("{:<58} {:>9}  {:<9} {:<5} absolute", "what", "measured", "target", "");
        Table { missed: 0, gaps: 0 }
    }

    /// `number`, held against its target; `detail` holds only here and now.
    pub(crate) fn row(&mut self, what: &str, number: f64, unit: Unit, target: Target, detail: &str) {
        let (wanted, good) = match target {
            Target::AtLeast(limit) => (format!(">= {}", unit.print(limit)), Some(number >= limit)),
            Target::AtMost(limit) => (format!("<= {}", unit.print(limit)), Some(number <= limit)),
            Target::None => (String::new(), None),
        };
        let mark = match good {
            Some(true) => "ok",
            Some(false) => "MISS",
            None => "",
        };
        self.missed += usize::from(good == Some(false));
        println!("{what:<58} {:>9}  {wanted:<9} {mark:<5} {detail}", unit.print(number));
    }

    /// Prints what came of it, and returns how many targets were missed.
    pub(crate) fn end(self) -> usize {
        println!("\n{} targets missed, {} rows not measured", self.missed, self.gaps);
        self.missed
    }

    /// Something that was not measured, and why.
    pub(crate) fn gap(&mut self, what: &str, why: &str) {
        self.gaps += 1;
        println!("{what:<58} {:>9}  {:<9} {:<5} {why}", "-", "", "");
    }
}

/// How a number is printed.
#[derive(Clone, Copy)]
pub(crate) enum Unit {
    Count,
    Ratio,
    Millis,
    Megabytes,
}

impl Unit {
    fn print(self, number: f64) -> String {
        match self {
            Unit::Count => format!("{number:.0}"),
            Unit::Ratio if number >= 10.0 => format!("{number:.1}"),
            Unit::Ratio => format!("{number:.2}"),
            Unit::Millis => format!("{number:.1} ms"),
            Unit::Megabytes => format!("{number:.1} MB"),
        }
    }
}

/// `12,345/s`
pub(crate) fn per_second(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text + "/s"
}
