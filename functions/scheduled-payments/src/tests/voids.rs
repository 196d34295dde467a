//! What the provider sees that only the voids of another's contract are paid to.

use testing::{capacity, day, provider};

use super::*;

const VOIDS: &str = "P1009";

/// Lake House has ten guaranteed beds, nine of them empty; their voids are paid to a provider of its own.
fn with_voids() -> Council {
    let mut council = Council::lake_house();
    council.providers.push(provider(VOIDS, "Lake House voids"));
    let mut beds = capacity(&council.services[0], day("2022-08-01"));
    beds.void_provider_ref = Some(parse(VOIDS));
    council.capacities.push(beds);
    council
}

#[tokio::test]
async fn the_contracts_own_provider_sees_the_voids_and_who_is_paid_for_them() {
    let world = World::of(&with_voids()).await;
    let view = world.payments().await.get(CURRENT).await.json();
    let void = view["payable"].as_array().unwrap().iter().find(|it| it["kind"] == "void").unwrap();
    assert_eq!(void["paid_to"], "Lake House voids");
    assert_eq!(view["payees"].as_array().unwrap().len(), 2);
    let payees: Vec<_> =
        view["payees"].as_array().unwrap().iter().map(|it| it["name"].clone()).collect();
    assert_eq!(payees, ["Lake House", "Lake House voids"]);
}

#[tokio::test]
async fn the_provider_of_voids_sees_only_its_items_and_cannot_respond() {
    let world = World::of(&with_voids()).await;
    let ours = world.payments().await;
    let body = answer(&ours, CURRENT, "Ada's words").await;
    ours.post(&format!("{CURRENT}/confirmation"), &body).await;

    let browser = world.browser(VOIDS, &[Role::Admin]).await;
    let list = browser.get(LIST).await.json();
    assert_eq!(
        list["contracts"],
        json!([{"contract_ref": "C3001", "name": "Lake House residential"}])
    );
    let view = browser.get(CURRENT).await.json();
    let lines = view["payable"].as_array().unwrap();
    assert!(lines.len() == 1 && lines[0]["kind"] == "void", "{view}");
    assert_eq!(view["totals"]["total"], lines[0]["amount"]);
    assert!(!view.to_string().contains("Adams"), "no client of another provider");
    assert!(!view.to_string().contains("Ada"), "nobody of another provider");
    assert_eq!((&view["can_respond"], &view["warning"]), (&json!(false), &Value::Null));

    for what in ["confirmation", "rejection", "queries"] {
        let reply = browser.post(&format!("{CURRENT}/{what}"), &body).await;
        assert_eq!(reply.problem(), (404, "not-found".to_owned()), "{what}");
    }
}

#[tokio::test]
async fn the_provider_of_voids_is_not_told_what_the_contracts_own_provider_wrote() {
    let world = World::of(&with_voids()).await;
    let ours = world.payments().await;
    let body = answer(&ours, CURRENT, "Ada says that Mrs Adams was away").await;
    assert_eq!(ours.post(&format!("{CURRENT}/rejection"), &body).await.status, 200);
    world.on("2022-12-02T10:00:00Z").await;

    let browser = world.browser(VOIDS, &[Role::Viewer]).await;
    for path in [CURRENT.to_owned(), AFTER.to_owned(), format!("{CURRENT}/statement.csv")] {
        let text = browser.get(&path).await.text();
        assert!(text.contains("has not agreed to this yet"), "{path}: {text}");
        assert!(!text.contains("Ada"), "{path}: {text}");
    }
    let own = world.payments().await.get(CURRENT).await.text();
    assert!(own.contains("You rejected this statement: Ada says"), "{own}");
}

#[tokio::test]
async fn the_provider_of_voids_sees_only_its_part_of_a_remittance_advice() {
    let world = World::of(&with_voids()).await;
    let browser = world.browser(VOIDS, &[Role::Viewer]).await;
    let statement = browser.get(BEFORE).await.json();
    let advice = browser.get(&format!("{BEFORE}/remittance")).await.json();
    assert_eq!(advice["total"], statement["totals"]["payable"]);
    for file in ["remittance", "remittance.csv", "statement.csv"] {
        let text = browser.get(&format!("{BEFORE}/{file}")).await.text();
        assert!(!text.contains("Adams") && !text.contains("A272433"), "{file}: {text}");
    }
    let list = browser.get(LIST).await.json();
    let before =
        list["periods"].as_array().unwrap().iter().find(|it| it["period_start"] == "2022-10-03");
    assert_eq!(before.unwrap()["total"], statement["totals"]["total"]);
}
