//! What both sides see and do.

mod borders;

use conversations::Conversations;
use domain::permission::{CouncilRole, Role};
use files::{Objects, Place};
use messages::Queue;
use serde_json::{Value, json};
use store::Store;
use testing::{Browser, Council, at, sign_in, sign_in_staff};
use web::Clock;

use crate::{Actions, api};

const LIST: &str = "/api/actions";
const QUEUE: &str = "/api/council/actions";
const NOW: &str = "2022-11-08T12:00:00Z";
const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n";

/// The portal of a council with two homes.
struct World {
    store: Store,
    objects: Objects,
    clock: Clock,
}

impl World {
    async fn new() -> Self {
        let (store, objects) = (Store::in_memory(), Objects::in_memory());
        Council::lake_house().save(&store).await;
        Self { store, objects, clock: Clock::at(at(NOW)) }
    }

    fn visitor(&self) -> Browser {
        let (store, objects, queue) =
            (self.store.clone(), self.objects.clone(), Queue::in_memory());
        let conversations =
            Conversations::with(store.clone(), objects, queue, "https://portal.example");
        Browser::new(api().router(Actions { store, conversations, clock: self.clock.clone() }))
    }

    async fn browser(&self, provider: &str, roles: &[Role]) -> Browser {
        let token = sign_in(&self.store, provider, roles, self.clock.now()).await;
        self.visitor().with_session(&token)
    }

    async fn ada(&self) -> Browser {
        self.browser("P1001", &[Role::Payments]).await
    }

    async fn staff(&self, roles: &[CouncilRole], teams: &[&str]) -> Browser {
        let token = sign_in_staff(&self.store, roles, teams, self.clock.now()).await;
        self.visitor().with_session(&token)
    }

    /// One of the team that handles what Ada raises, who may change care too.
    async fn grace(&self) -> Browser {
        self.staff(&[CouncilRole::TeamMember, CouncilRole::Contracts], &["SYSTEMS"]).await
    }

    /// Raises an action as Ada does; gives its id.
    async fn raised(&self, request: &str, type_ref: &str, fields: &Value) -> String {
        let related = match type_ref {
            "death" => json!({"kind": "client", "ss_ref": "A272433"}),
            "package_ended" => json!({"kind": "care_package", "cpli_id": "164628"}),
            _ => json!({"kind": "none"}),
        };
        let body = json!({
            "request_id": format!("request-{request}"), "type_ref": type_ref, "related": related,
            "title": "DOD 06.11.22", "text": "Sadly passed away", "fields": fields,
            "team_ref": "SYSTEMS", "due_on": null, "attachments": []
        });
        let reply = self.ada().await.post(LIST, &body).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
        reply.json()["action_id"].as_str().unwrap().to_owned()
    }

    async fn query(&self) -> String {
        self.raised("query-1", "general_query", &json!({})).await
    }
}

#[tokio::test]
async fn an_action_whose_request_has_no_name_of_its_own_is_refused() {
    let world = World::new().await;
    let unnamed = json!({
        "request_id": "1", "type_ref": "general_query", "title": "Cost", "text": "Too low",
    });
    let refused = world.ada().await.post(LIST, &unnamed).await;
    assert_eq!(refused.problem(), (422, "invalid".to_owned()));
    assert_eq!(refused.json()["errors"][0]["field"], "request_id");
}

#[tokio::test]
async fn a_form_says_what_can_be_asked_and_about_whom() {
    let world = World::new().await;
    let form = world.ada().await.get("/api/actions/form?cpli=164628").await.json();
    let death = &form["types"][0];
    assert_eq!(
        (&death["type_ref"], &death["team_ref"], &death["due_on"]),
        (&json!("death"), &json!("SYSTEMS"), &json!("2022-11-17"))
    );
    assert_eq!(
        death["fields"][0],
        json!({"field": "date_of_death", "label": "Date of death", "kind": "date", "required": true,
            "hint": "", "choices": [], "length_max": null})
    );
    assert_eq!(form["attachments"]["accept"][0], ".pdf");
    assert_eq!(form["clients"], json!([{"ss_ref": "A272433", "name": "Miss Wednesday Adams"}]));
    assert_eq!(form["packages"][0]["cpli_id"], "164628");
    assert_eq!(form["filled"]["related"]["kind"], "care_package");
    let text = form["filled"]["text"].as_str().unwrap();
    assert!(text.starts_with("Re: Care Package Line Item for Miss Wednesday Adams."), "{text}");
    let foreign = world.ada().await.get("/api/actions/form?cpli=188631").await.json();
    assert_eq!(foreign["filled"], Value::Null);
    let councils = world.grace().await.get("/api/council/actions/form?provider=P1001").await.json();
    assert_eq!(
        (&councils["own_teams"], &councils["clients"]),
        (&json!(["SYSTEMS"]), &form["clients"])
    );
}

#[tokio::test]
async fn both_sides_read_the_same_conversation_each_with_its_own_rights() {
    let world = World::new().await;
    let id = world.query().await;
    let list = world.ada().await.get(LIST).await.json();
    assert_eq!(list["counts"], json!({"open": 1, "with_provider": 0, "overdue": 0}));
    assert_eq!((&list["rows"][0]["action_id"], &list["can_create"]), (&json!(id), &json!(true)));
    assert_eq!(
        list["rows"][0]["assigned_to"],
        json!({"side": "council", "team_ref": "SYSTEMS", "name": "SYSTEMS"})
    );
    let queue = world.grace().await.get(QUEUE).await.json();
    assert_eq!(
        (&queue["rows"][0]["provider_name"], &queue["rows"][0]["age_days"]),
        (&json!("Lake House"), &json!(0))
    );
    let path = format!("{QUEUE}/P1001/{id}");
    let reply = json!({"request_id": "request-2", "text": "Which week?", "assign_to": {"side": "provider"}});
    let asked = world.grace().await.post(&format!("{path}/posts"), &reply).await.json();
    assert_eq!(
        asked["assigned_to"],
        json!({"side": "provider", "team_ref": null, "name": "Lake House"})
    );
    let view = world.ada().await.get(&format!("{LIST}/{id}")).await.json();
    assert_eq!((&view["posts"], view.get("proposal")), (&asked["posts"], None));
    assert_eq!(
        (&asked["proposal"], &view["posts"][1]["by"]),
        (&Value::Null, &json!("Grace Hallam"))
    );
    assert_eq!(
        view["can"],
        json!({"reply": true, "complete": true, "reopen": false, "decide": false})
    );
    let done = json!({"request_id": "request-3", "text": null});
    let done = world.grace().await.post(&format!("{path}/completion"), &done).await.json();
    assert_eq!(
        (&done["state"], &done["posts"][2]["change"]),
        (&json!("done"), &json!("Marked as done"))
    );
    let late = json!({"request_id": "request-4", "text": "The first", "team_ref": null});
    let told = world.ada().await.post(&format!("{LIST}/{id}/posts"), &late).await;
    assert_eq!(told.problem(), (409, "action-changed".to_owned()));
    let again = json!({"request_id": "request-5", "text": "The first week"});
    let open = world.ada().await.post(&format!("{LIST}/{id}/reopening"), &again).await.json();
    assert_eq!((&open["state"], &open["last_post_side"]), (&json!("open"), &json!("provider")));
}

#[tokio::test]
async fn a_proposed_change_is_shown_in_pounds_and_decided_once() {
    let world = World::new().await;
    let id = world.raised("end-1", "package_ended", &json!({"end_date": "2022-11-12"})).await;
    let path = format!("{QUEUE}/P1001/{id}");
    let view = world.grace().await.get(&path).await.json();
    assert_eq!(view["details"], json!([{"label": "End date", "value": "12 November 2022"}]));
    let proposal = &view["proposal"];
    assert_eq!(
        (&proposal["kind"], &proposal["can_accept"]),
        (&json!("package_ended"), &json!(true))
    );
    assert_eq!(proposal["changes"][0]["to"], "12 November 2022");
    let effects = proposal["effects"].as_array().unwrap();
    let third = effects.iter().find(|it| it["period_start"] == "2022-10-31").unwrap();
    assert_eq!((&third["now"], &third["then"]), (&json!("3461.84"), &json!("1607.28")));
    assert_eq!(third["difference"], "-1854.56");
    assert_eq!(third["non_payable"], json!([]));
    assert_eq!(proposal["total_non_payable_difference"], "0.00");
    let decision = json!({"request_id": "request-2", "decision": "accept", "reason": null});
    let member = world.staff(&[CouncilRole::TeamMember], &["SYSTEMS"]).await;
    let refused = member.post(&format!("{path}/decision"), &decision).await;
    assert_eq!(refused.problem(), (404, "not-allowed".to_owned()));
    let grace = world.grace().await;
    let decided = grace.post(&format!("{path}/decision"), &decision).await.json();
    assert_eq!(decided["decision"]["line"], "End date 12 November 2022: accepted");
    assert_eq!(decided["can"]["decide"], false);
    let again = grace.post(&format!("{path}/decision"), &decision).await.json();
    assert_eq!(again["posts"], decided["posts"]);
    let other = json!({"request_id": "request-3", "decision": "decline", "reason": "No"});
    let told = grace.post(&format!("{path}/decision"), &other).await;
    assert_eq!(told.problem(), (409, "action-changed".to_owned()));
    let files = dropped(&world);
    assert_eq!(files, ["upload/council/inbox/cplis_20221108T120000.csv"]);
}

fn dropped(world: &World) -> Vec<String> {
    let files = world.objects.dump().into_keys();
    files.filter(|name| name.starts_with("upload/council/inbox/")).collect()
}

#[tokio::test]
async fn a_file_is_sent_with_a_reply_and_fetched_through_a_short_lived_link() {
    let world = World::new().await;
    let id = world.query().await;
    let (ada, chosen) = (world.ada().await, json!({"file_name": "letter.pdf", "size_bytes": 35}));
    let upload = ada.post("/api/actions/attachments", &chosen).await;
    assert_eq!(upload.status, 201);
    let upload = upload.json();
    assert_eq!(upload["size_bytes_max"], 10_485_760);
    let key = upload["fields"]["key"].as_str().unwrap();
    world.objects.put(&Place::dropped(key, None), PDF).await.unwrap();
    let reply =
        json!({"request_id": "request-2", "text": "", "attachments": [upload["upload_id"]]});
    let view = ada.post(&format!("{LIST}/{id}/posts"), &reply).await.json();
    let sent = &view["posts"][1]["attachments"][0];
    assert_eq!(
        (&sent["file_name"], &sent["media_type"]),
        (&json!("letter.pdf"), &json!("application/pdf"))
    );
    let file = sent["attachment_id"].as_str().unwrap();
    for (browser, path) in [
        (ada, format!("{LIST}/{id}/attachments/{file}")),
        (world.grace().await, format!("{QUEUE}/P1001/{id}/attachments/{file}")),
    ] {
        let fetched = browser.get(&path).await;
        assert_eq!(fetched.status, 303);
        assert!(fetched.headers["location"].to_str().unwrap().contains(key));
    }
}

#[tokio::test]
async fn a_list_of_actions_comes_in_parts_of_a_hundred() {
    let world = World::new().await;
    for n in 0..101 {
        world.raised(&format!("query-{n}"), "general_query", &json!({})).await;
    }
    for (browser, path) in [(world.ada().await, LIST), (world.grace().await, QUEUE)] {
        let first = browser.get(path).await.json();
        assert_eq!(first["rows"].as_array().unwrap().len(), 100, "{path}");
        assert_eq!(first["counts"]["open"], 101, "{path}");
        let next = first["next"].as_str().unwrap().replace('#', "%23");
        let rest = browser.get(&format!("{path}?after={next}")).await.json();
        assert_eq!((rest["rows"].as_array().unwrap().len(), &rest["next"]), (1, &Value::Null));
        assert!(!first["rows"].as_array().unwrap().contains(&rest["rows"][0]));
        let elsewhere = browser.get(&format!("{path}?after=CHANGE%231")).await;
        assert_eq!(elsewhere.problem(), (422, "cursor-unknown".to_owned()));
    }
}
