// The engine and the files application as one WebAssembly module, for its size alone: every
// function that a browser may call is kept, what none of them needs is dropped. script/bench prints
// the size.
#include "apps/files/editor.h"
#include "apps/files/files.h"
#include "apps/files/space_files.h"
#include "apps/files/upload.h"
#include "client/engine.h"
#include "client/spaces/space.h"

namespace {

// The linker cannot know that nobody looks at it.
template <class... Functions>
void keep(Functions... functions) {
    (
        [&] {
            static volatile Functions kept;
            kept = functions;
        }(),
        ...);
}

}  // namespace

int main() {
    using obhut::client::Engine;
    using obhut::client::Space;
    using namespace obhut::files;
    keep(&Engine::open, &Engine::peek_host, &Engine::status, &Engine::unlock,
         &Engine::unlock_by_keyring, &Engine::unlock_with, &Engine::profile_key, &Engine::lock,
         &Engine::protect);
    keep(&Engine::create_organisation, &Engine::join, &Engine::sign_in, &Engine::begin_linking,
         &Engine::finish_linking, &Engine::linking_offer, &Engine::answer_linking,
         &Engine::catch_up, &Engine::invite);
    keep(&Engine::people, &Engine::find_person, &Engine::set_name, &Engine::create_group,
         &Engine::groups, &Engine::find_group, &Engine::group_members, &Engine::add_to_group,
         &Engine::remove_from_group, &Engine::delete_group, &Engine::rename_group);
    keep(&Engine::revoke_device, &Engine::retire, &Engine::emergency_kit, &Engine::confirm_kit,
         &Engine::change_password, &Engine::create_space, &Engine::spaces, &Engine::find_space,
         &Engine::space, &Engine::home, &Engine::address_book, &Engine::members, &Engine::share,
         &Engine::unshare, &Engine::leave, &Engine::rename_space, &Engine::set_alias);
    keep(&Engine::log, &Engine::verify, &Engine::run_duties, &Engine::quota, &Engine::alarms,
         &Engine::dismiss_alarm);
    keep(&Space::refresh, &Space::snapshot, &Space::snapshot_at, &Space::commit, &Space::uploader,
         &Space::content, &Space::flush, &Space::remember_chunk, &Space::recall_chunks);
    keep(&SpaceView::newest, &SpaceView::at, &change_files, &Files::lookup, &Files::list,
         &Files::walk, &Files::history, &Files::version_at, &Files::trash, &Upload::put,
         &Upload::make_folder, &Upload::put_symlink, &Upload::finish);
    keep(&Editor::put_file, &Editor::make_folders, &Editor::move, &Editor::copy, &Editor::remove,
         &Editor::restore, &Editor::restore_to, &Editor::purge, &Editor::restore_version,
         &Editor::set_attributes);
}
