//! The council's configuration role changes settings, and the auditor reads who did.

use domain::permission::CouncilRole;
use files::Objects;
use imports::Imports;
use messages::Queue;
use serde_json::{Value, json};
use store::Store;
use testing::{Browser, Reply, at, sign_in_staff};
use web::Clock;

use crate::{CouncilSettings, api};

const NINE: &str = "2026-11-12T09:00:00Z";
const TRIES: &str = "/api/council/settings/lockout_tries";

struct Rig {
    store: Store,
    objects: Objects,
    imports: Imports,
}

impl Rig {
    fn new() -> Self {
        let (store, objects) = (Store::in_memory(), Objects::in_memory());
        let imports =
            Imports::with(store.clone(), objects.clone(), Queue::in_memory(), |_| [7; 32]);
        Self { store, objects, imports }
    }

    async fn staff(&self, role: CouncilRole) -> Browser {
        let token = sign_in_staff(&self.store, &[role], &[], at(NINE)).await;
        Browser::new(api().router(self.function())).with_session(&token)
    }

    fn function(&self) -> CouncilSettings {
        let (store, imports) = (self.store.clone(), self.imports.clone());
        let objects = self.objects.clone();
        CouncilSettings { store, imports, objects, clock: Clock::at(at(NINE)) }
    }

    /// Takes in what was dropped at nine, and so many seconds later.
    async fn taken_in(&self, seconds: u32) {
        let name = format!("council/inbox/settings_20261112T0900{seconds:02}.csv");
        self.imports.take_in(&name, None, at(NINE)).await.unwrap();
    }
}

async fn change(browser: &Browser, request: &str, value: &str, from: Option<&str>) -> Reply {
    let body = json!({
        "request_id": request, "value": value, "from_date": from, "reason": "Fewer calls",
    });
    browser.post(&format!("{TRIES}/changes"), &body).await
}

fn field(reply: &Reply) -> String {
    assert_eq!(reply.status, 422, "{}", reply.text());
    reply.json()["errors"][0]["field"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_setting_is_listed_with_what_it_means_and_says() {
    let rig = Rig::new();
    let list = rig.staff(CouncilRole::Auditor).await.get("/api/council/settings").await.json();
    assert_eq!(list["may_configure"], false);
    let groups = list["groups"].as_array().unwrap().iter();
    let all: Vec<&Value> = groups.flat_map(|it| it["settings"].as_array().unwrap()).collect();
    assert_eq!(all.len(), domain::setting_names::SETTINGS.len());
    let tries = all.iter().find(|it| it["setting"] == "lockout_tries").unwrap();
    assert_eq!(
        (&tries["value"], &tries["default"], &tries["min"]),
        (&json!("5"), &json!("5"), &json!(1))
    );
    assert_eq!(tries["since"], Value::Null);
    let step = all.iter().find(|it| it["setting"] == "second_step").unwrap();
    assert_eq!(
        (&step["kind"], &step["choices"][0]["value"]),
        (&json!("one_of"), &json!("emailed_code"))
    );
}

#[tokio::test]
async fn a_change_holds_at_once_or_from_its_day_and_is_in_the_history_with_its_maker() {
    let rig = Rig::new();
    let staff = rig.staff(CouncilRole::Configuration).await;
    let taken = change(&staff, "request-1", "7", None).await;
    assert_eq!((taken.status.as_u16(), &taken.json()["from_date"]), (201, &json!("2026-11-12")));
    rig.taken_in(0).await;
    let later = change(&staff, "request-2", "3", Some("2026-12-01")).await;
    assert_eq!(later.status, 201);
    rig.taken_in(1).await;
    let view = staff.get(TRIES).await.json();
    assert_eq!((&view["value"], &view["may_configure"]), (&json!("7"), &json!(true)));
    assert_eq!(view["coming"][0]["from_date"], "2026-12-01");
    assert_eq!(view["coming"][0]["value"], "3");
    assert_eq!(view["history"][0]["change_ref"], later.json()["change_ref"]);
    assert_eq!(
        (&view["history"][1]["before"], &view["history"][1]["after"]),
        (&json!("5"), &json!("7"))
    );
    assert_eq!(view["history"][1]["reason"], "Fewer calls");
    assert!(view["since"]["by"].is_string());
    assert_eq!(rig.store.settings().await.unwrap().lockout_tries, 7);
}

#[tokio::test]
async fn a_coming_change_can_be_withdrawn() {
    let rig = Rig::new();
    let staff = rig.staff(CouncilRole::Configuration).await;
    change(&staff, "request-1", "3", Some("2026-12-01")).await;
    rig.taken_in(0).await;
    let body =
        |day: &str| json!({"request_id": "request-2", "from_date": day, "reason": "Not now"});
    let path = format!("{TRIES}/withdrawals");
    assert_eq!(field(&staff.post(&path, &body("2026-12-02")).await), "from_date");
    assert_eq!(field(&staff.post(&path, &body("2026-11-12")).await), "from_date");
    assert_eq!(staff.post(&path, &body("2026-12-01")).await.status, 201);
    rig.taken_in(1).await;
    let view = staff.get(TRIES).await.json();
    assert_eq!((&view["coming"], &view["history"][0]["withdrawn"]), (&json!([]), &json!(true)));
    assert_eq!(staff.post(&path, &body("2026-12-01")).await.status, 201, "the same request again");
}

#[tokio::test]
async fn a_request_that_comes_twice_is_one_change() {
    let rig = Rig::new();
    let staff = rig.staff(CouncilRole::Configuration).await;
    let once = change(&staff, "request-1", "7", None).await.json();
    rig.taken_in(0).await;
    assert_eq!(change(&staff, "request-1", "7", None).await.json(), once);
    rig.taken_in(1).await;
    let view = staff.get(TRIES).await.json();
    assert_eq!(view["history"].as_array().unwrap().len(), 1);
    let dropped = files::Place::council_inbox("settings_20261112T090001.csv");
    assert!(rig.objects.get(&dropped, 10_000).await.unwrap().is_none());
}

#[tokio::test]
async fn what_cannot_be_is_refused_beside_its_field() {
    let rig = Rig::new();
    let staff = rig.staff(CouncilRole::Configuration).await;
    assert_eq!(field(&change(&staff, "request-1", "0", None).await), "value");
    assert_eq!(field(&change(&staff, "request-1", "5", None).await), "value", "nothing changes");
    assert_eq!(field(&change(&staff, "request-1", "7", Some("2026-11-11")).await), "from_date");
    assert_eq!(field(&change(&staff, "x", "7", None).await), "request_id");
    let silent = json!({"request_id": "request-1", "value": "7", "reason": " "});
    assert_eq!(field(&staff.post(&format!("{TRIES}/changes"), &silent).await), "reason");
    assert_eq!(staff.get("/api/council/settings/lockout_trys").await.status, 404);
}

#[tokio::test]
async fn only_configuration_changes_settings() {
    let rig = Rig::new();
    for role in CouncilRole::ALL {
        let staff = rig.staff(role).await;
        let (sees, changes) =
            (staff.get(TRIES).await.status, change(&staff, "request-1", "7", None).await.status);
        let (sees, changes) = (sees.as_u16(), changes.as_u16());
        let sees_it = matches!(role, CouncilRole::Configuration | CouncilRole::Auditor);
        let wanted = match (sees_it, role == CouncilRole::Configuration) {
            (true, true) => (200, 201),
            (true, false) => (200, 404),
            (false, _) => (404, 404),
        };
        assert_eq!((sees, changes), wanted, "{role}");
    }
}

#[tokio::test]
async fn what_holds_was_said_by_the_last_of_a_day() {
    let rig = Rig::new();
    let staff = rig.staff(CouncilRole::Configuration).await;
    change(&staff, "request-1", "7", None).await;
    rig.taken_in(0).await;
    let place = files::Place::council_inbox("settings_20261112T090005.csv");
    rig.objects.put(&place, "setting,value\nlockout_tries,8\n").await.unwrap();
    rig.taken_in(5).await;
    let view = staff.get(TRIES).await.json();
    assert_eq!((&view["value"], &view["since"]["by"]), (&json!("8"), &Value::Null));
}

async fn say(browser: &Browser, setting: &str, value: &str) -> Reply {
    let body = json!({ "request_id": format!("request-{}", setting.replace('_', "-")), "value": value, "reason": "Ours" });
    browser.post(&format!("/api/council/settings/{setting}/changes"), &body).await
}

#[tokio::test]
async fn on_the_page_a_setting_is_told_in_a_sentence() {
    let staff = Rig::new().staff(CouncilRole::Auditor).await;
    let step = staff.get("/api/council/settings/second_step").await.json();
    let meaning = step["meaning"].as_str().unwrap();
    assert!(meaning.starts_with("What follows the password"), "{meaning}");
}

#[tokio::test]
async fn a_colour_on_which_white_text_cannot_be_read_is_refused_beside_the_field() {
    let rig = Rig::new();
    let staff = rig.staff(CouncilRole::Configuration).await;
    let light = say(&staff, "brand_colour", "#ffcc00").await;
    assert_eq!(field(&light), "value");
    assert!(light.text().contains("has a contrast of 1.51 to 1"), "{}", light.text());
    assert_eq!(say(&staff, "brand_colour", "#0B5F61").await.status, 201);
    rig.taken_in(0).await;
    assert_eq!(rig.store.settings().await.unwrap().brand_colour.to_string(), "#0b5f61");
}

#[tokio::test]
async fn the_council_says_what_it_calls_things_and_how_long_passwords_are() {
    let rig = Rig::new();
    let staff = rig.staff(CouncilRole::Configuration).await;
    assert_eq!(field(&say(&staff, "label_action", "<b>").await), "value");
    assert_eq!(field(&say(&staff, "password_length_min", "7").await), "value");
    assert_eq!(say(&staff, "label_action", "query / queries").await.status, 201);
    rig.taken_in(0).await;
    assert_eq!(say(&staff, "password_length_min", "12").await.status, 201);
    rig.taken_in(1).await;
    let settings = rig.store.settings().await.unwrap();
    assert_eq!(settings.labels.label_action.to_string(), "Query / Queries");
    assert_eq!(settings.password_length_min, 12);
}

/// The smallest picture there is: one dot.
const DOT: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

#[tokio::test]
async fn a_logo_is_sent_then_said_and_then_everybody_sees_it() {
    let rig = Rig::new();
    let staff = rig.staff(CouncilRole::Configuration).await;
    let body = json!({ "picture": DOT });
    let kept = staff.post("/api/council/logo", &body).await;
    assert_eq!(kept.status, 201, "{}", kept.text());
    assert_eq!(staff.post("/api/council/logo", &body).await.json(), kept.json());
    let value = kept.json()["value"].as_str().unwrap().to_owned();
    let nobody = Browser::new(api().router(rig.function()));
    let shown = nobody.get(kept.json()["path"].as_str().unwrap()).await;
    assert_eq!(
        (shown.status.as_u16(), &shown.headers["content-type"]),
        (200, &"image/png".parse().unwrap())
    );
    assert_eq!(shown.headers["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(shown.headers["x-content-type-options"], "nosniff");
    assert_eq!(say(&staff, "logo", &value).await.status, 201);
    rig.taken_in(0).await;
    assert_eq!(rig.store.settings().await.unwrap().logo.map(|it| it.to_string()), Some(value));
}

#[tokio::test]
async fn what_is_no_picture_or_was_never_sent_is_nobodys_logo() {
    let rig = Rig::new();
    let staff = rig.staff(CouncilRole::Configuration).await;
    for picture in ["", "not base64!", "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4="] {
        let reply = staff.post("/api/council/logo", &json!({ "picture": picture })).await;
        assert_eq!(field(&reply), "value", "{picture}");
    }
    let never = format!("{}.png", "ab".repeat(32));
    assert_eq!(field(&say(&staff, "logo", &never).await), "value");
    assert_eq!(field(&say(&staff, "logo", "../secret.png").await), "value");
    for name in [never.as_str(), "secret.png", "..%2Fsecret.png"] {
        assert_eq!(staff.get(&format!("/api/logo/{name}")).await.status, 404, "{name}");
    }
    let auditor = rig.staff(CouncilRole::Auditor).await;
    assert_eq!(auditor.post("/api/council/logo", &json!({ "picture": DOT })).await.status, 404);
}
