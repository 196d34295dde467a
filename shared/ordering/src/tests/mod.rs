//! The life of orders: revised as facts change, once, whoever looks and however often the power is cut.

use cloud::Fuse;
use domain::clock::Now;
use domain::purchase_order::OrderId;
use files::Objects;
use futures::future::join_all;
use store::keys::Key;
use store::{Action, ListedProvider, Store};
use testing::{Council, at, client, cpli, day, parse, price};

use crate::{Listed, OrderingError, Orders};

const YEAR: &str = "2022-23";

/// Lake House's orders, over a table and buckets in memory.
struct World {
    council: Council,
    store: Store,
    objects: Objects,
}

impl World {
    async fn lake_house() -> Self {
        let world = Self {
            council: Council::lake_house(),
            store: Store::in_memory(),
            objects: Objects::in_memory(),
        };
        world.council.save(&world.store).await;
        world
    }

    /// Lake House after its first orders were looked at and the price rose.
    async fn with_a_new_price() -> Self {
        let mut world = Self::lake_house().await;
        world.list().await;
        world
            .tell(|council| {
                let cpli = council.cpli("164628");
                cpli.prices.insert(day("2023-01-01"), price("1", "908.73"));
            })
            .await;
        world
    }

    async fn tell(&mut self, change: impl FnOnce(&mut Council)) {
        change(&mut self.council);
        self.council.save(&self.store).await;
    }

    fn orders(&self) -> Orders {
        Orders::with(self.store.clone(), self.objects.clone())
    }

    fn cut_by(&self, fuse: &Fuse) -> Orders {
        Orders::with(self.store.with_fuse(fuse.clone()), self.objects.with_fuse(fuse.clone()))
    }

    async fn list(&self) -> Listed {
        self.orders().list(&parse("P1001"), Some(parse(YEAR)), now()).await.unwrap()
    }

    async fn history(&self) -> Vec<String> {
        let shown = self.orders().show(&id("A272433"), None, now()).await.unwrap();
        shown
            .revisions
            .iter()
            .map(|it| format!("{}: {}, {}", it.revision, it.total, it.cause))
            .collect()
    }
}

fn now() -> Now {
    at("2022-11-10T10:00:00Z")
}

fn id(ss_ref: &str) -> OrderId {
    OrderId { provider_ref: parse("P1001"), financial_year: parse(YEAR), ss_ref: parse(ss_ref) }
}

const FIRST: &str = "1: 29796.55, First issued";
const SECOND: &str = "2: 30352.88, Lake House - Residential (Band 3) (CPLI 164628), 1 January 2023 to 31 March 2023: \
                      now 1 × £908.73 a week";

#[tokio::test]
async fn whoever_looks_first_issues_the_order_and_looking_again_issues_nothing() {
    let world = World::lake_house().await;
    let first = world.list().await;
    assert_eq!(first.orders.len(), 1);
    assert_eq!(
        (first.orders[0].revision, first.orders[0].total.to_string()),
        (1, "29796.55".into())
    );
    let (table, files) = (world.store.dump().unwrap(), world.objects.dump());
    assert_eq!(world.list().await, first);
    assert_eq!(world.history().await, [FIRST]);
    assert_eq!((world.store.dump().unwrap(), world.objects.dump()), (table, files));
}

#[tokio::test]
async fn when_what_is_ordered_changes_the_next_look_finds_a_revision_and_the_first_stays_as_it_was()
{
    let world = World::with_a_new_price().await;
    assert_eq!(world.history().await, [SECOND, FIRST]);
    let first = world.orders().show(&id("A272433"), Some(1), now()).await.unwrap();
    assert!(!first.latest && first.body.differences.is_empty());
    assert_eq!(first.body.order.totals().unwrap().total.to_string(), "29796.55");
    let missing = world.orders().show(&id("A272433"), Some(3), now()).await.unwrap_err();
    assert!(matches!(missing, OrderingError::NotFound));
}

#[tokio::test]
async fn of_two_who_look_at_once_one_issues_and_both_see_the_same() {
    let world = World::with_a_new_price().await;
    let lists = join_all((0..8).map(|_| world.list())).await;
    assert!(lists.iter().all(|it| *it == lists[0]));
    assert_eq!(world.history().await, [SECOND, FIRST]);
}

#[tokio::test]
async fn cut_off_anywhere_and_looked_at_again_there_is_one_revision() {
    let counting = Fuse::counting();
    let whole = World::with_a_new_price().await;
    let list = whole.cut_by(&counting).list(&parse("P1001"), Some(parse(YEAR)), now()).await;
    let list = list.unwrap();
    assert!(counting.count() > 8, "{}", counting.count());
    for cut in 1..=counting.count() {
        let world = World::with_a_new_price().await;
        let fuse = Fuse::blowing_at(cut);
        let cut_off = world.cut_by(&fuse).list(&parse("P1001"), Some(parse(YEAR)), now()).await;
        assert!(cut_off.is_err() && fuse.has_blown(), "cut {cut}");
        assert_eq!(world.list().await, list, "cut {cut}");
        assert_eq!(world.history().await, [SECOND, FIRST], "cut {cut}");
        assert_eq!(world.objects.dump(), whole.objects.dump(), "cut {cut}");
    }
}

#[tokio::test]
async fn what_was_written_before_a_cut_stays_a_revision_though_facts_changed_again() {
    let mut world = World::with_a_new_price().await;
    let counting = Fuse::counting();
    let twin = World::with_a_new_price().await;
    twin.cut_by(&counting).list(&parse("P1001"), Some(parse(YEAR)), now()).await.unwrap();
    let written = counting.labels().iter().position(|it| it.starts_with("after putting")).unwrap();
    let fuse = Fuse::blowing_at(written + 1);
    world.cut_by(&fuse).list(&parse("P1001"), Some(parse(YEAR)), now()).await.unwrap_err();
    world.tell(|council| council.cpli("164628").end_date = Some(day("2023-02-28"))).await;
    let history = world.history().await;
    assert_eq!(history.len(), 3, "{history:?}");
    assert_eq!(history[1..], [SECOND, FIRST]);
    assert!(history[0].starts_with("3: "), "{history:?}");
}

#[tokio::test]
async fn an_order_of_which_nothing_is_left_stays_in_the_list_at_nothing() {
    let mut world = World::lake_house().await;
    world.list().await;
    world.tell(|council| council.cpli("164628").authorised = false).await;
    let list = world.list().await;
    assert_eq!((list.orders[0].revision, list.orders[0].total.to_string()), (2, "0.00".into()));
    assert_eq!(list.orders[0].client, "Miss Wednesday Adams");
    assert_eq!(world.list().await, list);
}

#[tokio::test]
async fn another_providers_client_has_no_order_here() {
    let world = World::lake_house().await;
    for ss_ref in ["A365739", "A000000"] {
        let missing = world.orders().show(&id(ss_ref), None, now()).await.unwrap_err();
        assert!(matches!(missing, OrderingError::NotFound), "{ss_ref}");
    }
}

#[tokio::test]
async fn the_daily_job_issues_all_years_of_all_clients_once() {
    let mut world = World::lake_house().await;
    world
        .tell(|council| {
            let service = council.services[0].clone();
            for number in 0..40 {
                let client = client(&format!("B{number:03}"), "Pat", "Mean");
                council.cplis.push(cpli(&format!("2{number:05}"), &service, client));
            }
        })
        .await;
    let listed = world.council.providers.iter().map(|it| {
        let (provider_ref, name, kind) = (it.provider_ref.clone(), it.name.clone(), it.kind);
        let key = Key::listed_provider(&provider_ref);
        Action::put(key, &ListedProvider { provider_ref, name, kind })
    });
    world.store.seed(listed.collect()).await.unwrap();
    // Six o'clock in London's summer is five o'clock in UTC.
    for too_early_or_late in ["2023-04-03T03:59:59Z", "2023-04-03T05:00:00Z"] {
        world.orders().bring_all_up_to_date(at(too_early_or_late)).await.unwrap();
        assert_eq!(world.objects.dump().len(), 0);
    }
    let morning = at("2023-04-03T04:45:00Z");
    world.orders().bring_all_up_to_date(morning).await.unwrap();
    let files = world.objects.dump();
    assert_eq!(files.len(), 2 * 42, "two years of each client, of both providers");
    world.orders().bring_all_up_to_date(morning).await.unwrap();
    assert_eq!(world.objects.dump(), files);
}
