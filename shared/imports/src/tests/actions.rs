//! The kinds of action, changed by files.

use domain::action::{ActionTypes, FieldKind, Proposes, RelatedKind};

use super::rig::Rig;

const TEAMS: (&str, &str) = ("teams_20260401T080000", "team_ref,name\nHOSPITAL,Hospital team\n");
const TYPES: &str = "type_ref,name,team_ref,due_days,related_to,proposes,offered,position\n";
const FIELDS: &str = "type_ref,field,label,kind,required,choices,position\n";

async fn types(rig: &Rig) -> ActionTypes {
    rig.store.action_types().await.unwrap()
}

#[tokio::test]
async fn a_council_changes_and_adds_kinds_of_action_and_what_they_ask() {
    let rig = Rig::new();
    rig.take_in(TEAMS.0, TEAMS.1).await;
    let rows = "Death,Death of a client,HOSPITAL,2,care_package client,death,yes,1\n\
                hospital,Hospital stay,HOSPITAL,,client none,,yes,2\nrespite,Respite,HOSPITAL,,client,,no,\n";
    rig.take_in("action_types_20260401T080000", &format!("{TYPES}{rows}")).await;
    let fields = "hospital,admitted,Day of admission,date,yes,,2\n\
                  hospital,ward,Ward,choice,yes,day=Day ward; night=Night ward,1\n";
    rig.take_in("action_fields_20260401T080000", &format!("{FIELDS}{fields}")).await;
    for stem in ["action_types_20260401T080000", "action_fields_20260401T080000"] {
        assert_eq!(rig.codes(stem), Vec::<String>::new(), "{stem}");
    }
    let types = types(&rig).await;
    let offered: Vec<_> = types.offered().map(|it| it.type_ref.as_str()).collect();
    assert_eq!(&offered[..3], ["death", "hospital", "package_ended"]);
    assert!(!offered.contains(&"respite") && types.find("respite").is_some());
    let death = types.find("death").unwrap();
    assert_eq!((death.due_days, death.proposes), (Some(2), Some(Proposes::Death)));
    assert_eq!(death.related_to, [RelatedKind::CarePackage, RelatedKind::Client]);
    assert_eq!(death.fields.len(), 1, "what it asks stays");
    let asks: Vec<_> = types.find("hospital").unwrap().fields.iter().collect();
    assert_eq!(
        (asks[0].kind, asks[0].choices[1].label.as_str()),
        (FieldKind::Choice, "Night ward")
    );
    assert_eq!((asks[1].field.as_str(), asks[1].required), ("admitted", true));
}

#[tokio::test]
async fn a_field_is_taken_out_and_an_older_file_does_not_bring_it_back() {
    let rig = Rig::new();
    let out = "death,date_of_death,,,,,\n";
    rig.take_in("action_fields_20260402T080000", &format!("{FIELDS}{out}")).await;
    assert_eq!(rig.codes("action_fields_20260402T080000"), Vec::<String>::new());
    let none = types(&rig).await;
    assert!(none.find("death").unwrap().fields.is_empty());
    let older = "death,date_of_death,Date of death,date,yes,,\n";
    rig.take_in("action_fields_20260401T080000", &format!("{FIELDS}{older}")).await;
    assert_eq!(types(&rig).await, none);
}

#[tokio::test]
async fn what_no_form_could_ask_is_refused() {
    let rig = Rig::new();
    rig.take_in(TEAMS.0, TEAMS.1).await;
    let rows = "hospital,Hospital stay,HOSPITAL,,weather,,yes,\nward#1,Ward,HOSPITAL,,none,,yes,\n\
                flu,Flu,NOBODY,,none,,yes,\n";
    rig.take_in("action_types_20260401T080000", &format!("{TYPES}{rows}")).await;
    assert_eq!(rig.codes("action_types_20260401T080000"), ["I16", "I16", "I40"]);
    let rows = "gossip,what,What,text,yes,,\ndeath,how,How,choice,no,only=One,\ndeath,why,Why,text,no,a=A; b=B,\n";
    rig.take_in("action_fields_20260401T080000", &format!("{FIELDS}{rows}")).await;
    assert_eq!(rig.codes("action_fields_20260401T080000"), ["I40", "I16", "I16"]);
    assert_eq!(types(&rig).await, ActionTypes::default());
}

#[tokio::test]
async fn a_field_of_a_type_that_is_not_known_yet_waits_for_it() {
    let rig = Rig::new();
    rig.take_in(TEAMS.0, TEAMS.1).await;
    let fields =
        "hospital,admitted,Day of admission,date,yes,,\nhospital,ward,Ward,weather,yes,,\n";
    rig.take_in("action_fields_20260401T080000", &format!("{FIELDS}{fields}")).await;
    assert_eq!(rig.codes("action_fields_20260401T080000"), ["I40", "I16"]);
    assert_eq!(types(&rig).await, ActionTypes::default());
    let rows = "hospital,Hospital stay,HOSPITAL,,client none,,yes,2\n";
    rig.take_in("action_types_20260401T090000", &format!("{TYPES}{rows}")).await;
    let asks: Vec<_> = types(&rig).await.find("hospital").unwrap().fields.clone();
    assert_eq!(asks.iter().map(|it| it.field.as_str()).collect::<Vec<_>>(), ["admitted"]);
}

#[tokio::test]
async fn a_field_whose_type_never_comes_is_told_after_seven_days() {
    let rig = Rig::new();
    let fields = "hospital,admitted,Day of admission,date,yes,,\n";
    rig.take_in("action_fields_20260401T080000", &format!("{FIELDS}{fields}")).await;
    let retried = rig.retry("2026-04-30T08:00:00Z").await;
    assert_eq!((retried.applied, retried.rejected, retried.waiting), (0, 1, 0));
}
