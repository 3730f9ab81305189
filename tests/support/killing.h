// Check-killing: does any test notice when a VERIFY is gone?
//
// Every test runs once while the checks that refuse something are noted. Then each noted check is
// switched off in turn and the tests in which it refused something run again, in a child process:
// one of them must fail, crash or hang. `script/kill-checks` adds up all test programs and demands
// that every id of the source is killed somewhere.
#pragma once

#include <string>

namespace obhut::test {

// kill_checks prints "KILLED id by test" or "SURVIVED id" for each check that a test of this
// program reaches; 0 if the program could be judged, 2 if its checks cannot be switched off in this
// build or its tests fail as they are. Ids that stand in the file `skip`, one a line, are left out:
// other programs have killed them.
int kill_checks(const std::string& skip = {});

}  // namespace obhut::test
