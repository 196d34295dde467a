//! Actions from the form to done, by one person and by two at once.

use domain::action::{ActionState, CannotAct, Side};
use domain::failure::Failure;
use domain::permission::CouncilRole;
use testing::{at, parse};

use super::world::{
    NOON, World, ada, add_team, colleague, contact, cora, death, id, query, said, variation,
};
use crate::{About, Asked, ConversationsError, Raising, Turn, Wanted, With};

fn code(result: Result<crate::Shown, ConversationsError>) -> &'static str {
    result.unwrap_err().code()
}

fn messages(error: &ConversationsError) -> Vec<(String, String)> {
    error.fields().into_iter().map(|it| (it.field, it.message)).collect()
}

#[tokio::test]
async fn a_provider_raises_an_action_and_it_stands_in_both_lists() {
    let world = World::new().await;
    let shown = world.raise(&ada(), &death("A272433", "2022-11-06")).await;
    let line = &shown.head.line;
    assert_eq!(line.re.as_deref(), Some("Miss Wednesday Adams (Client)"));
    assert_eq!((line.with, line.due_on.to_string()), (Side::Council, "2022-11-17".to_owned()));
    assert_eq!(shown.head.details[0].shown, "6 November 2022");
    assert_eq!(shown.posts[0].text, "It should be more");
    let conversations = world.conversations();
    let list = conversations.list(&parse("P1001"), &Asked::default(), at(NOON)).await.unwrap();
    let queue =
        conversations.queue(&cora(&["SYSTEMS"]), &Asked::default(), at(NOON)).await.unwrap();
    assert_eq!((&list.lines, list.counts.open), (&queue.lines, 1));
    assert_eq!(list.team_name(&line.team_ref), "Systems team");
    let others =
        conversations.queue(&cora(&["PAYMENTS"]), &Asked::default(), at(NOON)).await.unwrap();
    assert_eq!((others.lines.len(), others.teams.len()), (0, 1));
    assert_eq!(world.emails().await, [], "providers know what they said");
}

#[tokio::test]
async fn the_same_request_twice_raises_one_action_and_says_one_thing() {
    let world = World::new().await;
    let shown = world.raise(&ada(), &query("1")).await;
    let again = world.raise(&ada(), &query("1")).await;
    assert_eq!((&shown.head, &shown.posts), (&again.head, &again.posts));
    let other = world.raise(&contact("P1001", "bob@lakehouse.example", true), &query("1")).await;
    assert_ne!(id(&other), id(&shown), "a request of somebody else's is another");
    let reply = said("2", Turn::Reply(None));
    let first = world.answer(&ada(), &shown, &reply).await.unwrap();
    let second = world.answer(&ada(), &shown, &reply).await.unwrap();
    assert_eq!((first.posts.len(), &first.posts), (2, &second.posts));
    let done = world.answer(&ada(), &shown, &said("3", Turn::Complete)).await.unwrap();
    let again = world.answer(&ada(), &shown, &said("3", Turn::Complete)).await.unwrap();
    assert_eq!((done.head.line.state, &done.posts), (ActionState::Done, &again.posts));
}

#[tokio::test]
async fn a_conversation_goes_to_and_fro_and_providers_are_told() {
    let world = World::new().await;
    let staff = cora(&["SYSTEMS"]);
    let shown = world.raise(&ada(), &query("1")).await;
    let asked = said("2", Turn::Reply(Some(Wanted::Provider(None))));
    let shown = world.answer(&staff, &shown, &asked).await.unwrap();
    assert_eq!(shown.head.line.with, Side::Provider);
    assert_eq!(shown.posts[1].change.as_deref(), Some("Assigned to Lake House"));
    assert_eq!(shown.posts[1].staff_ref, Some(parse("U9001")));
    let told = ("ada@lakehouse.example".to_owned(), "An action waits for your reply - Borsetshire");
    let emails = world.emails().await;
    assert_eq!(emails, [(told.0, told.1.to_owned())], "not those who only look");
    let to = Turn::Reply(Some(Wanted::Team(parse("PAYMENTS"))));
    let shown = world.answer(&ada(), &shown, &said("3", to)).await.unwrap();
    assert_eq!(shown.posts[2].change.as_deref(), Some("Assigned to Payments team"));
    let kept = world.answer(&ada(), &shown, &said("4", Turn::Reply(None))).await.unwrap();
    assert_eq!(kept.posts[3].change, None);
    assert_eq!(code(world.answer(&staff, &shown, &said("5", Turn::Complete)).await), "not-found");
    let theirs = cora(&["PAYMENTS"]);
    let done = world.answer(&theirs, &shown, &said("6", Turn::Complete)).await.unwrap();
    assert_eq!(done.posts[4].change.as_deref(), Some("Marked as done"));
    let open = world.answer(&ada(), &shown, &said("7", Turn::Reopen)).await.unwrap();
    assert_eq!((open.head.line.with, open.can_reply), (Side::Council, true));
    assert_eq!(world.emails().await.len(), 2);
}

#[tokio::test]
async fn whoever_passes_an_action_on_is_answered_what_they_did_also_when_they_ask_twice() {
    let world = World::new().await;
    let staff = cora(&["SYSTEMS"]);
    let shown = world.raise(&ada(), &query("1")).await;
    let on = said("2", Turn::Reply(Some(Wanted::Team(parse("PAYMENTS")))));
    let first = world.answer(&staff, &shown, &on).await.unwrap();
    let second = world.answer(&staff, &shown, &on).await.unwrap();
    assert_eq!(first.posts, second.posts);
    assert!(!second.can_reply, "it is with others now");
    let read = world.conversations().show(&staff, &parse("P1001"), id(&shown), at(NOON)).await;
    assert_eq!(code(read), "not-found");
}

#[tokio::test]
async fn of_two_who_act_at_once_both_are_heard_or_the_second_is_told_why_not() {
    let world = World::new().await;
    let staff = cora(&["SYSTEMS"]);
    let shown = world.raise(&ada(), &query("1")).await;
    let (one, two) = (said("2", Turn::Reply(None)), said("3", Turn::Reply(None)));
    let ada = ada();
    let both = tokio::join!(world.answer(&ada, &shown, &one), world.answer(&staff, &shown, &two));
    both.0.unwrap();
    both.1.unwrap();
    let (one, two) = (said("4", Turn::Complete), said("5", Turn::Complete));
    let (one, two) =
        tokio::join!(world.answer(&ada, &shown, &one), world.answer(&staff, &shown, &two));
    let told = [one, two].into_iter().filter_map(Result::err).collect::<Vec<_>>();
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0].code(), told[0].to_string().contains("marked this action as done")),
        ("action-changed", true)
    );
    let read = world.conversations().show(&ada, &parse("P1001"), id(&shown), at(NOON)).await;
    assert_eq!(read.unwrap().posts.len(), 4);
}

#[tokio::test]
async fn nobody_reads_or_answers_what_is_not_theirs() {
    let world = World::new().await;
    let shown = world.raise(&ada(), &query("1")).await;
    let madley = contact("P1002", "eve@madley.example", true);
    let conversations = world.conversations();
    let (own, other) = (parse("P1001"), parse("P1002"));
    for provider in [&own, &other] {
        let read = conversations.show(&madley, provider, id(&shown), at(NOON)).await;
        assert_eq!(code(read), "not-found");
        let of = (provider, id(&shown));
        let said = said("2", Turn::Reply(None));
        assert_eq!(code(conversations.answer(&madley, of, &said, at(NOON)).await), "not-found");
    }
    let viewer = contact("P1001", "vi@lakehouse.example", false);
    let said_2 = said("2", Turn::Reply(None));
    let looks = conversations.show(&viewer, &own, id(&shown), at(NOON)).await.unwrap();
    assert!(!looks.can_reply && !looks.can_complete);
    assert_eq!(code(world.answer(&viewer, &shown, &said_2).await), "not-allowed");
    let auditor = colleague("Al Ditor", &[CouncilRole::Auditor], &[]);
    let looks = conversations.show(&auditor, &own, id(&shown), at(NOON)).await.unwrap();
    assert!(!looks.can_reply && !looks.can_decide);
    assert_eq!(code(world.answer(&auditor, &shown, &said_2).await), "not-allowed");
    let all = conversations.queue(&auditor, &Asked::default(), at(NOON)).await.unwrap();
    assert_eq!(all.lines.len(), 1);
}

#[tokio::test]
async fn what_is_not_the_providers_cannot_be_what_an_action_is_about() {
    let world = World::new().await;
    for raising in [death("A380197", "2022-11-06"), death("A500001", "2022-11-06")] {
        let refused = world.try_raise(&ada(), &raising).await;
        let expected = raising.about.ss_ref.as_ref().is_some_and(|it| it.as_str() == "A500001");
        // Mrs Boop has care at both homes.
        assert_eq!(refused.is_err(), expected);
    }
    let foreign = variation("170001", ("2022-11-07", "2022-11-09"), "12");
    let refused = world.try_raise(&ada(), &foreign).await.unwrap_err();
    let told = ("related.cpli_id".to_owned(), "Select a care package".to_owned());
    assert_eq!(messages(&refused), [told]);
    let none = Raising { about: About::default(), ..death("A272433", "2022-11-06") };
    let refused = world.try_raise(&ada(), &none).await.unwrap_err();
    assert_eq!(messages(&refused)[0].0, "related");
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_form_is_told_at_once() {
    let world = World::new().await;
    let mut raising = death("A272433", "2022-12-24");
    raising.title = " ".to_owned();
    raising.text = "x".repeat(7_501);
    raising.to = Wanted::Team(parse("NOBODY"));
    let refused = world.try_raise(&ada(), &raising).await.unwrap_err();
    let fields: Vec<_> = messages(&refused).into_iter().map(|it| it.0).collect();
    assert_eq!(fields, ["fields.date_of_death", "title", "text", "team_ref"]);
    let unknown = Raising { type_ref: "gossip".to_owned(), ..query("2") };
    assert_eq!(messages(&world.try_raise(&ada(), &unknown).await.unwrap_err())[0].0, "type_ref");
    let dear = variation("170001", ("2022-11-07", "2022-11-13"), "18");
    let north = contact("P1003", "n@northside.example", true);
    let refused = world.try_raise(&north, &dear).await.unwrap_err();
    assert_eq!(
        messages(&refused)[0].1,
        "Extra care must come to £150.00 or less. This comes to £167.55. Ask for a new care plan"
    );
}

#[tokio::test]
async fn the_council_raises_actions_for_a_provider_that_its_own_team_handles() {
    let world = World::new().await;
    add_team(&world.store, "OTHER").await;
    let staff = cora(&["PAYMENTS"]);
    let to = |request, to| Raising { to, ..query(request) };
    let shown = world.raise(&staff, &to("1", Wanted::Provider(None))).await;
    assert_eq!(
        (shown.head.line.with, shown.head.line.team_ref.as_str()),
        (Side::Provider, "PAYMENTS")
    );
    assert_eq!(world.emails().await[0].1, "A new action for you - Borsetshire");
    let refused =
        world.try_raise(&staff, &to("2", Wanted::Team(parse("OTHER")))).await.unwrap_err();
    let told = ("team_ref".to_owned(), "Select one of your teams".to_owned());
    assert_eq!(messages(&refused), [told]);
    let done = world.answer(&ada(), &shown, &said("2", Turn::Complete)).await;
    let refused = done.unwrap_err();
    assert!(matches!(refused, ConversationsError::CannotAct(CannotAct::NotYours)), "{refused}");
}

#[tokio::test]
async fn lists_are_narrowed_by_who_has_it_by_type_and_to_what_is_open() {
    let world = World::new().await;
    let staff = cora(&["SYSTEMS"]);
    let one = world.raise(&ada(), &query("1")).await;
    world.raise(&ada(), &death("A272433", "2022-11-06")).await;
    let three = world.raise(&ada(), &query("3")).await;
    let asked = said("4", Turn::Reply(Some(Wanted::Provider(None))));
    world.answer(&staff, &one, &asked).await.unwrap();
    world.answer(&staff, &three, &said("5", Turn::Complete)).await.unwrap();
    let count = async |asked: Asked| {
        let conversations = world.conversations();
        let listed = conversations.list(&parse("P1001"), &asked, at(NOON)).await.unwrap();
        assert_eq!((listed.counts.open, listed.counts.with_provider), (2, 1));
        listed.lines.len()
    };
    let with = |with| Asked { with: Some(with), ..Asked::default() };
    assert_eq!(count(Asked::default()).await, 2);
    assert_eq!(count(Asked { include_done: true, ..Asked::default() }).await, 3);
    assert_eq!(count(with(With::Provider)).await, 1);
    assert_eq!(count(with(With::Council)).await, 1);
    assert_eq!(count(with(With::Team(parse("PAYMENTS")))).await, 0);
    let type_ref = Some("death".to_owned());
    assert_eq!(count(Asked { type_ref, ..Asked::default() }).await, 1);
    let late = at("2023-01-01T00:00:00Z");
    let late = world.conversations().overview(&parse("P1001"), late).await.unwrap();
    assert_eq!(late.overdue, 2);
}

#[tokio::test]
async fn a_form_is_filled_in_from_a_care_package_and_from_a_line_of_a_statement() {
    let world = World::new().await;
    let conversations = world.conversations();
    let known = conversations.known(&parse("P1001")).await.unwrap();
    let about = super::world::ended("164628", "2022-11-06").about;
    let filled = conversations.filled(&known, &about, at(NOON)).await.unwrap().unwrap();
    assert_eq!(
        filled.text,
        "Re: Care Package Line Item for Miss Wednesday Adams. Permanent - Residential (Placement) from (Block) \
         Lake House - Residential (Band 3), Starts 03/08/2022.\n\n"
    );
    let (provider, contract) = (parse("P1001"), parse("C3001"));
    let start = testing::day("2022-10-31");
    let statement = world.statements().show(&provider, &contract, start, at(NOON)).await.unwrap();
    let about = About {
        kind: Some(domain::action::RelatedKind::Statement),
        contract_ref: Some(contract),
        period_start: Some(start),
        item_id: Some(statement.statement.items[0].item_id.clone()),
        ..About::default()
    };
    let filled = conversations.filled(&known, &about, at(NOON)).await.unwrap().unwrap();
    assert_eq!(filled.type_ref.as_deref(), Some("payment_query"));
    assert_eq!(filled.related.cpli_id, Some(parse("164628")));
    assert!(
        filled.text.starts_with("Re: Lake House residential, 31 October 2022 to 27 November 2022")
    );
    let foreign = About { contract_ref: Some(parse("C3002")), ..about };
    assert!(conversations.filled(&known, &foreign, at(NOON)).await.unwrap().is_none());
}
