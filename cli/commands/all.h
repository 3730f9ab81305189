// Every command, in the order of the help. Each is defined in the file of its name.
#pragma once

#include "apps/files/errors.h"
#include "cli/commands/common.h"
#include "cli/errors.h"
#include "cli/messages/error_texts.h"
#include "platform/errors.h"

namespace obhut::cli {

extern const Command kOrgCreate, kOrgPolicy, kOrgReset, kJoin, kSignin, kSignout, kKit;
extern const Command kInvite, kPeople, kPeopleRename, kPeopleDisable, kPeopleEnable, kDeviceList,
    kDeviceAdd, kDeviceRevoke;
extern const Command kGroupList, kGroupCreate, kGroupMembers, kGroupAdd, kGroupRemove, kGroupRename,
    kGroupDelete;
extern const Command kSpaceList, kSpaceCreate, kSpaceMembers, kSpaceShare, kSpaceUnshare,
    kSpaceRename, kSpacePolicy, kSpaceRaise, kSpaceSettle, kSpaceLeave, kSpaceClose, kSpaceReset;
extern const Command kPut, kGet, kCat, kLs, kTree, kMkdir, kMv, kCp, kRm;
extern const Command kLinkCreate, kLinkList, kLinkRevoke, kSend, kInbox, kInboxFile, kInboxDiscard;
extern const Command kTrashEmpty;
extern const Command kTrashList, kTrashRestore, kHistory, kRestore, kDiff, kLog;
extern const Command kStatus, kVerify, kExport, kUnlock, kLock;
extern const Command kServerInit, kServerQuota, kServerIncarnation, kServerBackup, kServerScrub;
extern const Command kHelp, kCompletion, kManPages;

}  // namespace obhut::cli
