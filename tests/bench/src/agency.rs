//! A large agency that is made up, with the file that it sends: every row of it, and what is to be said about it.
//!
//! All of it follows from the size, so that every reader of the same size has the same file and the same answers.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

/// Ten-thousandths of a unit, or of a pound.
const ONE: i64 = 10_000;

/// The day on which the file is sent: a Sunday.
pub const TODAY: &str = "2026-11-22";

pub const HEADINGS: [&str; 18] = [
    "FileReference",
    "ProviderRef",
    "SSRef",
    "ClientName",
    "CPLI_ID",
    "Service",
    "ServiceLevel",
    "Unit",
    "Planned",
    "WeekStart",
    "Actual",
    "Frustrated",
    "Missed",
    "Extra",
    "Visits",
    "ReasonCode",
    "Comment",
    "LineRef",
];

/// How much care there is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub packages: u32,
    pub weeks: u32,
}

/// A service, as `services.csv` says it.
#[derive(Debug, Clone, Copy)]
pub struct Service {
    pub reference: &'static str,
    pub name: &'static str,
    /// `hours`.
    pub unit: &'static str,
    pub step: i64,
    pub frustrated_percent: i64,
    pub tolerance_percent: i64,
    pub extras: bool,
    pub visits_required: bool,
    /// Whether the first week of the file is closed.
    pub closes: bool,
}

pub const SERVICES: [Service; 4] = [
    Service {
        reference: "S1",
        name: "Homecare north",
        unit: "hours",
        step: 2_500,
        frustrated_percent: 0,
        tolerance_percent: 10,
        extras: true,
        visits_required: false,
        closes: false,
    },
    Service {
        reference: "S2",
        name: "Homecare south",
        unit: "hours",
        step: 2_500,
        frustrated_percent: 100,
        tolerance_percent: 10,
        extras: false,
        visits_required: true,
        closes: false,
    },
    Service {
        reference: "S3",
        name: "Sitting service",
        unit: "hours",
        step: 5_000,
        frustrated_percent: 50,
        tolerance_percent: 5,
        extras: true,
        visits_required: false,
        closes: false,
    },
    Service {
        reference: "S4",
        name: "Day centre",
        unit: "days",
        step: 10_000,
        frustrated_percent: 25,
        tolerance_percent: 0,
        extras: true,
        visits_required: false,
        closes: true,
    },
];

/// A care package, as `packages.csv` says it.
#[derive(Debug, Clone)]
pub struct Package {
    pub cpli_id: String,
    pub ss_ref: String,
    pub title: &'static str,
    pub forename: &'static str,
    pub surname: &'static str,
    pub service: Service,
    pub authorised: bool,
    /// Quantity and price from the start, and from the second day on.
    pub prices: [(NaiveDate, i64, i64); 2],
}

/// Where a file and what is said about it come from.
#[derive(Debug)]
pub struct Agency {
    pub size: Size,
    pub packages: Vec<Package>,
    pub first_week: NaiveDate,
    random: Random,
}

/// What is to be said about a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    pub rows: u32,
    pub accepted: u32,
    pub rejected: u32,
    /// Pence.
    pub adds: i64,
    pub codes: BTreeMap<String, u32>,
}

/// A row of the file, cell by cell.
pub type Cells = [String; 18];

/// A row that nothing is said about.
#[derive(Debug, Clone)]
struct Fine {
    cells: Cells,
    /// Pence.
    owed: i64,
}

/// The generator that is known as split mix 64.
#[derive(Debug, Clone)]
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(from.len() as u64)).unwrap()]
    }

    fn between(&mut self, from: i64, to: i64) -> i64 {
        from + i64::try_from(self.below(u64::try_from(to - from + 1).unwrap())).unwrap()
    }
}

const FORENAMES: [&str; 16] = [
    "Ada", "Beryl", "Cecil", "Doris", "Edna", "Frank", "George", "Hilda", "Ivor", "Joan", "Zoë",
    "Mary-Ann", "Noel", "Olive", "Percy", "Ruth",
];
const SURNAMES: [&str; 16] = [
    "Adams",
    "Baker",
    "Clarke",
    "Dixon",
    "Evans",
    "Foster",
    "Green",
    "Hughes",
    "Ingram",
    "Jones",
    "O'Neil",
    "Lewis",
    "Brontë",
    "Smith-Hall",
    "Turner",
    "Wright",
];
const REASONS: [&str; 10] = [
    "HOSP",
    "HOLIDAY",
    "DECEASED",
    "DECLINED",
    "NOACCESS",
    "CARERAWAY",
    "CRISIS",
    "STAFFING",
    "ENDED",
    "OTHER",
];
const COMMENTS: [&str; 4] = [
    "Away with family",
    "Carer was ill, cover found late",
    "Client said \"not today\"",
    "Hospital visit; back on Thursday",
];

impl Agency {
    pub fn new(size: Size) -> Self {
        let mut random = Random(20_261_122);
        let last_week: NaiveDate = "2026-11-16".parse().unwrap();
        let first_week = last_week - Days::new(7 * u64::from(size.weeks - 1));
        let changes = first_week + Days::new(7 * u64::from(size.weeks / 2));
        let package = |number: u32| {
            let service = random.pick(&SERVICES);
            let mut terms = |from| {
                (from, service.step * random.between(6, 60), 100 * random.between(1_500, 2_900))
            };
            let prices = [terms(first_week), terms(changes)];
            Package {
                cpli_id: (164_000 + number).to_string(),
                // Two packages each; leading zeros stay.
                ss_ref: format!("{:07}", 272_000 + number / 2),
                title: ["Miss", "Mr", "Mrs"][(number / 2 % 3) as usize],
                forename: FORENAMES[(number / 2 % 16) as usize],
                surname: SURNAMES[(number / 32 % 16) as usize],
                service,
                authorised: number % 500 != 499,
                prices,
            }
        };
        let packages = (0..size.packages).map(package).collect();
        Self { size, packages, first_week, random }
    }

    /// Gives each row of the file to `take`, week after week; afterwards what is to be said about all.
    pub fn rows(mut self, mut take: impl FnMut(&Cells)) -> Answers {
        let mut answers = Answers::default();
        let mut before: Vec<Option<Fine>> = vec![None; self.packages.len()];
        for week in 0..self.size.weeks {
            for (at, before) in before.iter_mut().enumerate() {
                let row = self.entry(at, week, &mut answers);
                let (cells, fine) = self.written(row, week, before.take(), &mut answers);
                take(&cells);
                *before = fine.map(|owed| Fine { cells, owed });
            }
        }
        answers
    }

    /// What the agency wants to say about one week.
    fn entry(&mut self, at: usize, week: u32, answers: &mut Answers) -> Entry {
        let package = &self.packages[at];
        let service = package.service;
        let start = self.first_week + Days::new(7 * u64::from(week));
        let changes = package.prices[1].0;
        let (_, planned, price) = package.prices[usize::from(start >= changes)];
        answers.rows += 1;
        let mut row = Entry {
            service,
            name: match at % 3 {
                0 => format!("{} {} {}", package.title, package.forename, package.surname),
                1 => format!("{} {}", package.forename, package.surname),
                _ => format!("{}, {}", package.surname.to_uppercase(), package.forename),
            },
            ss_ref: package.ss_ref.clone(),
            cpli_id: package.cpli_id.clone(),
            week: start,
            changes,
            planned,
            price,
            actual: planned,
            line_ref: format!("L{:07}", answers.rows),
            authorised: package.authorised,
            closed: service.closes && week == 0,
            ..Entry::default()
        };
        if service.visits_required {
            row.visits = self.random.between(5, 28).to_string();
        }
        if self.random.below(100) < 20 {
            row.differ(&mut self.random);
        }
        row
    }

    /// The row as it is written, now and then with a mistake, and what is owed for it if nothing is said about it.
    fn written(
        &mut self,
        mut row: Entry,
        week: u32,
        before: Option<Fine>,
        answers: &mut Answers,
    ) -> (Cells, Option<i64>) {
        let random = &mut self.random;
        let mut said = row.said();
        if row.authorised && !row.closed {
            match random.below(1_000) {
                0..12 => said = row.spoil(random, week),
                12..15 => {
                    "Somebody Else".clone_into(&mut row.name);
                    said.push("W41");
                }
                _ => {}
            }
        }
        // Nothing else is said about the row that is repeated, so that it is simple to take it back.
        if said == ["E24"]
            && let Some(before) = before
        {
            answers.take_back(before.owed);
            let mut cells = row.cells();
            if random.below(2) == 0 {
                cells[17].clone_from(&before.cells[17]);
            } else {
                cells[..17].clone_from_slice(&before.cells[..17]);
            }
            answers.count(&said, 0);
            return (cells, None);
        }
        if said == ["E24"] {
            said = row.said();
        }
        let owed = answers.count(&said, row.owed());
        (row.cells(), owed.filter(|_| said.is_empty()))
    }
}

impl Answers {
    /// What is owed for it, if it is accepted.
    fn count(&mut self, said: &[&str], owed: i64) -> Option<i64> {
        for code in said {
            *self.codes.entry((*code).to_owned()).or_default() += 1;
        }
        if said.iter().any(|code| code.starts_with('E')) {
            self.rejected += 1;
            return None;
        }
        self.accepted += 1;
        self.adds += owed;
        Some(owed)
    }

    fn take_back(&mut self, owed: i64) {
        self.accepted -= 1;
        self.rejected += 1;
        self.adds -= owed;
        *self.codes.entry("E24".to_owned()).or_default() += 1;
    }
}

/// A row before it is written.
#[derive(Debug, Clone)]
struct Entry {
    service: Service,
    name: String,
    ss_ref: String,
    cpli_id: String,
    week: NaiveDate,
    changes: NaiveDate,
    planned: i64,
    price: i64,
    actual: i64,
    frustrated: i64,
    missed: i64,
    extra: i64,
    visits: String,
    reason: &'static str,
    comment: String,
    line_ref: String,
    authorised: bool,
    closed: bool,
    /// What is written where something else was meant.
    actual_text: Option<&'static str>,
    week_text: Option<&'static str>,
}

impl Default for Entry {
    fn default() -> Self {
        Self {
            service: SERVICES[0],
            name: String::new(),
            ss_ref: String::new(),
            cpli_id: String::new(),
            week: NaiveDate::MIN,
            changes: NaiveDate::MIN,
            planned: 0,
            price: 0,
            actual: 0,
            frustrated: 0,
            missed: 0,
            extra: 0,
            visits: String::new(),
            reason: "",
            comment: String::new(),
            line_ref: String::new(),
            authorised: true,
            closed: false,
            actual_text: None,
            week_text: None,
        }
    }
}

impl Entry {
    /// Something else was delivered than planned, and it is explained.
    fn differ(&mut self, random: &mut Random) {
        let some = self.service.step * random.between(1, 5);
        match random.below(if self.service.extras { 4 } else { 3 }) {
            0 => self.missed = some,
            1 => self.frustrated = some,
            2 => (self.missed, self.frustrated) = (self.service.step, some),
            _ => self.extra = some,
        }
        self.actual = self.planned - self.frustrated - self.missed + self.extra;
        self.reason = random.pick(&REASONS);
        if random.below(3) == 0 {
            random.pick(&COMMENTS).clone_into(&mut self.comment);
        }
    }

    /// What is paid for, in hundredths of ten-thousandths.
    fn payable(&self) -> i64 {
        self.actual * 100 + self.frustrated * self.service.frustrated_percent
    }

    fn owed(&self) -> i64 {
        // 10⁻⁶ units at 10⁻⁴ pounds: half a penny goes up.
        (self.payable() * self.price + 50_000_000) / 100_000_000
    }

    /// The codes that it has without a mistake in it.
    fn said(&self) -> Vec<&'static str> {
        let over = self.payable() > self.planned * (100 + self.service.tolerance_percent);
        match (self.authorised, self.closed) {
            (true, false) if over => vec!["W40"],
            (true, false) => Vec::new(),
            (true, true) => vec!["E17"],
            (false, false) => vec!["E13"],
            (false, true) => vec!["E13", "E17"],
        }
    }

    /// Makes one mistake, and says which.
    fn spoil(&mut self, random: &mut Random, week: u32) -> Vec<&'static str> {
        let later = Days::new(7 * u64::from(week + 1));
        let code = random.pick(&[
            "E10", "E12", "E14", "E15", "E16", "E20", "E21", "E22", "E23", "E24", "E25", "E26",
            "E27",
        ]);
        let plain = |row: &mut Self| {
            (row.actual, row.frustrated, row.missed, row.extra) = (row.planned, 0, 0, 0);
        };
        match code {
            "E10" => "Z9".clone_into(&mut self.ss_ref),
            "E12" => "999999".clone_into(&mut self.cpli_id),
            "E14" => {
                let first = self.week - Days::new(7 * u64::from(week));
                self.week = first - later;
            }
            // The plan of seven days with two prices would have to be said as well.
            "E15" if self.week + Days::new(7) == self.changes => return self.said(),
            "E15" => self.week = self.week + Days::new(1),
            "E16" if self.week < self.changes => return self.said(),
            "E16" => self.week = TODAY.parse::<NaiveDate>().unwrap() + Days::new(1) + later,
            "E20" => self.actual_text = Some(random.pick(&["n/a", "-1", "9,75", "1.23456"])),
            "E21" => {
                plain(self);
                (self.actual, self.missed, self.reason) = (self.planned - 1_000, 1_000, "OTHER");
                // Of both cells.
                return vec!["E21", "E21"];
            }
            "E22" => {
                plain(self);
                (self.actual, self.reason) = (self.planned - self.service.step, "OTHER");
            }
            "E23" => {
                plain(self);
                (self.actual, self.missed, self.reason) =
                    (self.planned - self.service.step, self.service.step, "");
            }
            "E24" => return vec!["E24"],
            "E25" if self.service.extras => {
                plain(self);
                return Vec::new();
            }
            "E25" => {
                plain(self);
                (self.actual, self.extra, self.reason) =
                    (self.planned + self.service.step, self.service.step, "CRISIS");
                // Without the extra care the sum is wrong.
                return vec!["E25", "E22"];
            }
            "E26" => self.week_text = Some(random.pick(&["31/02/2026", "soon", "06/04/26", ""])),
            _ => self.comment = "x".repeat(501),
        }
        vec![code]
    }

    fn cells(&self) -> Cells {
        [
            "EXPORT-2026-11".to_owned(),
            "P1001".to_owned(),
            self.ss_ref.clone(),
            self.name.clone(),
            self.cpli_id.clone(),
            self.service.name.to_owned(),
            "Standard".to_owned(),
            self.service.unit.to_owned(),
            decimal(self.planned),
            self.week_text.map_or_else(|| self.week.format("%d/%m/%Y").to_string(), str::to_owned),
            self.actual_text.map_or_else(|| decimal(self.actual), str::to_owned),
            decimal(self.frustrated),
            decimal(self.missed),
            decimal(self.extra),
            self.visits.clone(),
            self.reason.to_owned(),
            self.comment.clone(),
            self.line_ref.clone(),
        ]
    }
}

/// `10.5`.
pub fn decimal(number: i64) -> String {
    let text = format!("{}.{:04}", number / ONE, number % ONE);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
