//! Several at once.

use domain::ids::CpliId;
use futures::future::join_all;

use super::*;
use crate::{Form, RecordingError};

type Work<T> = Box<dyn Fn() -> T + Send>;

/// Runs each of `work` in a thread of its own, all at once.
fn at_once<T: Send>(work: Vec<Work<T>>) -> Vec<T> {
    std::thread::scope(|threads| {
        let running: Vec<_> = work.into_iter().map(|it| threads.spawn(it)).collect();
        running.into_iter().map(|it| it.join().unwrap()).collect()
    })
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn line(form: &Form) -> &crate::form::LineForm {
    let ida: CpliId = parse("170001");
    form.services[0].lines.iter().find(|line| line.cpli_id == ida).unwrap()
}

#[test]
fn of_two_who_save_a_week_at_once_the_second_is_told_and_overwrites_nothing() {
    for _ in 0..16 {
        let store = run(homecare());
        let people = [("Ada Brome", "10", "0.5"), ("Mary Seacole", "9", "1.5")];
        let work = people.map(|(by, actual, missed)| -> Work<_> {
            let recording = recording(&store);
            Box::new(move || {
                let saving = saving(actual, missed, 0, by);
                run(recording.save(&which(), &saving, now())).map(|it| it.week.actual)
            })
        });
        let results = at_once(work.into());
        let won: Vec<_> = results.iter().filter_map(|it| it.as_ref().ok()).collect();
        assert_eq!(won.len(), 1, "{results:?}");
        let told = results.iter().find_map(|it| it.as_ref().err()).unwrap();
        assert!(matches!(told, RecordingError::WeekChanged { .. }), "{told:?}");
        let form = run(recording(&store).form(&which(), true, now())).unwrap();
        assert_eq!(line(&form).weeks[1].actual, *won[0]);
    }
}

#[test]
fn of_those_who_save_the_weeks_of_a_client_at_once_all_are_served_who_read_again() {
    for _ in 0..8 {
        let store = run(homecare());
        let weeks = ["2022-10-31", "2022-11-07", "2022-11-14", "2022-11-21"];
        let work = weeks.map(|week| -> Work<_> {
            let recording = recording(&store);
            Box::new(move || {
                let mut saving = saving("10", "0.5", 0, "Ada Brome");
                saving.week_start = day(week);
                while let Err(told) = run(recording.save(&which(), &saving, now())) {
                    assert!(matches!(told, RecordingError::WeekChanged { .. }), "{told:?}");
                    let form = run(recording.form(&which(), true, now())).unwrap();
                    saving.version = line(&form).weeks[0].version;
                }
            })
        });
        at_once(work.into());
        let form = run(recording(&store).form(&which(), true, now())).unwrap();
        assert!(line(&form).weeks.iter().all(|week| week.recorded && week.version == 4));
    }
}

#[tokio::test]
async fn what_somebody_enters_while_weeks_are_filled_in_stays() {
    for cut in (1..24).step_by(4) {
        let store = large().await;
        let slow = store.with_fuse(cloud::Fuse::blowing_at(cut));
        drop(
            Recording::with(slow, Objects::in_memory())
                .fill(&which(), &one_week(), "Ada Brome", now())
                .await,
        );
        let form = recording(&store).form(&which(), true, now()).await.unwrap();
        let entered = saving("10", "0.5", line(&form).weeks[1].version, "Mary Seacole");
        recording(&store).save(&which(), &entered, now()).await.unwrap();
        let (one, other) = (recording(&store), recording(&store));
        let (which, filling) = (which(), one_week());
        let both = [&one, &other].map(|it| it.fill(&which, &filling, "Ada Brome", now()));
        for form in join_all(both).await {
            let form = form.unwrap();
            assert!(form.services[0].lines.iter().all(|line| line.weeks[1].recorded));
            assert_eq!(line(&form).weeks[1].actual.to_string(), "10");
        }
    }
}
