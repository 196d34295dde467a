//! Killed before and after every call, and taken in again: the same table, bucket and mail as undisturbed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use cloud::Fuse;
use domain::clock::Now;
use serde_json::Value;

use super::rig::{COUNCIL, Rig, nine};

/// Everything that can be seen of a council.
#[derive(Debug, PartialEq)]
pub(super) struct State {
    table: BTreeMap<String, Value>,
    objects: BTreeMap<String, String>,
    told: BTreeSet<String>,
}

pub(super) fn state(rig: &Rig) -> State {
    State { table: rig.table(), objects: rig.objects.dump(), told: rig.told() }
}

/// A council that took in `before`, and in which `file` lies ready.
async fn ready(before: &[(&str, &str)], file: (&str, &str)) -> Rig {
    ready_since(nine(), before, file).await
}

/// The same, which took in `before` at `now`.
async fn ready_since(now: Now, before: &[(&str, &str)], file: (&str, &str)) -> Rig {
    let rig = Rig::new();
    for (stem, text) in before {
        rig.take_in_at(stem, text, now).await;
    }
    rig.told();
    rig.put(file.0, file.1).await;
    rig
}

/// Takes `file` in, killed at every call in turn and taken in again.
async fn survives(before: &[(&str, &str)], file: (&str, &str)) {
    let undisturbed = ready(before, file).await;
    undisturbed.again(file.0, &Fuse::default()).await.unwrap();
    let wanted = state(&undisturbed);
    for cut in 1.. {
        let rig = ready(before, file).await;
        let fuse = Fuse::blowing_at(cut);
        let killed = rig.again(file.0, &fuse).await;
        assert_eq!(killed.is_err(), fuse.has_blown(), "{}: cut {cut}", file.0);
        if !fuse.has_blown() {
            assert!(cut > 4, "{}: hardly anything was called", file.0);
            return;
        }
        rig.again(file.0, &Fuse::default()).await.unwrap();
        assert_eq!(state(&rig), wanted, "{}: {:?}", file.0, fuse.blown_label());
    }
}

#[tokio::test]
async fn each_file_of_a_council_survives() {
    for (index, file) in COUNCIL.into_iter().enumerate() {
        survives(&COUNCIL[..index], file).await;
    }
}

#[tokio::test]
async fn a_file_that_others_waited_for_survives() {
    let providers = COUNCIL[1];
    let others: Vec<_> = COUNCIL.into_iter().filter(|file| *file != providers).collect();
    survives(&others, providers).await;
}

#[tokio::test]
async fn a_file_with_bad_rows_survives() {
    let text = "cpli_id,ss_ref,service_ref,service_level,start_date,end_date,authorised\n\
                164628,A272433,S4001,Permanent,2026-01-05,2026-04-19,yes\n\
                188631,A365739,S4001,Respite,2026-04-06,2026-04-12,perhaps\n\
                200001,A272433,S9999,Respite,2026-04-06,2026-04-12,yes\n\
                200002,A999999,S4001,Respite,2026-04-06,2026-04-12,yes\n\
                200003,A365739,S4001,Respite,2026-04-06,2026-04-05,yes\n";
    survives(&COUNCIL, ("cplis_20260402T080000", text)).await;
}

#[tokio::test]
async fn changes_and_what_they_take_away_survive() {
    let files = [
        (
            "clients_20260402T080000",
            "ss_ref,forename,surname,date_of_death\nA272433,Wednesday,Addams,2026-04-20\n",
        ),
        (
            "contacts_20260402T080000",
            "contact_ref,provider_ref,forename,surname,portal_email,roles\n\
             K2001,P1001,Ann,Other,ann@water.example,viewer\n\
             K2002,P1001,Bob,Else,bob@lake.example,admin\n",
        ),
        (
            "capacity_20260402T080000",
            "service_ref,from_date,beds,void_weekly_rate,void_percent\nS4001,2026-03-30,,,\n",
        ),
        ("DRYRUN_clients_20260402T080000", "ss_ref,forename,surname\nA272433,Wednesday,Addams\n"),
        ("clients_20260402T080000", "ss_ref,forename\nA272433,Wednesday\n"),
        (
            "staff_20260402T080000",
            "staff_ref,forename,surname,email,roles,teams\n\
             U9001,Grace,Hallam,grace@council.example,helpdesk,\n\
             U9002,Joan,Carden,joan@council.example,team_member,PAY\n",
        ),
    ];
    for file in files {
        survives(&COUNCIL, file).await;
    }
    let before = [
        &COUNCIL[..],
        &[
            ("teams_20260401T080000", "team_ref,name\nPAY,Payments Team\n"),
            (
                "staff_20260401T080000",
                "staff_ref,forename,surname,email,roles,teams\n\
                 U9001,Grace,Hallam,grace@council.example,helpdesk team_member,PAY\n",
            ),
        ],
    ];
    let moved = "staff_ref,forename,surname,email,roles,teams\n\
                 U9001,Grace,Hallam,g.hopper@council.example,helpdesk,\n";
    survives(&before.concat(), ("staff_20260402T080000", moved)).await;
}

#[tokio::test]
async fn a_file_of_several_pieces_survives() {
    let rows: Vec<String> = (0..40).map(|n| format!("X{n:03},Client,Number {n}\n")).collect();
    let rows = rows.concat();
    let text = format!("ss_ref,forename,surname\n{rows}");
    survives(&COUNCIL[..1], ("clients_20260402T080000", &text)).await;
}

#[tokio::test]
async fn giving_up_waiting_rows_survives() {
    let file =
        ("prices_20260401T080000", "cpli_id,from_date,quantity,unit_price\n1,2026-01-05,1,1\n");
    let late = super::rig::at("2026-04-09T09:00:00Z");
    let undisturbed = ready(&[file], file).await;
    undisturbed.imports(&Fuse::default()).retry_pending(late).await.unwrap();
    let wanted = state(&undisturbed);
    for cut in 1.. {
        let rig = ready(&[file], file).await;
        let fuse = Fuse::blowing_at(cut);
        let killed = rig.imports(&fuse).retry_pending(late).await;
        assert_eq!(killed.is_err(), fuse.has_blown());
        if !fuse.has_blown() {
            return;
        }
        rig.imports(&Fuse::default()).retry_pending(late).await.unwrap();
        assert_eq!(state(&rig), wanted, "{:?}", fuse.blown_label());
    }
}

/// Those that are left after an interruption are cut in other pieces, and counted in fewer writes.
fn state_but_for_writes_of_news(rig: &Rig) -> State {
    let mut state = state(rig);
    for (_, news) in state.table.iter_mut().filter(|(key, _)| key.starts_with("NEWS#")) {
        news.as_object_mut().unwrap().remove("version");
    }
    state
}

/// More care packages than are written together: some are written, and told of, before their client.
#[tokio::test]
async fn a_client_with_very_many_care_packages_survives() {
    let mut cplis = "cpli_id,ss_ref,service_ref,start_date,authorised\n".to_owned();
    for n in 0..100 {
        writeln!(cplis, "300{n:03},A365739,S4001,2026-04-06,yes").unwrap();
    }
    let before = [&COUNCIL[..], &[("cplis_20260402T080000", cplis.as_str())]].concat();
    let yesterday = super::rig::at("2026-03-31T09:00:00Z");
    let file = ("clients_20260402T080000", "ss_ref,forename,surname\nA365739,Betty,Bloop\n");
    let undisturbed = ready_since(yesterday, &before, file).await;
    let calls = Fuse::counting();
    undisturbed.again(file.0, &calls).await.unwrap();
    let written = calls.labels().iter().position(|it| it.starts_with("before writing")).unwrap();
    let wanted = state_but_for_writes_of_news(&undisturbed);
    let told =
        "NEWS#2026-04-01 AT#P1001#care_packages#care_package_changed#clients_20260402T080000";
    assert_eq!(wanted.table[told]["count"], 101);
    for cut in written + 1.. {
        let rig = ready_since(yesterday, &before, file).await;
        let fuse = Fuse::blowing_at(cut);
        let killed = rig.again(file.0, &fuse).await;
        assert_eq!(killed.is_err(), fuse.has_blown(), "cut {cut}");
        if !fuse.has_blown() {
            return;
        }
        rig.again(file.0, &Fuse::default()).await.unwrap();
        let ended = state_but_for_writes_of_news(&rig);
        assert_eq!(ended, wanted, "{:?}", fuse.blown_label());
    }
}
