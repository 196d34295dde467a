//! What an action proposes, what it would mean in pounds, and that the import then does just that.

use domain::action::{ActionState, DecisionOutcome};
use domain::actuals::Week;
use domain::clock::Now;
use domain::failure::Failure;
use domain::item::ItemStatus;
use domain::money::Money;
use domain::permission::CouncilRole;
use domain::weeks::{Recorded, Source};
use files::Place;
use store::{CpliWeeks, PeriodOf};
use testing::{at, day, instant, parse};

use super::world::{
    NOON, World, ada, colleague, contact, cora, death, ended, query, said, variation, verdict,
};
use crate::{Deciding, Proposal, Shown, Turn, Verdict};

async fn proposal(world: &World, shown: &Shown) -> Proposal {
    world.conversations().proposal(&shown.head, at(NOON)).await.unwrap().unwrap()
}

fn money(text: &str) -> Money {
    parse(text)
}

/// Accepts it, and takes in the file that this drops; gives its name.
async fn accepted(world: &World, shown: &Shown, now: Now) -> String {
    let before = world.dropped();
    let decided = verdict("yes", Verdict::Accept);
    let done = world.decide(&cora(&["SYSTEMS", "BROKERAGE"]), shown, &decided, now).await.unwrap();
    assert_eq!(done.head.line.state, ActionState::Done);
    let name = done.head.decision.unwrap().file.unwrap();
    let place = Place::council_inbox(&name);
    let after = world.dropped();
    assert_eq!(after.len().checked_sub(before.len()), Some(1));
    assert!(after.contains_key(&place.to_string()));
    world.take_in(&place.name, now).await;
    name
}

/// Worked example 5: death on 22 November 2023, with no grace days and with 3.
#[tokio::test]
async fn a_death_comes_to_what_the_import_then_makes_of_it_with_and_without_grace_days() {
    let world = World::new().await;
    let now = at("2023-11-23T10:00:00Z");
    let person = contact("P1001", "ada@lakehouse.example", true);
    let conversations = world.conversations();
    let raising = death("A380197", "2023-11-22");
    let shown = conversations.raise(&person, &parse("P1001"), &raising, now).await.unwrap();
    let proposed = proposal(&world, &shown).await;
    assert_eq!(proposed.why_not, None);
    let of = |contract: &str| {
        let effect = proposed.effects.iter().find(|it| it.contract_ref.as_str() == contract);
        let effect = effect.unwrap();
        (effect.now, effect.then)
    };
    assert_eq!(of("C3005"), (money("3461.84"), money("2967.29")), "no grace days");
    assert_eq!(of("C3002"), (money("3461.84"), money("3338.20")), "another provider's, 3 days");
    assert_eq!(proposed.total_difference, money("-618.19"));
    let told: Vec<_> =
        proposed.changes.iter().map(|it| (it.cpli_id.as_str(), it.to.as_str())).collect();
    assert_eq!(told, [("188639", "22 November 2023"), ("188631", "22 November 2023")]);
    let name = accepted(&world, &shown, now).await;
    assert_eq!(name, "clients_20231123T100000.csv");
    let file = &world.dropped()[&format!("upload/council/inbox/{name}")];
    assert_eq!(file, "ss_ref,forename,surname,date_of_death\r\nA380197,Betty,Boop,2023-11-22\r\n");
    let start = "2023-10-30";
    assert_eq!(world.payable(("P1001", "C3005"), start, now).await, money("2967.29"));
    assert_eq!(world.payable(("P1002", "C3002"), start, now).await, money("3338.20"));
    let again = proposal(&world, &shown).await;
    assert_eq!(again.why_not.as_deref(), Some("This date of death is recorded already."));
}

/// Worked example 7: finalised in full for 3 to 30 October 2022, then told that it ended on the 19th.
#[tokio::test]
async fn an_end_in_a_finalised_period_comes_to_what_the_import_then_takes_back() {
    let world = World::new().await;
    world.settle("C3001", "2022-10-27T17:00:00Z").await;
    world.settle("C3001", "2022-10-28T09:00:00Z").await;
    let shown = world.raise(&ada(), &ended("164628", "2022-10-19")).await;
    let proposed = proposal(&world, &shown).await;
    let [effect] = &proposed.effects[..] else { panic!("{proposed:?}") };
    assert_eq!(effect.period_start, day("2022-10-31"));
    assert_eq!((effect.now, effect.then), (money("3461.84"), money("-1360.01")));
    assert_eq!(proposed.total_difference, money("-4821.85"));
    assert_eq!(proposed.changes[0].from, None);
    let name = accepted(&world, &shown, at(NOON)).await;
    assert_eq!(name, "cplis_20221108T120000.csv");
    let paid = world.payable(("P1001", "C3001"), "2022-10-31", at(NOON)).await;
    assert_eq!(paid, money("-1360.01"));
}

#[tokio::test]
async fn an_end_to_come_is_shown_in_the_period_that_it_is_in() {
    let world = World::new().await;
    world.settle("C3001", "2022-10-27T17:00:00Z").await;
    world.settle("C3001", "2022-10-28T09:00:00Z").await;
    let shown = world.raise(&ada(), &ended("164628", "2022-12-11")).await;
    let proposed = proposal(&world, &shown).await;
    let starts: Vec<_> = proposed.effects.iter().map(|it| it.period_start.to_string()).collect();
    assert_eq!(starts, ["2022-10-31", "2022-11-28"]);
    assert_eq!(proposed.effects[0].now, proposed.effects[0].then);
    assert_eq!(proposed.effects[1].then, money("1730.92"));
    let early = world.raise(&ada(), &ended("164628", "2022-08-02")).await;
    let why_not = proposal(&world, &early).await.why_not;
    assert_eq!(why_not.as_deref(), Some("The date is before the care package starts."));
}

#[tokio::test]
async fn a_change_to_suspended_care_is_shown_in_what_is_not_payable() {
    let world = World::new().await;
    let directives = Place::council_inbox("directives_20221108T080000.csv");
    let rows = "directive_ref,contract_ref,cpli_id,kind,from_date,to_date,reason\n\
                D1,C3001,164628,suspend,2022-10-03,,The funding is looked at\n";
    world.objects.put(&directives, rows).await.unwrap();
    world.take_in(&directives.name, at(NOON)).await;
    let shown = world.raise(&ada(), &ended("164628", "2022-10-19")).await;
    let proposed = proposal(&world, &shown).await;
    let [effect, ..] = &proposed.effects[..] else { panic!("{proposed:?}") };
    assert_eq!((effect.now, effect.then), (Money::ZERO, Money::ZERO), "nothing of it is paid");
    let [held] = &effect.non_payable[..] else { panic!("{proposed:?}") };
    assert_eq!(held.status, ItemStatus::Suspended);
    assert_eq!((held.now, held.then), (money("3461.84"), money("2101.83")));
    assert_eq!(proposed.total_difference, Money::ZERO);
    let unpaid = proposed.effects.iter().flat_map(|it| &it.non_payable);
    let unpaid = unpaid.map(|it| it.then.plus(it.now.reversed().unwrap()).unwrap());
    assert_eq!(proposed.total_non_payable_difference, Money::total(unpaid).unwrap());
}

#[tokio::test]
async fn an_accepted_variation_lets_held_hours_be_paid() {
    let world = World::new().await;
    let (provider, contract, cpli) = (parse("P1003"), parse("C3003"), parse("170001"));
    let of = PeriodOf { provider: &provider, contract: &contract, start: day("2022-10-31") };
    let mut weeks: CpliWeeks = world.store.weeks_of_cpli(of, &cpli).await.unwrap();
    let week = Week { actual: parse("12.5"), ..Week::default() };
    let by = "Ada Brome".to_owned();
    let recorded = Recorded { week, at: instant(NOON), by, source: Source::Form };
    weeks.weeks.insert(day("2022-10-31"), recorded);
    world.store.save_weeks(of, &[weeks]).await.unwrap();
    let north = contact("P1003", "n@northside.example", true);
    let raising = variation("170001", ("2022-11-01", "2022-11-03"), "12.5");
    let shown = world.raise(&north, &raising).await;
    let proposed = proposal(&world, &shown).await;
    assert_eq!(proposed.why_not, None);
    let [effect] = &proposed.effects[..] else { panic!("{proposed:?}") };
    assert_eq!((effect.now, effect.then), (Money::ZERO, money("279.25")), "12.5 h at 22.34");
    let [held] = &effect.non_payable[..] else { panic!("{proposed:?}") };
    assert_eq!(
        (held.status, held.now, held.then),
        (ItemStatus::Suspended, effect.then, effect.now)
    );
    assert_eq!(proposed.changes[0].to, "2 hours");
    let name = accepted(&world, &shown, at(NOON)).await;
    assert!(name.starts_with("variations_"), "{name}");
    let known = world.store.known_facts(&provider, &contract).await.unwrap();
    let terms = known.facts.terms(
        &cpli,
        day("2022-10-31"),
        world.store.settings().await.unwrap().over_tolerance,
    );
    let week = Week { actual: parse("12.5"), ..Week::default() };
    let valued = terms.unwrap().unwrap().value(&week).unwrap();
    assert_eq!(Money::total(valued.lines.iter().map(|it| it.amount)).unwrap(), effect.then);
    let again = proposal(&world, &shown).await;
    assert_eq!(again.why_not.as_deref(), Some("This variation is recorded already."));
}

#[tokio::test]
async fn what_is_paid_by_plan_cannot_be_varied() {
    let world = World::new().await;
    let shown = world.raise(&ada(), &variation("164628", ("2022-11-07", "2022-11-08"), "12")).await;
    let proposed = proposal(&world, &shown).await;
    assert!(proposed.why_not.unwrap().starts_with("This care package is paid by plan"));
    let decided = verdict("yes", Verdict::Accept);
    let refused = world.decide(&cora(&["SYSTEMS"]), &shown, &decided, at(NOON)).await;
    assert_eq!(refused.unwrap_err().code(), "change-not-acceptable");
    assert_eq!(world.dropped().len(), 0);
}

#[tokio::test]
async fn of_two_decisions_one_is_made_and_the_other_person_is_told() {
    let world = World::new().await;
    let shown = world.raise(&ada(), &ended("164628", "2022-11-10")).await;
    let (one, two) = (cora(&["SYSTEMS"]), cora(&["SYSTEMS"]));
    let (yes, no) = (verdict("yes-1", Verdict::Accept), verdict("no-22", Verdict::Decline));
    let (first, second) = tokio::join!(
        world.decide(&one, &shown, &yes, at(NOON)),
        world.decide(&two, &shown, &no, at(NOON))
    );
    let told: Vec<_> = [first, second].into_iter().filter_map(Result::err).collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].code(), "action-changed");
    assert!(told[0].to_string().starts_with("Cora Page has decided about this already"));
    let action = &shown.head.line.action_id;
    let read = world.conversations().show(&one, &parse("P1001"), action, at(NOON)).await.unwrap();
    let outcome = read.head.decision.unwrap().outcome;
    assert_eq!(world.dropped().len(), usize::from(outcome == DecisionOutcome::Accepted));
    assert_eq!(read.posts.len(), 2);
}

#[tokio::test]
async fn a_change_is_declined_with_a_reason_and_can_be_decided_again_once_it_is_reopened() {
    let world = World::new().await;
    let staff = cora(&["SYSTEMS"]);
    let shown = world.raise(&ada(), &ended("164628", "2022-11-10")).await;
    let silent = Deciding { reason: " ".to_owned(), ..verdict("no-11", Verdict::Decline) };
    let told = world.decide(&staff, &shown, &silent, at(NOON)).await.unwrap_err();
    assert_eq!(told.fields()[0].field, "reason");
    let no = verdict("no-22", Verdict::Decline);
    let declined = world.decide(&staff, &shown, &no, at(NOON)).await.unwrap();
    assert_eq!(declined.posts[1].change.as_deref(), Some("End date 10 November 2022: declined"));
    assert_eq!(world.emails().await[0].1, "Your change is declined - Borsetshire");
    world.answer(&ada(), &shown, &said("open", Turn::Reopen)).await.unwrap();
    let yes = verdict("yes-3", Verdict::Accept);
    let done = world.decide(&staff, &shown, &yes, at(NOON)).await.unwrap();
    assert_eq!(done.head.decision.unwrap().outcome, DecisionOutcome::Accepted);
    assert_eq!(world.dropped().len(), 1);
}

#[tokio::test]
async fn only_whoever_may_change_care_and_is_of_the_team_decides() {
    let world = World::new().await;
    let shown = world.raise(&ada(), &ended("164628", "2022-11-10")).await;
    let yes = verdict("yes-1", Verdict::Accept);
    let member = colleague("Tea M", &[CouncilRole::TeamMember], &["SYSTEMS"]);
    let other = cora(&["PAYMENTS"]);
    for (person, code) in [(&member, "not-allowed"), (&other, "not-found"), (&ada(), "not-allowed")]
    {
        let refused = world.decide(person, &shown, &yes, at(NOON)).await.unwrap_err();
        assert_eq!(refused.code(), code);
    }
    let plain = world.raise(&ada(), &query("1")).await;
    let refused = world.decide(&cora(&["SYSTEMS"]), &plain, &yes, at(NOON)).await;
    assert_eq!(refused.unwrap_err().code(), "nothing-proposed");
    assert_eq!(world.dropped().len(), 0);
}

#[tokio::test]
async fn a_name_that_is_taken_is_left_alone_and_the_next_second_taken() {
    let world = World::new().await;
    let taken = Place::council_inbox("cplis_20221108T120000.csv");
    world.objects.put(&taken, "cpli_id\n").await.unwrap();
    let shown = world.raise(&ada(), &ended("164628", "2022-11-10")).await;
    let name = accepted(&world, &shown, at(NOON)).await;
    assert_eq!(name, "cplis_20221108T120001.csv");
    assert_eq!(world.dropped()[&taken.to_string()], "cpli_id\n");
}
