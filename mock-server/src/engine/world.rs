//! The rules of the world and the directory: snapshots that are replaced whole.

use std::sync::Arc;

use arc_swap::Guard;
use cloud_api::profile::Facts;
use cloud_api::template::CreateReply;
use cloud_api::{GraphVersion, MessageTemplate, Refusal, WabaId};
use cloud_sim::{Directory, Founding, Moment, Notice, World};

use super::Engine;

impl Engine {
    /// The rules of the world as they are now.
    pub(crate) fn world(&self) -> Arc<World> {
        self.world.load_full()
    }

    /// What Meta does in this version where its pages, practice and versions disagree.
    pub(crate) fn facts(&self, version: GraphVersion) -> Facts {
        self.world.load().meta.profile.at(version)
    }

    /// When and from what chance something is made up now.
    pub(crate) fn founding(&self) -> Founding {
        let world = self.world.load();
        Founding { seed: world.seed, now_unix: world.unix_secs(self.clock.now()) }
    }

    /// Changes the rules of the world; the change may run more than once, and the last time counts.
    pub(crate) fn change_world<T>(&self, change: impl Fn(&mut World) -> T) -> T {
        let mut outcome = None;
        self.world.rcu(|world| {
            let mut changed = World::clone(world);
            outcome = Some(change(&mut changed));
            changed
        });
        outcome.expect("the change ran at least once")
    }

    /// The directory as it is now.
    pub(crate) fn directory(&self) -> Arc<Directory> {
        self.directory.load_full()
    }

    /// The same for a moment: it is not counted who looks, so that lookers do not wait for each other.
    pub(crate) fn directory_now(&self) -> Guard<Arc<Directory>> {
        self.directory.load()
    }

    /// Changes the directory: one change after the other, each once.
    pub(crate) fn change_directory<T>(&self, change: impl FnOnce(&mut Directory) -> T) -> T {
        let _turn = self.changing.lock().expect("nobody panics while changing the directory");
        let mut changed = Directory::clone(&self.directory.load());
        let outcome = change(&mut changed);
        self.directory.store(Arc::new(changed));
        outcome
    }

    /// Changes the directory, wakes what waits for it and tells the apps.
    pub(crate) fn change_and_notify<E>(
        &self,
        change: impl FnOnce(&mut Directory) -> Result<Vec<Notice>, E>,
    ) -> Result<(), E> {
        let notices = self.change_directory(change)?;
        self.directory_changed.notify_one();
        self.notify(notices);
        Ok(())
    }

    /// Takes a template on and has it reviewed.
    pub(crate) fn create_template(
        &self,
        account: WabaId,
        template: &MessageTemplate,
    ) -> Result<CreateReply, Refusal> {
        self.alter(|directory, moment| directory.create_template(moment, account, template.clone()))
    }

    /// Changes the directory now, and lets the journal and the apps know what came of it.
    pub(crate) fn alter<T>(&self, change: impl FnOnce(&mut Directory, &mut Moment<'_>) -> T) -> T {
        let (now, world) = (self.clock.now(), self.world());
        let (outcome, changes) = self.change_directory(|directory| {
            let mut moment = Moment::new(now, &world);
            let outcome = change(directory, &mut moment);
            (outcome, moment.changes())
        });
        for event in changes.events {
            self.happened(event.at, event.fact);
        }
        self.notify(changes.notices);
        self.directory_changed.notify_one();
        outcome
    }
}
