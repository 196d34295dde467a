//! Files may arrive in any order.

use proptest::prelude::*;

use super::rig::{COUNCIL, Rig};

/// Files that change what the council said, each of a later time.
const CHANGES: [(&str, &str); 8] = [
    (
        "clients_20260402T080000",
        "ss_ref,forename,surname,date_of_death\nA272433,Wednesday,Addams,2026-04-20\n",
    ),
    ("clients_20260403T080000", "ss_ref,forename,surname\nA272433,Wednesday,Addams-Barnes\n"),
    (
        "cplis_20260402T080000",
        "cpli_id,ss_ref,service_ref,start_date,end_date,authorised\n\
         188631,A272433,S4001,2026-04-06,2026-04-10,no\n",
    ),
    (
        "cplis_20260403T080000",
        "cpli_id,ss_ref,service_ref,start_date,authorised\n188631,A365739,S4001,2026-04-07,yes\n",
    ),
    (
        "prices_20260402T080000",
        "cpli_id,from_date,quantity,unit_price\n164628,2026-04-06,,\n188631,2026-04-06,2,450\n",
    ),
    (
        "prices_20260403T080000",
        "cpli_id,from_date,quantity,unit_price\n164628,2026-04-06,1,910\n164628,2026-05-04,1,920\n",
    ),
    (
        "contracts_20260402T080000",
        "contract_ref,provider_ref,name,payment_method,cycle_ref,portal_from\n\
         C3001,P1001,Lake House,scheduled,28DAY,2026-03-30\n",
    ),
    (
        "capacity_20260402T080000",
        "service_ref,from_date,beds,void_weekly_rate,void_percent\nS4001,2026-03-30,12,865.46,90\n",
    ),
];

async fn after(files: &[(&str, &str)]) -> Rig {
    let rig = Rig::new();
    for (stem, text) in files {
        rig.take_in(stem, text).await;
    }
    rig
}

fn all() -> Vec<(&'static str, &'static str)> {
    COUNCIL.into_iter().chain(CHANGES).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn files_in_any_order_leave_the_same_facts(files in Just(all()).prop_shuffle()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (shuffled, wanted) = runtime.block_on(async {
            (after(&files).await.facts(), after(&all()).await.facts())
        });
        prop_assert_eq!(shuffled, wanted);
    }
}
