//! Killed before or after any call and tried again, it ends as if undisturbed.

use cloud::Fuse;

use super::*;
use crate::RecordingError;

/// Does `act` until it dies at each place where it can, does it again, and compares what is there then.
async fn killed_anywhere(
    begin: impl AsyncFn() -> Store,
    act: impl AsyncFn(Recording) -> Result<(), RecordingError>,
    cuts_min: usize,
) {
    let undisturbed = begin().await;
    act(recording(&undisturbed)).await.unwrap();
    let expected = state(&undisturbed);
    for cut in 1.. {
        let store = begin().await;
        let fuse = Fuse::blowing_at(cut);
        let died = act(Recording::with(store.with_fuse(fuse.clone()), Objects::in_memory())).await;
        if !fuse.has_blown() {
            died.unwrap();
            assert!(cut > cuts_min, "there are more calls than {cut}");
            break;
        }
        died.unwrap_err();
        act(recording(&store)).await.unwrap();
        assert_eq!(state(&store), expected, "cut {cut}, {:?}", fuse.blown_label());
    }
}

#[tokio::test]
async fn a_week_that_was_saved_and_not_answered_is_saved_again_without_a_difference() {
    let save = async |recording: Recording| {
        recording.save(&which(), &saving("10", "0.5", 0, "Ada Brome"), now()).await.map(drop)
    };
    killed_anywhere(homecare, save, 10).await;
}

#[tokio::test]
async fn weeks_that_were_filled_in_half_way_are_filled_in_to_the_end() {
    let fill = async |recording: Recording| {
        recording.fill(&which(), &one_week(), "Ada Brome", now()).await.map(drop)
    };
    killed_anywhere(large, fill, 12).await;
}

#[tokio::test]
async fn a_period_that_was_submitted_and_not_answered_is_submitted_once() {
    let begin = async || {
        let store = homecare().await;
        recording(&store).fill(&which(), &everything(), "Ada Brome", now()).await.unwrap();
        store
    };
    let submit =
        async |recording: Recording| recording.submit(&which(), "Ada Brome", now()).await.map(drop);
    killed_anywhere(begin, submit, 12).await;
}
