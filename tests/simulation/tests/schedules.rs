//! A share of the schedules that `make simulate` tries, and what makes them worth trying: they hold every misfortune,
//! they replay exactly, and what is wrong in the end is seen.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "tests: what does not fit is a mistake in the test"
)]

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use files::{Objects, Place};
    use futures::FutureExt;
    use simulation::{EVENTS, MISFORTUNES, World, oracle};

    /// How many schedules are tried here. `make simulate` tries 1,000,000; `SCHEDULES` says another number.
    const SCHEDULES: u64 = 1_440;

    /// They are tried in so many parts, which run side by side.
    const PARTS: u64 = 4;

    /// What happens once in 180 schedules: seldom are several messages sent in the call that fails.
    const RARE: &str = "part of a batch lost";

    /// Tries a part of the schedules; every misfortune and every event happens in them.
    fn try_part(part: u64) {
        let count = option_env!("SCHEDULES").and_then(|it| it.parse().ok()).unwrap_or(SCHEDULES);
        let mut seen = BTreeMap::new();
        for seed in (part..count).step_by(usize::try_from(PARTS).unwrap()) {
            let world = World::run(seed);
            assert_eq!(oracle::check(&world), Vec::<String>::new(), "make simulate SEED={seed}");
            for (what, count) in world.misfortunes.iter().chain(world.events()) {
                *seen.entry(*what).or_insert(0_u32) += count;
            }
        }
        for what in MISFORTUNES.iter().chain(&EVENTS).filter(|what| **what != RARE) {
            assert!(seen.get(what).is_some_and(|count| *count > 0), "{what}: {seen:?}");
        }
    }

    #[test]
    fn every_penny_is_paid_once_and_every_email_sent_once_first_part() {
        try_part(0);
    }

    #[test]
    fn every_penny_is_paid_once_and_every_email_sent_once_second_part() {
        try_part(1);
    }

    #[test]
    fn every_penny_is_paid_once_and_every_email_sent_once_third_part() {
        try_part(2);
    }

    #[test]
    fn every_penny_is_paid_once_and_every_email_sent_once_fourth_part() {
        try_part(3);
    }

    #[test]
    fn of_what_is_sent_together_some_is_lost() {
        let mut worlds = (0..SCHEDULES).map(World::run);
        let world = worlds.find(|world| world.misfortunes.contains_key(RARE)).unwrap();
        assert_eq!(oracle::check(&world), Vec::<String>::new(), "seed {}", world.seed);
    }

    #[test]
    fn a_seed_replays_exactly() {
        for seed in [0, 1_000_003, 77] {
            let (one, again) = (World::run_logged(seed), World::run_logged(seed));
            assert_eq!(one.log, again.log, "seed {seed}");
            assert!(one.state() == again.state(), "seed {seed}");
        }
    }

    #[test]
    fn what_is_paid_in_the_end_is_what_is_paid_undisturbed() {
        for seed in 500..512 {
            let (disturbed, quiet) = (World::run(seed), World::run_undisturbed(seed));
            assert!(!disturbed.misfortunes.is_empty() && quiet.befell_nothing(), "seed {seed}");
            assert_eq!(oracle::paid(&disturbed), oracle::paid(&quiet), "seed {seed}");
            assert_eq!(oracle::check(&quiet), Vec::<String>::new(), "seed {seed}");
        }
    }

    #[test]
    fn every_record_of_who_did_what_is_as_it_was_written() {
        for seed in 600..603 {
            assert_eq!(World::run(seed).audit_faults(), Vec::<String>::new(), "seed {seed}");
        }
    }

    fn done<T>(future: impl Future<Output = T>) -> T {
        future.now_or_never().expect("nothing in memory waits")
    }

    /// The last payment file of a world, and where it is.
    fn file(world: &World) -> (Place, String) {
        let place = world.last_payment_file();
        let file = done(world.objects().get(&place, 1_000_000)).unwrap().unwrap();
        (place, String::from_utf8(file.bytes).unwrap())
    }

    fn put(objects: &Objects, place: &Place, text: String) {
        done(objects.put(place, text)).unwrap();
    }

    fn wrong(world: &World) -> String {
        oracle::check(world).join("\n")
    }

    #[test]
    fn a_penny_that_is_lost_or_paid_twice_is_seen() {
        let mut worlds = (1..).map(World::run_undisturbed);
        let world = worlds.find(|world| file(world).1.lines().count() > 1).unwrap();
        assert_eq!(wrong(&world), "");
        let (place, text) = file(&world);
        let rows: Vec<&str> = text.lines().collect();
        let lost = [&rows[..1], &rows[2..]].concat().join("\n");
        put(world.objects(), &place, lost);
        assert!(wrong(&world).contains("owed"), "{}", wrong(&world));
        let twice = [&rows[..], &rows[1..2]].concat().join("\n");
        put(world.objects(), &place, twice);
        assert!(wrong(&world).contains("paid twice"), "{}", wrong(&world));
        put(world.objects(), &place, text);
        assert_eq!(wrong(&world), "");
    }

    #[test]
    fn an_email_that_is_sent_twice_or_left_is_seen() {
        let world = World::run_undisturbed(1);
        let first = world.emails().remove(0);
        done(world.mail().send(&first)).unwrap();
        assert!(wrong(&world).contains("was sent twice"), "{}", wrong(&world));
        let world = World::run_undisturbed(1);
        done(world.mail_queue().send(&"left")).unwrap();
        assert!(wrong(&world).contains("a queue is not empty"), "{}", wrong(&world));
    }
}
