//! What people and the council do in the eight weeks of a schedule, misfortunes aside.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, SubsecRound, TimeDelta, Utc};

use crate::council::{Contract, Council, LATE_CPLI, day, due, planned_quarters};
use crate::dice::Dice;
use crate::model::{Care, after, pence, ten_thousandths};
use crate::worker::{Function, How, Missed, Person};

/// Something that is to happen.
#[derive(Debug, Clone)]
pub(crate) enum Planned {
    /// A rule fires.
    Time(Function),
    /// The council drops a file of this name; its message may be this many days late.
    File { stem: String, text: String, late_days_max: i64 },
    /// Somebody does something at the portal.
    Person(Person),
    /// The council approves what is submitted.
    Approves(Contract),
}

/// Everything that is planned, and what is so in the end.
#[derive(Debug)]
pub(crate) struct Agenda {
    pub(crate) planned: Vec<(DateTime<Utc>, Planned)>,
    /// The files that end what was suspended, dropped at the latest when all is calm.
    pub(crate) last_files: Vec<(String, String)>,
    pub(crate) care: BTreeMap<&'static str, Care>,
    /// Adjustments of the first contract, in pence.
    pub(crate) adjusted: i128,
    pub(crate) missed: Vec<Missed>,
    pub(crate) names: Names,
    /// How often each kind of thing is planned.
    pub(crate) events: BTreeMap<&'static str, u32>,
    /// The first days of the periods in which things go wrong, for how many days the council learns of something, and
    /// when all is calm.
    troubled: &'static [&'static str],
    days: u64,
    calm: DateTime<Utc>,
}

/// Every event, as it is counted.
pub const EVENTS: [&str; 18] = [
    "a large council",
    "confirms",
    "rejects",
    "confirms after all",
    "says nothing",
    "claims",
    "claims again",
    "care ends",
    "care goes on",
    "price",
    "price of hours",
    "absence",
    "contribution",
    "adjustment",
    "new care package",
    "carried forward",
    "suspended",
    "council approves",
];

/// The times in the names of files, each once.
#[derive(Debug, Default)]
pub(crate) struct Names(BTreeSet<DateTime<Utc>>);

impl Names {
    /// A name for a file that is dropped at a time.
    pub(crate) fn stem(&mut self, feed: &str, at: DateTime<Utc>) -> String {
        let mut at = at.trunc_subsecs(0);
        while !self.0.insert(at) {
            at += TimeDelta::seconds(1);
        }
        format!("{feed}_{}", at.format("%Y%m%dT%H%M%S"))
    }

    fn count(&self) -> usize {
        self.0.len()
    }
}

impl Agenda {
    pub(crate) fn new(council: &Council, dice: &mut Dice) -> Self {
        let mut agenda = Self {
            planned: Vec::new(),
            last_files: Vec::new(),
            care: council.care.clone(),
            adjusted: 0,
            missed: Vec::new(),
            names: Names::default(),
            events: BTreeMap::new(),
            troubled: council.troubled(),
            days: council.days(),
            calm: council.calm(),
        };
        if council.is_large() {
            agenda.note("a large council");
        }
        for start in council.troubled() {
            agenda.rules_fire(day(start), dice);
        }
        for contract in council.contracts {
            if contract.by_the_hour {
                agenda.claims(contract, dice);
            } else {
                agenda.answers(contract, dice);
            }
        }
        let facts_max = 2 * u64::try_from(agenda.troubled.len()).unwrap();
        let mut times: Vec<_> =
            (0..=dice.below(facts_max)).map(|_| agenda.some_day(dice)).collect();
        times.sort();
        for at in times {
            let contract = &council.contracts[dice.index(council.contracts.len())];
            agenda.fact(contract, at, dice);
        }
        agenda
    }

    pub(crate) fn note(&mut self, event: &'static str) {
        *self.events.entry(event).or_default() += 1;
    }

    /// A day on which something begins or ends.
    fn first_day(&self, dice: &mut Dice, days: u64) -> NaiveDate {
        after(day(self.troubled[0]), dice.below(days))
    }

    /// A time at which the council learns of something.
    fn some_day(&self, dice: &mut Dice) -> DateTime<Utc> {
        let start: DateTime<Utc> = "2026-03-10T08:00:00Z".parse().unwrap();
        start + dice.seconds(self.days * 86_400)
    }

    fn add(&mut self, at: DateTime<Utc>, planned: Planned) {
        self.planned.push((at, planned));
    }

    /// The rules fire every quarter of an hour; what matters is when they come through.
    fn rules_fire(&mut self, start: NaiveDate, dice: &mut Dice) {
        let due = due(start);
        let begins = start.and_hms_opt(8, 0, 0).unwrap().and_utc();
        let jobs = [begins, due.confirm_by - TimeDelta::days(2), due.finalise_at];
        for at in jobs {
            // In a small world two of three are missed: the next catches up.
            if self.troubled.len() == 1 && !dice.one_in(3) {
                continue;
            }
            let at = at + dice.seconds(40_000);
            self.add(at, Planned::Time(Function::DailyJobs));
        }
        for at in [due.confirm_by, due.finalise_at] {
            let at = at + dice.seconds(900);
            self.add(at, Planned::Time(Function::Finalise));
        }
        if dice.one_in(3) {
            let at = due.confirm_by + dice.seconds(4 * 86_400);
            self.add(at, Planned::Time(Function::Finalise));
        }
    }

    fn answers(&mut self, contract: &Contract, dice: &mut Dice) {
        for start in self.troubled {
            let start = day(start);
            let lock = due(start).confirm_by;
            let how = match dice.below(8) {
                0 | 1 => How::Rejects,
                2 => {
                    self.note("says nothing");
                    continue;
                }
                _ => How::Confirms,
            };
            self.note(if how == How::Rejects { "rejects" } else { "confirms" });
            let answers =
                |how| Planned::Person(Person::Answers { contract: *contract, start, how });
            self.add(lock - dice.seconds(12 * 86_400), answers(how));
            match dice.below(4) {
                0 => {
                    self.note("confirms after all");
                    self.add(lock - dice.seconds(86_400), answers(How::Confirms));
                }
                1 => self.add(lock + dice.seconds(9 * 86_400), answers(How::ConfirmsOutstanding)),
                _ => {}
            }
        }
    }

    fn claims(&mut self, contract: &Contract, dice: &mut Dice) {
        for start in self.troubled {
            let start = day(start);
            for time in 0..=dice.below(2) {
                self.note(if time == 0 { "claims" } else { "claims again" });
                let at = after(start, 26).and_hms_opt(9, 0, 0).unwrap().and_utc();
                let at = at + dice.seconds(5 * 86_400);
                let missed = Missed {
                    cpli: contract.cplis[dice.index(contract.cplis.len())],
                    week: after(start, 7 * dice.below(4)),
                    quarters: dice.below(12),
                    planned: 0,
                };
                let missed = Missed { planned: planned_quarters(missed.cpli), ..missed };
                let earlier = |it: &Missed| it.cpli == missed.cpli && it.week == missed.week;
                self.missed.retain(|it| !earlier(it));
                let claims =
                    Person::Claims { contract: *contract, start, missed: vec![missed.clone()] };
                self.missed.push(missed);
                self.add(at, Planned::Person(claims));
                let approves = at + TimeDelta::hours(2) + dice.seconds(3 * 86_400);
                self.add(approves, Planned::Approves(*contract));
            }
        }
        for cpli in contract.cplis {
            let given = self.troubled.iter().flat_map(|start| {
                let weeks = (0..4).map(|week| after(day(start), 7 * week));
                weeks.map(|week| (week, self.given(cpli, week))).collect::<Vec<_>>()
            });
            let given = given.collect();
            self.care.get_mut(cpli).unwrap().given = given;
        }
    }

    /// Hours given in a week in the end, in ten-thousandths.
    fn given(&self, cpli: &str, week: NaiveDate) -> i128 {
        let said = self.missed.iter().find(|it| it.cpli == cpli && it.week == week);
        let quarters = planned_quarters(cpli) - said.map_or(0, |it| it.quarters);
        i128::from(quarters) * 2_500
    }

    /// The council learns something, and drops a file about it.
    fn fact(&mut self, contract: &Contract, at: DateTime<Utc>, dice: &mut Dice) {
        let cpli = contract.cplis[dice.index(contract.cplis.len())];
        if contract.by_the_hour {
            return self.price_of_hours(cpli, at, dice);
        }
        let from = self.first_day(dice, self.days);
        match dice.below(8) {
            0 | 1 => self.ends(cpli, Some(from).filter(|_| !dice.one_in(4)), at),
            2 | 3 => self.price(cpli, from, at, dice),
            4 => self.absence(cpli, from, at, dice),
            5 => self.contribution(cpli, from, at, dice),
            6 => self.adjustment(contract, at, dice),
            _ if dice.one_in(2) => self.newcomer(contract, at, dice),
            _ => self.directive(contract, cpli, at, dice),
        }
    }

    fn file(&mut self, feed: &str, at: DateTime<Utc>, text: String) {
        let stem = self.names.stem(feed, at);
        self.add(at, Planned::File { stem, text, late_days_max: 14 });
    }

    fn ends(&mut self, cpli: &'static str, end: Option<NaiveDate>, at: DateTime<Utc>) {
        let care = self.care.get_mut(cpli).unwrap();
        care.end = end;
        let (start, contract) = (care.start, care.contract);
        self.note(if end.is_some() { "care ends" } else { "care goes on" });
        let end = end.map_or_else(String::new, |end| end.to_string());
        let text = format!(
            "cpli_id,ss_ref,service_ref,start_date,end_date,authorised\n\
             {cpli},A{cpli},S{contract},{start},{end},yes\n"
        );
        self.file("cplis", at, text);
    }

    fn price(&mut self, cpli: &'static str, from: NaiveDate, at: DateTime<Utc>, dice: &mut Dice) {
        self.note("price");
        let quantity = format!("{}.{}", 1 + dice.below(3), dice.below(10));
        let price = format!("{}.{:04}", 300 + dice.below(900), dice.below(10_000));
        let care = self.care.get_mut(cpli).unwrap();
        care.prices.insert(from, (ten_thousandths(&quantity), ten_thousandths(&price)));
        let text =
            format!("cpli_id,from_date,quantity,unit_price\n{cpli},{from},{quantity},{price}\n");
        self.file("prices", at, text);
    }

    /// Of care by the hour the plan stays, and so it is the price alone.
    fn price_of_hours(&mut self, cpli: &'static str, at: DateTime<Utc>, dice: &mut Dice) {
        self.note("price of hours");
        let weeks = 4 * u64::try_from(self.troubled.len()).unwrap();
        let from = after(day(self.troubled[0]), 7 * dice.below(weeks));
        let quarters = planned_quarters(cpli);
        let quantity = format!("{}.{:02}", quarters.div_euclid(4), quarters.rem_euclid(4) * 25);
        let price = format!("{}.{:02}", 18 + dice.below(10), dice.below(100));
        let care = self.care.get_mut(cpli).unwrap();
        care.prices.insert(from, (ten_thousandths(&quantity), ten_thousandths(&price)));
        let text =
            format!("cpli_id,from_date,quantity,unit_price\n{cpli},{from},{quantity},{price}\n");
        self.file("prices", at, text);
    }

    fn absence(&mut self, cpli: &'static str, from: NaiveDate, at: DateTime<Utc>, dice: &mut Dice) {
        let (to, percent) = (after(from, dice.below(20)), dice.below(101));
        let care = self.care.get_mut(cpli).unwrap();
        if care.absence.is_some() {
            return;
        }
        care.absence = Some((from, to, i128::from(percent)));
        self.note("absence");
        let text = format!(
            "cpli_id,from_date,to_date,kind,pay_percent\n{cpli},{from},{to},hospital,{percent}\n"
        );
        self.file("absences", at, text);
    }

    fn contribution(
        &mut self,
        cpli: &'static str,
        from: NaiveDate,
        at: DateTime<Utc>,
        dice: &mut Dice,
    ) {
        let weekly = format!("{}.{:02}", 10 + dice.below(90), dice.below(100));
        let care = self.care.get_mut(cpli).unwrap();
        if care.contributions.contains_key("third_party") {
            return;
        }
        care.contributions.insert("third_party", (from, pence(&weekly)));
        self.note("contribution");
        let text = format!(
            "cpli_id,kind,from_date,to_date,weekly_amount,collected_by\n\
             {cpli},third_party,{from},,{weekly},provider\n"
        );
        self.file("contributions", at, text);
    }

    fn adjustment(&mut self, contract: &Contract, at: DateTime<Utc>, dice: &mut Dice) {
        let sign = if dice.one_in(2) { "-" } else { "" };
        let amount = format!("{sign}{}.{:02}", dice.below(300), 1 + dice.below(99));
        // No more than there are periods to pay them in.
        let instalments = 1 + dice.below(1 + u64::try_from(self.troubled.len()).unwrap());
        self.note("adjustment");
        let (start, number) = (self.troubled[0], self.names.count());
        self.adjusted += pence(&amount);
        let text = format!(
            "adjustment_ref,contract_ref,cpli_id,amount,reason,period_start,instalments\n\
             ADJ{number},{},,{amount},As agreed,{start},{instalments}\n",
            contract.reference
        );
        self.file("adjustments", at, text);
    }

    /// A care package that is new, its price perhaps told of before itself.
    fn newcomer(&mut self, contract: &Contract, at: DateTime<Utc>, dice: &mut Dice) {
        if self.care.contains_key(LATE_CPLI) {
            return;
        }
        let start = self.first_day(dice, self.days - 10);
        let price = format!("{}.{:02}", 500 + dice.below(500), dice.below(100));
        let care = Care {
            contract: contract.reference,
            start,
            prices: [(start, (10_000, ten_thousandths(&price)))].into(),
            ..Care::default()
        };
        self.care.insert(LATE_CPLI, care);
        self.note("new care package");
        let package = format!(
            "cpli_id,ss_ref,service_ref,start_date,authorised\n{LATE_CPLI},A{LATE_CPLI},S{},{start},yes\n",
            contract.reference
        );
        let prices =
            format!("cpli_id,from_date,quantity,unit_price\n{LATE_CPLI},{start},1,{price}\n");
        for (feed, text) in [("cplis", package), ("prices", prices)] {
            let at = at + dice.seconds(2 * 86_400);
            let stem = self.names.stem(feed, at);
            // What names something unknown is tried again for seven days.
            self.add(at, Planned::File { stem, text, late_days_max: 2 });
        }
    }

    /// Something is paid later: suspended until all is calm at the latest, or carried forward once.
    fn directive(&mut self, contract: &Contract, cpli: &str, at: DateTime<Utc>, dice: &mut Dice) {
        let contract = contract.reference;
        let heading = "directive_ref,contract_ref,cpli_id,kind,from_date,to_date,reason";
        let start = self.troubled[dice.index(self.troubled.len())];
        if dice.one_in(2) {
            self.note("carried forward");
            let number = self.names.count();
            let text = format!(
                "{heading}\nDIR{number},{contract},{cpli},carry_forward,{start},{start},Later\n"
            );
            return self.file("directives", at, text);
        }
        self.note("suspended");
        let number = self.names.count();
        let text = |to: &str| {
            format!("{heading}\nDIR{number},{contract},{cpli},suspend,{start},{to},Why\n")
        };
        self.file("directives", at, text(""));
        if dice.one_in(2) {
            self.file("directives", at + dice.seconds(8 * 86_400), text(start));
        }
        let stem = self.names.stem("directives", self.calm - TimeDelta::hours(1));
        self.last_files.push((stem, text(start)));
    }
}
