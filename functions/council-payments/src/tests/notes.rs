//! Notes at the foot of remittance advices through the routes.

use domain::permission::CouncilRole;
use serde_json::{Value, json};

use super::Desk;

const NOTES: &str = "/api/council/remittance-notes";

fn note(request_id: &str, note_for: &str, reference: &str) -> Value {
    json!({
        "request_id": request_id, "note_for": note_for, "reference": reference,
        "from_date": "2022-10-01", "to_date": "2022-10-31",
        "text": "The payments office\nis closed on 3 October.",
    })
}

fn field(answer: &testing::Reply) -> String {
    answer.json()["errors"][0]["field"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_note_is_written_once_read_by_all_who_see_payments_and_withdrawn_with_a_reason() {
    let desk = Desk::open().await;
    let (martin, finaliser) = (desk.martin().await, desk.finaliser().await);
    let written = martin.post(NOTES, &note("request-1", "contract", "C3001")).await;
    assert_eq!(written.status, 201);
    let written = written.json();
    assert_eq!(
        json!([written["note_for"], written["reference"], written["about"], written["text"]]),
        json!([
            "contract",
            "C3001",
            "Lake House residential",
            "The payments office is closed on 3 October."
        ])
    );
    let again = martin.post(NOTES, &note("request-1", "contract", "C3001")).await.json();
    assert_eq!(again, written, "the same request again is the same note");
    let list = finaliser.get(NOTES).await.json();
    assert_eq!(json!([list["rows"], list["may_write"]]), json!([[written], false]));

    let id = &written["note_id"];
    let silent = json!({"note_id": id, "reason": " "});
    let silent = martin.post(&format!("{NOTES}/withdrawal"), &silent).await;
    assert_eq!(field(&silent), "reason");
    let body = json!({"note_id": id, "reason": "We are open after all"});
    for _ in 0..2 {
        let withdrawn = martin.post(&format!("{NOTES}/withdrawal"), &body).await.json();
        assert_eq!(withdrawn["withdrawal"]["reason"], "We are open after all");
    }
    let other = desk.colleague("ST09", &[CouncilRole::PaymentsOfficer]).await;
    let late = other.post(&format!("{NOTES}/withdrawal"), &body).await;
    assert_eq!(late.problem(), (409, "note-withdrawn".to_owned()));
    let unknown = json!({"note_id": "0123456789abcdef", "reason": "Why not"});
    let missing = martin.post(&format!("{NOTES}/withdrawal"), &unknown).await;
    assert_eq!(missing.problem(), (404, "not-found".to_owned()));

    assert_eq!(finaliser.get(NOTES).await.json()["rows"], json!([]));
    let history = finaliser.get(&format!("{NOTES}/history")).await.json();
    let steps: Vec<_> =
        history["rows"].as_array().unwrap().iter().map(|it| !it["withdrawal"].is_null()).collect();
    assert_eq!(steps, [true, false], "the latest first");
}

#[tokio::test]
async fn a_note_is_refused_beside_the_field_that_is_wrong() {
    let desk = Desk::open().await;
    let martin = desk.martin().await;
    for (what, value, wrong) in [
        ("reference", json!("P4711"), "reference"),
        ("text", json!(" "), "text"),
        ("text", json!("x".repeat(501)), "text"),
        ("to_date", json!("2022-09-30"), "to_date"),
        ("from_date", json!("2022-11-01"), "to_date"),
        ("request_id", json!("?"), "request_id"),
    ] {
        let mut body = note("request-2", "provider", "P1001");
        body[what] = value;
        let refused = martin.post(NOTES, &body).await;
        assert_eq!((refused.status.as_u16(), field(&refused)), (422, wrong.to_owned()), "{body}");
    }
    for (note_for, reference) in [("contract", "P1001"), ("cycle", "WEEKLY"), ("provider", "C3001")]
    {
        let refused = martin.post(NOTES, &note("request-3", note_for, reference)).await;
        assert_eq!(field(&refused), "reference", "{note_for} {reference}");
    }
    for n in 0..10 {
        let written = martin.post(NOTES, &note(&format!("request-4{n}"), "cycle", "28DAY")).await;
        assert_eq!(written.status, 201, "{n}");
    }
    let full = martin.post(NOTES, &note("request-50", "cycle", "28DAY")).await;
    assert_eq!(full.problem(), (409, "too-many-notes".to_owned()));
}
