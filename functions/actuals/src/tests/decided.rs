//! What the council decides about care beyond the plan, as the provider sees it.

use domain::weeks::{Decision, DecisionKind, Variation};
use store::Action;
use store::keys::Key;
use testing::{day, parse};

use super::*;

/// Ida North was given 12 hours of 10.5 in the first week, one and a half of them unplanned.
async fn over() -> (World, Browser) {
    let mut council = Council::homecare();
    council.services[0].extras = true;
    let world = World::of(&council).await;
    let carer = world.carer().await;
    let mut body = delivered("12", 0);
    body["extra"] = json!("1.5");
    body["reason_code"] = json!("CRISIS");
    let saved = put(&carer, "170001", WEEKS[0], &body).await.json();
    assert_eq!(saved["week"]["state"], "exception");
    (world, carer)
}

impl World {
    async fn decides(&self, kind: DecisionKind, quantity: Option<&str>) {
        let decision = Decision {
            contract_ref: parse("C3003"),
            cpli_id: parse("170001"),
            week_start: day(WEEKS[0]),
            kind,
            quantity: quantity.map(parse),
            upon: parse("12"),
            reason: "Talked to the family".to_owned(),
            decided_at: at(OPEN).instant,
        };
        let Decision { cpli_id, week_start, .. } = &decision;
        let key = Key::exception(&parse("P1003"), &parse("C3003"), cpli_id, *week_start);
        self.store.seed(vec![Action::put(key, &decision)]).await.unwrap();
    }
}

#[tokio::test]
async fn a_decision_is_shown_beside_its_week_with_what_is_paid_of_it() {
    for (kind, quantity, row, owed, held) in [
        (DecisionKind::Approve, None, "approved", "268.08", "0.00"),
        (DecisionKind::Cap, Some("11"), "capped", "245.74", "22.34"),
        (DecisionKind::Reject, None, "rejected", "0.00", "268.08"),
    ] {
        let (world, carer) = over().await;
        world.decides(kind, quantity).await;
        let form = carer.get(CURRENT).await.json();
        let week = week(&form, 1, 0);
        assert_eq!((&week["owed"], &week["held"]), (&json!(owed), &Value::Null), "{row}");
        assert_eq!(week["decision"]["kind"], json!(kind), "{row}");
        assert_eq!(week["decision"]["reason"], "Talked to the family", "{row}");
        let rows = carer.get(EXCEPTIONS).await.json()["rows"].clone();
        assert_eq!((&rows[0]["state"], &rows[0]["held_amount"]), (&json!(row), &json!(held)));
        assert_eq!(rows[0]["decided_at"], OPEN, "{row}");
    }
}

#[tokio::test]
async fn more_than_was_decided_upon_waits_for_the_council_again() {
    let (world, carer) = over().await;
    world.decides(DecisionKind::Cap, Some("11")).await;
    let mut body = delivered("13", 1);
    body["extra"] = json!("2.5");
    body["reason_code"] = json!("CRISIS");
    let saved = put(&carer, "170001", WEEKS[0], &body).await.json();
    assert_eq!(
        (&saved["week"]["state"], &saved["week"]["owed"]),
        (&json!("exception"), &json!("245.74"))
    );
    assert_eq!(saved["week"]["held"]["amount"], "44.68");
}

#[tokio::test]
async fn a_variation_covers_what_it_allows() {
    let (world, carer) = over().await;
    let variation = Variation {
        variation_ref: parse("VAR701"),
        contract_ref: parse("C3003"),
        cpli_id: parse("170001"),
        from_date: day(WEEKS[0]),
        to_date: day(WEEKS[0]),
        quantity: parse("1.5"),
        reason: "Discharged from hospital".to_owned(),
    };
    let key = Key::variation(&parse("P1003"), &parse("C3003"), &variation.variation_ref);
    world.store.seed(vec![Action::put(key, &variation)]).await.unwrap();
    let form = carer.get(CURRENT).await.json();
    let week = week(&form, 1, 0);
    assert_eq!((&week["state"], &week["owed"]), (&json!("edited"), &json!("268.08")));
    assert_eq!(carer.get(EXCEPTIONS).await.json()["rows"], json!([]));
}
